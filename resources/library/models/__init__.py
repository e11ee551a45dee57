"""The tables of the library: resources by kind, where they stand, what was asked and decided."""

from resources.library.models.description import Described, Difficulty, Licence
from resources.library.models.places import Level, Place
from resources.library.models.resource import Kind, Resource
from resources.library.models.shelf import Shelf
from resources.library.models.submission import CheckPoint, Submission
from schools.access import Scope

# After the parent of all kinds, in the order in which lists and choices show them.
from resources.library.kinds.lesson_plan import LessonPlanEdition  # isort: skip
from resources.library.kinds.courseware import Courseware  # isort: skip
from resources.library.kinds.microlecture import Microlecture  # isort: skip
from resources.library.kinds.class_exercise import ClassExercise  # isort: skip
from resources.library.kinds.tiered_homework import TieredHomework  # isort: skip
from resources.library.kinds.key_point_recording import KeyPointRecording  # isort: skip
from resources.library.kinds.difficulty_recording import DifficultyRecording  # isort: skip
from resources.library.kinds.solution_technique import SolutionTechnique  # isort: skip
from resources.library.kinds.registry import KINDS, kinds, register_kind  # isort: skip

__all__ = [
    "KINDS",
    "CheckPoint",
    "ClassExercise",
    "Courseware",
    "Described",
    "Difficulty",
    "DifficultyRecording",
    "KeyPointRecording",
    "Kind",
    "LessonPlanEdition",
    "Level",
    "Licence",
    "Microlecture",
    "Place",
    "Resource",
    "Scope",
    "Shelf",
    "SolutionTechnique",
    "Submission",
    "TieredHomework",
    "kinds",
    "register_kind",
]
