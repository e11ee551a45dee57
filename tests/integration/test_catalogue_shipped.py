"""The volumes that come with the product: whole, in order, and aligned to known standards."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.forms.models import model_to_dict

from resources.catalogue.models import Chapter, Standard, Volume
from resources.catalogue.queries import lessons_of, tree_of, volumes
from resources.catalogue.shipped import import_all_shipped, standard_files, volume_files
from resources.catalogue.vocabulary import lesson_names
from schools.models import AuditEntry
from tests.factories import people

pytestmark = pytest.mark.django_db

# file → units, lessons, periods of the whole volume
SHIPPED = {
    "beishida_mathematics_7a_2024": (7, 23, 54),
    "jiaoke_science_3a_2019": (3, 24, 24),
    "renjiao_english_3a_2024": (7, 19, 44),
    "renjiao_english_7a_2024": (10, 20, 61),
    "renjiao_fine_arts_1a_2024": (4, 15, 15),
    "renjiao_mathematics_7a_2012": (4, 34, 62),
    "renjiao_mathematics_7a_2024": (8, 42, 69),
    "renjiao_physics_8a_2012": (6, 26, 37),
    "renyin_music_7a_2012": (5, 27, 27),
    "tongbian_chinese_4b_2019": (8, 49, 86),
    "tongbian_chinese_7a_2024": (6, 42, 42),
    "tongbian_history_7a_2024": (4, 21, 21),
    "tongbian_morality_law_7a_2024": (4, 13, 26),
}
WITH_STANDARDS = {
    ("chinese", "primary"),
    ("chinese", "junior"),
    ("mathematics", "junior"),
    ("history", "junior"),
    ("science", "primary"),
    ("music", "junior"),
    ("fine_arts", "primary"),
}

OF_OTHER_VOLUMES = ["YW-J-E2", "YW-J-Q1", "YW-J-SX1", "YW-J-SX2", "YW-J-T2"]
"""What grade 7 is asked in its second term, or later."""


def _volume_of(file: Path) -> Volume:
    """The volume that a file is named after: edition, subject, grade and half, issue year."""
    edition, rest = file.stem.split("_", 1)
    subject, grade, year = rest.rsplit("_", 2)
    return Volume.objects.get(
        edition=edition,
        subject=subject,
        grade=int(grade[:-1]),
        part={"a": "上", "b": "下"}[grade[-1]],
        issue_year=int(year),
    )


def _everything() -> list[dict[str, object]]:
    return [
        model_to_dict(thing) | {"pk": thing.pk}
        for model in (Volume, Chapter, Standard)
        for thing in model.objects.order_by("pk")
    ]


def test_every_file_is_one_volume_named_after_it() -> None:
    import_all_shipped()

    found = {
        file.stem: (
            len(tree_of(_volume_of(file))),
            lessons_of(_volume_of(file)).count(),
            lessons_of(_volume_of(file)).aggregate(all=Sum("periods"))["all"],
        )
        for file in volume_files()
    }
    assert found == SHIPPED
    assert volumes().count() == len(SHIPPED)


def test_the_volumes_are_of_many_subjects_of_three_grades_and_two_editions_of_one() -> None:
    import_all_shipped()

    assert len(set(Volume.objects.values_list("subject", flat=True))) >= 9
    assert len(set(Volume.objects.values_list("grade", flat=True))) >= 4
    mathematics = Volume.objects.filter(subject="mathematics", grade=7, part="上")
    assert {(volume.edition, volume.issue_year) for volume in mathematics} == {
        ("renjiao", 2012),
        ("renjiao", 2024),
        ("beishida", 2024),
    }


def test_every_tree_is_in_order_and_no_unit_is_empty() -> None:
    import_all_shipped()

    for volume in Volume.objects.all():
        lines = list(volume.chapters.order_by("position"))
        assert [line.position for line in lines] == list(range(1, len(lines) + 1))
        for branch in tree_of(volume):
            below = [step.chapter for step in branch.branches]
            assert branch.chapter.is_lesson is not bool(below)
            taught = Chapter.objects.filter(is_lesson=True, parent__in=[branch.chapter, *below])
            assert branch.chapter.is_lesson or taught.exists()


def test_the_lessons_of_seven_subjects_and_stages_serve_standards() -> None:
    import_all_shipped()

    aligned = Chapter.objects.filter(is_lesson=True, standards__isnull=False)
    kinds = set(aligned.values_list("volume__subject", "volume__stage"))
    assert kinds == WITH_STANDARDS
    for subject, stage in WITH_STANDARDS:
        lessons = Chapter.objects.filter(
            is_lesson=True, volume__subject=subject, volume__stage=stage
        )
        assert all(1 <= lesson.standards.count() <= 4 for lesson in lessons)


def test_no_standard_comes_without_a_lesson_that_serves_it() -> None:
    import_all_shipped()

    unserved = Standard.objects.filter(chapters__isnull=True)
    assert list(unserved.values_list("code", flat=True)) == OF_OTHER_VOLUMES


def test_taking_all_in_twice_is_taking_it_in_once() -> None:
    import_all_shipped()
    before, audited = _everything(), AuditEntry.objects.count()

    written = import_all_shipped()

    assert _everything() == before
    assert AuditEntry.objects.count() == audited
    assert (written.volumes_new, written.chapters_new, written.chapters_changed) == (0, 0, 0)


def test_who_takes_it_in_is_on_record() -> None:
    operator = people.teacher()

    import_all_shipped(by=operator)

    entries = AuditEntry.objects.filter(action="volume.imported")
    assert {entry.actor_id for entry in entries} == {operator.pk}


def test_the_command_takes_in_all_that_is_shipped() -> None:
    out = StringIO()

    call_command("import_catalogue", "--shipped", stdout=out, stderr=StringIO())

    assert Volume.objects.count() == len(SHIPPED)
    assert Standard.objects.count() > 100


@pytest.mark.parametrize(
    "arguments",
    [[], ["a.csv", "--shipped"], ["--shipped", "--dry-run"], ["--shipped", "--report", "x"]],
)
def test_a_file_and_what_is_shipped_do_not_go_together(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("import_catalogue", *arguments)

    assert not Volume.objects.exists()


@pytest.mark.parametrize("files", [standard_files, volume_files])
def test_every_shipped_file_is_plain_utf_8(files: object) -> None:
    assert callable(files)
    for file in files():
        assert "\r" not in file.read_text(encoding="utf-8")


def test_the_lessons_of_the_first_volume_are_numbered_through() -> None:
    import_all_shipped()

    volume = Volume.objects.get(subject="chinese", grade=7)
    lessons = list(lessons_of(volume))
    numbered = [lesson.number for lesson in lessons if lesson.number]
    assert numbered == [str(number) for number in range(1, 25)]
    starred = [lesson.number for lesson in lessons if lesson.self_study]
    assert starred == ["3", "7", "11", "15", "23"]


def test_the_words_of_all_volumes_come_with_their_book() -> None:
    import_all_shipped()

    names = {(name.subject, name.edition, name.title) for name in lesson_names()}
    assert ("mathematics", "beishida", "认识有理数") in names
    assert ("fine_arts", "renjiao", "生肖大家庭") in names
