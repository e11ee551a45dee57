"""A row of the corpus with the fields that a site would give to Wagtail's search."""

from __future__ import annotations

from django.db import models
from modelsearch import index


class PeerThing(index.Indexed, models.Model):
    """The words of a row, cut into words beforehand: without that Chinese is not found at all."""

    source_id = models.CharField(max_length=40, unique=True)
    title = models.TextField()
    described = models.TextField()
    body = models.TextField()

    search_fields = [
        index.SearchField("title", boost=4),
        index.SearchField("described", boost=2),
        index.SearchField("body"),
    ]
    search_auto_update = False
