"""Templates take no decisions, and the content policy lets nothing inline through."""

from __future__ import annotations

import re

import pytest

from script.steps.shell import ROOT, files

TEMPLATES = [name for name in files() if "/templates/" in name and name.endswith(".html")]
COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?%\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
TEMPLATE_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAG = re.compile(r"<([a-z][\w-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"(?:^|\s)([a-z@:][\w:.-]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|\S+))?", re.I)
DATA = {"application/json", "application/ld+json"}
ALONE = {"media/packing/templates/packing/package.html"}
"""Read from a file, without a network: they bring their style themselves."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def markup(name: str) -> str:
    """A template without its comments."""
    return COMMENT.sub("", (ROOT / name).read_text("utf-8"))


def inline(name: str) -> list[str]:
    """What of a template runs or dresses the page from within."""
    found = []
    # A template tag stands for a value here, so that its quotation marks do not end an attribute.
    for tag, inside in TAG.findall(TEMPLATE_TAG.sub(" T ", markup(name))):
        attributes = {key.lower(): value.strip("\"'") for key, value in ATTRIBUTE.findall(inside)}
        if "style" in attributes or tag.lower() == "style":
            found.append(f"<{tag} style>")
        if tag.lower() == "script" and not ("src" in attributes or attributes.get("type") in DATA):
            found.append("<script> without src")
        found += [f"<{tag} {key}>" for key in attributes if key.startswith("on")]
        found += [
            f"<{tag} {key}=javascript:>"
            for key, value in attributes.items()
            if value.lower().startswith("javascript:")
        ]
    return found


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_has_no_script_style_or_handler_of_its_own(name: str) -> None:
    style = ["<style style>"] if name in ALONE else []

    assert inline(name) == style


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_holds_no_chinese_text_because_texts_come_from_the_catalogue(name: str) -> None:
    assert CHINESE.findall(TEMPLATE_TAG.sub("", markup(name))) == []
