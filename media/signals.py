"""What the media app tells the apps that stand on it."""

from django.dispatch import Signal

file_ready = Signal()
"""Sent after the commit with which a file became ready: `file` is its record.

It is sent for small files of forms and for large ones when they have been checked, and may be
sent again for the same content after a crash.
"""
