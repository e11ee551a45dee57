"""Names of uploaded files are shown and saved without what misleads or breaks."""

from __future__ import annotations

import pytest

from media.naming import display_name, extension_of, stem_of

HOSTILE = {
    "春·朱自清.docx": "春·朱自清.docx",
    "../../etc/passwd.pdf": "passwd.pdf",
    "C:\\作业\\春.pdf": "春.pdf",
    "/abs/春.pdf": "春.pdf",
    "课件\u202efdp.exe": "课件fdp.exe",
    "a\u2066b\u2069.png": "ab.png",
    "零\u200b宽\ufeff.png": "零宽.png",
    "nul\x00.pdf": "nul.pdf",
    "行\r\nSet-Cookie: a=b.pdf": "行Set-Cookie_ a=b.pdf",
    '引"号<b>.pdf': "引_号_b_.pdf",
    "  . 春 . pdf": "春.pdf",
    "...": "",
    "": "",
    "春。。。.png": "春。。。.png",
    "ｅ\u0301.png": "ｅ\u0301.png",
    "cafe\u0301.png": "café.png",
    "两  个\t空格.png": "两 个空格.png",
    ".htaccess": "htaccess",
    "CON.pdf": "CON.pdf",
}


@pytest.mark.parametrize(("given", "shown"), HOSTILE.items())
def test_a_shown_name_has_no_folder_and_nothing_unseen(given: str, shown: str) -> None:
    assert display_name(given) == shown


@pytest.mark.parametrize("length", [60, 85, 255, 4000])
def test_a_long_chinese_name_keeps_its_extension_and_fits_a_file_system(length: int) -> None:
    shown = display_name("春" * length + ".pptx")

    assert len(shown.encode()) <= 200
    assert shown.endswith("春.pptx")


def test_a_long_name_is_never_cut_inside_a_character() -> None:
    for pad in range(4):
        assert "\ufffd" not in display_name("a" * pad + "教" * 100)


def test_the_extension_is_that_of_the_shown_name() -> None:
    assert extension_of("照片\u202egpj.EXE") == "exe"
    assert extension_of("春.MP4") == "mp4"
    assert extension_of("mp4") == ""
    assert stem_of("单元/春.教案.docx") == "春.教案"
