"""Captions as people have them become plain WebVTT, or the line that is wrong is named."""

from __future__ import annotations

import pytest

from media.previews.captions import LONGEST_TEXT, MOST_CUES, Cue, NotCaptions, cues_of, settled

VTT = """WEBVTT

NOTE 说明

STYLE
::cue { color: red }

1
00:01.000 --> 00:04.500 align:start
<v 张老师>盼望着&amp;
东风来了
"""
SRT = (
    "\ufeff1\r\n00:00:01,000 --> 00:00:04,500\r\n盼望着\r\n\r\n"
    "2\r\n00:00:05,000 --> 00:00:06,000\r\n东风来了\r\n"
)


def test_webvtt_loses_styles_voices_and_notes() -> None:
    assert cues_of(VTT) == [Cue(1.0, 4.5, "盼望着&\n东风来了")]
    assert settled(VTT) == ("WEBVTT\n\n00:00:01.000 --> 00:00:04.500\n盼望着&amp;\n东风来了\n")


def test_subrip_is_taken_as_it_is() -> None:
    assert [(cue.start, cue.text) for cue in cues_of(SRT)] == [(1.0, "盼望着"), (5.0, "东风来了")]


def test_what_was_settled_is_settled_again_to_the_same() -> None:
    assert settled(settled(VTT)) == settled(VTT)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("WEBVTT\n", 1),
        ("春天来了\n东风来了", 1),
        ("WEBVTT\n\n00:01 --> 00:02\n春", 3),
        ("WEBVTT\n\n00:05.000 --> 00:02.000\n春", 3),
        ("00:01.000 --> 99:00:02.000\n春", 1),
        ("<script>alert(1)</script>", 1),
        ("x" * (LONGEST_TEXT + 1), 1),
    ],
)
def test_the_line_that_is_wrong_is_named(text: str, line: int) -> None:
    with pytest.raises(NotCaptions) as refused:
        settled(text)

    assert refused.value.line == line


def test_hostile_words_stay_words() -> None:
    shown = settled(
        "00:01.000 --> 00:02.000\n<img src=x onerror=alert(1)>春\u202e &lt;b&gt; 1 --&gt; 2"
    )

    assert "<" not in shown
    assert "\u202e" not in shown
    assert shown.count("-->") == 1


def test_there_is_an_end_to_captions() -> None:
    many = "\n\n".join(["00:01.000 --> 00:02.000\n春"] * (MOST_CUES + 1))

    with pytest.raises(NotCaptions):
        settled(many)
