from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from nonnuoc.look import built
from nonnuoc.portal import offline

needs_front_end = pytest.mark.skipif(not built.manifest(), reason="the front end is not built")


@needs_front_end
def test_the_worker_serves_the_whole_site_and_is_asked_for_anew_every_time(client: Client) -> None:
    response = client.get("/sw.js")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache, public, max-age=0"


@needs_front_end
def test_the_worker_knows_the_files_of_every_page_and_its_words_in_both_languages(client: Client) -> None:
    head, _, body = client.get("/sw.js").content.decode().partition("\n")
    known = json.loads(head.removeprefix("const BUILT = "))
    assert len(known["files"]) == len(offline.SHELL)
    assert all(path.startswith(known["static"]) for path in known["files"])
    assert known["words"]["vi"]["offline"] == "Bạn đang xem bản lưu lúc {when}; hiện không có mạng."
    assert known["words"]["en"]["offline"].startswith("You are looking at the copy kept at {when}")
    assert "import" not in re.findall(r"^\W*(\w+)", body)  # a plain script: browsers load no other as a worker


@needs_front_end
def test_what_was_built_anew_is_another_version(monkeypatch) -> None:
    before = offline._script.__wrapped__(built.path(offline.SOURCE) or "")
    monkeypatch.setattr(built, "manifest", lambda: {"src/page.js": {"file": "assets/page-other.js"}})
    after = offline._script.__wrapped__(
        "built/" + built.FOLDER.glob("assets/sw-*.js").__next__().relative_to(built.FOLDER).as_posix()
    )
    version = re.compile(r'"version": "(\w{12})"')
    assert version.search(before)[1] != version.search(after)[1]  # type: ignore[index]


def test_without_a_built_front_end_there_is_no_worker(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(built, "manifest", dict)
    assert client.get("/sw.js").status_code == 404


def test_the_offline_page_says_what_is_the_matter_and_has_room_for_what_is_kept(client: Client) -> None:
    page = client.get("/offline").content.decode()
    assert "Hiện không có mạng, và trang này chưa từng được mở trên máy này." in page
    assert '<ul class="kept-pages">' in page


def test_every_page_says_when_it_was_made(client: Client) -> None:
    page = client.get("/offline").content.decode()
    [made] = re.findall(r'<time data-made datetime="([^"]+)"', page)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:00\+00:00", made)


def test_the_manifest_names_the_site_and_icons_that_are_there(client: Client) -> None:
    response = client.get("/manifest.webmanifest")
    assert response.headers["content-type"] == "application/manifest+json"
    facts = response.json()
    assert facts["name"] == "Non Nước – môi trường Cao Bằng"
    assert (facts["start_url"], facts["lang"]) == ("/", "vi")
    files = {icon["src"].removeprefix("/static/") for icon in facts["icons"]}
    assert all((built.FOLDER.parent / file).exists() for file in files)
