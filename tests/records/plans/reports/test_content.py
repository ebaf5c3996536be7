from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from nonnuoc.records.plans.models import Form
from nonnuoc.records.plans.reports import content, wording
from tests.records.plans import made
from tests.records.plans.reports import world

pytestmark = pytest.mark.django_db


def sentences(found, kind=None):
    """Every sentence of a report, wherever it stands."""
    if isinstance(found, dict):
        if "rests_on" in found:
            yield from [found] if kind in (None, found["kind"]) else []
        else:
            for one in found.values():
                yield from sentences(one, kind)
    elif isinstance(found, list):
        for one in found:
            yield from sentences(one, kind)


@pytest.fixture(scope="module")
def built(rolled_back):
    of = world.build()
    return of, content.build(of.round, made.TODAY)


def one(built, kind):
    (found,) = list(sentences(built, kind))
    return found["values"]


def test_every_number_counts_what_its_sentence_rests_on(built):
    _of, told = built
    received = one(told["general"], "received")
    counted = {name: received[name] for name in ("of", "came", "in_time", "late", "returned", "missing", "approved")}
    assert counted == {"of": 5, "came": 3, "in_time": 2, "late": 1, "returned": 0, "missing": 2, "approved": 1}
    whens = [unit["when"] for unit in told["units"]]
    assert sorted(whens) == ["in_time", "in_time", "late", "overdue", "overdue"]
    assert [sentence["values"]["offices"] for sentence in told["missing"]] == [["Cơ quan so-xd", "Cơ quan ubnd-01003"]]
    lights = one(told["general"], "lights")
    shown = [task["light"] for section in told["sections"] for task in section["tasks"]]
    assert lights["of"] == sum(lights["lights"].values()) == len(shown) == told["head"]["tasks"] == 3
    assert {light: shown.count(light) for light in lights["lights"]} == lights["lights"]
    for sentence in sentences(told):
        assert sentence["rests_on"], sentence


def test_the_leads_words_come_first_and_coordinators_are_counted(built):
    _of, told = built
    task = told["sections"][0]["tasks"][0]
    kinds = [sentence["kind"] for sentence in task["sentences"]]
    assert kinds == ["task.steps", "task.step", "task.lead", "task.helpers"]
    steps, step, lead, helpers = task["sentences"]
    assert steps["values"] == {"done": 1, "of": 2}
    assert [rest["kind"] for rest in step["rests_on"]] == ["milestone", "evidence"]
    assert lead["values"]["text"] == "Đã phê duyệt đề cương.\nĐang lấy ý kiến các sở."
    assert helpers["values"] == {"reported": 2, "of": 3, "states": {"done": 2}}
    (shared,) = task["results"]  # the same words of two units are told once
    assert (shared["values"]["text"], len(shared["values"]["offices"])) == (world.FORMULA, 2)
    assert [rest["kind"] for rest in task["standing"][0]["rests_on"]] == ["task", "passage"]


def test_what_was_not_sent_is_not_told_and_who_is_silent_is_named(built):
    _of, told = built
    text = str(told)
    assert "chưa gửi, không được tính" not in text
    silent = told["sections"][0]["tasks"][1]["sentences"][0]
    assert (silent["kind"], silent["values"]["offices"]) == ("task.lead_silent", ["Cơ quan so-xd"])


def test_a_returned_form_does_not_count_until_it_comes_back(built):
    of, _told = built
    Form.objects.filter(pk=of.forms["so-thu"].pk).update(state="returned")
    told = content.build(of.round, made.TODAY)
    assert one(told["general"], "received") | {"due": None} == {
        "of": 5,
        "came": 2,
        "in_time": 1,
        "late": 1,
        "returned": 1,
        "missing": 2,
        "approved": 0,
        "due": None,
        "is_over": True,
    }
    assert "Đã phê duyệt đề cương" not in str(told)


def test_measured_and_declared_stand_apart_and_unknown_is_never_zero(built):
    _of, told = built
    share, unknown = told["targets"]
    kinds = [sentence["kind"] for sentence in share["sentences"]]
    assert kinds == ["target.measured", "target.declared", "target.path", "target.baseline"]
    assert (share["measured"]["value"], share["declared"]["value"], share["path"]) == (81.5, 90.0, {"2026": 83.0})
    kinds = [sentence["kind"] for sentence in unknown["sentences"]]
    assert kinds == ["target.no_value", "target.no_path", "target.no_baseline"]
    assert (unknown["measured"], unknown["wanted"], unknown["baseline"]) == (None, None, None)
    money = one(told["general"], "money")
    assert (money["estimated"], money["approved"], money["tasks"]) == (1_500_000_000, None, 1)


def test_a_registered_difficulty_is_told_once_with_where_it_lies(built):
    _of, told = built
    (entry,) = told["difficulties"]
    kinds = [(sentence["kind"], sentence["values"]["office"]) for sentence in entry["sentences"]]
    assert kinds == [("difficulty", "Cơ quan so-thu"), ("difficulty.told", "Cơ quan ubnd-01002")]
    assert entry["sentences"][0]["values"]["with"] == "Cơ quan ubnd-tinh"
    assert [sentence["values"]["text"] for sentence in told["proposals"]] == ["Bố trí thêm kinh phí"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_sentence_has_words_in_both_languages(built, language):
    _of, told = built
    with translation.override(language):
        said = {sentence["kind"]: wording.said(sentence) for sentence in sentences(told)}
    assert all(text and "%(" not in text and "None" not in text for text in said.values()), said
    due = {"vi": "20/11/2026", "en": "20/11/2026"}[language]
    assert due in said["received"] and "1.500.000.000" in said["money"].replace(",", ".")


def test_the_day_decides_whether_a_unit_is_late(built):
    of, _told = built
    before = content.build(of.round, date(2026, 11, 20))
    assert [unit["when"] for unit in before["units"] if unit["code"] == "ubnd-01003"] == ["waiting"]


def test_more_units_and_tasks_cost_no_more_queries(built, queries):
    of, _told = built
    few = queries(lambda: content.build(of.round, made.TODAY))
    for place in range(3):
        task = made.task(of.plan, f"X.{place}", lead=of.forms["so-thu"].office)
        of.round.tasks.add(task)
        of.forms["so-thu"].answers.create(task=task, role="lead", state="done", result="xong")
    assert queries(lambda: content.build(of.round, made.TODAY)) == few
