"""What the import of old files refuses; each says what is so and what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _


class ImportRefused(Exception):
    """Something that cannot be done with a batch; its text is for the reader."""


class TooManyFiles(ImportRefused):
    """A batch holds so many and no more; carries the limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return _("At most %(limit)s files go into one batch. Start another for the rest.") % {
            "limit": self.limit
        }


class NotComplete(ImportRefused):
    """Rows that lack something; carries how many."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count

    def __str__(self) -> str:
        return _(
            "%(count)s of the chosen files lack something: the file itself, or a kind. Nothing was"
            " made. Complete them, or tick that they are left out."
        ) % {"count": self.count}


class NothingChosen(ImportRefused):
    """No row was ticked."""

    def __str__(self) -> str:
        return _("No file is ticked. Tick those that it is about.")
