"""Stages (学段), grades (年级) and subjects (学科) of the national curriculum.

They are words of the state, not of an installation: a fixed list, so that a membership, a role
and a resource of any school mean the same thing by them.
Source: the curriculum plans for compulsory education (2022) and senior high (2017, rev. 2020).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """A stage of schooling; which grades it holds depends on the system (六三制, 五四制)."""

    PRIMARY = "primary", _("Primary")
    JUNIOR = "junior", _("Junior high")
    SENIOR = "senior", _("Senior high")


class SchoolSystem(models.TextChoices):
    """How the nine years of compulsory schooling are split (学制)."""

    SIX_THREE = "six_three", _("Six-three system")
    FIVE_FOUR = "five_four", _("Five-four system")


class Grade(models.IntegerChoices):
    """Grades 1 to 12, counted through all stages."""

    G1 = 1, _("Grade 1")
    G2 = 2, _("Grade 2")
    G3 = 3, _("Grade 3")
    G4 = 4, _("Grade 4")
    G5 = 5, _("Grade 5")
    G6 = 6, _("Grade 6")
    G7 = 7, _("Grade 7")
    G8 = 8, _("Grade 8")
    G9 = 9, _("Grade 9")
    G10 = 10, _("Senior 1")
    G11 = 11, _("Senior 2")
    G12 = 12, _("Senior 3")


class Subject(models.TextChoices):
    """A subject of the curriculum, in the order in which schools list them."""

    CHINESE = "chinese", _("Chinese")
    MATHEMATICS = "mathematics", _("Mathematics")
    ENGLISH = "english", _("English")
    MORALITY_LAW = "morality_law", _("Morality and law")
    POLITICS = "politics", _("Ideology and politics")
    HISTORY = "history", _("History")
    GEOGRAPHY = "geography", _("Geography")
    SCIENCE = "science", _("Science")
    PHYSICS = "physics", _("Physics")
    CHEMISTRY = "chemistry", _("Chemistry")
    BIOLOGY = "biology", _("Biology")
    MUSIC = "music", _("Music")
    FINE_ARTS = "fine_arts", _("Fine arts")
    ARTS = "arts", _("Arts")
    PE = "pe", _("Physical education and health")
    INFORMATION = "information", _("Information technology")
    TECHNOLOGY = "technology", _("General technology")
    LABOUR = "labour", _("Labour")
    PRACTICE = "practice", _("Integrated practice")
    CALLIGRAPHY = "calligraphy", _("Calligraphy")
    MENTAL_HEALTH = "mental_health", _("Mental health")
    JAPANESE = "japanese", _("Japanese")
    RUSSIAN = "russian", _("Russian")
    LOCAL = "local", _("Local course")


def stage_of(grade: int, system: SchoolSystem = SchoolSystem.SIX_THREE) -> Stage:
    """The stage that holds `grade` (1-12): grade 6 is primary unless the system is five-four."""
    if grade <= (Grade.G6 if system == SchoolSystem.SIX_THREE else Grade.G5):
        return Stage.PRIMARY
    return Stage.JUNIOR if grade <= Grade.G9 else Stage.SENIOR
