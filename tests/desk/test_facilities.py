"""Facilities on the desk: doubtful pairs decided, merged, split; telemetry linked to its source."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from nonnuoc.records.accounts import services
from nonnuoc.records.accounts.models import Office, Person, Role
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.registers.facilities import matching
from nonnuoc.records.registers.facilities.models import Facility, Identifier, Match, Outfall, SourceStream
from tests import factories
from tests.desk.staff import said
from tests.records.accounts import staff
from tests.records.registers.facilities import made

pytestmark = pytest.mark.django_db
QUEUE = "/desk/facilities/matches/"


def browser(role: Role = Role.OFFICER, office: Office | None = None) -> Client:
    someone: Person = services.register_person(f"{role}@example.vn", name=f"Người {role}", password=None, by=None)
    services.appoint(someone, office or services.root_office(), role, by=None)
    client = Client()
    client.force_login(someone)
    return client


def pair(number: int = 1) -> tuple[Facility, Facility]:
    """Two entries that are likely one."""
    where = staff.commune()
    facts = {"commune": where, "address": f"xóm {number}", "business_code": ""}
    return (
        made.facility(f"Công ty TNHH miến dong Phia Đén {number}", **facts | {"sector": "miến"}),
        made.furnished(f"HTX Miến dong Phia Đén {number}", **facts | {"owner_name": "Nông Văn An"}),
    )


def test_queue_tells_what_speaks_for_a_pair_and_a_decision_is_never_asked_again(queries) -> None:
    first, second = pair()
    assert matching.compare_waiting() == 1
    officer = browser()
    page = officer.get(QUEUE)
    assert page.context["sentence"] == "1 cặp mục đăng ký có thể là cùng một cơ sở."
    told = page.context["pairs"][0]
    assert ("cùng địa chỉ", "+15") in [(words, points) for words, points in told.reasons]
    assert {line.name for line in told.lines if line.differs} == {"name"}
    few = queries(lambda: officer.get(QUEUE))
    pair(2), pair(3)
    matching.compare_waiting()
    assert queries(lambda: officer.get(QUEUE)) == few
    match = Match.objects.get(first=first, second=second)
    officer.post(f"{QUEUE}{match.pk}", {"verdict": "different", "note": "hai xưởng"})
    match.refresh_from_db()
    assert (match.state, match.note, match.by.name) == ("different", "hai xưởng", "Người officer")
    Facility.objects.update(compared=None)
    assert matching.compare_waiting() == 0
    assert officer.get(QUEUE).context["number"] == 2
    assert browser(Role.READER).get(QUEUE).status_code == 403


def test_merge_shows_both_counts_what_moves_and_can_be_undone_from_the_page() -> None:
    first, second = pair()
    matching.compare_waiting()
    officer = browser()
    assert officer.get(f"/desk/facilities/{first.code}/merge").context["proposed"]
    found = officer.get(f"/desk/facilities/{first.code}/merge?q=htx miến").context["found"]
    assert [one.code for one in found] == [second.code]
    address = f"/desk/facilities/{first.code}/merge?with={second.code}"
    page = officer.get(address)
    assert page.context["sentence"] == "6 mục liên quan sẽ chuyển sang."
    assert {one["name"]: one["take"] for one in page.context["choices"]} == {"name": False, "owner_name": True}
    form = {"left": first.version, "right": second.version, "take-name": "survivor", "take-owner_name": "merged"}
    assert officer.post(address, form | {"reason": ""}).status_code == 422
    assert officer.post(address, form | {"reason": "x", "right": "9"}).status_code == 422  # seen is not what is
    assert officer.post(address, form | {"reason": "đã đi xem"}).url == f"/desk/registers/facilities/{first.code}/"
    now = officer.get(f"/desk/registers/facilities/{first.code}/")
    assert "HTX Miến dong Phia Đén 1" in said(now)
    assert first.code in officer.get(f"/desk/registers/facilities/{second.code}/").content.decode()
    assert officer.get(address).status_code in (200, 422)
    split = officer.get(f"/desk/facilities/{first.code}/split")
    undo = f"/desk/facilities/merges/{split.context['merges'][0].pk}/undo"
    groups = officer.get(undo).context["groups"]
    ticked = [f"{one['key']}:{pk}" for one in groups for pk, _words, came in one["rows"] if came]
    assert len(ticked) == 6
    kept = next(one for one in ticked if one.startswith("facilities.Outfall"))
    officer.post(undo, {"reason": "hai cơ sở", "goes": [one for one in ticked if one != kept]})
    assert Outfall.objects.get().facility == first  # a person left it here
    assert Facility.objects.get(code=second.code).merged_into is None
    assert officer.get(undo).status_code == 404


def test_a_facility_is_carved_out_with_what_was_ticked() -> None:
    one = made.furnished("Nhà máy hai xưởng")
    officer = browser()
    outfall = Outfall.objects.get()
    form = {"name": "Xưởng hai", "code": "xuong-2", "source": "Biên bản", "reason": "khác chủ"}
    sent = officer.post(
        f"/desk/facilities/{one.code}/split", form | {"goes": [f"facilities.Outfall.facility_id:{outfall.pk}"]}
    )
    assert sent.url == "/desk/registers/facilities/xuong-2/"
    outfall.refresh_from_db()
    assert outfall.facility.code == "xuong-2"
    wrong = officer.post(f"/desk/facilities/{one.code}/split", form | {"business_code": "12"})
    assert wrong.status_code == 422
    assert Facility.objects.count() == 2


def test_only_telemetry_of_the_facilitys_own_station_can_be_linked() -> None:
    one = made.facility("Cụm")
    outfall = made.outfall(one)
    thing = factories.station("NT01", ("COD", "Flow"), kind=Thing.Kind.WASTEWATER)
    officer = browser()
    address = f"/desk/facilities/outfalls/{outfall.code}/streams"
    assert "Hãy ghi cơ sở ở trang của trạm" in said(officer.get(address))
    Thing.objects.filter(pk=thing.pk).update(facility=one.code)
    offered = officer.get(address).context["form"].known
    assert {stream.observed_property.code for stream in offered.values()} == {"COD", "Flow"}
    sent = officer.post(address, {"streams": list(offered), "since": date(2026, 1, 1)})
    assert sent.status_code == 302
    assert SourceStream.objects.filter(outfall=outfall, until=None).count() == 4  # measured, and hourly means
    assert officer.get(address).context["form"].known == {}
    link = SourceStream.objects.first()
    end = f"/desk/facilities/streams/{link.pk}/end"
    assert officer.post(end, {"until": "2020-01-01"}).status_code == 422
    assert officer.post(end, {"until": "2026-02-01"}).status_code == 302
    page = said(officer.get(f"/desk/registers/outfalls/{outfall.code}/"))
    assert "COD" in page
    assert "đến nay" in page


def test_numbers_of_other_programmes_are_kept_once() -> None:
    one, other = made.facility(), made.facility()
    officer = browser()
    form = {"do": "number", "number-programme": "epr", "number-value": " EPR  7 ", "number-source": "Sổ EPR"}
    assert officer.post(f"/desk/facilities/{one.code}/identity", form).status_code == 302
    refused = officer.post(f"/desk/facilities/{other.code}/identity", form)
    assert refused.status_code == 422
    assert one.code in said(refused)
    known = Identifier.objects.get()
    assert known.value == "EPR 7"
    assert (
        officer.post(f"/desk/facilities/{other.code}/identity", {"do": f"forget-number-{known.pk}"}).status_code == 404
    )
    officer.post(f"/desk/facilities/{one.code}/identity", {"do": f"forget-number-{known.pk}"})
    assert not Identifier.objects.exists()


def test_an_enterprise_sees_its_own_facility_first_and_no_other() -> None:
    office = staff.office("dn", Office.Kind.ENTERPRISE)
    own = made.facility("Cơ sở của tôi", office=office, state="operating")
    made.outfall(own, works="none")
    made.facility("Cơ sở khác")
    page = browser(Role.ENTERPRISE, office).get("/desk/")
    block = next(one for one in page.context["blocks"] if one["key"] == "facility")
    assert [one.facility for one in block["own"]] == [own]
    assert any("3.7c" in remark for remark in block["own"][0].remarks)
    assert "Cơ sở khác" not in said(page)
