"""What is measured by hand, not asserted: `python -m benchmarks.NAME`."""
