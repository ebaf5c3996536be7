"""What is told of a place to whom, and that it follows when experts think again."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import Office, Person, Role
from nonnuoc.records.accounts.rights import RIGHTS
from nonnuoc.records.registers.nature import judging, naming, queue, reporting
from nonnuoc.records.registers.nature.models import Occurrence
from nonnuoc.records.registers.nature.occurrences import OCCURRENCES
from nonnuoc.records.registers.nature.species import SPECIES
from nonnuoc.records.registers.pattern import keeping, reading
from nonnuoc.records.registers.pattern.reading import Position
from tests.records.accounts import staff
from tests.records.registers.nature import wild

pytestmark = pytest.mark.django_db
CELL_10, CELL_1 = Position(106.25, 22.65, 7610.0), Position(106.255, 22.665, 760.0)
HERE = Position(106.257, 22.6661)


@pytest.fixture(autouse=True)
def ground() -> None:
    wild.communes()


def person(role: str, commune: Any = None, name: str = "An") -> Person:
    someone = staff.person(name)
    kind = Office.Kind.COMMUNE if commune else Office.Kind.DEPARTMENT
    staff.task(someone, staff.office(f"office-{name}", kind, commune=commune), role)
    return someone


def told(one: Occurrence, rights: access.Rights = access.ANYBODY) -> Position | None:
    return reading.position(OCCURRENCES, Occurrence.objects.get(pk=one.pk), rights)


def shown_commune(one: Occurrence) -> str | None:
    commune = Occurrence.objects.get(pk=one.pk).commune
    return commune.code if commune else None


@pytest.mark.parametrize(
    ("sensitivity", "position", "commune"),
    [
        ("open", HERE, wild.WEST),
        ("km-1", CELL_1, wild.WEST),  # the whole cell lies in it, up to the border
        ("km-10", CELL_10, None),  # the border runs through the cell
        ("withheld", None, None),
        ("", CELL_10, None),
    ],
)
def test_everybody_is_told_what_the_species_allows(sensitivity: str, position: Position | None, commune: str | None):
    one = wild.found(wild.species(sensitivity=sensitivity))
    assert told(one) == position
    assert told(one, access.SYSTEM) == HERE
    assert shown_commune(one) == commune
    assert Occurrence.objects.get(pk=one.pk).found_in.code == wild.WEST


def test_a_commune_is_told_where_the_whole_cell_lies_in_it():
    """It then says nothing that the cell does not say."""
    wide = wild.species("Alia lata", "km-10")
    assert shown_commune(wild.found(wide, 106.12, 22.65)) == wild.WEST
    assert shown_commune(wild.found(wide, 106.32, 22.65)) == wild.EAST
    assert shown_commune(wild.found(wide, 106.29, 22.65)) is None


def test_a_place_known_no_better_than_the_commune_is_told_of_fine_cells_only():
    by_sensitivity = {
        one: shown_commune(wild.found(wild.species(f"Onis {word}", one), None, None, commune=wild.EAST))
        for one, word in (("open", "prima"), ("km-1", "secunda"), ("km-10", "tertia"), ("withheld", "quarta"))
    }
    assert by_sensitivity == {"open": wild.EAST, "km-1": wild.EAST, "km-10": None, "withheld": None}


def test_old_records_follow_a_new_decision_and_their_history_tells_nothing():
    kind = wild.species(sensitivity="open")
    one = wild.found(kind, note="behind the waterfall")
    leader = access.of(person(Role.LEADER))
    assert told(one) == told(one, leader) == HERE
    wild.decide(kind, "withheld")
    now = Occurrence.objects.get(pk=one.pk)
    assert (told(one), told(one, leader), now.commune_id) == (None, None, None)
    versions = reading.history(OCCURRENCES, now, leader)
    assert len(versions) == 1
    assert not {"lon", "lat", "shape", "commune", "note", "source", "position_source"} & set(versions[0].values)
    wild.decide(kind, "km-1")
    assert told(one) == CELL_1
    wild.decide(kind, "open")
    assert (told(one), shown_commune(one)) == (HERE, wild.WEST)


def test_relatives_share_what_is_hidden():
    kind = wild.species("Onis simulata", "open")
    alias = wild.species("Vetus simulata", accepted=kind.code)
    low = wild.species("Vetus simulata alba", rank="subspecies")
    genus = wild.species("Onis", rank="genus")
    ones = [wild.found(each) for each in (kind, alias, low)]
    assert [told(one) for one in ones] == [HERE] * 3
    assert told(wild.found(genus)) == CELL_10  # nobody decided on it
    wild.decide(low, "withheld")
    assert [told(one) for one in ones] == [None] * 3
    # an alias that leaves takes its strictness with it, and the rest is seen again
    keeping.change(SPECIES, alias.code, {"accepted": None}, by=None)
    assert [told(one) for one in ones] == [HERE, None, None]


def test_a_species_is_found_by_its_name_however_it_is_written():
    kind = wild.species("Onis simulata")
    wild.species("Vetus simulata", accepted=kind.code)
    assert naming.found("ONIS simulata (Nguyễn, 1999)") == kind
    assert naming.found("Vetus simulata Trần") == kind
    assert naming.found("Onis") is None
    other = wild.species("Alia lata", local_name="Cá Lạ")
    assert naming.known("ca la") == naming.known("Cá lạ") == naming.known("alia lata") == other
    wild.species("Alia parva", local_name="Cá lạ")
    assert naming.known("cá lạ") is None  # it could be either
    with pytest.raises(ValidationError):
        wild.species("Onis  simulata L.", code="other")


def test_occurrences_are_found_by_a_new_name_of_their_species():
    kind = wild.species("Onis simulata")
    wild.found(kind)
    keeping.change(SPECIES, kind.code, {"local_name": "Cá mới", "scientific_name": "Nova simulata"}, by=None)
    (one,) = Occurrence.objects.all()
    assert one.name == "Nova simulata"
    assert " cá" in one.words and " ca" in one.words and "waterfall" not in one.words


def test_what_is_written_beside_the_place_is_hidden_with_it():
    one = wild.found(wild.species(sensitivity="km-10"), note="n", locality="l", method="m", recorded_by="Bình")
    reader = access.of(person(Role.READER))
    hidden = {"lon", "lat", "position_source", "source", "note", "locality", "method", "recorded_by"}
    assert not hidden & set(reading.shown(OCCURRENCES, one, reader))
    assert {"identified_by", "day", "count"} <= set(reading.shown(OCCURRENCES, one, reader))
    assert set(reading.shown(OCCURRENCES, one, access.SYSTEM)) == set(OCCURRENCES.columns)
    assert not {"identified_by", "recorded_by"} & set(reading.shown(OCCURRENCES, one, access.ANYBODY))


def test_codes_do_not_tell_which_were_found_together():
    kind = wild.species()
    codes = [wild.found(kind).code for _ in range(3)]
    assert len({code[3:6] for code in codes}) > 1


def test_the_database_refuses_an_exact_place_called_coarse_and_an_unjudged_one_called_public():
    one = wild.found(wild.species(sensitivity="km-10"))
    for wrong in ({"coarse_m": None}, {"coarse_lon": None}, {"generalised": False}, {"state": "reported"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Occurrence.objects.filter(pk=one.pk).update(**wrong)


def test_who_may_write_positions_may_see_them():
    """Else a form would show, or overwrite, what its writer may not know."""
    for role, rights in RIGHTS.items():
        if OCCURRENCES.keep in rights:
            assert rights["species.exact"] is rights[OCCURRENCES.keep], role


def test_experts_judge_many_at_once():
    kind = wild.species(sensitivity="km-10")
    expert = person(Role.OFFICER)
    draft = {"state": "reported", "data_class": "internal"}
    codes = [wild.found(kind, **draft).code for _ in range(3)]
    assert queue.count(access.of(expert)) == 3
    assert judging.judge(codes[:2], "validated", by=expert) == 2
    assert judging.judge(codes[:2], "validated", by=expert) == 0
    judging.judge(codes[2:], "refused", reason="a dog", by=expert)
    assert list(Occurrence.objects.order_by("id").values_list("state", "data_class")) == [
        ("validated", "public"),
        ("validated", "public"),
        ("refused", "internal"),
    ]
    assert queue.count(access.of(expert)) == 0
    judging.judge(codes[:1], "doubtful", reason="think again", by=expert)
    assert Occurrence.objects.get(code=codes[0]).data_class == "internal"
    one = Occurrence.objects.get(code=codes[0])
    assert [(each.before, each.state) for each in queue.judgements(one)] == [
        ("validated", "doubtful"),
        ("reported", "validated"),
    ]


def test_all_are_judged_or_none():
    kind = wild.species()
    code = wild.found(kind, state="reported", data_class="internal").code
    with pytest.raises(Occurrence.DoesNotExist):
        judging.judge([code, "oc-none"], "validated", by=person(Role.OFFICER))
    assert Occurrence.objects.get().state == "reported"


def test_doubt_needs_a_reason_and_judging_the_right():
    code = wild.found(wild.species(), state="reported", data_class="internal").code
    with pytest.raises(ValidationError):
        judging.judge([code], "doubtful", reason=" ", by=person(Role.OFFICER))
    with pytest.raises(PermissionDenied):
        judging.judge([code], "validated", by=person(Role.LEADER, name="Lan"))


def test_a_commune_reports_once_and_only_within_its_own_bounds():
    west, _east = wild.communes()
    kind = wild.species()
    here = person(Role.COMMUNE_OFFICER, west)
    values = {
        "species": kind.code,
        "day": "2026-03-01",
        "source": "s",
        "lon": 106.21,
        "lat": 22.61,
        "position_source": "p",
    }
    one = reporting.report(values, by=here, token=uuid.UUID(int=1))
    assert reporting.report({**values, "lon": 106.1}, by=here, token=uuid.UUID(int=1)) == one
    assert (one.state, one.data_class, one.found_in) == ("reported", "internal", west)
    assert reporting.own(here) == [one]
    with pytest.raises(PermissionDenied):
        reporting.report({**values, "lon": 106.4}, by=here)
    with pytest.raises(PermissionDenied):
        keeping.change(OCCURRENCES, one.code, {"lon": 106.21}, by=here)
    with pytest.raises(KeyError):
        reporting.report({**values, "data_class": "public"}, by=here)
    assert told(one, access.of(here)) == Position(106.25, 22.65, 7610.0)  # not even to who reported it
