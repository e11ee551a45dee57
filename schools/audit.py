"""Writing the audit log (审计日志): one entry for every change of state, in its transaction."""

from __future__ import annotations

from typing import Any

from django.db import models

from schools.models import AuditEntry, User


def record(action: str, target: models.Model, *, by: User | None, **detail: Any) -> AuditEntry:
    """Write that `by` did `action` (``"plan.approved"``) to `target`; None is the system itself."""
    written = entry(action, target, by=by, **detail)
    written.save()
    return written


def entry(action: str, target: models.Model, *, by: User | None, **detail: Any) -> AuditEntry:
    """The entry that `record` writes, for actions that write many at once."""
    return AuditEntry(
        actor=by,
        action=action,
        target_type=target._meta.label_lower,
        target_id=str(getattr(target, "uuid", target.pk)),
        target_name=str(target)[:255],
        detail=detail,
    )
