"""What can go wrong when people are looked after; each carries what the page tells of."""

from __future__ import annotations

from datetime import date

from schools.access import Scope
from schools.models import School, User


class NotYours(Exception):
    """The right that was to be given or ended is not below one's own."""

    def __init__(self, scope: Scope | None) -> None:
        super().__init__(str(scope))
        self.scope = scope


class PhoneTaken(Exception):
    """The phone number is somebody else's."""

    def __init__(self, phone: str) -> None:
        super().__init__(phone)
        self.phone = phone


class ChangedMeanwhile(Exception):
    """The person was changed since the form was shown."""

    def __init__(self, person: User) -> None:
        super().__init__(person.name)
        self.person = person


class NotAMember(Exception):
    """The person does not belong to the school, now or any more."""

    def __init__(self, person: User, school: School) -> None:
        super().__init__(f"{person} {school}")
        self.person, self.school = person, school


class AlreadyThere(Exception):
    """The person belongs to the school on those days already."""

    def __init__(self, person: User, school: School) -> None:
        super().__init__(f"{person} {school}")
        self.person, self.school = person, school


class WrongDays(Exception):
    """The last day would lie before the first."""

    def __init__(self, since: date, until: date) -> None:
        super().__init__(f"{since} {until}")
        self.since, self.until = since, until
