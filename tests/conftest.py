"""Fixtures for all tests: a count of queries, a browser."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connection, transaction
from django.db.migrations.state import ProjectState
from django.test.utils import CaptureQueriesContext, override_settings
from hypothesis import settings as examples
from playwright.sync_api import Browser, Page, sync_playwright

from nonnuoc.api.doors import quotas
from nonnuoc.look import warned
from nonnuoc.records.accounts import preferences
from tests import quick_database
from tests.installation import TEMPLATE

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: The sandbox needs a user who is not root; the rest keeps Chromium from talking to the outside by itself.
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

AXE = Path(__file__).resolve().parents[1] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
#: What WCAG 2.2 asks at levels A and AA.
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Machines that test are noisy: no example fails for the time it took.
examples.register_profile("house", deadline=None)
examples.load_profile("house")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: Any,
) -> None:
    """Under pytest-xdist the workers' databases are copies of one: all migrations keep a core busy for a quarter of a
    minute. The worker that comes first makes it, the others wait."""
    if worker_id == "master":
        return
    facts = connection.settings_dict
    own, wanted = facts["NAME"], facts["TEST"]["NAME"]
    made = tmp_path_factory.getbasetemp().parent / "migrated"  # a folder of all workers
    with made.with_suffix(".lock").open("w") as lock, django_db_blocker.unblock():
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            facts["TEST"]["NAME"] = TEMPLATE
            connection.creation.create_test_db(verbosity=0, autoclobber=True)
            connection.close()  # who is connected to a database keeps it from being copied
            facts["NAME"] = own
            made.touch()
    facts["TEST"] |= {"NAME": wanted, "TEMPLATE": TEMPLATE}


@pytest.fixture(scope="session", autouse=True)
def made_and_emptied_quickly() -> Iterator[None]:
    """Most of what a test that commits took was the emptying after it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ProjectState, "_append_option", quick_database.append_option)
        patch.setattr(flush, "sql_flush", quick_database.emptying)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_: None)
        yield


@pytest.fixture(autouse=True)
def settled_preferences() -> None:
    """No test sees what another one chose."""
    preferences.forget()


@pytest.fixture(autouse=True)
def nothing_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the warnings of another one, or asks for any; those about warnings call `warned.forget`."""
    monkeypatch.setattr(warned, "_held", ())
    monkeypatch.setattr(warned, "_until", float("inf"))


@pytest.fixture(autouse=True)
def second_factor_is_optional(settings: Any) -> None:
    """Administrators of tests sign in at once; those about the second proof ask for it again."""
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Argon2 takes its time on purpose; tests have none to give."""
    settings.PASSWORD_HASHERS = QUICK


@pytest.fixture(autouse=True)
def unlimited_requests(settings: Any) -> None:
    """The tests ask more in a minute than anybody may; those about the limits set some. No test counts for another."""
    settings.API_LIMITS = {}
    settings.API_QUOTAS = None
    quotas.ledger.cache_clear()


@pytest.fixture(scope="module")
def rolled_back(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What the fixtures of a module that ask for this write stands for all its tests, and is gone after the last one.

    Not beside a test that commits: what it looks at would be hidden from it.
    """
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=QUICK), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def queries() -> Callable[[Callable[[], object]], int]:
    """How many queries something costs: a list must cost the same for 1 row and for 3."""

    def count(work: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as captured:
            work()
        return len(captured)

    return count


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium on this machine; tests that ask for it are skipped where there is none."""
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium): what needs a browser was not tested")
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A headless Chromium, one a module: while it runs, this thread has an event loop that others cannot bear."""
    # Playwright's event loop lives in this thread, and Django refuses database calls beside one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    sandbox = [] if os.getuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, *sandbox])
        yield launched
        launched.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window in Vietnamese, in Vietnam's time; the test fails on an error in the page's own scripts."""
    context = browser.new_context(
        locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": 1280, "height": 800}
    )
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Look for what WCAG 2.2 AA forbids on the page as it stands; every finding is told with its element."""
    source = f"{AXE.read_text()};undefined"

    def look(page: Page) -> None:
        page.evaluate(source)  # by the debugger, which no Content-Security-Policy stops
        found = page.evaluate("(tags) => axe.run({ runOnly: { type: 'tag', values: tags } })", WCAG)
        assert found["passes"], "axe looked at nothing"
        assert [
            f"{rule['id']}: {node['html'][:200]} – {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ] == []

    return look
