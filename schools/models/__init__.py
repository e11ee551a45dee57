"""The tables of who: people, places, tenures, roles, terms, audiences and records."""

from schools.models.audience import AudienceToken
from schools.models.calendar import Holiday, Term
from schools.models.people import Membership, TeachingAssignment, TermsAcceptance, User
from schools.models.places import Container, EducationGroup, EducationGroupMember, Region, School
from schools.models.records import AuditEntry, Notification
from schools.models.review import RoleReviewTask
from schools.models.roles import RoleGrant

__all__ = [
    "AudienceToken",
    "AuditEntry",
    "Container",
    "EducationGroup",
    "EducationGroupMember",
    "Holiday",
    "Membership",
    "Notification",
    "Region",
    "RoleGrant",
    "RoleReviewTask",
    "School",
    "TeachingAssignment",
    "Term",
    "TermsAcceptance",
    "User",
]
