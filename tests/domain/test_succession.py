from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.domain.succession import Span, cut

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda pair: pair), max_size=6).map(
    lambda pairs: [Span(since, until, (place,), rank=place) for place, (since, until) in enumerate(pairs)]
)


@given(SPANS)
def test_at_each_moment_holds_what_began_last(spans):
    found = cut(spans)
    for moment in range(-1, 32):
        holding = [one for one in spans if one.since <= moment < one.until]
        now = [one.what for one in found if one.since <= moment < one.until]
        assert now == ([max(holding, key=lambda one: (one.since, one.rank)).what] if holding else [])


@given(SPANS)
def test_cutting_again_changes_nothing_but_ranks(spans):
    found = cut(spans)
    assert [(one.since, one.until, one.what) for one in cut(found)] == [
        (one.since, one.until, one.what) for one in found
    ]
    assert all(one.until <= other.since for one, other in pairwise(found))
