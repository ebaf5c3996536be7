"""What `public` makes of a page: compressed, and sent once for as long as it says the same."""

from __future__ import annotations

import gzip

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from nonnuoc.look import access
from nonnuoc.look.access import public

WORDS = "Không khí ở Thục Phán: Tốt. " * 40
said = {"words": WORDS}


@public(max_age=3600)
def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(said["words"])


@pytest.fixture(autouse=True)
def the_same_words() -> None:
    said["words"] = WORDS


def ask(tag: str = "", coding: str = "gzip") -> HttpResponse:
    asked = {"accept-encoding": coding} | ({"if-none-match": tag} if tag else {})
    return page(RequestFactory().get("/", headers=asked))


def test_it_is_compressed_for_those_who_read_that() -> None:
    assert gzip.decompress(ask().content).decode() == WORDS
    assert ask(coding="identity").content.decode() == WORDS


def test_its_tag_stays_while_it_says_the_same_however_it_is_compressed() -> None:
    tags = {ask().headers["etag"], ask().headers["etag"], ask(coding="identity").headers["etag"]}
    assert len(tags) == 1
    assert tags.pop().startswith('W/"')  # the bytes differ, the words do not


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_who_has_it_already_is_told_so_and_sent_nothing(coding: str) -> None:
    first = ask(coding=coding)
    again = ask(first.headers["etag"], coding)
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name]
    assert "Content-Encoding" not in again.headers
    assert again.headers["Cache-Control"] == f"public, max-age={access.PAGE_S}, stale-while-revalidate=5"
    assert again.headers["Vary"] == "Accept-Encoding"


def test_what_is_no_page_is_kept_as_long_as_it_says() -> None:
    @public(max_age=3600)
    def numbers(request: HttpRequest) -> HttpResponse:
        return HttpResponse("{}", content_type="application/json")

    assert numbers(RequestFactory().get("/")).headers["Cache-Control"] == "public, max-age=3600"


def test_who_has_an_older_one_gets_the_new() -> None:
    tag = ask().headers["etag"]
    said["words"] = WORDS + "!"
    new = ask(tag)
    assert new.status_code == 200
    assert new.headers["etag"] != tag
    assert gzip.decompress(new.content).decode().endswith("!")
