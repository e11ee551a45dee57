"""Films made light by ffmpeg (转码): poster, 480p, 240p, sound with stills, light sound.

ffmpeg is told what the file is, so that no playlist or script can pass for a film, and may open
nothing but files; it runs in a process with limits and without a network.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from media.isolation.limits import MEGABYTE
from media.isolation.running import Limits, run_program
from media.previews.actions import Made
from media.previews.errors import NoPreview
from media.previews.models import Form, Reason

LONGEST = 6 * 3600
MOST_PIXELS = 8192 * 4320
_MEMORY = 3072 * MEGABYTE
_FORMATS = {
    "video/mp4": "mov",
    "video/webm": "matroska",
    "audio/mpeg": "mp3",
    "audio/mp4": "mov",
}
_DECODERS = (
    "h264,hevc,vp8,vp9,av1,libdav1d,libaom-av1,mpeg4,mjpeg,png,"
    "aac,mp3,mp3float,opus,vorbis,alac,ac3,flac,pcm_s16le,pcm_s16be"
)
_SMALLER = 0.95
_X264 = ["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "main", "-pix_fmt", "yuv420p"]
Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Film:
    """What ffprobe says of a film."""

    seconds: float
    has_picture: bool
    has_sound: bool


def _scaled(height: int, rate: str) -> list[str]:
    return ["-vf", f"fps={rate},scale=w=-2:h='min({height},trunc(ih/2)*2)'"]


_HOW: dict[Form, list[str]] = {
    Form.FILM_480: [
        *("-map", "0:v:0", "-map", "0:a:0?", *_scaled(480, "25"), *_X264),
        *("-crf", "27", "-maxrate", "700k", "-bufsize", "1400k", "-g", "100"),
        *("-c:a", "aac", "-b:a", "64k", "-ac", "1", "-ar", "44100"),
    ],
    Form.FILM_240: [
        *("-map", "0:v:0", "-map", "0:a:0?", *_scaled(240, "12"), *_X264),
        *("-crf", "30", "-maxrate", "160k", "-bufsize", "320k", "-g", "60"),
        *("-c:a", "aac", "-b:a", "32k", "-ac", "1", "-ar", "22050"),
    ],
    Form.STILLS: [
        *("-map", "0:v:0", "-map", "0:a:0?", *_scaled(360, "1/5"), *_X264),
        *("-tune", "stillimage", "-crf", "32", "-g", "6"),
        *("-c:a", "aac", "-b:a", "24k", "-ac", "1", "-ar", "22050"),
    ],
    Form.SOUND: ["-map", "0:a:0", "-vn", "-c:a", "aac", "-b:a", "32k", "-ac", "1", "-ar", "22050"],
}


def look_at(path: Path, content_type: str, folder: Path) -> Film:
    """Length and streams of a film; raises `NoPreview`."""
    out = folder / "probe.json"
    entries = "format=duration:stream=codec_type,width,height:stream_disposition=attached_pic"
    ended = run_program(
        [
            *(_program("ffprobe"), "-v", "error", *_opening(content_type)),
            *("-show_entries", entries, "-of", "json", "-o", str(out), str(path)),
        ],
        folder,
        Limits(memory=1024 * MEGABYTE, cpu_seconds=30, output=MEGABYTE, wall_seconds=60),
    )
    if ended != 0 or not out.exists():
        raise NoPreview(Reason.DAMAGED)
    return _understood(json.loads(out.read_text("utf-8")))


def _understood(said: dict[str, Any]) -> Film:
    try:
        seconds = float(said.get("format", {}).get("duration", "nan"))
    except ValueError:
        seconds = math.nan
    streams = said.get("streams", [])
    pictures = [
        stream
        for stream in streams
        if stream.get("codec_type") == "video"
        and not stream.get("disposition", {}).get("attached_pic")
    ]
    has_sound = any(stream.get("codec_type") == "audio" for stream in streams)
    if not (pictures or has_sound) or not math.isfinite(seconds) or seconds <= 0:
        raise NoPreview(Reason.DAMAGED)
    pixels = max((int(s.get("width", 0)) * int(s.get("height", 0)) for s in pictures), default=0)
    if seconds > LONGEST or pixels > MOST_PIXELS:
        raise NoPreview(Reason.TOO_MUCH_WORK)
    return Film(seconds, bool(pictures), has_sound)


def _opening(content_type: str) -> list[str]:
    """How to open a stranger's file: as what it is, nothing beside it, with known decoders."""
    return [
        *("-protocol_whitelist", "file", "-codec_whitelist", _DECODERS),
        *("-f", _FORMATS[content_type]),
    ]


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NoPreview(Reason.NO_PROGRAM)
    return found


def poster(path: Path, content_type: str, folder: Path, tell: Tell) -> tuple[Made, int]:
    """One picture from the beginning of a film, and its length."""
    film = look_at(path, content_type, folder)
    if not film.has_picture:
        raise NoPreview(Reason.NO_PICTURE)
    shot = folder / "shot.png"
    _convert(
        path,
        content_type,
        folder,
        film,
        ["-map", "0:v:0", "-vf", "thumbnail=25,scale=640:-2", "-frames:v", "1", str(shot)],
        tell,
        before=["-ss", f"{min(film.seconds * 0.1, 10):.2f}"],
    )
    if not shot.exists():
        raise NoPreview(Reason.DAMAGED)
    out = folder / "poster.jpg"
    with Image.open(shot, formats=["PNG"]) as picture:
        picture.convert("RGB").save(out, "JPEG", quality=75, progressive=True)
        size = picture.size
    return Made(out, width=size[0], height=size[1]), round(film.seconds)


def smaller(form: Form) -> Callable[[Path, str, Path, Tell], tuple[Made, int]]:
    """The maker of a light film or sound."""

    def maker(path: Path, content_type: str, folder: Path, tell: Tell) -> tuple[Made, int]:
        film = look_at(path, content_type, folder)
        if form != Form.SOUND and not film.has_picture:
            raise NoPreview(Reason.NO_PICTURE)
        out = folder / ("light.m4a" if form == Form.SOUND else "light.mp4")
        how = [*_HOW[form], "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn"]
        _convert(
            path, content_type, folder, film, [*how, "-movflags", "+faststart", str(out)], tell
        )
        if not out.exists() or out.stat().st_size < 500:
            raise NoPreview(Reason.DAMAGED)
        if out.stat().st_size > _SMALLER * path.stat().st_size:
            raise NoPreview(Reason.NOT_SMALLER)
        return Made(out), round(film.seconds)

    return maker


def _convert(
    path: Path,
    content_type: str,
    folder: Path,
    film: Film,
    how: list[str],
    tell: Tell,
    *,
    before: list[str] | None = None,
) -> None:
    told = folder / "progress"
    seconds = int(120 + 2 * film.seconds)
    ended = run_program(
        [
            *(_program("ffmpeg"), "-nostdin", "-hide_banner", "-loglevel", "error", "-y"),
            *("-threads", "1", *_opening(content_type), *(before or []), "-i", str(path)),
            *("-t", str(LONGEST), "-threads", "1", "-progress", str(told), *how),
        ],
        folder,
        Limits(
            memory=_MEMORY,
            cpu_seconds=seconds,
            output=max(path.stat().st_size, 64 * MEGABYTE),
            wall_seconds=2 * seconds,
        ),
        on_look=lambda: tell(_percent(told, film.seconds)),
    )
    if ended is None:
        raise NoPreview(Reason.TOO_MUCH_WORK)
    if ended != 0:
        raise NoPreview(Reason.DAMAGED)


def _percent(told: Path, seconds: float) -> float:
    """How far ffmpeg is, by the last time it has told."""
    if not told.exists():
        return 1
    with told.open("rb") as opened:
        opened.seek(max(0, told.stat().st_size - 1000))
        lines = opened.read().decode("ascii", "ignore").splitlines()
    times = [line.partition("=")[2] for line in lines if line.startswith("out_time_us=")]
    done = int(times[-1]) / 1e6 if times and times[-1].lstrip("-").isdigit() else 0
    return max(1, min(99, 100 * done / seconds))


MAKERS = {Form.POSTER: poster} | {form: smaller(form) for form in _HOW}
