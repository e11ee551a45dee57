"""Versions of lesson plans."""
