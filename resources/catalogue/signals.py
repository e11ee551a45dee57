"""What the catalogue tells those above it."""

from django.dispatch import Signal

volume_changed = Signal()
"""An import changed the title or the contents of the volume `volume`; sent within its transaction.

Who keeps copies of those words (a search document) marks them as out of date.
"""
