"""Reads files of one JSON object a line (JSONL), whoever wrote them: UTF-8, UTF-16 or GBK.

A line that cannot be read is a `BadLine` with its number and the reason; the others are read on.
No line is held that is longer than `LONGEST`, so a file may be of any size.
"""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _

LONGEST = 2 * 1024 * 1024
"""Bytes of a line; the text of a long lesson with its tables is a twentieth of it."""
DEEPEST = 20
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_UTF8 = "utf-8"
_GBK = "gb18030"


@dataclass(frozen=True, slots=True)
class Line:
    """One object, with the number of its line."""

    number: int
    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no object, and why."""

    number: int
    reason: str


class UnreadableFile(ValueError):
    """The file as a whole is not one of lines of text."""


class _Refused(ValueError):
    """What stands in a line cannot be taken; its text is the reason."""


def read_lines(path: Path) -> Iterator[Line | BadLine]:
    """The lines of the file at `path`, blank ones left out; raises `UnreadableFile`, OSError."""
    with path.open("rb") as file:
        encoding = _encoding_of(file)
        if encoding in _UTF16.values():
            yield from _from(_recoded(file, encoding), _UTF8)
        else:
            yield from _from(file, encoding)


def _from(file: IO[bytes], encoding: str) -> Iterator[Line | BadLine]:
    for number, raw in _raw_lines(file):
        if raw is None:
            reason = _("The line is longer than %(limit)s MB.") % {"limit": LONGEST // 1024**2}
            yield BadLine(number, reason)
        elif raw.strip():
            yield _read(number, raw, encoding)


def _raw_lines(file: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Each line with its number; None in place of one that is too long."""
    number = 0
    while raw := file.readline(LONGEST + 1):
        number += 1
        if number == 1:
            raw = raw.removeprefix(codecs.BOM_UTF8)
        if len(raw) <= LONGEST:
            yield number, raw
            continue
        while raw and not raw.endswith(b"\n"):
            raw = file.readline(LONGEST)
        yield number, None


def _encoding_of(file: IO[bytes]) -> str:
    """What the whole file is written in: one that has any valid UTF-8 beyond ASCII is UTF-8."""
    begins = file.read(4096)
    file.seek(0)
    if begins[:2] in _UTF16:
        return _UTF16[begins[:2]]
    if b"\0" in begins:
        raise UnreadableFile(_("The file is not text. It must hold one JSON object a line."))
    in_utf8 = in_gbk = 0
    for _number, raw in _raw_lines(file):
        if raw is not None and not raw.isascii():
            in_utf8 += _decodes(raw, _UTF8)
            in_gbk += not _decodes(raw, _UTF8) and _decodes(raw, _GBK)
    file.seek(0)
    return _GBK if in_gbk and not in_utf8 else _UTF8


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _recoded(file: IO[bytes], encoding: str) -> IO[bytes]:
    """A UTF-16 file as UTF-8, by the megabyte."""
    reader = codecs.getreader(encoding)(file, "replace")
    out = io.BytesIO()
    while text := reader.read(LONGEST // 2):
        out.write(text.removeprefix("\ufeff").encode(_UTF8, errors="replace"))
    out.seek(0)
    return out


def _read(number: int, raw: bytes, encoding: str) -> Line | BadLine:
    try:
        return Line(number, _object(raw.decode(encoding)))
    except UnicodeDecodeError:
        return BadLine(number, _("The line is neither UTF-8 nor GBK."))
    except _Refused as refused:
        return BadLine(number, str(refused))
    except RecursionError:
        return BadLine(number, _("Lists and objects are nested too deeply."))
    except ValueError as error:
        return BadLine(number, _("The line is not JSON: %(error)s.") % {"error": str(error)[:200]})


def _object(text: str) -> dict[str, Any]:
    value = json.loads(
        text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_number
    )
    if not isinstance(value, dict):
        raise _Refused(_("The line is not a JSON object."))
    _check(value, 1)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Refused(_("“%(name)s” stands in the line twice.") % {"name": twice[:40]})
    return made


def _no_number(word: str) -> NoReturn:
    raise _Refused(_("“%(word)s” is not a number.") % {"word": word})


def _number(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        _no_number(text[:40])
    return number


def _check(value: Any, depth: int) -> None:
    """Nothing nested too deeply, no character that a text cannot hold."""
    if depth > DEEPEST:
        raise _Refused(_("Lists and objects are nested too deeply."))
    match value:
        case str():
            _check_text(value)
        case dict():
            for name, inner in value.items():
                _check_text(name)
                _check(inner, depth + 1)
        case list():
            for inner in value:
                _check(inner, depth + 1)


def _check_text(text: str) -> None:
    if found := _CONTROL.search(text):
        code = f"U+{ord(found[0]):04X}"
        raise _Refused(_("There is a control character (%(code)s) in a text.") % {"code": code})
    if not text.isascii() and any("\ud800" <= mark <= "\udfff" for mark in text):
        raise _Refused(_("There is half a character in a text."))
