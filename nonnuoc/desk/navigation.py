"""The desk's own navigation: rooms, and the pages in each; everybody sees what they may open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.alerts import selectors
from nonnuoc.records.outbox import inbox
from nonnuoc.records.plans.rounds import selectors as plan_rounds
from nonnuoc.records.registers.facilities import matching
from nonnuoc.records.registers.licences import selectors as obligations
from nonnuoc.records.registers.nature import queue
from nonnuoc.records.registers.waste import manifests as waste_manifests


@dataclass(frozen=True, slots=True)
class Page:
    """A page to go to: its words, its route, what one must be allowed for it, and the routes of pages below it."""

    words: Promise
    route: str
    action: str = ""  # "": everybody who has signed in
    below: tuple[str, ...] = ()
    waiting: Callable[[Rights], int] | None = None  # how much waits there; asked on every page, so it must be cheap

    def holds(self, route: str) -> bool:
        return route == self.route or route in self.below


@dataclass(frozen=True, slots=True)
class Room:
    """Pages that belong together."""

    words: Promise
    pages: tuple[Page, ...]


ROOMS = (
    Room(_("My desk"), (Page(_("My desk"), "desk", "desk.enter"),)),
    Room(
        _("Alarms"),
        (
            Page(_("Duty desk"), "duty", "incidents.read", ("duty-incident", "duty-act"), selectors.waiting),
            Page(_("Hand-over"), "duty-handover", "incidents.read"),
            Page(_("Closed incidents"), "duty-archive", "incidents.read"),
            Page(
                _("Rules of alarm"),
                "alarm-rules",
                "incidents.read",
                ("alarm-rule", "alarm-rule-new", "alarm-rule-change", "alarm-rule-preview"),
            ),
        ),
    ),
    Room(
        _("Data"),
        (
            Page(
                _("Deliveries"),
                "deliveries",
                "deliveries.read",
                ("delivery-receipt", "delivery-original", "delivery-replay"),
            ),
            Page(_("Judging"), "judging", "observations.correct", ("judging-stream", "judgement")),
            Page(_("Upload"), "upload", "deliveries.upload", ("upload-table",)),
            Page(_("Stations"), "desk-stations", "stations.register", ("desk-station",)),
            Page(_("Keys"), "keys", "keys.manage", ("key-new", "key-revoke")),
        ),
    ),
    Room(
        _("Registers"),
        (
            Page(
                _("Registers"),
                "desk-registers",
                "desk.enter",
                (
                    *("desk-register", "desk-register-new", "desk-register-entry", "desk-register-change"),
                    *("desk-register-withdraw", "desk-register-document"),
                    *("desk-register-import", "desk-register-import-one"),
                ),
            ),
            Page(_("Map"), "desk-map", "desk.enter", ("desk-search",)),
            Page(
                _("Doubtful pairs"),
                "facilities-matches",
                "facilities.merge",
                (
                    *("facilities-merge", "facilities-split", "facilities-undo", "facilities-identity"),
                    *("facilities-outfall-streams", "facilities-stack-streams", "facilities-stream-end"),
                ),
                matching.number_waiting,
            ),
            Page(
                _("Waste"),
                "waste",
                "data.internal",
                (
                    *("waste-communes", "waste-commune", "waste-site-amounts", "waste-facility-amounts"),
                    *("waste-amount-correct", "waste-pick-ups", "waste-pick-up-correct", "waste-balance"),
                    *("waste-producers", "waste-producer-praise", "waste-manifests", "waste-manifest-new"),
                    *("waste-manifest", "waste-manifest-slip", "waste-manifest-change", "waste-manifest-sign"),
                    *("waste-manifest-correct", "waste-manifest-photo"),
                ),
                waste_manifests.count_waiting,
            ),
            Page(
                _("Land"),
                "land",
                "data.internal",
                ("land-site", "land-site-act", "land-dump", "land-dump-act", "land-soil-point", "land-craft"),
            ),
            Page(_("Waters"), "waters", "data.internal", ("waters-reach-stations", "waters-reservoir-stations")),
            Page(
                _("Nature"),
                "nature",
                "data.internal",
                ("nature-report", "nature-review", "nature-occurrence"),
                queue.count,
            ),
        ),
    ),
    Room(
        _("Plans"),
        (
            Page(_("The province on one page"), "province-page", "plans.read"),
            Page(
                _("Plans"),
                "plans",
                "plans.read",
                (
                    *("plan", "plan-units", "plan-unit", "plan-timeline", "plan-matrix", "plan-calendar"),
                    *("plan-import", "plan-import-one", "plan-head", "plan-text", "plan-text-edition"),
                    *("plan-changes", "plan-questions", "plan-question"),
                    *("plan-targets", "plan-target", "plan-target-new", "plan-target-change"),
                    *("plan-tasks", "plan-task", "plan-task-new", "plan-task-change", "plan-blockers"),
                    *("plan-rounds", "plan-round-new", "plan-round", "plan-form"),
                    *("plan-report", "plan-report-basis", "plan-report-unit", "plan-report-issue"),
                ),
                plan_rounds.number_waiting,
            ),
        ),
    ),
    Room(
        _("Obligations"),
        (
            Page(
                _("Environmental obligations"),
                "licences",
                "data.internal",
                (
                    *("licences-obligation", "licences-report", "licences-decide", "licences-dossier"),
                    *("licences-limit", "licences-limit-end", "licences-condition", "licences-condition-change"),
                ),
                obligations.waits,
            ),
            Page(_("Calendar of obligations"), "licences-calendar", "data.internal"),
            Page(_("Minimum flow"), "licences-flows", "data.internal"),
        ),
    ),
    Room(
        _("Inspections"),
        (
            Page(_("Inspections"), "inspections", "inspections.read", ("inspection", "inspection-new")),
            Page(_("Where to go next"), "inspections-risk", "inspections.keep"),
        ),
    ),
    Room(
        _("Public warnings"),
        (
            Page(
                _("Public warnings"),
                "desk-warnings",
                "incidents.read",
                ("desk-warning", "warning-new", "warning-write", "warning-cancel", "warning-script"),
            ),
        ),
    ),
    Room(
        _("Messages"),
        (
            Page(_("My messages"), "messages", "", waiting=inbox.waiting),
            Page(_("What I am told, and how"), "message-preferences", "", ("message-wish", "message-contact")),
            Page(_("Ledger of messages"), "message-ledger", "outbox.read", ("message-ledger-one",)),
            Page(
                _("Channels"),
                "message-channels",
                "settings.manage",
                ("message-gateway", "webhook-new", "webhook", "webhook-secret"),
            ),
        ),
    ),
    Room(
        _("People"),
        (
            Page(
                _("People"),
                "people",
                "people.read",
                ("person", "invite", "task-new", "task-end", "lend-for", "person-recover", "invitation-withdraw"),
            ),
            Page(_("Offices"), "offices", "people.read", ("office", "office-new", "office-change")),
            Page(_("Delegations"), "delegations", "", ("delegation-end",)),
            Page(_("Who may do what"), "roles", "people.read"),
        ),
    ),
    Room(
        _("System"),
        (
            Page(_("Settings"), "settings", "settings.manage"),
            Page(_("Audit trail"), "audit", "audit.read", ("audit-export",)),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the navigation; the current one is marked."""

    words: Promise
    link: str
    current: bool
    waiting: int = 0


def rooms(rights: Rights, route: str) -> list[Link]:
    """One link for each room that holds a page for this person: to the first of these."""
    return [
        Link(room.words, reverse(pages[0].route), any(one.holds(route) for one in room.pages), _waiting(rights, pages))
        for room, pages in _open(rights)
    ]


def pages(rights: Rights, route: str) -> list[Link]:
    """The pages of the room one is in; none where there is only one."""
    here = next((pages for room, pages in _open(rights) if any(page.holds(route) for page in room.pages)), ())
    links = [Link(page.words, reverse(page.route), page.holds(route)) for page in here]
    return links if len(links) > 1 else []


def _waiting(rights: Rights, pages: Sequence[Page]) -> int:
    return sum(page.waiting(rights) for page in pages if page.waiting is not None)


def _open(rights: Rights) -> Iterator[tuple[Room, Sequence[Page]]]:
    for room in ROOMS:
        pages = [page for page in room.pages if not page.action or rights.may(page.action)]
        if pages:
            yield room, pages
