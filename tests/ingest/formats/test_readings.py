"""The shapes that every format gives."""

from __future__ import annotations

from dataclasses import fields

from nonnuoc.ingest.formats.readings import COLUMNS, MEANINGS, Problem, Readings, Refused


def test_columns_are_the_arrays_of_readings():
    assert {*COLUMNS, "symbols", "units", "stations", "datastream"} == {field.name for field in fields(Readings)}


def test_readings_joined_of_nothing_have_their_types():
    assert {name: getattr(Readings.joined([]), name).dtype for name in COLUMNS} == COLUMNS


def test_problem_tells_what_was_found_and_how_to_mend_it():
    assert Problem.of(3, 14, "number", "12,5x") == Problem(3, 14, "number", f"'12,5x': {MEANINGS['number']}")
    assert len(Problem.of(0, 1, "number", "9" * 10_000).detail) < 300


def test_refused_becomes_a_problem_of_its_body():
    assert Refused("empty").problem(7) == Problem(7, 0, "empty", MEANINGS["empty"])
    assert str(Refused("nul", "byte 3")) == f"'byte 3': {MEANINGS['nul']}"
