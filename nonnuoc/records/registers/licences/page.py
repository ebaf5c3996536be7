"""What stands on the pages of a dossier and of an abstraction beside their own facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from nonnuoc import rules
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.registers.licences import (
    flows,
    in_force,
    judged,
    restricted,
    selectors,
    standing,
    wording,
    writing,
)
from nonnuoc.records.registers.licences.models import Abstraction, Dossier, Limit
from nonnuoc.records.registers.licences.selectors import Line
from nonnuoc.records.registers.licences.standing import Standing
from nonnuoc.records.registers.pattern.register import Cell, Linked

_NO_OBLIGATION = _("No obligation follows from it yet: write its conditions, or say from when on it is in force.")


def of_dossier(dossier: Dossier, rights: Rights) -> Sequence[Linked]:
    """Limits, conditions, obligations, and the papers around it; only what is internal to those who may read that."""
    around = _papers(dossier, rights)
    if not rights.may_read(DataClass.INTERNAL, writing.subject(dossier)):
        return [around] if around.rows else []
    return [
        *([around] if around.rows else []),
        limits(selectors.limits([dossier.pk])),
        _conditions(dossier),
        obligations(selectors.of_dossier(rights, dossier), facility=False),
    ]


def of_abstraction(entry: Abstraction, rights: Rights) -> Sequence[Linked]:
    """The minimum beside what is measured now."""
    rows = [
        (
            Cell(one.property or None),
            Cell(None if one.minimum is None else f"{wording.number(one.minimum)} {one.unit}"),
            Cell(None if one.value is None else f"{wording.number(round(one.value, 3))} {one.unit}"),
            Cell(f"{timezone.localtime(one.time):%H:%M %d/%m/%Y}" if one.time else None),
            Cell(flows.WORDS[one.verdict]),
        )
        for one in flows.of([entry], rights, timezone.now())
    ]
    headings = (_("measured"), _("minimum"), _("now"), _("at"), _("stands"))
    return [Linked(_("What it must leave"), headings, rows, _("None is registered."))]


def remarks(dossier: Dossier, rights: Rights) -> Sequence[Promise | str]:
    """Where it stands today, in a sentence; what its ground and an exemption rest on."""
    (one,) = selectors.standed([dossier])
    said = [_stands(one)]
    if rights.may_read(DataClass.INTERNAL, writing.subject(dossier)):
        said += restricted.remarks(dossier)
    if dossier.kind == Dossier.Kind.EXEMPTION:
        said += _exempt(dossier)
    return said


def limits(rows: Sequence[Limit]) -> Linked:
    """Limits, with what each of them judges."""
    headings = (
        _("outfall or stack"),
        _("parameter"),
        _("limit"),
        _("meant for"),
        _("from document"),
        _("holds"),
        _("judges"),
    )
    cells = [
        (
            _source(row),
            Cell(row.observed_property.code),
            Cell(wording.bounds(row)),
            Cell(row.get_averaging_display()),
            Cell(_of_paper(row), "dossiers", row.dossier.code),
            Cell(_days(row)),
            Cell(judged.WORDS[found.why] if found.why else ", ".join(sorted({s.thing.name for s in found.streams}))),
        )
        for row, found in zip(rows, judged.judging(rows), strict=True)
    ]
    empty = _("No limit is written: nothing that leaves this facility is judged by its own paper.")
    note = _("A value is judged by the limit that held when it was measured, whenever it arrives.")
    return Linked(_("Limits"), headings, cells, empty, note if cells else "")


def obligations(lines: Sequence[Line], *, facility: bool) -> Linked:
    """What is due when, and what became of it."""
    headings = (_("due"), _("what has to be done"), *((_("paper"),) if facility else ()), _("stands"))
    cells = []
    for one in lines:
        paper = one.row.dossier
        cells.append(
            (
                Cell(one.row.due),
                Cell(wording.title(one.row)),
                *((Cell(paper.number or paper.name, "dossiers", paper.code),) if facility else ()),
                Cell(met(one)),
            )
        )
    return Linked(_("Obligations"), headings, cells, _NO_OBLIGATION)


def met(line: Line) -> str:
    """Where it stands, with the day it was met and whether that was in time."""
    row = line.row
    if row.met_on is not None:
        said = {"day": f"{row.met_on:%d/%m/%Y}"}
        return (gettext("met on %(day)s, late") if line.late else gettext("met on %(day)s, in time")) % said
    if row.excused_because:
        return gettext("excused: %(reason)s") % {"reason": row.excused_because}
    return wording.state(line.state, line.days)


def _conditions(dossier: Dossier) -> Linked:
    headings = (
        _("what it asks for"),
        _("kind"),
        _("outfall or stack"),
        _("parameters"),
        _("when"),
        _("where in the paper"),
    )
    cells = [
        (
            Cell(one.text),
            Cell(one.get_kind_display()),
            _source(one),
            Cell(", ".join(parameter.code for parameter in one.parameters.all()) or None),
            Cell(wording.interval(one)),
            Cell(one.article or None),
        )
        for one in selectors.conditions(dossier)
    ]
    return Linked(_("Conditions"), headings, cells, _("No condition is written yet."))


def _papers(dossier: Dossier, rights: Rights) -> Linked:
    """What it replaces, and what replaces it, as far as the reader may know."""
    ids = [dossier.replaces_id] if dossier.replaces_id else []
    mine = rights.readable(office="office_id", commune="commune_id", facility="facility__code")
    found = Dossier.objects.filter(mine).filter(pk__in=ids) | Dossier.objects.filter(mine).filter(replaces=dossier)
    rows = [
        (
            Cell(_("replaces") if one.pk in ids else _("replaced by")),
            Cell(in_force.document(one.kind, one.number, one.issued), "dossiers", one.code),
            Cell(one.valid_from),
        )
        for one in found.defer("shape", "words").order_by("valid_from")
    ]
    return Linked(_("Before and after it"), (_("how"), _("paper"), _("in force from")), rows, _("None is registered."))


def _stands(one: selectors.Standed) -> str:
    dossier, held = one.dossier, one.held
    until = held.until if held else None
    said = {
        "since": f"{dossier.valid_from:%d/%m/%Y}" if dossier.valid_from else "",
        "until": f"{until:%d/%m/%Y}" if until else "",
        "after": f"{until + standing.ONE_DAY:%d/%m/%Y}" if until else "",
        "by": in_force.document(one.successor.kind, one.successor.number, one.successor.issued)
        if one.successor
        else "",
        "decision": dossier.revoked_by,
    }
    match one.standing:
        case Standing.IN_FORCE if until and one.successor:
            return gettext("In force, until %(by)s takes its place on %(after)s.") % said
        case Standing.IN_FORCE if until:
            return gettext("In force since %(since)s, until %(until)s.") % said
        case Standing.IN_FORCE:
            return gettext("In force since %(since)s; no last day is known.") % said
        case Standing.NOT_YET:
            return gettext("Not yet in force: it begins on %(since)s.") % said
        case Standing.REPLACED:
            return gettext("Replaced by %(by)s since %(after)s.") % said
        case Standing.EXPIRED:
            return gettext("Expired: its last day was %(until)s.") % said
        case Standing.REVOKED:
            return gettext("Revoked since %(after)s. %(decision)s") % said
        case Standing.PREPARING:
            return gettext("In preparation: it allows and limits nothing yet.")
        case Standing.WITHDRAWN:
            return gettext("Out of the register.")
        case _:
            return gettext("Issued; nobody knows here from when on it holds, so nothing is judged by it.")


def _exempt(dossier: Dossier) -> list[str]:
    table = rules.find("registration_exemption", dossier.valid_from or timezone.localdate())
    if table is None:
        return []
    data = table.data
    said = {
        "document": f"{table.number}, {table.article}",
        "waste": data["household_waste_kg_day"],
        "water": data["wastewater_m3_day"],
        "gas": data["gas_m3_h"],
        "caution": data["caution_en" if get_language() == "en" else "caution_vi"],
    }
    return [
        gettext(
            "%(document)s: under %(waste)s kg of household waste a day, %(water)s m³ of wastewater a day and %(gas)s m³"
            " of gas an hour, or listed in the annex. %(caution)s"
        )
        % said
    ]


def _source(row: Any) -> Cell:
    if row.outfall_id:
        return Cell(row.outfall.name, "outfalls", row.outfall.code)
    return Cell(row.stack.name, "stacks", row.stack.code) if row.stack_id else Cell(None)


def _of_paper(row: Limit) -> str:
    named = in_force.document(row.dossier.kind, row.dossier.number, row.dossier.issued)
    return f"{named}, {row.article}" if row.article else named


def _days(row: Limit) -> str:
    if row.valid_from is None and row.valid_until is None:
        return gettext("as the paper")
    since, until = (f"{day:%d/%m/%Y}" if day else "…" for day in (row.valid_from, row.valid_until))
    return f"{since} – {until}"
