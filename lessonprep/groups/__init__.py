"""Prep groups and their plans of work."""
