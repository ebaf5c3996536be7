"""Laws of merging what two people typed: nothing is lost, nobody's own field is touched, again changes nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from nonnuoc.domain.plan.merging import Clash, Merged, merged

TEXTS = st.sampled_from(["", "một", "hai", "ba"])
NAMES = ("result", "next", "state")
FORMS = st.fixed_dictionaries(dict.fromkeys(NAMES, TEXTS))


@given(FORMS, FORMS, FORMS)
@settings(max_examples=40)
def test_no_text_is_lost_and_what_one_side_left_alone_is_the_others(base, theirs, mine):
    found = merged(base, theirs, mine)
    clashes = {one.name: one for one in found.clashes}
    for name in NAMES:
        stands = found.taken.get(name, theirs[name])
        if mine[name] == base[name]:
            assert stands == theirs[name] and name not in clashes
        elif theirs[name] == base[name] or mine[name] == theirs[name]:
            assert stands == mine[name] and name not in clashes
        else:
            assert clashes[name] == Clash(name, base[name], mine[name], theirs[name]) and stands == theirs[name]


@given(FORMS, FORMS, FORMS)
@settings(max_examples=40)
def test_merged_again_nothing_changes(base, theirs, mine):
    found = merged(base, theirs, mine)
    after = {**theirs, **found.taken}
    again = merged(base, after, mine)
    assert again.taken == {} and again.clashes == found.clashes


def test_only_what_was_typed_is_looked_at():
    assert merged({"a": "", "b": ""}, {"a": "", "b": "x"}, {"a": "y"}) == Merged({"a": "y"}, ())
