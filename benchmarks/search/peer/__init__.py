"""Wagtail's own search (modelsearch) on the same rows: what the figures are measured against."""
