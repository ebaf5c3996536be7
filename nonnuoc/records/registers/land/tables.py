"""What stands on the pages of land beside an entry's own facts."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.domain.gates import ORDER, Stage
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.land import craft, receptors, selectors, soil, staging, words
from nonnuoc.records.registers.land.models import (
    CraftVillage,
    DegradedLand,
    Mine,
    SoilPoint,
    SoilResult,
)
from nonnuoc.records.registers.land.models.ground import Stage as Named
from nonnuoc.records.registers.land.staging import Ground
from nonnuoc.records.registers.pattern.register import Cell, Linked

NONE = "–"
SHOWN = 200  # results on a page; all of them are in the desk's page of stages
NOT_SAFE = gettext_lazy(
    "Every stage is shown here, from the first suspicion on. A place that is not in this register is not therefore"
    " clean: it may be that nobody has looked."
)
_NO_TASK = gettext_lazy("No task of the plan's appendix is known for it.")
_UNPLACED = gettext_lazy("Where exactly it lies is not registered: its distance to water and people cannot be told.")


def of_ground(ground: Ground, rights: Rights) -> Sequence[Linked]:
    """Stages with what is missing, results, documents, milestones, restrictions, what it could reach, its course."""
    return (
        _stages(ground),
        of_results(ground.results.filter(withdrawn=None), ground.land_class),
        _papers(ground),
        _milestones(ground),
        _restrictions(ground),
        _near(ground, rights),
        _moves(ground),
    )


def remarks_of_ground(ground: Ground, rights: Rights) -> Sequence[Promise | str]:
    """What a reader must know before the facts."""
    told: list[Promise | str] = [
        _("A gate it has passed would be shut now (%(stage)s): %(why)s")
        % {"stage": Named(gate.stage.value).label, "why": " ".join(words.of_shut(one) for one in gate.shut)}
        for gate in staging.doubts(ground)
    ]
    if ground.due and ground.stage != Named.CLOSED and ground.due < timezone.localdate():
        told.append(_("It was to be done by then, and is not closed."))
    if not ground.task:
        told.append(_NO_TASK)
    return [*told, NOT_SAFE]


def about_ground(rights: Rights) -> Sequence[Promise | str]:
    """Above the list."""
    return (NOT_SAFE,)


def of_results(results: object, land_class: str) -> Linked:
    """Results of a laboratory beside the limits of a class; the newest first."""
    found: list[SoilResult] = list(results.order_by("-sampled", "place", "parameter")[:SHOWN])  # type: ignore[attr-defined]
    rows = []
    for one in found:
        beside = soil.compared(one, land_class)
        rows.append(
            (
                Cell(one.sampled),
                Cell(one.get_phase_display()),
                Cell(one.place),
                Cell(_depth(one)),
                Cell(soil.name_of(one.parameter, one.sampled)),
                Cell(f"< {number_format(one.value)}" if one.below_detection else one.value),
                Cell(one.unit),
                Cell(beside.limit),
                Cell(words.VERDICTS[beside.verdict]),
                Cell(f"{one.laboratory}, {one.report}"),
            )
        )
    return Linked(
        title=gettext_lazy("Results of the laboratory"),
        headings=(
            gettext_lazy("sampled on"),
            gettext_lazy("when"),
            gettext_lazy("sampling point"),
            gettext_lazy("depth"),
            gettext_lazy("parameter"),
            gettext_lazy("value"),
            gettext_lazy("unit"),
            gettext_lazy("limit, mg/kg"),
            gettext_lazy("against the limit"),
            gettext_lazy("laboratory and report"),
        ),
        rows=rows,
        empty=gettext_lazy(
            "No result of a laboratory is here yet. Results are written down on the page of its stages."
        ),
        note=gettext_lazy(
            "Limits of QCVN 03:2023/BTNMT for the class of the intended use, as in force on the day of sampling."
        ),
    )


def of_point(point: SoilPoint, rights: Rights) -> Sequence[Linked]:
    """Its results over the years."""
    return (of_results(point.results.filter(withdrawn=None), point.land_class),)


def remarks_of_point(point: SoilPoint, rights: Rights) -> Sequence[Promise | str]:
    """That no class is known."""
    return [] if point.land_class else [_("Its land use is not classed, so its results are held against no limit.")]


def of_village(village: CraftVillage, rights: Rights) -> Sequence[Linked]:
    """The checklist."""
    rows = [
        (
            Cell(line.item.label),
            Cell(line.answer.label if line.last else None),
            Cell(line.last.on if line.last else None),
            Cell(line.last.evidence if line.last else None),
        )
        for line in craft.checklist(village)
    ]
    return (
        Linked(
            title=gettext_lazy("Infrastructure"),
            headings=(
                gettext_lazy("line"),
                gettext_lazy("answer"),
                gettext_lazy("as of"),
                gettext_lazy("what it rests on"),
            ),
            rows=rows,
            empty=gettext_lazy("Nothing is known."),
            note=gettext_lazy("It counts as complete only if every line is answered with yes (target: 80 % by 2030)."),
        ),
    )


def about_villages(rights: Rights) -> Sequence[Promise | str]:
    """How far all have come, the unknown named."""
    found = craft.progress(rights)
    if not found.villages:
        return (_("The plan names no craft village; none has been registered yet."),)
    said = {
        "complete": found.complete,
        "all": found.villages,
        "unknown": len(found.unknown),
        "least": round(found.least_percent or 0),
        "most": round(found.most_percent or 0),
    }
    told = [
        _(
            "%(complete)d of %(all)d have all of their infrastructure; of %(unknown)d that is not known. So it is"
            " between %(least)d and %(most)d %%; the target is 80 %% by 2030."
        )
        % said
    ]
    if found.unknown:
        told.append(_("Not known of: %(names)s.") % {"names": "; ".join(one.name for one in found.unknown[:20])})
    return told


def remarks_of_village(village: CraftVillage, rights: Rights) -> Sequence[Promise | str]:
    """What is missing, and that it should not have been established."""
    told: list[Promise | str] = []
    if village.screening == CraftVillage.Screening.EXCLUDED:
        told.append(_("Of a type that the plan excludes (II.3.5.a): no such village is to be established."))
    lines = craft.checklist(village)
    unknown = [str(line.item.label) for line in lines if line.answer == craft.Answer.UNKNOWN]
    if unknown:
        told.append(_("Not known yet: %(lines)s.") % {"lines": "; ".join(unknown)})
    return told


def remarks_of_mine(mine: Mine, rights: Rights) -> Sequence[Promise | str]:
    """What is owed to the ground."""
    told: list[Promise | str] = []
    if mine.state == Mine.State.EXHAUSTED:
        told.append(_("What can be mined is gone, and no decision closes it."))
    if mine.deposit_million is not None and (mine.deposited_million or 0) < mine.deposit_million:
        told.append(_("The deposit for restoration is not paid in full, as far as is known."))
    if mine.state == Mine.State.CLOSED and not mine.restoration_accepted:
        told.append(_("It is closed; that the ground was restored is not on record."))
    return told


def remarks_of_land(land: DegradedLand, rights: Rights) -> Sequence[Promise | str]:
    """That nothing is done yet."""
    return [_("Nothing is on record that is done about it.")] if not land.measure else []


def _stages(ground: Ground) -> Linked:
    here = ORDER.index(Stage(ground.stage))
    rows = []
    for place, gate in enumerate(staging.gates_of(ground)):
        standing = _PASSED if place < here else _HERE if place == here else _AHEAD
        why = " ".join(words.of_shut(one) for one in gate.shut)
        if gate.following is None:
            why = NONE
        elif not gate.shut:
            why = _("Nothing: the gate is open.")
        rows.append((Cell(Named(gate.stage.value).label), Cell(standing), Cell(why)))
    return Linked(
        title=gettext_lazy("Stages"),
        headings=(
            gettext_lazy("stage"),
            gettext_lazy("where it stands"),
            gettext_lazy("what is missing for the next"),
        ),
        rows=rows,
        empty="",  # type: ignore[arg-type]  # there are always five
    )


_PASSED = gettext_lazy("passed")
_HERE = gettext_lazy("it stands here")
_AHEAD = gettext_lazy("still to come")


def _papers(ground: Ground) -> Linked:
    return Linked(
        title=gettext_lazy("Documents that open gates"),
        headings=(
            gettext_lazy("what it is"),
            gettext_lazy("number of the document"),
            gettext_lazy("day of the document"),
        ),
        rows=[(Cell(one.get_paper_display()), Cell(one.number), Cell(one.on)) for one in selectors.papers(ground)],
        empty=gettext_lazy("None is here yet."),
    )


def _milestones(ground: Ground) -> Linked:
    return Linked(
        title=gettext_lazy("Milestones"),
        headings=(gettext_lazy("milestone"), gettext_lazy("due"), gettext_lazy("done")),
        rows=[(Cell(one.name), Cell(one.due), Cell(one.done or _("not yet"))) for one in ground.milestones.all()],
        empty=gettext_lazy("None is set."),
    )


def _restrictions(ground: Ground) -> Linked:
    return Linked(
        title=gettext_lazy("Restrictions of use"),
        headings=(
            gettext_lazy("what is restricted"),
            gettext_lazy("decision"),
            gettext_lazy("since"),
            gettext_lazy("until"),
        ),
        rows=[
            (Cell(one.text), Cell(one.decision), Cell(one.since), Cell(one.until or _("for good")))
            for one in ground.restrictions.all()
        ],
        empty=gettext_lazy("None is written down."),
        note=gettext_lazy("They are watched: no licence is to be given on this ground against them."),
    )


def _near(ground: Ground, rights: Rights) -> Linked:
    found: list[receptors.Near] = []
    placed = False
    if ground.lon is not None and ground.lat is not None:
        placed = True
        found = receptors.near(ground.lon, ground.lat, rights, simulated=ground.simulated)
    return Linked(
        title=gettext_lazy("What it could reach, and who watches near by"),
        headings=(gettext_lazy("what"), gettext_lazy("name"), gettext_lazy("km away")),
        rows=[(Cell(one.what), Cell(one.name, one.register, one.code), Cell(one.km)) for one in found],
        empty=gettext_lazy("No intake, urban area or station of known place is registered.") if placed else _UNPLACED,
        note=gettext_lazy(
            "In a straight line. Houses and private wells are not registered: they are found on the spot."
        ),
    )


def _moves(ground: Ground) -> Linked:
    return Linked(
        title=gettext_lazy("Course"),
        headings=(gettext_lazy("day"), gettext_lazy("from"), gettext_lazy("to"), gettext_lazy("reason")),
        rows=[
            (
                Cell(timezone.localtime(one.at).date()),
                Cell(one.get_before_display()),
                Cell(one.get_after_display()),
                Cell(one.reason or NONE),
            )
            for one in ground.moves.order_by("-at", "-id")
        ],
        empty=gettext_lazy("It has been in its first stage from the beginning."),
    )


def _depth(one: SoilResult) -> str | None:
    return None if one.from_cm is None else f"{one.from_cm:g}–{one.to_cm:g} cm"
