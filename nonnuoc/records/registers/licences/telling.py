"""Reminders: what falls due, what is overdue, what was returned. One message a person and day, however much it is.

A month, a week and a day ahead, as a convention of this system; a paper's end is told earlier, since the next one takes
time. No document was found that says when somebody must be reminded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import override

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.outbox import services as outbox
from nonnuoc.records.outbox.recipients import About, Audience
from nonnuoc.records.outbox.services import News
from nonnuoc.records.registers.licences import wording, writing
from nonnuoc.records.registers.licences.models import Obligation, Report

AHEAD = (30, 7, 1)  # days before it is due
AHEAD_OF_EXPIRY = (180, 90, 30, 7, 1)
AGAIN = 7  # what is overdue is told on the first day, and after so many days again
LANGUAGES = ("vi", "en")
#: A message names so many obligations.
NAMED = 20
SEVERITY = {"obligation.due": 1, "obligation.overdue": 2}
#: Where everybody sees what waits for them; the sender puts the site before it.
PAGE = "/desk/licences/"


def remind(at: datetime) -> int:
    """Tell everybody of what falls due and what is overdue; give how many messages are new. Again: nothing is told."""
    today = timezone.localdate(at)
    told = {
        "obligation.due": [one for one in _open(Q(due__gte=today)) if (one.due - today).days in _ahead(one)],
        "obligation.overdue": [one for one in _open(Q(due__lt=today)) if ((today - one.due).days - 1) % AGAIN == 0],
    }
    if not any(told.values()):
        return 0
    with outbox.together(at) as audience:
        news = [one for simulated in (False, True) for one in _news(audience, told, today, simulated=simulated)]
        return len(outbox.announce_all(news, at=at))


def returned(row: Obligation, said: Report, *, at: datetime) -> None:
    """Tell whoever reported it that it came back, and why."""
    if said.by is None:
        return
    facts = {**_facts((), [row]), "reason": said.reason, "path": f"{PAGE}obligations/{row.pk}/"}
    outbox.announce(
        News(
            key=f"obligation:{row.pk}:returned:{said.pk}",
            topic="obligation.due",
            severity=SEVERITY["obligation.overdue"],
            template="obligation_returned",
            facts=facts,
            subject=writing.subject(row.dossier),
            to=[said.by],
            simulated=row.dossier.simulated,
        ),
        at=at,
    )


def _ahead(row: Obligation) -> tuple[int, ...]:
    return AHEAD_OF_EXPIRY if row.kind == Obligation.Kind.RENEWAL else AHEAD


def _open(more: Q | None = None) -> Sequence[Obligation]:
    rows = Obligation.objects.filter(more or Q(), settled=Obligation.Settled.OPEN, dossier__withdrawn=None)
    rows = rows.select_related("dossier__facility", "condition").order_by("due", "id")
    return list(rows.defer("dossier__shape", "dossier__words", "dossier__facility__shape", "dossier__facility__words"))


def _news(
    audience: Audience, told: Mapping[str, Sequence[Obligation]], today: date, *, simulated: bool
) -> Iterator[News]:
    """One piece of news for each person, of all that they hear of; what is invented is told apart."""
    mine: dict[int, dict[str, list[Obligation]]] = defaultdict(lambda: {topic: [] for topic in told})
    people: dict[int, Person] = {}
    for topic, rows in told.items():
        for row in rows:
            if row.dossier.simulated is simulated:
                about = About(topic, SEVERITY[topic], writing.subject(row.dossier))
                for listener in audience.of(about):
                    mine[listener.person.pk][topic].append(row)
                    people[listener.person.pk] = listener.person
    for id, heard in mine.items():
        late, soon = heard["obligation.overdue"], heard["obligation.due"]
        topic = "obligation.overdue" if late else "obligation.due"
        yield News(
            key=f"obligations:{today.isoformat()}:{'simulated' if simulated else 'real'}",
            topic=topic,
            severity=SEVERITY[topic],
            template="obligations",
            facts=_facts(late, soon),
            subject=writing.subject((late or soon)[0].dossier),
            to=[people[id]],
            simulated=simulated,
        )


def _facts(late: Sequence[Obligation], soon: Sequence[Obligation]) -> dict[str, Any]:
    """What the template speaks of; every word in both languages."""
    first = (late or soon)[0]
    said: dict[str, Any] = {
        "path": PAGE,
        "overdue": len(late),
        "due": len(soon),
        "count": len(late) + len(soon),
        "first": first.due.isoformat(),
        "first_local": f"{first.due:%d/%m/%Y}",
        "late_more": max(0, len(late) - NAMED),
        "soon_more": max(0, len(soon) - NAMED),
    }
    for language in LANGUAGES:
        with override(language):
            said[f"late_{language}"] = [_line(one) for one in late[:NAMED]]
            said[f"soon_{language}"] = [_line(one) for one in soon[:NAMED]]
            said[f"subject_{language}"] = f"{first.dossier.facility.name}: {wording.title(first)}"
    return said


def _line(row: Obligation) -> str:
    return f"{row.due:%d/%m/%Y} · {row.dossier.facility.name} · {wording.title(row)}"
