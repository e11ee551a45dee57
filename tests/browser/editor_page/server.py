"""What the client needs of a server, in memory: see `lessonprep/plans/client/README.md`."""

from __future__ import annotations

import hashlib
import json
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser

from resources.library.richtext import clean, plain

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
FILES = {
    "/editor.js": ROOT / "lessonprep/plans/static/plans/editor.js",
    "/editor.css": ROOT / "lessonprep/plans/static/plans/editor.css",
}
CSS = ROOT / "site/portal/static/gongbei/css"
CELLS = ("teacher", "pupils", "intent")
Row = dict[str, str]


@dataclass
class Desk:
    """The sections of one plan, and how the server behaves at the moment."""

    text: str = "<p>有感情地朗读课文。</p>"
    rows: list[Row] = field(
        default_factory=lambda: [
            {"uuid": "u0", "step": "导入", "minutes": "5", "teacher": "<p>提问</p>"},
            {"uuid": "u1", "step": "读准读通", "minutes": "8", "teacher": "<p>范读</p>"},
        ]
    )
    user: str = "7"
    token: str = "token-1"
    signed_in: bool = True
    trouble: int | None = None
    posts: list[dict[str, str]] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    picture_trouble: tuple[int, dict[str, Any]] | None = None
    gate: threading.Event = field(default_factory=threading.Event)
    """Answers to saves wait for it; it is open to begin with."""

    def __post_init__(self) -> None:
        self.gate.set()

    def base(self, section: str) -> str:
        """The hash of a section as it is stored."""
        stored = self.text if section == "text" else json.dumps(self.rows, sort_keys=True)
        return hashlib.sha256(stored.encode()).hexdigest()[:16]

    def page(self) -> str:
        """The plan's page for who is signed in."""
        row = (HERE / "row.html").read_text()
        rows = [
            filled(row, {"index": index, "number": index + 1, **item})
            for index, item in enumerate(self.rows)
        ]
        empty = {"index": "__i__", "number": "", "uuid": "", "step": "", "minutes": ""}
        cells = {
            f"rows-{index}-{name}": item.get(name, "")
            for index, item in enumerate(self.rows)
            for name in CELLS
        }
        return filled(
            (HERE / "page.html").read_text(),
            {
                "user": self.user,
                "token": self.token,
                "text_base": self.base("text"),
                "text_plain": plain(self.text),
                "text_initial": as_json({"body": self.text}),
                "process_base": self.base("process"),
                "process_initial": as_json(cells),
                "rows_count": len(self.rows),
                "rows": "".join(rows),
                "empty_row": filled(row, empty),
                "texts": (HERE / "texts.json").read_text(),
            },
        )

    def save(self, section: str, posted: dict[str, str], token: str) -> tuple[int, dict[str, Any]]:
        """The answer to a save."""
        if token != self.token:
            return 403, {}
        self.posts.append(posted)
        new = self.read(section, posted)
        stored: Any = self.text if section == "text" else self.rows
        if new != stored and posted["base"] != self.base(section):
            theirs = {"body": self.text} if section == "text" else {"rows": self.rows}
            error = {"code": "stale", "message": "stale"}
            by = {"by": "马文涛", "saved_at": "15:41", "base": self.base(section)}
            return 409, {"error": error, "theirs": {"heading": "", **theirs}, **by}
        if section == "text":
            self.text = new
        else:
            self.rows = new
        return 200, {"base": self.base(section), "saved_at": "15:42"}

    def read(self, section: str, posted: Mapping[str, str]) -> Any:
        """The posted section as it would be stored."""
        if section == "text":
            return clean(posted["body"])
        return [
            {
                **{name: posted[f"rows-{index}-{name}"] for name in ("uuid", "step", "minutes")},
                **{name: clean(posted[f"rows-{index}-{name}"]) for name in CELLS},
            }
            for index in range(int(posted["rows-count"]))
        ]


def filled(template: str, values: Mapping[str, object]) -> str:
    """The template with the values in it."""
    for name, value in values.items():
        template = template.replace(f"{{{{ {name} }}}}", str(value))
    return template


def as_json(value: object) -> str:
    """Safe inside a script element, as Django's `json_script` does it."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


class EditorSite:
    """The desk on a port of its own."""

    def __init__(self) -> None:
        self.desk = Desk()
        handler = type("DeskHandler", (Handler,), {"desk": self.desk})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def close(self) -> None:
        """Frees the port."""
        self.desk.gate.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Handler(BaseHTTPRequestHandler):
    """The page, its files and the saves of one desk."""

    desk: Desk

    def do_GET(self) -> None:
        if self.path.startswith("/files/"):
            self.give_picture(self.path.split("/")[2])
            return
        file = FILES.get(self.path, CSS / self.path.rpartition("/")[2])
        if self.path == "/":
            signed_in = self.desk.signed_in
            self.answer(200, "text/html", self.desk.page() if signed_in else "<form></form>")
        elif file.is_file():
            kind = "text/javascript" if file.suffix == ".js" else "text/css"
            self.answer(200, kind, file.read_text())
        else:
            self.answer(404, "text/html", "")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.desk.gate.wait(10)
        if self.path == "/pictures/":
            self.take_picture(body)
        elif self.desk.trouble:
            self.answer(self.desk.trouble, "text/html", "")
        elif not self.desk.signed_in:
            self.answer(302, "text/html", "", Location="/accounts/login/")
        else:
            section = self.path.split("/")[2]
            token = self.headers["X-CSRFToken"]
            status, answer = self.desk.save(section, self.posted(body), token)
            self.answer(status, "application/json" if answer else "text/html", json.dumps(answer))

    def take_picture(self, body: bytes) -> None:
        """Keeps a picture that was sent, and answers its name in texts."""
        if self.desk.picture_trouble:
            status, answer = self.desk.picture_trouble
            self.answer(status, "application/json", json.dumps(answer))
            return
        sent = self.parts(body)[1]["file"]
        name = str(uuid.uuid4())
        self.desk.pictures[name] = sent.read()
        self.answer(200, "application/json", json.dumps({"media": name}))

    def give_picture(self, name: str) -> None:
        """A picture that was sent."""
        content = self.desk.pictures.get(name)
        self.send_response(200 if content else 404)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def parts(self, body: bytes) -> tuple[Any, Any]:
        """The fields and the files of the form."""
        meta = {
            "CONTENT_TYPE": self.headers["Content-Type"],
            "CONTENT_LENGTH": str(len(body)),
        }
        files = MemoryFileUploadHandler()
        files.activated = True
        return MultiPartParser(meta, BytesIO(body), [files]).parse()

    def posted(self, body: bytes) -> dict[str, str]:
        """The fields of the form."""
        fields = self.parts(body)[0]
        return {name: str(value) for name, value in fields.items()}

    def answer(self, status: int, kind: str, body: str, **headers: str) -> None:
        """Sends it under the policy of the site: no inline style, no inline script."""
        sent = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(sent)))
        self.send_header("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_args: object) -> None:
        """Says nothing in a test."""


__all__ = ["Desk", "EditorSite"]
