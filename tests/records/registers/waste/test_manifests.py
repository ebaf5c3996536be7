"""The way of a manifest: who signs what, what is refused, and that nothing signed is written over."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import AuditEntry, Role
from nonnuoc.records.registers.waste import balance, correcting, drafting, manifests, signing
from nonnuoc.records.registers.waste.balance import Leak
from nonnuoc.records.registers.waste.manifests import Asked
from nonnuoc.records.registers.waste.models import Correction, Manifest
from tests.records.registers.waste import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> scene.Three:
    return scene.Three()


def faults(error: pytest.ExceptionInfo[ValidationError]) -> set[str]:
    return set(error.value.message_dict)


def test_the_same_form_twice_is_one_manifest_and_numbers_follow_each_other(three):
    token = uuid4()
    one, again = (drafting.write(three.draft(), token=token, by=three.an) for _ in range(2))
    other = drafting.write(three.draft(), token=uuid4(), by=three.an)
    assert one == again and Manifest.objects.count() == 2
    assert [one.number[-5:], other.number[-5:]] == ["00001", "00002"]
    with pytest.raises(ValidationError) as error:
        drafting.write(three.draft(number=one.number), token=uuid4(), by=three.an)
    assert faults(error) == {"number"}


def test_a_step_keeps_who_signed_what_and_when(three):
    done = three.treated(100.0, 50.0)
    steps = list(done.steps.all())
    assert done.state == "treated"
    assert [step.kind for step in steps] == ["handed-over", "received", "treated"]
    assert [step.by for step in steps] == [three.an, three.chi, three.chi]
    assert [item["received_kg"] for item in steps[0].signed["items"]] == [None, None]
    assert [item["received_kg"] for item in steps[1].signed["items"]] == [100.0, 50.0]
    assert AuditEntry.objects.filter(action="manifest.signed", subject=done.number).count() == 3


def test_each_side_signs_its_own_steps_alone(three):
    made = drafting.write(three.draft(), token=uuid4(), by=three.an)
    with pytest.raises(PermissionDenied):
        signing.sign(made.number, "handed-over", by=three.chi)
    signing.sign(made.number, "handed-over", by=three.an)
    for kind, wrong in (("in-transit", three.an), ("received", three.an), ("received", three.binh)):
        with pytest.raises(PermissionDenied):
            signing.sign(made.number, kind, by=wrong, kg={1: 5.0})
    with pytest.raises(PermissionDenied):
        drafting.write(three.draft(), token=uuid4(), by=three.chi)  # for a generator that is not theirs


def test_signing_again_changes_nothing_and_order_is_kept(three):
    sent = three.sent()
    again = signing.sign(sent.number, "handed-over", by=three.an)
    assert again.version == sent.version and sent.steps.count() == 1
    for kind, by in (("treated", three.chi), ("cancelled", three.an)):
        with pytest.raises(ValidationError):
            signing.sign(sent.number, kind, by=by, kg={1: 1.0}, certificate="x", note="x")


def test_what_a_step_lacks_is_told_field_by_field(three):
    sent = three.sent(10.0, 20.0)
    with pytest.raises(ValidationError) as error:
        signing.sign(sent.number, "received", by=three.chi, kg={1: 10.0})
    assert faults(error) == {"kg-2"}
    assert [item.received_kg for item in sent.items.all()] == [None, None]  # nothing of it is kept
    with pytest.raises(ValidationError) as error:
        signing.sign(sent.number, "received", by=three.chi, kg={1: 1.0, 2: 2.0}, happened=scene.ago(9))
    assert faults(error) == {"happened"}
    with pytest.raises(ValidationError) as error:
        signing.sign(sent.number, "refused", by=three.chi)
    assert faults(error) == {"note"}


def test_a_draft_is_written_anew_only_by_who_saw_it_as_it_is(three):
    made = drafting.write(three.draft(100.0, 5.0), token=uuid4(), by=three.an)
    kept = drafting.change(made.number, three.draft(80.0), version=1, by=three.an)
    assert [item.handed_kg for item in kept.items.all()] == [80.0] and kept.version == 2
    assert drafting.change(made.number, three.draft(80.0), version=2, by=three.an).version == 2
    with pytest.raises(ValidationError):
        drafting.change(made.number, three.draft(70.0), version=1, by=three.an)
    signing.sign(made.number, "handed-over", by=three.an)
    with pytest.raises(ValidationError):
        drafting.change(made.number, three.draft(70.0), version=3, by=three.an)


def test_a_weighed_mass_changes_only_when_the_other_side_agrees(three):
    done = three.received(100.0)
    wanted = [(1, "received_kg", 90.0)]
    token = uuid4()
    asked = correcting.ask(done.number, wanted, reason="cân lại", token=token, by=three.chi)
    assert correcting.ask(done.number, wanted, reason="cân lại", token=token, by=three.chi) == asked
    assert (asked.state, asked.needs) == ("asked", "generator")
    assert asked.changes == [{"line": 1, "field": "received_kg", "old": 100.0, "new": 90.0}]
    with pytest.raises(PermissionDenied):
        correcting.answer(asked.id, accept=True, answer="", by=three.chi)
    with pytest.raises(ValidationError):  # nothing is signed over an open question
        signing.sign(done.number, "treated", by=three.chi, kg={1: 90.0}, certificate="x")
    assert done.items.get().received_kg == 100.0
    settled = correcting.answer(asked.id, accept=True, answer="", by=three.an)
    done.refresh_from_db()
    assert done.items.get().received_kg == 90.0 and settled.version == done.version
    assert done.steps.get(kind="received").signed["items"][0]["received_kg"] == 100.0  # what was signed stays


def test_whoever_asked_never_agrees_themselves_even_as_the_authority(three):
    done, hoa = three.received(100.0), scene.officer()
    asked = correcting.ask(done.number, [(1, "handed_kg", 99.0)], reason="x", token=uuid4(), by=hoa)
    assert asked.side == manifests.AUTHORITY and asked.needs == "treater"
    with pytest.raises(PermissionDenied):
        correcting.answer(asked.id, accept=True, answer="", by=hoa)
    with pytest.raises(ValidationError) as error:
        correcting.answer(asked.id, accept=False, answer="", by=three.chi)
    assert faults(error) == {"answer"}
    declined = correcting.answer(asked.id, accept=False, answer="phiếu cân đúng", by=three.chi)
    assert declined.state == "declined" and done.items.get().handed_kg == 100.0


def test_what_concerns_one_side_holds_at_once(three):
    sent = three.sent(100.0)
    held = correcting.ask(sent.number, [(1, "kind", "Dầu nhớt thải")], reason="sai tên", token=uuid4(), by=three.an)
    assert held.state == "accepted" and sent.items.get().kind == "Dầu nhớt thải"
    for wanted in (
        [(1, "received_kg", 5.0)],
        [(9, "kind", "x")],
        [(None, "state", "draft")],
        [(1, "handed_kg", 100.0)],
    ):
        with pytest.raises(ValidationError):
            correcting.ask(sent.number, wanted, reason="x", token=uuid4(), by=three.an)


def test_a_withdrawn_correction_leaves_everything_as_it_was(three):
    done = three.received(100.0)
    asked = correcting.ask(done.number, [(1, "received_kg", 1.0)], reason="x", token=uuid4(), by=three.chi)
    with pytest.raises(PermissionDenied):
        correcting.withdraw(asked.id, by=three.an)
    assert correcting.withdraw(asked.id, by=three.chi).state == Correction.State.WITHDRAWN
    assert done.items.get().received_kg == 100.0


def test_each_party_reads_it_nobody_else_does(three):
    made = three.sent()
    stranger = scene.person("La", Role.ENTERPRISE, scene.office("dn-la"))
    for by, seen in (
        (three.an, True),
        (three.binh, True),
        (three.chi, True),
        (stranger, False),
        (scene.officer(), True),
    ):
        rights = access.of(by)
        assert (manifests.one(made.number, rights) is not None) == seen
        assert manifests.listed(rights, Asked()).count == seen
        assert manifests.listed(rights, Asked(text=made.number)).count == seen
    with pytest.raises(PermissionDenied):
        correcting.ask(made.number, [(1, "kind", "x")], reason="x", token=uuid4(), by=stranger)


def test_search_finds_by_number_facility_waste_and_correction_with_and_without_marks(three):
    made, rights = three.sent(), access.of(scene.officer())
    correcting.ask(made.number, [(1, "kind", "Bùn thải")], reason="ghi nhầm dòng", token=uuid4(), by=three.an)
    for text in (made.number[-4:], "phat-thai", "17 02", "bùn", "ghi nhầm", "ghi nham"):
        assert manifests.listed(rights, Asked(text=text)).count == 1, text
    assert manifests.listed(rights, Asked(text="không có")).count == 0
    assert manifests.listed(rights, Asked(corrected=True)).count == 1


def test_a_list_costs_the_same_for_one_and_for_three(three, queries):
    rights = access.of(scene.officer())
    three.sent()
    assert rights.reach("data.internal").everywhere
    first = queries(lambda: manifests.listed(rights, Asked()))
    three.received(), three.treated()
    assert queries(lambda: manifests.listed(rights, Asked())) == first


def test_a_photo_is_kept_once_and_only_pictures_are(three):
    made = drafting.write(three.draft(paper=True), token=uuid4(), by=three.an)
    png = b"\x89PNG\r\n\x1a\n" + bytes(20)
    one, again = (drafting.add_photo(made.number, name="a/giấy.png", body=png, by=three.an) for _ in range(2))
    assert one == again and one.name == "giấy.png"
    with pytest.raises(ValidationError):
        drafting.add_photo(made.number, name="a.html", body=b"<script>", by=three.an)
    assert manifests.photo(made.number, one.id, access.ANYBODY) is None


def span() -> tuple[date, date]:
    today = timezone.localdate()
    return today - timedelta(days=30), today + timedelta(days=1)


def leaks(by=None) -> dict[str, tuple[str, float | None, int]]:
    found = balance.book(access.of(by), *span()).flags
    return {flag.leak: (flag.facility.code, flag.kg, len(flag.manifests)) for flag in found}


def test_leaks_are_flagged_with_the_manifests_behind_them(three):
    three.treated(100.0)
    assert leaks() == {}
    three.sent(70.0, days=8)
    three.received(100.0, came={1: 80.0})
    three.treated(100.0, burnt={1: 120.0})
    scene.part(three.treater, "treater", capacity_t_year=1.0)
    assert leaks() == {
        Leak.OVERDUE: ("phat-thai", 70.0, 1),
        Leak.SHORT: ("phat-thai", 20.0, 1),
        Leak.OVER_TREATED: ("xu-ly", 20.0, 1),
        Leak.OVER_CAPACITY: ("xu-ly", pytest.approx(280 - 1000 * 31 / 365.25), 4),
    }


def test_a_generator_that_told_nothing_is_silent_until_it_does(three):
    quiet = scene.part(three.generator, "generator")
    type(quiet).objects.update(created=scene.ago(400))
    assert leaks() == {Leak.SILENT: ("phat-thai", None, 0)}
    three.treated(10.0)
    assert leaks() == {}


def test_the_balance_shows_a_party_only_what_it_may_see(three):
    three.treated(100.0)
    stranger = scene.person("La", Role.ENTERPRISE, scene.office("dn-la"))
    book = balance.book(access.of(stranger), *span())
    assert book.lines == [] and book.flags == []


class Conservation(TestCase):
    """Through random lives with corrections no mass comes about or vanishes."""

    @settings(max_examples=6)
    @given(
        some.lists(
            some.tuples(
                some.integers(1, 5000),
                some.sampled_from(["sent", "received", "treated", "refused"]),
                some.integers(0, 5000),
                some.booleans(),
            ),
            min_size=1,
            max_size=4,
        )
    )
    def test_mass_is_conserved(self, lives):
        three = scene.Three()
        handed = came = 0.0
        for kg, course, other, corrected in lives:
            made = three.sent(float(kg))
            handed += kg
            if course == "refused":
                signing.sign(made.number, "refused", by=three.chi, note="sai mã")
            if course not in ("received", "treated"):
                continue
            signing.sign(made.number, "received", by=three.chi, kg={1: float(kg)})
            if corrected and other != kg:
                asked = correcting.ask(
                    made.number, [(1, "received_kg", float(other))], reason="x", token=uuid4(), by=three.chi
                )
                correcting.answer(asked.id, accept=True, answer="", by=three.an)
            weighed = float(other) if corrected else float(kg)
            came += weighed
            if course == "treated":
                signing.sign(made.number, "treated", by=three.chi, kg={1: weighed}, certificate="x")
        lines = {line.facility.code: line for line in balance.book(access.SYSTEM, *span()).lines}
        generator = lines["phat-thai"]
        treater = lines.get("xu-ly")
        received = treater.received if treater else 0.0
        assert generator.handed_over == pytest.approx(handed)
        assert received == pytest.approx(came)
        assert generator.handed_over == pytest.approx(generator.on_way + generator.refused + generator.lost + received)
        if treater:
            assert treater.received == pytest.approx(treater.treated + treater.stored)
