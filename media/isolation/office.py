"""LibreOffice turns a document into another format: without macros, links and network."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from media.isolation.limits import MEGABYTE
from media.isolation.running import Limits, run_program

LIMITS = Limits(memory=4096 * MEGABYTE, cpu_seconds=90, output=256 * MEGABYTE, wall_seconds=120)


def _setting(path: str, name: str, value: str) -> str:
    return (
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
    )


_ALONE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + _setting("Office.Common/Security/Scripting", "DisableMacrosExecution", "true")
    + _setting("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true")
    + _setting("Office.Common/Security/Scripting", "DisableActiveContent", "true")
    + _setting("Office.Writer/Content/Update", "Link", "0")
    + _setting("Office.Calc/Content/Update", "Link", "2")
    + _setting("Inet/Settings", "ooInetProxyType", "2")
    + _setting("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1")
    + _setting("Inet/Settings", "ooInetHTTPProxyPort", "9")
    + _setting("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1")
    + _setting("Inet/Settings", "ooInetHTTPSProxyPort", "9")
    + _setting("Inet/Settings", "ooInetNoProxy", "")
    + "</oor:items>"
)
"""What the converter is told: run no macros, update no links, fetch nothing."""


def office() -> str | None:
    """LibreOffice's program, or None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def convert(
    program: str,
    source: Path,
    to: str,
    folder: Path,
    *,
    limits: Limits = LIMITS,
    on_look: Callable[[], object] = lambda: None,
) -> Path | None:
    """`source` as a file of the format `to` in `folder`; None where LibreOffice could not."""
    profile, new = folder / "profile", folder / "new"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALONE, "utf-8")
    run_program(
        [
            *(program, f"-env:UserInstallation=file://{profile}"),
            *("--headless", "--norestore", "--convert-to", to),
            *("--outdir", str(new), str(source)),
        ],
        folder,
        limits,
        on_look=on_look,
    )
    made = new / f"{source.stem}.{to.partition(':')[0]}"
    return made if made.exists() else None
