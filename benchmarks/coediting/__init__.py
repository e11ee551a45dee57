"""Writing together, measured and broken on purpose: servers, typists, what is left afterwards."""
