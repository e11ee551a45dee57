"""Pictures are written anew: upright, without what stood beside or behind the pixels."""

from __future__ import annotations

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from media.inspection import NotWhatItSays, TooManyPixels
from media.pictures import reencoded
from tests.factories.media import picture_bytes, png_that_claims

PAYLOAD = b"<script>alert(1)</script>"


def _jpeg_with_place() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "Secret camera"
    exif.get_ifd(0x8825)[1] = "N"
    return picture_bytes("JPEG", (40, 20), exif=exif.tobytes(), comment=PAYLOAD)


def _opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_place_device_and_comment_of_a_photograph_go_and_it_stands_upright() -> None:
    content = reencoded(ContentFile(_jpeg_with_place()), "image/jpeg", "春.jpg").read()

    picture = _opened(content)
    assert picture.size == (20, 40)
    assert not picture.getexif()
    assert b"Secret" not in content
    assert PAYLOAD not in content


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_what_hangs_behind_a_picture_goes(kind: str) -> None:
    content = reencoded(
        ContentFile(picture_bytes(kind) + PAYLOAD), f"image/{kind.lower()}", "春"
    ).read()

    assert PAYLOAD not in content
    assert _opened(content).format == kind


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_mode_are_written(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (4, 4)).save(out, "PNG")

    assert _opened(reencoded(ContentFile(out.getvalue()), "image/png", "春.png").read()).size


def test_print_colours_become_screen_colours() -> None:
    out = io.BytesIO()
    Image.new("CMYK", (4, 4)).save(out, "JPEG")

    picture = _opened(reencoded(ContentFile(out.getvalue()), "image/jpeg", "春.jpg").read())

    assert picture.mode == "RGB"


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_an_animation_keeps_moving(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)

    again = _opened(reencoded(ContentFile(out.getvalue()), f"image/{kind.lower()}", "春").read())

    assert getattr(again, "n_frames", 1) == 3


def test_transparency_stays() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")

    picture = _opened(reencoded(ContentFile(out.getvalue()), "image/png", "春.png").read())

    assert picture.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("size", [(10_000, 5_001), (60_000, 60_000), (20_000, 20_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(
    size: tuple[int, int],
) -> None:
    with pytest.raises(TooManyPixels) as refused:
        reencoded(ContentFile(png_that_claims(*size)), "image/png", "大图.png")

    assert "50" in str(refused.value)


def test_an_animation_is_counted_over_all_its_frames() -> None:
    out = io.BytesIO()
    frames = [Image.new("P", (4000, 3000), colour) for colour in range(6)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])

    with pytest.raises(TooManyPixels):
        reencoded(ContentFile(out.getvalue()), "image/gif", "大图.gif")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_damaged_picture_is_refused_in_words(kind: str) -> None:
    whole = picture_bytes(kind, (300, 300))

    with pytest.raises(NotWhatItSays):
        reencoded(ContentFile(whole[: len(whole) // 3]), f"image/{kind.lower()}", f"春.{kind}")
