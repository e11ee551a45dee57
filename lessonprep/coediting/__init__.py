"""Live co-editing (集体研讨备课) of a plan's text."""
