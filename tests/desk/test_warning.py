"""Warnings on the desk: written, seen as the public will see them, laid before a second person, published, changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.desk.warning import drawing
from nonnuoc.records.accounts.models import Person, Role
from nonnuoc.records.alerts.models import Incident
from nonnuoc.records.warnings import services
from nonnuoc.records.warnings.models import PublicWarning
from tests.desk.staff import said
from tests.records.warnings import warned

pytestmark = pytest.mark.django_db
Status, State = PublicWarning.Status, PublicWarning.State


def browser_of(someone: Person) -> Client:
    client = Client()
    client.force_login(someone)
    return client


@pytest.fixture
def an() -> Person:
    return warned.officer("An")


@pytest.fixture
def binh() -> Person:
    return warned.officer("Binh", Role.LEADER)


@pytest.fixture
def incident() -> Incident:
    return warned.smog(warned.air())


@pytest.fixture
def draft(incident: Incident, an: Person) -> PublicWarning:
    return services.draft_from(incident, by=an)


def form_of(page: Any, **changed: Any) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    form = page.context["form"]
    sent: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if value is None:
            continue
        sent[field.html_name] = field.field.widget.format_value(value) if hasattr(value, "tzinfo") else value
    return sent | changed


def test_one_press_makes_the_draft_and_a_second_one_finds_it(incident: Incident, an: Person) -> None:
    client = browser_of(an)
    first = client.post(f"/desk/incidents/{incident.id}/warning")
    assert first.status_code == 302 and first.url == client.post(f"/desk/incidents/{incident.id}/warning").url
    page = client.get(first.url)
    assert page.status_code == 200
    assert PublicWarning.objects.get().status == Status.TEST
    assert page.context["form"]["status"].value() == Status.TEST


def test_from_the_form_to_the_proposal_to_the_second_person(draft: PublicWarning, an: Person, binh: Person) -> None:
    writer, approver = browser_of(an), browser_of(binh)
    address = f"/desk/warnings/{draft.uuid}"
    form = form_of(writer.get(f"{address}/change"), do="propose", status="Actual", hours="6")
    answer = writer.post(f"{address}/change", form)
    assert (answer.status_code, answer.url) == (302, address)
    own = writer.get(address)
    assert not own.context["may_decide"]
    assert "Đây là lời của chính bạn" in said(own)
    seen = approver.get(address)
    assert seen.context["may_decide"] and draft.headline_vi in said(seen) and draft.headline_en in said(seen)
    assert [one.id for one in approver.get("/desk/warnings/").context["board"].mine_to_decide] == [draft.id]
    decision = {"decision": "approve", "seen": seen.context["form"]["seen"].value(), "note": ""}
    assert writer.post(address, decision).status_code == 422  # one's own words
    assert approver.post(address, decision).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.decided_by, draft.status) == (State.PUBLISHED, binh, Status.ACTUAL)
    assert [one.id for one in writer.get("/desk/warnings/").context["board"].in_force] == [draft.id]


def test_what_was_changed_after_it_was_read_is_not_approved(draft: PublicWarning, an: Person, binh: Person) -> None:
    services.propose(draft, by=an)
    approver = browser_of(binh)
    address = f"/desk/warnings/{draft.uuid}"
    old = approver.get(address).context["form"]["seen"].value()
    services.send_back(draft, note="ngắn hơn", by=binh)
    services.propose(services.write(draft, by=an, headline_vi="Khác hẳn"), by=an)
    answer = approver.post(address, {"decision": "approve", "seen": old})
    assert answer.status_code == 422 and "Khác hẳn" in said(answer)
    draft.refresh_from_db()
    assert draft.state == State.PROPOSED


def test_two_writers_do_not_overwrite_each_other(draft: PublicWarning, an: Person) -> None:
    client = browser_of(an)
    address = f"/desk/warnings/{draft.uuid}/change"
    form = form_of(client.get(address), do="save", headline_vi="Của tôi")
    services.write(draft, by=warned.officer("Chi"), headline_vi="Của Chi")
    answer = client.post(address, form)
    assert answer.status_code == 409
    assert 'value="Của tôi"' in answer.content.decode() and "Chi" in said(answer)
    assert PublicWarning.objects.get().headline_vi == "Của Chi"
    again = form_of(answer, do="save")
    assert client.post(address, again).status_code == 302  # knowingly
    assert PublicWarning.objects.get().headline_vi == "Của tôi"


def test_every_fault_is_told_at_its_field_at_once(an: Person) -> None:
    client = browser_of(an)
    page = client.get("/desk/warnings/new")
    answer = client.post("/desk/warnings/new", form_of(page, do="propose", hours="6", category="Env"))
    assert answer.status_code == 422
    wrong = set(answer.context["form"].errors)
    assert {"event_vi", "headline_vi", "headline_en", "description_vi", "communes", "deed_everyone_vi"} <= wrong
    made = PublicWarning.objects.get()  # what was written is not lost
    assert made.state == State.DRAFT
    assert answer.context["action"] == f"/desk/warnings/{made.uuid}/change"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("polygon", "22.6, 106\nhere"),
        ("polygon", "22 106\n23 107\n22 107\n23 106"),
        ("expires", "gestern"),
        ("status", "Real"),
        ("communes", ["99999"]),
        ("headline_vi", "x" * 161),
        ("event_vi", "\x00"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(draft: PublicWarning, an: Person, field: str, wrong: Any) -> None:
    client = browser_of(an)
    address = f"/desk/warnings/{draft.uuid}/change"
    answer = client.post(address, form_of(client.get(address), do="save", **{field: wrong}))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_what_rests_on_invented_data_cannot_be_real_and_says_why(an: Person) -> None:
    made = services.draft_from(warned.smog(warned.air(simulated=True)), by=an)
    client = browser_of(an)
    address = f"/desk/warnings/{made.uuid}/change"
    page = client.get(address)
    assert "dữ liệu mô phỏng" in said(page) or "mô phỏng" in said(page)
    answer = client.post(address, form_of(page, do="propose", status="Actual"))
    assert answer.status_code == 422 and "status" in answer.context["form"].errors


def test_the_preview_reads_as_the_public_will_and_keeps_nothing(draft: PublicWarning, an: Person) -> None:
    client = browser_of(an)
    form = form_of(client.get(f"/desk/warnings/{draft.uuid}/change"), headline_vi="Mới tinh", status="Actual")
    answer = client.post("/desk/warnings/preview", form | {"of": str(draft.uuid)})
    assert answer.status_code == 200
    assert said(answer).count("Mới tinh") == 3  # banner, page, message
    assert draft.headline_en in said(answer)
    draft.refresh_from_db()
    assert draft.headline_vi != "Mới tinh"


def test_without_scripts_the_preview_is_a_button(draft: PublicWarning, an: Person) -> None:
    client = browser_of(an)
    address = f"/desk/warnings/{draft.uuid}/change"
    answer = client.post(address, form_of(client.get(address), do="preview", headline_vi="Mới tinh"))
    assert answer.status_code == 200 and "Mới tinh" in said(answer)
    assert PublicWarning.objects.get().headline_vi != "Mới tinh"


def published(draft: PublicWarning, an: Person, binh: Person, **facts: Any) -> PublicWarning:
    if facts:
        services.write(draft, by=an, **facts)
    services.propose(draft, by=an)
    return services.approve(draft, by=binh)


def test_an_update_is_one_click_filled_in_and_tells_what_it_changes(
    draft: PublicWarning, an: Person, binh: Person
) -> None:
    first = published(draft, an, binh)
    writer = browser_of(an)
    made = writer.post(f"/desk/warnings/{first.uuid}/update")
    assert made.status_code == 302 and made.url.endswith("/change")
    assert writer.post(f"/desk/warnings/{first.uuid}/update").url == made.url
    form = form_of(writer.get(made.url), do="propose", headline_vi="Nặng hơn", hours="12")
    address = writer.post(made.url, form).url
    facts = {one.fact: (one.before, one.after) for one in browser_of(binh).get(address).context["differences"]}
    assert [said for fact, said in facts.items() if fact.startswith("Tiêu đề")] == [(first.headline_vi, "Nặng hơn")]
    assert {"Loại tin", "Đến"} <= facts.keys()


def test_a_cancellation_is_one_click_and_a_reason(draft: PublicWarning, an: Person, binh: Person) -> None:
    first = published(draft, an, binh)
    writer = browser_of(an)
    assert writer.post(f"/desk/warnings/{first.uuid}/cancel", {"why": " "}).status_code == 422
    made = writer.post(f"/desk/warnings/{first.uuid}/cancel", {"why": "Không khí đã tốt trở lại."})
    assert made.status_code == 302
    approver = browser_of(binh)
    page = approver.get(made.url)
    assert page.context["may_decide"] and "Không khí đã tốt trở lại." in said(page)
    approver.post(made.url, {"decision": "approve", "seen": page.context["form"]["seen"].value()})
    assert approver.get("/desk/warnings/").context["board"].in_force == []
    assert "Cảnh báo đã được hủy" in said(approver.get(f"/desk/warnings/{first.uuid}"))


def test_a_returned_one_says_why_and_can_be_mended(draft: PublicWarning, an: Person, binh: Person) -> None:
    services.propose(draft, by=an)
    approver = browser_of(binh)
    address = f"/desk/warnings/{draft.uuid}"
    assert approver.post(address, {"decision": "return", "note": ""}).status_code == 422
    assert approver.post(address, {"decision": "return", "note": "Nêu rõ nơi"}).status_code == 302
    assert "Nêu rõ nơi" in said(browser_of(an).get(f"{address}/change"))


def test_a_draft_whose_time_ran_out_says_so(draft: PublicWarning, an: Person) -> None:
    ago = timezone.now() - timedelta(hours=3)
    PublicWarning.objects.update(effective=ago - timedelta(hours=3), expires=ago)
    client = browser_of(an)
    page = client.get(f"/desk/warnings/{draft.uuid}")
    assert page.context["has_expired"] and any(one.field == "expires" for one in page.context["faults"])
    form = form_of(client.get(f"/desk/warnings/{draft.uuid}/change"), do="propose", hours="6")
    assert client.post(f"/desk/warnings/{draft.uuid}/change", form).status_code == 302


def test_what_is_no_draft_any_more_cannot_be_changed(draft: PublicWarning, an: Person, binh: Person) -> None:
    services.propose(draft, by=an)
    client = browser_of(an)
    answer = client.get(f"/desk/warnings/{draft.uuid}/change")
    assert (answer.status_code, answer.url) == (302, f"/desk/warnings/{draft.uuid}")
    assert client.get("/desk/warnings/00000000-0000-4000-8000-000000000000").status_code == 404


def test_who_may_not_write_reads_and_who_has_no_part_in_it_does_not(draft: PublicWarning) -> None:
    operator = browser_of(warned.officer("Dung", Role.OPERATOR))
    assert operator.get("/desk/warnings/").status_code == 200
    assert operator.get(f"/desk/warnings/{draft.uuid}").status_code == 200
    assert operator.get(f"/desk/warnings/{draft.uuid}/change").status_code == 403
    assert browser_of(warned.officer("Mai", Role.READER)).get("/desk/warnings/").status_code == 403


def test_the_list_costs_the_same_for_one_and_for_three(an: Person, queries: Any) -> None:
    client = browser_of(an)
    services.draft_from(warned.smog(warned.air()), by=an)
    client.get("/desk/warnings/")
    one = queries(lambda: client.get("/desk/warnings/"))
    for code, place in (("KK02", "01288"), ("KK03", "01290")):
        services.draft_from(warned.smog(warned.air(code, commune=warned.place(place))), by=an)
    assert queries(lambda: client.get("/desk/warnings/")) == one


def test_the_script_is_for_trying_before_it_is_published(draft: PublicWarning, an: Person) -> None:
    page = said(browser_of(an).get(f"/desk/warnings/{draft.uuid}/loudspeaker"))
    assert "chưa được công bố" in page.lower() and page.count("Kính thưa bà con.") == 2


@pytest.mark.parametrize(
    "text",
    [
        "22.6657, 106.2576\n22.7, 106.3\n22.71, 106.2",
        "106.2576 22.6657\n106.3 22.7\n106.2 22.71",
        "22,6657; 106,2576\n22,7; 106,3\n22,71; 106,2",
    ],
)
def test_corners_are_read_in_either_order_and_with_either_sign(text: str) -> None:
    area = drawing.read(text)
    assert area is not None
    assert area["coordinates"][0][0] == area["coordinates"][0][-1] == [106.2576, 22.6657]
    assert drawing.read(drawing.written(area)) == area
