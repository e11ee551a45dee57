"""Pictures made safe (图片重编码): pixels are counted before decoding, then written anew.

What the camera wrote beside them (place, time, device) and whatever was hidden behind them goes.
"""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps

from media.inspection import FileRefused, NotWhatItSays, TooManyPixels
from media.naming import extension_of

PIXEL_LIMIT = 50_000_000  # over all frames of an animation
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
_HOW: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 88, "progressive": True},
    "PNG": {},
    "GIF": {},
    "WEBP": {"quality": 88, "method": 4},
}


class Rewritten(ContentFile[bytes]):
    """A picture that `reencoded` has written."""


def reencoded(file: File[bytes], content_type: str, name: str = "") -> Rewritten:
    """The same picture upright and written anew; raises `TooManyPixels` or `NotWhatItSays`."""
    if isinstance(file, Rewritten):
        return file  # twice would lose quality
    name = name or str(file.name or "")
    kind = FORMATS[content_type]
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=[kind]) as picture:
                _check_pixels(picture, name)
                content = _written(picture, kind)
    except FileRefused:
        raise
    except Image.DecompressionBombError as bomb:
        raise TooManyPixels(name, pixels="≥ 100", limit=PIXEL_LIMIT // 1_000_000) from bomb
    except Exception as damaged:  # decoders raise whatever a damaged file makes them
        raise NotWhatItSays(name, extension=extension_of(name)) from damaged
    return Rewritten(content, name=name)


def _check_pixels(picture: Image.Image, name: str) -> None:
    pixels = picture.width * picture.height
    if pixels <= PIXEL_LIMIT:  # the frames of a giant are not worth counting
        pixels *= int(getattr(picture, "n_frames", 1))
    if pixels > PIXEL_LIMIT:
        limit = PIXEL_LIMIT // 1_000_000
        raise TooManyPixels(name, pixels=-(-pixels // 1_000_000), limit=limit)


def _written(picture: Image.Image, kind: str) -> bytes:
    out = BytesIO()
    how = dict(_HOW[kind])
    if getattr(picture, "is_animated", False) and kind in {"GIF", "WEBP"}:
        picture.save(out, kind, save_all=True, exif=b"", xmp=b"", comment=b"", **how)
        return out.getvalue()
    upright = ImageOps.exif_transpose(picture)
    colours = upright.info.get("icc_profile")
    if upright.mode in {"CMYK", "YCCK"}:
        upright, colours = upright.convert("RGB"), None
    transparency = upright.info.get("transparency")
    upright.info = {} if transparency is None else {"transparency": transparency}
    if colours and kind != "GIF":
        how["icc_profile"] = colours
    upright.save(out, kind, **how)
    return out.getvalue()
