"""HTML of a page made to stand alone: nothing in it asks a server, or runs."""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree, html

_GONE = ("script", "style", "link", "iframe", "object", "embed", "video", "audio", "nav", "button")
_CONTROLS = ("form", "fieldset", "label", "select", "textarea", "input")
_MADE_ELSEWHERE = (".//figure[@data-film]", ".//ul[@class='leaves above']", ".//*[@hidden]")
_UUID = re.compile(r"/files/([0-9a-f-]{36})/")
_KEPT = {"colspan", "rowspan", "alt", "class", "lang", "id", "href", "src", "title", "open"}


def standing_alone(text: str, picture: Callable[[str], str]) -> str:
    """`text` without script, controls and links into the site; `picture` gives a data: address.

    A picture for which it gives none is replaced by its description.
    """
    if not text.strip():
        return ""
    root = html.fragment_fromstring(text, create_parent="div")
    gone = [*_MADE_ELSEWHERE, "//comment()", *(f".//{tag}" for tag in _GONE)]
    for element in [found for path in gone for found in root.xpath(path)]:
        element.drop_tree()
    for element in [found for tag in _CONTROLS for found in root.xpath(f".//{tag}")]:
        element.drop_tag()
    for image in root.xpath(".//img"):
        _inline(image, picture)
    for element in root.iter(etree.Element):
        _strip(element)
    return str(etree.tostring(root, encoding="unicode", method="html"))


def _inline(image: html.HtmlElement, picture: Callable[[str], str]) -> None:
    named = _UUID.search(image.get("src", ""))
    uuid = image.get("data-media") or (named.group(1) if named else "")
    source = picture(uuid)
    if source:
        image.set("src", source)
        return
    words = etree.Element("em")
    words.text = image.get("alt") or "…"
    words.tail = image.tail
    image.getparent().replace(image, words)


def _strip(element: html.HtmlElement) -> None:
    if not isinstance(element.tag, str):
        return
    for name in list(element.attrib):
        if name not in _KEPT:
            del element.attrib[name]
    if not element.get("href", "").startswith(("https://", "http://", "#")):
        element.attrib.pop("href", None)
    if element.tag != "img" or not element.get("src", "").startswith("data:image/"):
        element.attrib.pop("src", None)
