"""Plans as Word documents: brought in, taken out, and the record of how a plan came about."""
