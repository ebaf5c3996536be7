"""What the code does not do, looked for in the code itself (ASVS 1.2, 1.3, 1.5, 3.2, 13.2, 15.1)."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted((ROOT / "nonnuoc").rglob("*.py"))
SCRIPTS = sorted((ROOT / "frontend" / "src").rglob("*.js"))
TEMPLATES = sorted((ROOT / "nonnuoc").rglob("templates/**/*.html"))

#: Who opens connections to others, and where to. Everybody else waits for connections, or has none.
OUTWARD = {
    "nonnuoc/client/asking.py": "the installation its user names; it runs on their machine",
    "nonnuoc/client/client.py": "the same",
    "nonnuoc/client/listening.py": "the same",
    "nonnuoc/config/postgres.py": "the database of this home",
    "nonnuoc/config/safekeeping.py": "the database of this home",
    "nonnuoc/config/up.py": "its own pages and its own FTP door, on 127.0.0.1",
    "nonnuoc/demo/sender.py": "its own FTP door, on 127.0.0.1",
    "nonnuoc/desk/provider.py": "the single sign-on of NONNUOC_OIDC_ISSUER",
    "nonnuoc/desk/tasks.py": "the post office of NONNUOC_SMTP_URL",
    "nonnuoc/exchange/adapters/email.py": "the same",
    "nonnuoc/exchange/pinned.py": "webhooks, gateways and the heartbeat of the administrators, at addresses it checks",
}
LINES_OUT = {"urllib.request", "requests", "http.client", "smtplib", "ftplib", "authlib", "django.core.mail"}
CONNECTS = {"psycopg.connect", "socket.create_connection"}


@cache
def calls(source: str) -> tuple[str, ...]:
    """Dotted names of what is called."""
    return tuple(ast.unparse(node.func) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))


@cache
def imports(source: str) -> tuple[str, ...]:
    """Modules, and names out of modules."""
    return tuple(_imports(source))


def _imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_nothing_is_executed_that_came_as_text() -> None:
    forbidden = re.compile(r"^(eval|exec|os\.system|os\.popen|__import__|.*Template\.from_string|Template)$")
    assert [(name(f), c) for f in PYTHON for c in calls(f.read_text()) if forbidden.match(c)] == []


def test_no_program_is_started_through_a_shell() -> None:
    assert [name(file) for file in PYTHON if re.search(r"shell\s*=\s*True|getoutput", file.read_text())] == []


def test_nothing_is_unpacked_into_objects_by_a_format_that_can_make_any() -> None:
    unsafe = {"pickle", "shelve", "dill", "yaml", "xml.etree.ElementTree", "xml.dom.minidom"}
    assert [(name(f), m) for f in PYTHON for m in imports(f.read_text()) if m in unsafe] == []
    assert [(name(f), c) for f in PYTHON for c in calls(f.read_text()) if c.startswith("marshal.load")] == []


def test_xml_of_others_is_read_in_two_places() -> None:
    """CAP and KML: parsers that know no entities, no document types and no network (their own tests)."""
    reads = re.compile(r"etree\.(parse|fromstring|fromstringlist|XML|HTML|iterparse|XMLParser|XMLSchema|XSLT)$")
    found = {name(f) for f in PYTHON for call in calls(f.read_text()) if reads.search(call)}
    assert found == {"nonnuoc/exchange/cap/reading.py", "nonnuoc/records/places/kml.py"}


def test_sql_is_put_together_from_our_own_words_alone() -> None:
    """Every f-string given to a cursor names tables and columns of ours; values go as parameters."""
    found = {
        name(file)
        for file in PYTHON
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("execute", "executemany", "raw", "extra")
        and node.args
        and isinstance(node.args[0], ast.JoinedStr)
    }
    assert found <= {
        "nonnuoc/config/postgres.py",
        "nonnuoc/records/monitoring/deliveries.py",
        "nonnuoc/records/monitoring/partitions.py",
    }


def test_whoever_speaks_to_others_is_known() -> None:
    found = {
        name(file)
        for file in PYTHON
        if not CONNECTS.isdisjoint(calls(file.read_text()))
        or any(f"{module}.".startswith(f"{line}.") for module in imports(file.read_text()) for line in LINES_OUT)
    }
    assert found == OUTWARD.keys()


def test_scripts_write_text_as_text() -> None:
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|setHTML|\beval\(|new Function|postMessage\("
    )
    assert [(name(file), found) for file in SCRIPTS for found in forbidden.findall(file.read_text())] == []


def test_scripts_keep_nothing_of_a_person_in_the_browser() -> None:
    """But for the form of a unit that somebody is filling in, which one file looks after (docs/SECURITY.md)."""
    forbidden = re.compile(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.open")
    keep = {name(file) for file in SCRIPTS if forbidden.search(file.read_text())}
    assert keep - {"frontend/src/sw.js"} == {"frontend/src/plan-form/kept.js"}
    assert "sessionStorage" not in (ROOT / "frontend/src/plan-form/kept.js").read_text()


def test_templates_escape_all_but_the_help_of_our_own_forms() -> None:
    trusted = re.compile(r"\|\s*safe\b|autoescape\s+off|safeseq")
    assert {name(file) for file in TEMPLATES if trusted.search(file.read_text())} <= {
        "nonnuoc/look/templates/parts/field.html"
    }


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-uv.lock"])
def test_every_package_is_named_with_version_and_hash(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())
    assert len(entries) >= 3
    assert [
        entry.split()[0] for entry in entries if not re.match(r"[\w.-]+==\S+.*--hash=sha256:[0-9a-f]{64}", entry, re.S)
    ] == []


def test_every_package_of_the_front_end_too() -> None:
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    assert [
        path for path, told in packages.items() if path and not told.get("integrity", "").startswith("sha512-")
    ] == []


def test_files_that_somebody_attached_are_handed_out_in_one_place() -> None:
    """There a sandbox stands around them; `HttpResponse(… .body …)` elsewhere would leave it out."""
    bare = re.compile(r"HttpResponse\(\s*bytes\(")
    assert [name(f) for f in PYTHON if bare.search(f.read_text())] == ["nonnuoc/look/handing_out.py"]
