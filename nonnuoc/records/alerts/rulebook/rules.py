"""What can be done with rules of alarm: made, changed, switched on and off, ended, shipped.

A version that was in force stays as it was: what is changed is a new version from a moment on, and the old one ends
there. So a value is always judged by what held at its time, and late data are judged as they would have been.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Delegation, Person
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.alerts.rulebook import checking, drafting, rejudging
from nonnuoc.records.alerts.rulebook.drafting import Draft
from nonnuoc.records.alerts.rulebook.faults import Fault, RefusedError
from nonnuoc.records.places.models import Commune

MANAGE = "alarm_rules.manage"
SHIPPED = Path(__file__).parent / "data" / "rules.toml"


@transaction.atomic
def make(draft: Draft, *, by: Person | None, since: datetime | None = None) -> AlarmRule:
    """A new rule, switched off: it judges nothing until `enable`. Made again just so, it is the one there is.

    Raises RefusedError with every fault.
    """
    since = since or timezone.now()
    lent = _require(by, *drafting.unsaved(draft, since=since))
    held = _open(draft.code)
    if held is not None and not held.enabled and drafting.of_rule(held) == drafting.filled(draft):
        return held
    found = checking.faults(draft, since=since)
    if AlarmRule.objects.filter(code=draft.code).exists():
        found.insert(0, _taken(draft.code))
    if found:
        raise RefusedError(found)
    rule = _write(draft, version=1, since=since, enabled=False, by=by)
    audit.record(by, "alarm_rule.made", rule.code, after=_facts(rule, draft), through=lent)
    return rule


@transaction.atomic
def change(code: str, draft: Draft, *, by: Person | None, since: datetime | None = None) -> AlarmRule:
    """What the rule says from `since` on (now, if left out); whether it is switched on stays as it is.

    Changed to what it says already, nothing happens. Raises RefusedError with every fault.
    """
    held, since = _last(code), since or timezone.now()
    lent = _require(by, held, held.communes.all())
    _require(by, *drafting.unsaved(draft, since=since))
    if drafting.of_rule(held) == drafting.filled(draft) and held.valid_to is None:
        return held
    found = [*checking.faults(draft, since=since), *_order(held, since)]
    if draft.code != code:
        found.append(Fault("code", _("A rule keeps its code."), _("Write %(code)s.") % {"code": code}))
    if found:
        raise RefusedError(found)
    rule = _follow(held, draft, since=since, enabled=held.enabled and held.valid_to is None, by=by)
    rejudging.later(code, since)
    before = _facts(held, drafting.of_rule(held))
    audit.record(by, "alarm_rule.changed", code, before=before, after=_facts(rule, draft), through=lent)
    return rule


def enable(code: str, *, by: Person | None, since: datetime | None = None) -> AlarmRule:
    """Let the rule judge what is of a time from `since` on (now, if left out)."""
    return _switch(code, True, by=by, since=since)


def disable(code: str, *, by: Person | None, since: datetime | None = None) -> AlarmRule:
    """Let the rule judge nothing any more that is of a time from `since` on (now, if left out)."""
    return _switch(code, False, by=by, since=since)


@transaction.atomic
def end(code: str, *, by: Person | None, since: datetime | None = None) -> AlarmRule:
    """The rule ends; what it found stays. Ended already: nothing happens. Changing it lets it begin anew."""
    held, since = _last(code), since or timezone.now()
    lent = _require(by, held, held.communes.all())
    if held.valid_to is not None:
        return held
    if found := _order(held, since):
        raise RefusedError(found)
    held.valid_to = since
    held.save(update_fields=["valid_to"])
    rejudging.later(code, since)
    audit.record(by, "alarm_rule.ended", code, after={"valid_to": since.isoformat()}, through=lent)
    return held


@transaction.atomic
def load_shipped() -> int:
    """Bring the rules that come with the system up to data/rules.toml; give how many versions are new.

    What somebody changed, switched or ended is theirs from then on: it is left alone.
    """
    known = {}
    for rule in AlarmRule.objects.order_by("code", "version").prefetch_related("communes"):
        known[rule.code] = rule
    written = 0
    for draft, since, enabled in shipped():
        held = known.get(draft.code)
        if held is None:
            _write(draft, version=1, since=since, enabled=enabled, by=None, shipped=True)
        elif held.shipped and (drafting.of_rule(held), held.enabled) != (drafting.filled(draft), enabled):
            _follow(held, draft, since=max(since, timezone.now()), enabled=enabled, by=None, shipped=True)
        else:
            continue
        written += 1
    if written:
        audit.record(None, "alarm_rules.loaded", SHIPPED.name, versions=written)
    return written


@lru_cache(maxsize=1)
def shipped() -> tuple[tuple[Draft, datetime, bool], ...]:
    """What data/rules.toml holds: each rule, since when it judges, whether it comes switched on."""
    found = []
    for entry in tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["rule"]:
        facts: dict[str, Any] = dict(entry)
        since = timezone.make_aware(datetime.combine(facts.pop("valid_from"), time()))
        enabled = facts.pop("enabled")
        facts["steps"] = tuple(facts["steps"])
        found.append((Draft(**facts), since.astimezone(UTC), enabled))
    return tuple(found)


@transaction.atomic
def _switch(code: str, on: bool, *, by: Person | None, since: datetime | None) -> AlarmRule:
    held, now = _last(code), timezone.now()
    lent = _require(by, held, held.communes.all())
    if held.valid_to is not None:
        raise RefusedError([Fault("enabled", _("The rule has ended."), _("Change it, and it begins anew."))])
    if held.enabled is on:
        return held
    # what is switched off has judged nothing: it may begin anew from where it begins
    since = since or max(now, held.valid_from)
    if on and since == held.valid_from:
        held.enabled, held.shipped = True, False
        held.save(update_fields=["enabled", "shipped"])
        rule = held
    else:
        if found := _order(held, since):
            raise RefusedError(found)
        rule = _follow(held, drafting.of_rule(held), since=since, enabled=on, by=by)
    after = {"version": rule.version, "since": since.isoformat()}
    rejudging.later(code, since)
    if on:
        audit.record(by, "alarm_rule.enabled", code, after=after, through=lent)
    else:
        audit.record(by, "alarm_rule.disabled", code, after=after, through=lent)
    return rule


def _require(by: Person | None, rule: AlarmRule, communes: Iterable[Commune]) -> Delegation | None:
    """Whoever changes a rule must reach all that it is about. Gives what was lent for it."""
    decisions = [access.require(by, MANAGE, one) for one in drafting.subjects(rule, communes)]
    return decisions[0].lent


def _write(
    draft: Draft, *, version: int, since: datetime, enabled: bool, by: Person | None, shipped: bool = False
) -> AlarmRule:
    rule, communes = drafting.unsaved(draft, since=since)
    rule.version, rule.enabled, rule.by, rule.shipped = version, enabled, by, shipped
    rule.save()
    if communes:
        rule.communes.set(communes)
    return rule


def _follow(
    held: AlarmRule, draft: Draft, *, since: datetime, enabled: bool, by: Person | None, shipped: bool = False
) -> AlarmRule:
    """The next version; the one before ends where it begins, unless it ended earlier."""
    if held.valid_to is None:
        held.valid_to = since
        held.save(update_fields=["valid_to"])
    return _write(draft, version=held.version + 1, since=since, enabled=enabled, by=by, shipped=shipped)


def _order(held: AlarmRule, since: datetime) -> list[Fault]:
    first = held.valid_to or held.valid_from
    if since > held.valid_from and since >= first:
        return []
    when = f"{timezone.localtime(first):%d/%m/%Y %H:%M:%S}"
    what = _("The version before holds until then, or begins only then: %(when)s.") % {"when": when}
    return [Fault("valid_from", what, _("Let this one begin later."))]


def _taken(code: str) -> Fault:
    return Fault(
        "code",
        _("There is a rule %(code)s already.") % {"code": code},
        _("Change that one, or give this one another code."),
    )


def _open(code: str) -> AlarmRule | None:
    return AlarmRule.objects.filter(code=code, valid_to=None).first()


def _last(code: str) -> AlarmRule:
    """The newest version, held until the transaction ends. Raises AlarmRule.DoesNotExist."""
    held = AlarmRule.objects.select_for_update().filter(code=code).order_by("-version").first()
    if held is None:
        raise AlarmRule.DoesNotExist(code)
    return held


def _facts(rule: AlarmRule, draft: Draft) -> dict[str, Any]:
    return drafting.facts(draft) | {"version": rule.version, "valid_from": rule.valid_from.isoformat()}
