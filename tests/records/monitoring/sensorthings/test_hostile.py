"""Whatever is asked, it is answered or refused: the database is never brought to an error."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nonnuoc.records.monitoring.sensorthings import reading, stepping
from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Options, Step
from tests.api.observed import World
from tests.records.monitoring.sensorthings.random_trees import Known, options, steps

pytestmark = pytest.mark.django_db

CAREFUL = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    derandomize=True,
)


@pytest.mark.slow
def test_hostile_trees_are_answered_or_refused(world: World) -> None:
    known, answered = Known.now(), []

    @CAREFUL
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        path = data.draw(steps(known))
        of = stepping.walk(path)[0][-1].name
        asked = data.draw(options(of, wild=data.draw(st.booleans())))
        who = world.rights[data.draw(st.sampled_from(["anybody", "operator", "x"]))]
        answered.append(_answer(path, asked, of, who))

    ask()
    assert sum(answered) > 30, "hardly anything was answered: this tries nothing"


def _answer(path: tuple[Step, ...], asked: Options, of: str, who: reading.Rights) -> bool:
    """Whether there was an answer; nothing but AskingError may refuse."""
    try:
        with transaction.atomic():
            reading.collection(path, asked, who)
            reading.entity(path, asked, who)
            if of == "Observations":
                reading.columns(path, asked, who)
    except AskingError:
        return False
    return True
