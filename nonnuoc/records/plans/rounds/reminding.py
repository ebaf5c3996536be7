"""Reminders: to units before the day and after it, to who follows the plan about who is late; and urging by hand.

The days are a convention of this system. The plan (V.1) says that units are urged, not when.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.outbox import services as outbox
from nonnuoc.records.outbox.recipients import About, Audience
from nonnuoc.records.outbox.services import News
from nonnuoc.records.plans import selectors as plans
from nonnuoc.records.plans.models import Form, Round
from nonnuoc.records.plans.rounds import opening, selectors, telling

AHEAD = (14, 7, 1)  # days before the day
AFTER = (1, 7)  # days after it, then …
AGAIN = 7  # … every so many days


def remind(at: datetime) -> int:
    """Tell whom it is the day to tell; gives how many messages are new. Again on the same day: nobody is told twice."""
    today = timezone.localdate(at)
    rounds = Round.objects.filter(state=Round.State.OPEN).select_related("plan__leading")
    chosen = {one.pk: one for one in rounds if is_day((one.due - today).days)}
    if not chosen:
        return 0
    waiting: dict[int, list[Form]] = defaultdict(list)
    rows = Form.objects.filter(round__in=chosen, state__in=selectors.WITH_UNIT).defer("original")
    for form in rows.select_related("office").order_by("office__name"):
        form.round = chosen[form.round_id]
        waiting[form.round_id].append(form)
    if not waiting:
        return 0
    counts = selectors.counts_of(chosen.values(), today)
    with outbox.together(at):
        news = [one for pk, forms in waiting.items() for one in _news(chosen[pk], forms, counts[pk].forms, today)]
        made = outbox.announce_all(news, at=at)
        told = [one.pk for forms in waiting.values() for one in forms]
        Form.objects.filter(pk__in=told).update(reminded=at)
    return len(made)


@transaction.atomic
def urge(of: Round, forms: Collection[Form], words: str = "", *, by: Person | None, at: datetime) -> int:
    """Urge chosen units, with words of one's own; gives how many messages are new. Once a day and unit.

    Raises ValidationError where one of them has submitted already.
    """
    through = opening.require(of.plan, by)
    opening.is_open(of)
    done = [one.office.name for one in forms if one.state not in selectors.WITH_UNIT]
    if done:
        raise ValidationError(_("Submitted already: %(names)s.") % {"names": ", ".join(done)})
    today = timezone.localdate(at)
    topic = "plan.late" if of.due < today else "plan.due"
    news = [_urged(topic, one, of, words.strip(), today) for one in forms]
    made = outbox.announce_all(news, at=at)
    Form.objects.filter(pk__in=[one.pk for one in forms]).update(reminded=at)
    if made:
        named = {"offices": sorted(one.office.code for one in forms), "words": words.strip()[:500]}
        audit.record(by, "plan-round.urged", opening.subject(of), after=named, through=through)
    return len(made)


def is_day(days_left: int) -> bool:
    """Whether units are told on a day so many days before the one to report by (negative: after it)."""
    late = -days_left
    return days_left in AHEAD or late in AFTER or (late > max(AFTER) and (late - max(AFTER)) % AGAIN == 0)


def reached(forms: Collection[Form], at: datetime) -> Mapping[int, bool]:
    """By form: whether anybody would hear what is told about it. Nobody may report for some offices yet."""
    audience = Audience(at)
    return {
        one.pk: bool(audience.of(About("plan.due", telling.SEVERITY["plan.late"], plans.subject(one.office))))
        for one in forms
    }


def _news(of: Round, forms: list[Form], asked: int, today: date) -> Iterator[News]:
    left = (of.due - today).days
    topic, template = ("plan.due", "plan_due") if left >= 0 else ("plan.late", "plan_late")
    for form in forms:
        facts = {"days": abs(left), "returned": form.state == Form.State.RETURNED}
        yield telling.about(topic, form, f"reminded:{left}:{of.due}", template, of, **facts)
    late = [one for one in forms if one.first_submitted is None]
    if left < 0 and late:
        yield telling.of_late(of, late, asked, f"{-left}:{of.due}")


def _urged(topic: str, form: Form, of: Round, words: str, today: date) -> News:
    days = abs((of.due - today).days)
    template = "plan_late" if topic == "plan.late" else "plan_due"
    facts = {"days": days, "words": words, "returned": form.state == Form.State.RETURNED}
    return telling.about(topic, form, f"urged:{today}", template, of, **facts)
