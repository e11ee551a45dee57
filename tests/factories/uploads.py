"""An uploader in Python, which does what the script of the browser does."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

import requests
from django.test import Client
from django.urls import reverse

from media.uploads.actions import start
from media.uploads.models import Upload
from schools.models import School, User
from tests.factories.media import video_bytes

MEGABYTE = 1024 * 1024


def announcement(name: str = "课.mp4", size: int = 6 * MEGABYTE) -> dict[str, str]:
    """What a script says of the file it is about to send."""
    head = base64.b64encode(video_bytes()[:512]).decode()
    return {"name": name, "size": str(size), "head": head, "fingerprint": f"{name}{size}"}


def begun(*, by: User, school: School | None, name: str = "断了的.mp4") -> Upload:
    """An upload of which nothing has arrived yet."""
    return start(
        by=by,
        school=school,
        name=name,
        size=6 * MEGABYTE,
        head=video_bytes()[:512],
        fingerprint=f"begun {name}",
    )


@dataclass
class Uploading:
    """One file on its way from a signed-in client."""

    client: Client
    name: str
    content: bytes
    form: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)

    def start(self, **more: Any) -> Any:
        """Announce it, or find it again; what the server answers."""
        form = {
            "name": self.name,
            "size": str(len(self.content)),
            "head": base64.b64encode(self.content[:512]).decode(),
            "fingerprint": hashlib.sha256(self.name.encode() + self.content[:MEGABYTE]).hexdigest(),
            **self.form,
            **more,
        }
        answer = self.client.post(reverse("uploads:list"), form)
        if answer.status_code == 200:
            self.told = answer.json()
        return answer

    def missing(self) -> list[int]:
        """The parts that the server has not."""
        if self.told["state"] != "open":
            return []
        count = -(-len(self.content) // self.told["part_size"])
        return [number for number in range(1, count + 1) if number not in self.told["parts"]]

    def part(self, number: int) -> bytes:
        """The bytes of a part."""
        size = self.told["part_size"]
        return self.content[(number - 1) * size : number * size]

    def send(self, number: int, content: bytes | None = None) -> int:
        """Send one part to wherever the server says; the status of the answer."""
        asked = self.client.post(self._url("parts"), {"number": number})
        if asked.status_code != 200:
            return int(asked.status_code)
        link = asked.json()["links"][str(number)]
        body = self.part(number) if content is None else content
        if link.startswith("http"):
            return requests.put(link, data=body, timeout=30).status_code
        return int(self.client.put(link, body, content_type="application/octet-stream").status_code)

    def complete(self) -> Any:
        """Say that all is there."""
        return self.client.post(self._url("complete"))

    def whole(self) -> Any:
        """Everything at once; what the server says in the end."""
        answer = self.start()
        if answer.status_code != 200 or self.told["state"] not in {"open", "completed"}:
            return answer  # refused, or there already
        for number in self.missing():
            assert self.send(number) in {200, 204}
        return self.complete()

    def state(self) -> Any:
        """How far it is, as the server says."""
        return self.client.get(self._url("upload")).json()

    def _url(self, name: str) -> str:
        return reverse(f"uploads:{name}", args=[self.told["id"]])
