"""In-site notices (站内通知): apps register kinds, actions send them, pages show sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise

from schools.models import Notification, User

Words = Callable[[dict[str, Any]], dict[str, Any]]
_sentences: dict[str, str | Promise] = {}
_words: dict[str, Words] = {}


def register_notice(kind: str, sentence: str | Promise, words: Words = dict) -> None:
    """Give the sentence of a kind, ``_("%(actor)s approved “%(title)s”")``.

    `words` makes of a notice's data what fills the sentence, in the reader's language.
    """
    _sentences[kind], _words[kind] = sentence, words


def notify(users: Iterable[User], kind: str, *, url: str = "", **data: Any) -> None:
    """Leave a notice for each of `users`; `data` fills the kind's sentence."""
    if kind not in _sentences:
        raise LookupError(f"No sentence is registered for the notice {kind!r}")
    Notification.objects.bulk_create(
        [Notification(user=user, kind=kind, url=url, data=data) for user in {*users}]
    )


def sentence_of(notice: Notification) -> str:
    """The notice as a sentence in the language in force."""
    words = _words.get(notice.kind, dict)(notice.data)
    return str(_sentences.get(notice.kind, notice.kind)) % words


def mark_read(user: User, notices: Iterable[int] | None = None) -> None:
    """Mark the user's notices with these ids as read, or all of them."""
    unread = Notification.objects.filter(user=user, read_at__isnull=True)
    if notices is not None:
        unread = unread.filter(pk__in=notices)
    unread.update(read_at=timezone.now())
