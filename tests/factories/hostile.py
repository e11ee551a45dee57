"""Files that want to do harm, made here by the hundred; each by the name of its upload."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.factories import previews
from tests.factories.media import (
    archive_bytes,
    office_bytes,
    ole_bytes,
    picture_bytes,
    png_that_claims,
)

XXE = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "'
    + b"ha" * 50
    + b'">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(9))
    + b"]><r>&j;</r>"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
SCHEMAS = b"http://schemas.openxmlformats.org/"
PACKAGE = b"application/vnd.openxmlformats-package"
ROOT_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="%spackage/2006/content-types">' % SCHEMAS
    + b'<Default Extension="rels" ContentType="%s.relationships+xml"/>' % PACKAGE
    + b'<Default Extension="xml" ContentType="application/xml"/>'
    + b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats'
    b'-officedocument.wordprocessingml.document.main+xml"/>'
    b"</Types>"
)
RELS = (
    b'<?xml version="1.0"?><Relationships xmlns="%spackage/2006/relationships">' % SCHEMAS
    + b'<Relationship Id="r1" Type="%sofficeDocument/2006/relationships/officeDocument"' % SCHEMAS
    + b' Target="word/document.xml"/></Relationships>'
)


def word_around(document: bytes, **more: bytes) -> bytes:
    """A .docx whose text is this XML."""
    return archive_bytes(
        {
            "[Content_Types].xml": ROOT_TYPES,
            "_rels/.rels": RELS,
            "word/document.xml": document,
            **{name.replace("__", "/"): content for name, content in more.items()},
        }
    )


def bomb(size: int, name: str = "word/bomb.xml", *, times: int = 1) -> bytes:
    """An archive that unpacks to `times` entries of `size` zeros."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", ROOT_TYPES)
        for number in range(times):
            with archive.open(f"{number}{name}" if times > 1 else name, "w") as entry:
                for _ in range(size // (1 << 20)):
                    entry.write(bytes(1 << 20))
    return out.getvalue()


def lying(content: bytes, size: int = 10) -> bytes:
    """The archive with an index that says every entry unpacks to `size` bytes."""
    raw = bytearray(content)
    at = raw.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<I", raw, at + 24, size)
        at = raw.find(b"PK\x01\x02", at + 4)
    return bytes(raw)


def entry(name: str, *, link: bool = False) -> bytes:
    """An archive with one entry of this name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo(name)
        if link:
            info.external_attr = 0o120777 << 16
        archive.writestr(info, b"/etc/passwd")
    return out.getvalue()


def gbk_zip() -> bytes:
    """An archive as old Chinese programs write it: names in GBK, no flag."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("AAAA.txt", "盼望着".encode("gbk"))
    return out.getvalue().replace(b"AAAA.txt", "春天".encode("gbk") + b".txt")


def gif_header(width: int, height: int) -> bytes:
    """A GIF that claims a size."""
    return (
        b"GIF89a"
        + struct.pack("<HH", width, height)
        + b"\x00\x00\x00,\0\0\0\0"
        + struct.pack("<HH", width, height)
        + b"\x00\x02\x02D\x01\x00;"
    )


def webp_header(width: int, height: int) -> bytes:
    """A WebP that claims a size."""
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0"
    body += struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def frames(count: int, side: int = 1000) -> bytes:
    """A GIF of many large frames that packs small."""
    out = io.BytesIO()
    first = Image.new("P", (side, side))
    more = [Image.new("P", (side, side), n % 2) for n in range(count)]
    first.save(out, "GIF", save_all=True, append_images=more, optimize=False)
    return out.getvalue()


def tiff() -> bytes:
    """A TIFF."""
    out = io.BytesIO()
    Image.new("1", (2000, 2000)).save(out, "TIFF")
    return out.getvalue()


def jpeg_with(tail: bytes) -> bytes:
    """A picture that is something else as well."""
    out = io.BytesIO()
    Image.new("RGB", (32, 32), "green").save(out, "JPEG", comment=HTML)
    return out.getvalue() + tail


def box(kind: bytes, *content: bytes) -> bytes:
    """A box of an MP4."""
    body = b"".join(content)
    return struct.pack(">I", 8 + len(body)) + kind + body


def mp4(duration: int = 1 << 62, *, more: bytes = b"", scale: int = 1) -> bytes:
    """An MP4 whose head claims a length."""
    head = box(b"ftyp", b"isom", bytes(4), b"isommp41")
    mvhd = box(b"mvhd", b"\x01\0\0\0", bytes(16), struct.pack(">IQ", scale, duration), bytes(80))
    return head + box(b"moov", mvhd, more) + box(b"mdat", bytes(64))


def deep_mp4(depth: int) -> bytes:
    """Boxes in boxes."""
    inner = b""
    for _ in range(depth):
        inner = box(b"moov", inner)
    return box(b"ftyp", b"isom", bytes(4)) + inner


PLAYLISTS = {
    "concat": b"ffconcat version 1.0\nfile '/etc/passwd'\n",
    "hls": b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "hls-http": b"#EXTM3U\n#EXTINF:1.0,\nhttp://127.0.0.1:9/x\n#EXT-X-ENDLIST\n",
    "dash": b'<?xml version="1.0"?><MPD><BaseURL>file:///etc/passwd</BaseURL></MPD>',
    "sdp": b"v=0\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n",
}
ISO = box(b"ftyp", b"isom", bytes(4), b"isom")
WEBM = b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm"

PDF_ACTIONS = {
    "javascript": b"/OpenAction << /S /JavaScript /JS (while(1){}) >>",
    "launch": b"/OpenAction << /S /Launch /F (/bin/sh) >>",
    "uri": b"/OpenAction << /S /URI /URI (http://127.0.0.1:9/) >>",
    "submit": b"/AcroForm << /Fields [] /XFA (x) >>",
}
INCLUDED = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r>'
    '<w:instrText xml:space="preserve"> {} </w:instrText></w:r><w:r>'
    '<w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>ha</w:t></w:r><w:r>'
    '<w:fldChar w:fldCharType="end"/></w:r></w:p></w:body></w:document>'
)


def light_cases() -> Iterator[tuple[str, bytes]]:
    """Those that need no program or end before one is asked."""
    yield from _empty_and_wrong()
    yield from _archives()
    yield from _pictures()
    yield from _names()
    yield from _pdfs()


def _empty_and_wrong() -> Iterator[tuple[str, bytes]]:
    for extension in ("docx", "pptx", "pdf", "png", "mp4", "zip", "mp3"):
        yield f"空.{extension}", b""
    for extension in ("png", "jpg", "gif", "webp", "pdf", "docx", "mp4", "mp3", "zip"):
        yield f"其实是网页.{extension}", HTML
        yield f"其实是图.{extension}", SVG
    for extension in ("svg", "html", "exe", "js", "m3u8", "tif", "tiff", "hta", "lnk", "php"):
        yield f"不收.{extension}", SVG
    yield "无扩展名", HTML
    yield "..", HTML
    yield "程序.pdf", b"MZ" + bytes(200)
    yield "脚本.docx", b"#!/bin/sh\nrm -rf /\n"


def _archives() -> Iterator[tuple[str, bytes]]:
    yield "炸弹.zip", lying(bomb(16 << 20, "a.txt"))
    yield "多炸弹.zip", lying(bomb(1 << 20, "a.txt", times=10), 1 << 30)
    yield "套娃.zip", archive_bytes({"a.zip": archive_bytes({"b.zip": bomb(8 << 20, "c")})})
    yield "压缩两次.docx", archive_bytes({"word/x.gz": gzip.compress(bytes(1 << 20))})
    yield "炸弹.docx", lying(bomb(1 << 20, times=10), 1 << 30)
    for name in ("../../etc/cron.d/x", "/etc/passwd", "C:\\x.exe", "..\\x", "a/../../x"):
        yield "滑走.zip", entry(name)
    yield "链接.zip", entry("link", link=True)
    yield "万件.zip", archive_bytes({f"{number}": b"" for number in range(6000)})
    yield "国标.zip", gbk_zip()
    yield "截断.zip", archive_bytes()[:-10]
    yield "截断.docx", office_bytes()[:60]
    yield "没有正文.docx", archive_bytes({"[Content_Types].xml": b"<Types/>"})
    yield "旧.doc", ole_bytes()


def _pictures() -> Iterator[tuple[str, bytes]]:
    for side in (20_000, 60_000, 100_000):
        yield "巨图.png", png_that_claims(side, side)
    yield "巨图.gif", gif_header(65_535, 65_535)
    yield "巨图.webp", webp_header(16_000, 16_000)
    yield "长片.gif", frames(55)
    yield "扫描.tif", tiff()
    yield "扫描.png", tiff()
    yield "两用.jpg", jpeg_with(archive_bytes())
    yield "两用.png", picture_bytes() + HTML
    yield "截断.png", picture_bytes()[:40]
    yield "截断.jpg", jpeg_with(b"")[:100]
    yield "乱码.png", b"\x89PNG\r\n\x1a\n" + zlib.compress(bytes(4096))


def _names() -> Iterator[tuple[str, bytes]]:
    content = previews.pdf("Spring")
    yield "春" * 85 + ".pdf", content
    yield "春" * 400 + ".pdf", content
    yield "\u202efdp.exe", content
    yield "教案\u202efdp.pdf", content
    yield "教案\u2066\u200b\x00.pdf", content
    yield "../../../教案.pdf", content
    yield "C:\\教案.pdf", content
    yield "a\r\nSet-Cookie: x=1.pdf", content
    yield '"><script>.pdf', content


def _pdfs() -> Iterator[tuple[str, bytes]]:
    for name, action in PDF_ACTIONS.items():
        yield f"{name}.pdf", previews.pdf("Spring", catalogue=action)
    loop = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 9 /Kids [2 0 R] >>"]
    yield "循环.pdf", previews.assembled(loop)
    huge = [
        *(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>"),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e9 1e9] >>",
    ]
    yield "巨页.pdf", previews.assembled(huge)
    thin = [*huge[:2], b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 0.001 1e7] >>"]
    yield "细页.pdf", previews.assembled(thin)
    many = [huge[0], b"<< /Type /Pages /Count 2000000000 /Kids [3 0 R] >>", huge[2]]
    yield "号称万页.pdf", previews.assembled(many)
    stream = zlib.compress(bytes(64 << 20), 1)
    packed = [
        *huge[:2],
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>",
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    yield "炸弹.pdf", previews.assembled(packed)
    yield "截断.pdf", previews.pdf("Spring", "Rain")[:300]
    yield "深.pdf", b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000 + b"\n%%EOF"


def film_cases() -> Iterator[tuple[str, bytes]]:
    """Those that ffmpeg is asked about."""
    for name, content in PLAYLISTS.items():
        yield f"{name}.mp4", content
        yield f"{name}后.mp4", ISO + content
        yield f"{name}.webm", WEBM + content
        yield f"{name}.mp3", b"ID3\x04\0\0\0\0\0\0" + content
    yield "千年.mp4", mp4()
    yield "负.mp4", mp4(0)
    yield "深.mp4", deep_mp4(2000)
    yield "截断.mp4", previews.FILM.read_bytes()[:30_000]
    yield "去尾.mp4", previews.FILM.read_bytes()[:-60_000]
    yield "乱.mp4", previews.FILM.read_bytes()[:2_000] + bytes(100_000)


def office_cases() -> Iterator[tuple[str, bytes]]:
    """Those that LibreOffice is asked about."""
    yield "外部实体.docx", word_around(XXE)
    yield "十亿笑.docx", word_around(LAUGHS)
    yield "谎称.docx", lying(bomb(620 << 20))
    included = INCLUDED.format('INCLUDETEXT "file:///etc/passwd"')
    yield "包含.docx", word_around(included.encode())
    yield "旧.ppt", ole_bytes()
    yield "空.pptx", office_bytes("ppt")
