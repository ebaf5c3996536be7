"""What a message says otherwise than the one it changes: fact by fact, before and after."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from nonnuoc.desk.differences import Difference
from nonnuoc.desk.warning import drawing
from nonnuoc.look import figures
from nonnuoc.records.warnings import words
from nonnuoc.records.warnings.models import PublicWarning


def of(warning: PublicWarning) -> list[Difference]:
    """Everything a reader of the earlier one is told anew; empty where nothing is changed, or nothing was before."""
    if warning.changes is None:
        return []
    before, after = dict(_facts(warning.changes)), dict(_facts(warning))
    return [
        Difference(fact, before.get(fact, "–") or "–", said or "–")
        for fact, said in after.items()
        if before.get(fact, "") != said
    ] + [Difference(fact, said, "–") for fact, said in before.items() if fact not in after and said]


def _facts(one: PublicWarning) -> Iterator[tuple[str, str]]:
    yield _("Message"), one.get_message_type_display()
    yield _("Test, exercise or real"), one.get_status_display()
    yield _("How grave"), one.get_severity_display()
    yield _("How certain"), one.get_certainty_display()
    yield _("How urgent"), one.get_urgency_display()
    yield _("Kind of danger"), one.get_category_display()
    worded = {
        "event": _("What happens"),
        "headline": _("Headline"),
        "description": _("What is known"),
        "area": _("The area in words"),
    }
    for language, named in (("vi", _("in Vietnamese")), ("en", _("in English"))):
        for field, said in worded.items():
            yield f"{said} ({named})", getattr(one, f"{field}_{language}")
        for whom, what in words.instructions(one, language):
            yield f"{whom} ({named})", what
    yield _("Communes and wards"), ", ".join(each.full_name for each in one.communes.all())
    yield _("River"), " · ".join(filter(None, [str(one.river or ""), one.reach]))
    yield _("Corners of a drawn area"), drawing.written(one.polygon)
    yield _("Since when"), figures.stamp(one.onset) if one.onset else ""
    yield _("Until"), figures.stamp(one.expires)
