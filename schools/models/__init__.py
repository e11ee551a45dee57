"""The tables of who: people, places, tenures, roles, terms, audiences and records."""

from schools.models.audience import AudienceToken
from schools.models.calendar import Holiday, Term
from schools.models.people import (
    Membership,
    Rotation,
    TeacherTitle,
    TeachingAssignment,
    TermsAcceptance,
    User,
)
from schools.models.places import (
    Container,
    EducationGroup,
    EducationGroupMember,
    Region,
    School,
    SubjectBase,
    SubjectBaseMember,
)
from schools.models.records import AuditEntry, Notification
from schools.models.review import RoleReviewTask
from schools.models.roles import RoleGrant
from schools.models.rosters import RosterUpload
from schools.signin.models import Invitation, RememberedBrowser, Session

__all__ = [
    "AudienceToken",
    "AuditEntry",
    "Container",
    "EducationGroup",
    "EducationGroupMember",
    "Holiday",
    "Invitation",
    "Membership",
    "Notification",
    "Region",
    "RememberedBrowser",
    "RoleGrant",
    "RoleReviewTask",
    "RosterUpload",
    "Rotation",
    "School",
    "Session",
    "SubjectBase",
    "SubjectBaseMember",
    "TeacherTitle",
    "TeachingAssignment",
    "Term",
    "TermsAcceptance",
    "User",
]
