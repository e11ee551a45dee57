"""The tables of the library: resources by kind, where they stand, what was asked and decided."""

from resources.library.models.description import Described, Licence
from resources.library.models.kinds import (
    KINDS,
    LessonPlanEdition,
    Microlecture,
    kinds,
    register_kind,
)
from resources.library.models.places import Level, Place, Scope
from resources.library.models.resource import Kind, Resource
from resources.library.models.shelf import Shelf
from resources.library.models.submission import CheckPoint, Submission

__all__ = [
    "KINDS",
    "CheckPoint",
    "Described",
    "Kind",
    "LessonPlanEdition",
    "Level",
    "Licence",
    "Microlecture",
    "Place",
    "Resource",
    "Scope",
    "Shelf",
    "Submission",
    "kinds",
    "register_kind",
]
