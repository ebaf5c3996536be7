"""A digest instead of a flood: what is more than a person wants in an hour waits, and goes as one message.

The first messages go by themselves. What comes after them is part of a digest, which is a message like any other, due
when the hour of the first ones is over – or after a minute, where something in it is grave enough to break quiet hours.
On the desk it is there at once, and grows for an hour, or until it is read.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Q

from nonnuoc.records.outbox.models import Channel, Message, Preference

HOUR = timedelta(hours=1)
LOUD_WAITS = timedelta(minutes=1)
#: The longest that quiet hours hold a message up.
LONGEST_QUIET = timedelta(hours=24)
TEMPLATE, TOPIC = "digest", "digest"
State = Message.State
#: Digests on the desk that nobody has read yet.
WAITS_TO_BE_READ = Q(template=TEMPLATE, channel=Channel.APP, state=State.DELIVERED)
Way = tuple[int, str]  # a person and a channel


class Flow:
    """What went and goes to people lately, as far as it was looked at; good for one transaction."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._gone: dict[Way, list[datetime]] = defaultdict(list)
        self._digests: dict[Way, Message] = {}
        self._known: set[int] = set()

    def gather(self, messages: Iterable[Message], preferences: Mapping[int, Preference]) -> None:
        """Make what is too much for its recipient part of a digest. The messages are not stored yet; digests are."""
        ours = [one for one in messages if one.person_id is not None]
        self._look({one.person_id or 0 for one in ours})
        changed: dict[Way, Message] = {}
        for one in sorted(ours, key=lambda message: -message.severity):
            way, wants = _way(one), preferences[one.person_id or 0]
            near = [due for due in self._gone[way] if one.due - HOUR < due <= one.due]
            if len(near) < wants.most_an_hour:
                self._gone[way].append(one.due)
                continue
            loud = one.severity >= wants.loud_severity
            due = one.due + LOUD_WAITS if loud else min(near, default=one.due) + HOUR
            digest = self._digests.setdefault(way, _digest(way, self.at if _is_on_desk(way) else due, self.at))
            if digest.pk is None or due < digest.due or one.severity > digest.severity:
                digest.due, digest.severity = min(due, digest.due), max(one.severity, digest.severity)
                changed[way] = digest
            one.state, one.digest = State.DIGESTED, digest
        new = [digest for digest in changed.values() if digest.pk is None]
        Message.objects.bulk_update([digest for digest in changed.values() if digest.pk], ["due", "severity"])
        Message.objects.bulk_create(new)

    def _look(self, people: set[int]) -> None:
        """At when messages went, or are to go, to these people by themselves, and at the digests that wait for them.

        A digest that somebody else writes to at this moment is passed by: no announcement waits for another.
        """
        fresh = people - self._known
        if not fresh:
            return
        self._known |= fresh
        lately = Message.objects.filter(person__in=fresh, queued__gt=self.at - LONGEST_QUIET - HOUR)
        apart = lately.exclude(state__in=(State.DIGESTED, State.DROPPED)).exclude(
            template=TEMPLATE, channel=Channel.APP
        )
        for person_id, channel, due in apart.values_list("person_id", "channel", "due"):
            self._gone[person_id or 0, channel].append(due)
        unsent = Q(state=State.QUEUED, attempts=0)
        unread = WAITS_TO_BE_READ & Q(queued__gt=self.at - HOUR)
        waiting = Message.objects.filter(unsent | unread, template=TEMPLATE, person__in=fresh)
        for digest in waiting.select_for_update(skip_locked=True).order_by("id"):
            self._digests[_way(digest)] = digest


def _digest(way: Way, due: datetime, at: datetime) -> Message:
    name = uuid.uuid4()
    arrived = {"state": State.DELIVERED, "sent": at, "delivered": at} if _is_on_desk(way) else {}
    return Message(
        **arrived,
        uuid=name,
        key=f"digest:{name}",
        topic=TOPIC,
        person_id=way[0],
        channel=way[1],
        template=TEMPLATE,
        queued=at,
        due=due,
        give_up=due + LONGEST_QUIET,
    )


def _is_on_desk(way: Way) -> bool:
    return way[1] == Channel.APP


def _way(message: Message) -> Way:
    return message.person_id or 0, message.channel
