"""What previews tell the apps that stand on them."""

from django.dispatch import Signal

preview_ready = Signal()
"""Sent after the commit with which a preview became ready: `preview` is its row."""
