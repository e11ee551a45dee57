"""On their way out English pages have their Chinese marked; nothing else is touched."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.test import Client
from django.urls import path, reverse
from django.utils import translation
from django.utils.html import json_script

from portal.languages import ENGLISH
from tests.conftest import ClientOf
from tests.factories.lessonprep import world, write_draft
from tests.reading import said

HTML = '<html lang="x"><body><p>by 王芳</p></body></html>'
MARKED = '<html lang="x"><body><p>by <bdi lang="zh-Hans">王芳</bdi></p></body></html>'
FORM = (
    '<html lang="en"><body><form><input value="春">'
    '<textarea name="a"{0}>春 &lt;b&gt;天&lt;/b&gt;\n</textarea>'
    '<select><option value="春"{0}>春</option></select></form>{1}</body></html>'
)
INITIAL = json_script({"text": "<p>春</p>"}, "initial")


def _page(request: HttpRequest) -> HttpResponseBase:
    return HttpResponse(HTML)


def _form(request: HttpRequest) -> HttpResponseBase:
    return HttpResponse(FORM.format("", INITIAL))


def _stream(request: HttpRequest) -> HttpResponseBase:
    return StreamingHttpResponse([HTML.encode()])


def _data(request: HttpRequest) -> HttpResponseBase:
    return JsonResponse({"html": HTML}, json_dumps_params={"ensure_ascii": False})


def _text(request: HttpRequest) -> HttpResponseBase:
    return HttpResponse(HTML, content_type="text/plain; charset=utf-8")


def _old(request: HttpRequest) -> HttpResponseBase:
    return HttpResponse(HTML, content_type="text/html; charset=gb18030")


def _admin(request: HttpRequest) -> HttpResponseBase:
    translation.activate(ENGLISH)  # as Wagtail does for one who prefers it
    return HttpResponse(HTML)


_VIEWS = (_page, _form, _stream, _data, _text, _old)
urlpatterns = [
    path("admin/", _admin),
    *i18n_patterns(
        *(path(f"{view.__name__}/", view) for view in _VIEWS), prefix_default_language=False
    ),
]


@pytest.fixture
def pages(db: None, settings: Any) -> Client:
    """Asks for the pages of this module, through everything that stands before a real one."""
    settings.ROOT_URLCONF = __name__
    return Client()


def test_an_english_page_is_marked_and_says_its_new_length(pages: Client) -> None:
    answer = pages.get("/en/_page/")

    assert answer.content.decode() == MARKED
    assert answer["Content-Length"] == str(len(answer.content))


def test_a_page_in_another_encoding_keeps_it(pages: Client) -> None:
    answer = pages.get("/en/_old/")

    assert answer.content.decode("gb18030") == MARKED
    assert answer["Content-Length"] == str(len(answer.content))


@pytest.mark.parametrize("address", ["/_page/", "/en/_text/", "/admin/"])
def test_a_chinese_page_and_what_is_no_page_and_the_admin_stay_as_they_are(
    pages: Client, address: str
) -> None:
    answer = pages.get(address)

    assert answer.content.decode() == HTML
    assert answer["Content-Length"] == str(len(answer.content))


def test_data_and_streams_stay_as_they_are(pages: Client) -> None:
    data, stream = pages.get("/en/_data/"), pages.get("/en/_stream/")

    assert data.json() == {"html": HTML}
    assert b"".join(iter(stream)).decode() == HTML


def test_what_is_sent_back_or_read_by_a_script_is_not_changed(pages: Client) -> None:
    answer = pages.get("/en/_form/")

    assert answer.content.decode() == FORM.format(' lang="zh-Hans"', INITIAL)


def test_the_editor_is_given_the_same_content_in_either_language(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = w.plan()
    write_draft(plan, w.preparer, objectives="<p>读出<strong>春天</strong>，mark 3次</p>")
    client, address = client_of(w.preparer), reverse("plans:draft", args=[plan.uuid])

    chinese, english = (client.get(way).content.decode() for way in (address, "/en" + address))

    for held in (
        r'<script type="application/json">(.*?)</script>',
        r"<textarea[^>]*>(.*?)</textarea>",
        r'<input type="hidden" name="(?!csrf)[^"]*" value="[^"]*"',
    ):
        there = re.findall(held, english, re.DOTALL)
        assert there
        assert there == re.findall(held, chinese, re.DOTALL)
    assert "读出" in english
    assert '<bdi lang="zh-Hans">教学目标</bdi>' in english
    assert "教学目标" in said(english)
