"""What the editor's schema knows; `schema.json` is made when the editor's script is built."""

from __future__ import annotations

import json
from pathlib import Path

_SCHEMA = json.loads(Path(__file__).with_name("schema.json").read_bytes())

HASH: str = _SCHEMA["hash"]
"""Two editors may write together only where this is the same."""
NAMES = frozenset(_SCHEMA["nodes"]) | frozenset(_SCHEMA["marks"])
