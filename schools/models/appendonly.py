"""Records that are written once: the audit log, the versions of a lesson plan."""

from __future__ import annotations

from typing import Any, Never

from django.db import models


class AppendOnlyError(RuntimeError):
    """The record is written once and never changed."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Rows that can be read and added, nothing else."""

    def update(self, **kwargs: Any) -> Never:
        raise AppendOnlyError

    def delete(self) -> Never:
        raise AppendOnlyError


class AppendOnly(models.Model):
    """A row that refuses to be saved again or deleted."""

    objects: Any = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise AppendOnlyError
