"""Sending a text to a group chat's robot (群机器人): WeCom (企业微信) and DingTalk (钉钉).

Only the keys of a robot's address are kept, and the address is put together anew: what a leader
pastes never decides which server is asked. No redirect is followed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _

from lessonprep.meetings.models import Robot

Kind = Robot.Kind
SECONDS = 5
LARGEST_ANSWER = 20_000
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Vendor:
    """Where a vendor's robots are and how much text one message of theirs holds."""

    host: str
    path: str
    key: str
    most_bytes: int


VENDORS: dict[str, Vendor] = {
    Kind.WECOM: Vendor("qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key", 2048),
    Kind.DINGTALK: Vendor("oapi.dingtalk.com", "/robot/send", "access_token", 18_000),
}


class NotARobot(Exception):
    """The pasted address is of no robot that we send to."""


class NotTaken(Exception):
    """The chat's server was not reached, or refused; says why in the reader's words."""


def keys_in(address: str) -> tuple[Kind, str]:
    """The kind and the key of a robot's address as the chat shows it; raises `NotARobot`."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        raise NotARobot from None
    for kind, vendor in VENDORS.items():
        if (parts.scheme, parts.hostname, parts.path) != ("https", vendor.host, vendor.path):
            continue
        if port not in (None, 443) or parts.username or parts.password:
            break
        found = parse_qs(parts.query).get(vendor.key, [])
        if len(found) == 1 and found[0].isascii() and 8 <= len(found[0]) <= 200:
            return Kind(kind), found[0]
    raise NotARobot


def message(kind: str, text: str) -> dict[str, Any]:
    """The body that the vendor's documents ask for; the text is cut at a line where too long."""
    return {"msgtype": "text", "text": {"content": _cut(text, VENDORS[kind].most_bytes)}}


def _cut(text: str, most: int) -> str:
    if len(text.encode()) <= most:
        return text
    lines = text.split("\n")
    # The last line holds the address: it stays, lines before it go.
    last = lines.pop()
    while lines and len("\n".join([*lines, ELLIPSIS, last]).encode()) > most:
        lines.pop()
    kept = "\n".join([*lines, ELLIPSIS, last])
    return kept.encode()[:most].decode(errors="ignore")


def signed(secret: str, at: int) -> dict[str, str]:
    """DingTalk's signature of a moment in milliseconds; nothing where no secret was set."""
    if not secret:
        return {}
    digest = hmac.new(secret.encode(), f"{at}\n{secret}".encode(), hashlib.sha256).digest()
    return {"timestamp": str(at), "sign": base64.b64encode(digest).decode()}


def send(robot: Robot, text: str) -> None:
    """Post the text to the chat; raises `NotTaken` with the reason."""
    vendor = VENDORS[robot.kind]
    query = {vendor.key: robot.key}
    if robot.kind == Kind.DINGTALK:
        query |= signed(robot.secret, int(time.time() * 1000))
    base = settings.GONGBEI_ROBOT_BASES[robot.kind]
    address = f"{base}{vendor.path}?{urlencode(query)}"
    try:
        answer = _posted(address, message(robot.kind, text))
    except requests.Timeout:
        raise NotTaken(_("The chat's server did not answer in time.")) from None
    except (requests.RequestException, ValueError):
        # The error's own words hold the address with its key.
        raise NotTaken(_("The chat's server could not be reached.")) from None
    if not isinstance(answer, dict) or answer.get("errcode") != 0:
        said = str(answer.get("errmsg", ""))[:120] if isinstance(answer, dict) else ""
        raise NotTaken(_("The chat refused: %(said)s") % {"said": said.replace(robot.key, "***")})


def _posted(address: str, body: dict[str, Any]) -> Any:
    with requests.Session() as session:
        session.trust_env = False  # no proxy, no password file of the machine
        with session.post(
            address,
            data=json.dumps(body, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
            timeout=SECONDS,
            allow_redirects=False,
            stream=True,
        ) as answer:
            if answer.status_code != 200:
                raise NotTaken(
                    _("The chat's server answered with %(status)s.")
                    % {"status": answer.status_code}
                )
            return json.loads(answer.raw.read(LARGEST_ANSWER, decode_content=True))
