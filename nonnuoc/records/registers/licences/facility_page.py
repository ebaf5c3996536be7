"""What this room shows on the page of a facility: its papers, what it has to do, the limits in force, its water."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nonnuoc.domain.obligations import State
from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.licences import page, selectors, standing, wording
from nonnuoc.records.registers.licences.models import Abstraction, Dossier
from nonnuoc.records.registers.licences.standing import Standing
from nonnuoc.records.registers.pattern.register import Cell, Linked


def papers(facility: Facility, rights: Rights) -> Sequence[Linked]:
    """The papers of a facility that the reader may read."""
    rows = list(
        Dossier.objects.filter(rights.readable(office="office_id", commune="commune_id", facility="facility__code"))
        .filter(facility=facility, withdrawn=None)
        .defer("shape", "words")
        .order_by("-valid_from", "code")
    )
    headings = (_("paper"), _("kind"), _("day"), _("in force"), _("stands"))
    empty = _("No paper of this facility is registered here. Register its licence, registration or exemption.")
    cells = [
        (
            Cell(one.dossier.number or one.dossier.name, "dossiers", one.dossier.code),
            Cell(one.dossier.get_kind_display()),
            Cell(one.dossier.issued),
            Cell(_held(one)),
            Cell(standing.WORDS[one.standing]),
        )
        for one in selectors.standed(rows)
    ]
    return [Linked(_("Environmental papers"), headings, cells, empty)]


def duties(facility: Facility, rights: Rights) -> Sequence[Linked]:
    """What a facility has yet to do, and the limits in force for what leaves it."""
    if not rights.may_read(DataClass.INTERNAL, Subject(facility.office_id, facility.commune_id, facility.code)):
        return ()
    mine = Dossier.objects.filter(facility=facility, withdrawn=None).filter(selectors.within(rights, ""))
    standing_now = selectors.standed(list(mine.defer("shape", "words")))
    holding = [one.dossier.pk for one in standing_now if one.standing == Standing.IN_FORCE]
    return [
        page.obligations(selectors.of_facility(rights, facility.pk), facility=True),
        page.limits(selectors.limits(holding)),
    ]


def overdue(facility: Facility, rights: Rights) -> Sequence[Promise | str]:
    """One sentence where something is overdue."""
    late = [one for one in selectors.of_facility(rights, facility.pk) if one.state == State.OVERDUE]
    if not late:
        return ()
    said = {"what": wording.title(late[0].row), "day": f"{late[0].row.due:%d/%m/%Y}", "n": len(late)}
    if len(late) == 1:
        return [gettext("Overdue since %(day)s: %(what)s.") % said]
    return [gettext("%(n)d obligations are overdue, the first since %(day)s: %(what)s.") % said]


def abstractions(facility: Facility, rights: Rights) -> Sequence[Linked]:
    """Where it takes water."""
    rows = Abstraction.objects.filter(rights.readable(facility="facility__code"), facility=facility, withdrawn=None)
    cells = [
        (Cell(one.name, "abstractions", one.code), Cell(one.get_kind_display()), Cell(one.allowed_m3_day))
        for one in rows.defer("shape", "words").order_by("code")
    ]
    headings = (_("abstraction"), _("kind"), _("allowed, m³/day"))
    return [Linked(_("Water it takes"), headings, cells, _("None is registered."))] if cells else ()


def _held(one: selectors.Standed) -> str | None:
    if one.held is None or one.held.since is None:
        return None
    return f"{one.held.since:%d/%m/%Y} – {f'{one.held.until:%d/%m/%Y}' if one.held.until else '…'}"
