"""Broken and hostile documents: a clear reason or a right result, in a process with limits."""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from media.isolation.office import office
from media.isolation.running import ROOT, bare_environment
from resources.library.word import isolated
from resources.library.word.isolated import WordRefused, read_word
from resources.library.word.reasons import Reason
from tests.factories import word
from tests.factories.word import Made, cell, p, packed, raw, table

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
XXE = '<?xml version="1.0"?><!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def with_main(xml: str) -> bytes:
    return packed(
        {
            "[Content_Types].xml": word.CONTENT_TYPES,
            "_rels/.rels": word.ROOT_RELATIONS,
            "word/document.xml": xml,
        }
    )


def with_entity(beginning: str, entity: str) -> bytes:
    main = word.document_xml(p(f"&{entity};")).split("?>", 1)[1]
    return with_main(beginning + main)


def bomb() -> bytes:
    return packed(
        {
            "[Content_Types].xml": word.CONTENT_TYPES,
            "_rels/.rels": word.ROOT_RELATIONS,
            "word/document.xml": b"0" * (60 * 1024 * 1024),
        }
    )


def slipping() -> bytes:
    return packed({"[Content_Types].xml": "", "word/document.xml": "", "../../etc/cron.d/x": "x"})


def many_entries() -> bytes:
    return packed({"[Content_Types].xml": "", **{f"word/{n}.xml": "" for n in range(3000)}})


def cut_off() -> bytes:
    return word.common_plan()[:-400]


def bad_checksum() -> bytes:
    content = bytearray(word.common_plan())
    with zipfile.ZipFile(BytesIO(bytes(content))) as archive:
        entry = archive.getinfo("word/document.xml")
    at = entry.header_offset + 30 + len(entry.filename) + 40
    content[at : at + 20] = b"\xff" * 20
    return bytes(content)


def long_paragraph() -> bytes:
    words = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(20_000))
    return raw(p(words * 175))


def sheet() -> bytes:
    return packed({"[Content_Types].xml": "", "xl/workbook.xml": ""})


def nested() -> bytes:
    inner = p("最里面")
    for _level in range(200):
        inner = table(cell("外", inner=inner))
    return raw(inner)


REFUSED: list[tuple[str, Made, Reason]] = [
    ("0 bytes", lambda: b"", Reason.EMPTY),
    ("not a zip", lambda: b"hello, I am a plan" * 50, Reason.NOT_WORD),
    ("a zip of something else", lambda: packed({"a.txt": "x"}), Reason.NOT_WORD),
    ("a sheet under another name", sheet, Reason.OTHER_OFFICE),
    ("with a password", lambda: word.ole("EncryptionInfo", "EncryptedPackage"), Reason.ENCRYPTED),
    ("a zip bomb", bomb, Reason.UNSAFE),
    ("names that lead out", slipping, Reason.UNSAFE),
    ("thousands of parts", many_entries, Reason.UNSAFE),
    ("an outside entity", lambda: with_entity(XXE, "x"), Reason.UNSAFE),
    ("a billion laughs", lambda: with_entity(LAUGHS, "i"), Reason.UNSAFE),
    ("a document type", lambda: with_main("<!DOCTYPE a><a/>"), Reason.UNSAFE),
    ("broken XML", lambda: with_main("<w:document><w:body>"), Reason.DAMAGED),
    ("cut off", cut_off, Reason.DAMAGED),
    ("damaged in the middle", bad_checksum, Reason.DAMAGED),
    ("200 tables in one another", nested, Reason.TOO_DEEP),
    ("a paragraph of 10 MB", long_paragraph, Reason.TOO_LONG),
    ("longer than any lesson", lambda: raw(p("春" * 1000) * 400), Reason.TOO_LONG),
    ("nothing in it", lambda: raw(""), Reason.NOTHING_IN_IT),
]  # fmt: skip


@pytest.mark.parametrize(
    ("made", "reason"), [row[1:] for row in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_what_cannot_be_read_is_refused_with_its_reason(made: Made, reason: Reason) -> None:
    started = time.monotonic()

    with pytest.raises(WordRefused) as refused:
        read_word(made(), "坏 教案.docx")

    assert refused.value.reason is reason
    assert "坏 教案.docx" in str(refused.value)
    assert time.monotonic() - started < isolated.WALL_SECONDS


def test_an_old_document_is_refused_with_what_to_do_where_nothing_converts_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(WordRefused) as refused:
        read_word(word.ole("WordDocument"), "旧.doc")

    assert refused.value.reason is Reason.OLD
    assert ".docx" in str(refused.value)


@pytest.mark.skipif(office() is None, reason="LibreOffice is not installed")
def test_what_the_converter_cannot_open_is_refused() -> None:
    with pytest.raises(WordRefused) as refused:
        read_word(word.ole("WordDocument"), "旧.doc")

    assert refused.value.reason in {Reason.OLD_NOT_CONVERTED, Reason.NOTHING_IN_IT}


@pytest.mark.skipif(office() is None, reason="LibreOffice is not installed")
def test_an_old_document_is_converted_where_libreoffice_is_installed() -> None:
    rtf = rb"{\rtf1\ansi\ansicpg936\uc1 {\u25945?\u23398?\u30446?\u26631?\par \u26149?\par}}"

    text = read_word(rtf, "旧.rtf")

    assert [piece["concept"] for piece in text.pieces] == ["objectives"]


def test_an_outside_template_and_outside_pictures_are_not_fetched() -> None:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    outside = "".join(
        f'<Relationship Id="x{kind}" Type="{office}/{kind}" TargetMode="External" '
        'Target="http://127.0.0.1:9/never"/>'
        for kind in ("attachedTemplate", "image", "header")
    )
    picture = (
        '<w:p><w:r><w:pict><v:shape><v:imagedata r:id="ximage"/></v:shape></w:pict></w:r></w:p>'
    )

    text = read_word(raw(p("教学目标") + p("读课文") + picture, relations=outside), "a.docx")

    assert [piece["html"] for piece in text.pieces] == ["<p>读课文</p>"]
    assert text.notes == ["outside picture"]


def test_macros_are_left_outside_and_said() -> None:
    office = "http://schemas.microsoft.com/office/2006/relationships"
    macro = f'<Relationship Id="v" Type="{office}/vbaProject" Target="vbaProject.bin"/>'

    text = read_word(raw(p("教学目标") + p("读课文"), relations=macro), "a.docm")

    assert text.notes == ["macros"]
    assert text.pieces[0]["html"] == "<p>读课文</p>"


def test_a_table_of_5000_rows_is_read_whole() -> None:
    rows = [cell(f"第{number}行") + cell("内容") for number in range(5000)]

    text = read_word(raw(p("作业设计") + table(*rows)), "a.docx")

    assert text.pieces[0]["html"].count("<tr>") == 5000


def test_a_picture_of_a_hundred_megapixels_is_not_opened_while_reading() -> None:
    document = Document()
    document.add_paragraph("教学目标")
    document.add_picture(BytesIO(word.picture(12_000, 9_000)))

    text = read_word(word.saved(document), "a.docx")

    assert len(text.pictures) == 1


def test_the_reading_process_limits_itself(tmp_path: Path) -> None:
    greedy = (
        "import sys; from media.isolation.limits import limit_this_process as limit;"
        " limit(memory=1_500_000_000, cpu_seconds=20, output=64_000_000);"
        "import resource; print(resource.getrlimit(resource.RLIMIT_CPU)[0]); bytearray(3 * 1024**3)"
    )

    ended = subprocess.run([sys.executable, "-c", greedy], cwd=ROOT, capture_output=True, text=True)

    assert ended.stdout.strip() == "20"
    assert "MemoryError" in ended.stderr


def test_the_reading_process_knows_no_settings_and_no_secrets(tmp_path: Path) -> None:
    environment = bare_environment(tmp_path)
    code = "import sys, resources.library.word.child as c; print('django' in sys.modules)"

    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True
    )

    assert set(environment) <= {"PATH", "SYSTEMROOT", "PYTHONPATH", "PYTHONUTF8", "HOME"} | {
        "TMPDIR",
        "LC_ALL",
    }
    assert ended.stdout.strip() == b"False"
