"""The ASGI entry point: `PYTHONPATH=$PWD:$PWD/site`, then `portal.asgi:application`."""

from __future__ import annotations

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
pages = get_asgi_application()

from lessonprep.coediting.connection import lifespan, socket  # noqa: E402 - Django comes first


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Pages by Django, `/ws/` by the rooms."""
    if scope["type"] == "websocket":
        await socket(scope, receive, send)
    elif scope["type"] == "lifespan":
        await lifespan(receive, send)
    else:
        await pages(scope, receive, send)
