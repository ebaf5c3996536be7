"""Closed for work: a page that says so, and nothing behind it is asked."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.test import Client

from nonnuoc.config.cli import nonnuoc
from nonnuoc.look import closed

HOME = Path(settings.HOME)


@pytest.fixture
def at_work() -> Iterator[None]:
    closed.close(HOME, "Đến 14:00 <b>hôm nay</b>.")
    yield
    closed.reopen(HOME)


def test_every_page_says_until_when(client: Client, at_work: None) -> None:
    for address in ("/", "/desk/", "/nowhere", "/readyz"):
        page = client.get(address)
        assert (page.status_code, page.headers["retry-after"]) == (503, "300"), address
        assert "Đến 14:00 &lt;b&gt;hôm nay&lt;/b&gt;." in page.content.decode()
        assert "Cổng thông tin đang được bảo trì." in page.content.decode()


def test_machines_are_told_to_come_again(client: Client, at_work: None) -> None:
    answer = client.post("/api/stations/KK01/deliveries", b"x", content_type="application/octet-stream")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.headers["retry-after"] == "300"


def test_it_still_says_that_it_lives(client: Client, at_work: None) -> None:
    assert client.get("/healthz").status_code == 200


def test_it_speaks_the_readers_language(client: Client, at_work: None) -> None:
    assert "These pages are being worked on." in client.get("/?lang=en").content.decode()


def test_the_command_closes_and_opens(client: Client) -> None:
    told = CliRunner().invoke(nonnuoc, ["maintenance", "on", "until 14:00"])
    assert told.exit_code == 0
    assert closed.words(HOME) == "until 14:00"
    assert client.get("/healthz").status_code == 200
    assert client.get("/components").status_code == 503
    assert CliRunner().invoke(nonnuoc, ["maintenance", "off"]).output == "The pages are open.\n"
    assert closed.words(HOME) is None
    assert client.get("/components").status_code == 200
    assert CliRunner().invoke(nonnuoc, ["maintenance", "off"]).output == "The pages were open.\n"


@pytest.mark.slow
def test_the_command_needs_neither_django_nor_a_database(tmp_path: Path) -> None:
    env = {"NONNUOC_HOME": str(tmp_path), "PATH": os.environ["PATH"], "DATABASE_URL": "postgresql://127.0.0.1:1/none"}
    command = [sys.executable, "-m", "nonnuoc.config", "maintenance"]
    subprocess.run([*command, "on", "Đến 14:00"], env=env, check=True, capture_output=True)
    assert closed.words(tmp_path) == "Đến 14:00"
    subprocess.run([*command, "off"], env=env, check=True, capture_output=True)
    assert closed.words(tmp_path) is None


def test_without_words_the_page_has_its_own(client: Client) -> None:
    assert CliRunner().invoke(nonnuoc, ["maintenance", "on"]).exit_code == 0
    try:
        assert "Các trang sẽ tự mở lại." in client.get("/").content.decode()
    finally:
        closed.reopen(HOME)


def test_no_installation_is_made_to_be_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NONNUOC_HOME", str(tmp_path / "none"))
    told = CliRunner().invoke(nonnuoc, ["maintenance", "on"])
    assert told.exit_code == 1
    assert "There is no installation" in told.output
