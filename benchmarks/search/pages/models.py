"""A row with words and facets."""

from __future__ import annotations

from django.db import models
from modelsearch import index

FACETS = ("kind", "subject", "grade", "edition", "volume", "premium")


class PeerPage(index.Indexed, models.Model):
    """What a Wagtail site would index of a resource."""

    uuid = models.UUIDField(unique=True)
    title = models.TextField()
    described = models.TextField()
    body = models.TextField()
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    grade = models.CharField(max_length=40)
    edition = models.CharField(max_length=40)
    volume = models.CharField(max_length=40)
    premium = models.CharField(max_length=1)

    search_fields = [
        index.SearchField("title", boost=4),
        index.SearchField("described", boost=2),
        index.SearchField("body"),
        *(index.FilterField(name) for name in FACETS),
    ]
    search_auto_update = False
