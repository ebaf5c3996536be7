"""The answer in two sentences, and the chain behind it as links of a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence

from django.utils.translation import gettext, ngettext

from nonnuoc.domain import quality as q
from nonnuoc.look import figures, words
from nonnuoc.portal import why_number
from nonnuoc.portal.why_air import Parameter
from nonnuoc.portal.why_case import AIR, INDICES, WATER, Case
from nonnuoc.portal.why_chain import Link
from nonnuoc.portal.why_files import Files
from nonnuoc.portal.why_mean import Table
from nonnuoc.portal.why_values import Counts, Values
from nonnuoc.records.monitoring import recomputing
from nonnuoc.records.monitoring.lineage import Procedure
from nonnuoc.rules import Table as Rule


def total(found: Sequence[Values]) -> Counts | None:
    """What became of all these values together."""
    each = [one.counts for one in found]
    if not each:
        return None
    names = ("expected", "used", "suspect", "refused", "late")
    return Counts(*(sum(getattr(one, name) for one in each) for name in names))


def answer(case: Case, parameters: Sequence[Parameter], tables: Sequence[Table], counts: Counts | None) -> str:
    """Why the number is what it is, or why there is none."""
    procedure = case.source.procedure
    if procedure in recomputing.MEASURED:
        return _measured(case)
    if procedure in INDICES:
        if case.working is None:
            return gettext("On that day no rule for this index was in force.")
        if math.isnan(case.working.value):
            return gettext("Not enough data.")
        return _of_air(parameters) if procedure in AIR else _of_water(case)
    return _of_mean(case, tables, counts)


def behind(case: Case, counts: Counts | None, files: Files) -> str:
    """What stands behind it, in figures; of a measured value, on which line of which file it stands."""
    if case.source.procedure in recomputing.MEASURED:
        line = files.lines.get(case.time)
        name = next((file.name for file in files.listed if line and file.receipt.uuid == line.uuid), "")
        said = {"line": line.number if line else 0, "file": name}
        return gettext("It stands on line %(line)s of the file %(file)s.") % said if name else ""
    if counts is None or not counts.used + counts.refused:
        return ""
    several = len(files.listed) + files.more
    values = ngettext("%(n)s measured value", "%(n)s measured values", counts.used + counts.refused)
    brought = ngettext("%(n)s delivered file", "%(n)s delivered files", several)
    said = {
        "values": values % {"n": figures.number(counts.used + counts.refused)},
        "files": brought % {"n": figures.number(several)},
    }
    return gettext("Behind it stand %(values)s from %(files)s.") % said


def links(
    case: Case, parameters: Sequence[Parameter], tables: Sequence[Table], counts: Counts | None, files: Files
) -> list[Link]:
    """The chain from the number to the files."""
    category = why_number.category(case)
    number = Link(
        "number",
        case.source.observed.code,
        why_number.figure(case) or gettext("none"),
        category.word if category else f"{case.moment:%H:%M %d/%m}",
    )
    found = [number, *_leading(case, parameters), *_means(case, tables)]
    if counts is not None and case.source.procedure not in recomputing.MEASURED:
        doubted = [
            ngettext("%(n)d doubted", "%(n)d doubted", counts.suspect) % {"n": counts.suspect}
            if counts.suspect
            else "",
            ngettext("%(n)d refused", "%(n)d refused", counts.refused) % {"n": counts.refused}
            if counts.refused
            else "",
        ]
        detail = ", ".join(text for text in doubted if text) or gettext("none doubted")
        found.append(Link("values", gettext("measured values"), figures.number(counts.used + counts.refused), detail))
    return [*found, _delivered(case, files)]


def _delivered(case: Case, files: Files) -> Link:
    """How many files there are; of a single value, its line."""
    if line := files.lines.get(case.time):
        sha256 = next((file.receipt.sha256 for file in files.listed if file.receipt.uuid == line.uuid), "")
        number = gettext("line %(n)s") % {"n": line.number}
        return Link("files", gettext("delivered file"), number, f"SHA-256 {sha256[:8]}…")
    several = len(files.listed) + files.more
    one = f"{files.listed[0].receipt.sha256[:8]}…" if several == 1 else "SHA-256"
    return Link("files", gettext("delivered files"), figures.number(several), one if several else "")


def rule(table: Rule | None) -> Link | None:
    """The document beside the chain."""
    if table is None:
        return None
    if not table.is_law:
        return Link("rules", gettext("our convention"), gettext("a convention"), gettext("not law"))
    return Link(
        "rules", gettext("the rule"), table.number, gettext("since %(day)s") % {"day": f"{table.valid_from:%d/%m/%Y}"}
    )


def _leading(case: Case, parameters: Sequence[Parameter]) -> list[Link]:
    for one in parameters:
        if one.leading:
            return [Link("how", gettext("decides"), one.code, gettext("index %(index)s") % {"index": one.index})]
    if case.source.procedure in WATER and case.working and case.working.leading:
        code = case.working.leading
        index = figures.number(case.working.sub(code), 1)
        return [Link("how", gettext("lowest"), code, gettext("index %(index)s") % {"index": index})]
    return []


def _means(case: Case, tables: Sequence[Table]) -> list[Link]:
    """The mean behind an index of air; of an index of water and of longer means, how many there are."""
    if not tables or case.source.procedure == Procedure.MEAN_1H:
        return []
    one = tables[0]
    hours = ngettext("%(there)d of %(n)d hour", "%(there)d of %(n)d hours", one.of) % {"there": one.there, "n": one.of}
    if case.source.procedure in AIR:
        return [Link("means", f"{one.code} {one.what}", f"{one.figure or '–'} {one.unit}".rstrip(), hours)]
    if case.source.procedure in WATER:
        known = sum(bool(table.figure) for table in tables)
        return [Link("means", one.what, figures.number(known), gettext("parameters"))]
    return [Link("means", words.procedure(Procedure.MEAN_1H), figures.number(one.there), hours)]


def _of_air(parameters: Sequence[Parameter]) -> str:
    known = [one for one in parameters if one.index]
    leading = next(one for one in known if one.leading)
    use = next((use for use in leading.uses if use.figure), leading.uses[0])
    said = {"what": leading.code, "mean": use.what, "value": f"{use.figure} {use.unit}", "n": len(known)}
    sentence = ngettext(
        "Because of %(what)s: its %(mean)s is %(value)s, which gives the only index, of %(n)d parameter.",
        "Because of %(what)s: its %(mean)s is %(value)s, which gives the highest index of %(n)d parameters.",
        len(known),
    )
    return sentence % said


def _of_water(case: Case) -> str:
    found = case.working
    known = [code for code in found.index.parameters if not math.isnan(found.sub(code))] if found else []
    code = found.leading if found else ""
    said = {"n": len(known), "what": code, "index": figures.number(found.sub(code), 0) if found else ""}
    return (
        ngettext(
            "It follows from %(n)d parameter of the water, %(what)s, with an index of %(index)s.",
            "It follows from %(n)d parameters of the water; the worst is %(what)s with an index of %(index)s.",
            len(known),
        )
        % said
    )


def _of_mean(case: Case, tables: Sequence[Table], counts: Counts | None) -> str:
    if not tables:
        return ""
    one, hourly = tables[0], case.source.procedure == Procedure.MEAN_1H
    there, of = (counts.used, counts.expected) if hourly and counts else (one.there, one.of)
    said = {"there": there, "of": of, "share": one.completeness, "needed": figures.number(recomputing.threshold())}
    if math.isnan(case.value):
        if case.source.procedure == Procedure.NOWCAST:
            return gettext("NowCast needs two of the last three hours, and they are not there.")
        return (
            gettext("Only %(share)d %% of what a mean needs was there; our convention asks for %(needed)s %%.") % said
        )
    if hourly:
        return gettext("It is the mean of %(there)d of the %(of)d values an hour should have.") % said
    if case.source.procedure == Procedure.NOWCAST:
        return gettext("It is the mean of %(there)d of the last 12 hours, in which newer hours count more.") % said
    return gettext("It is the mean of %(there)d of %(of)d hourly means.") % said


def _measured(case: Case) -> str:
    flag, flags = case.quality & q.FLAG_MASK, words.flags(case.quality)
    status = words.status(case.status) if case.source.procedure == Procedure.RAW else ""
    checks = flags.partition(": ")[2] or flags  # that it is refused, the sentence says itself
    said = {"why": "; ".join(dict.fromkeys(text for text in (checks, status) if text))}
    if math.isnan(case.value):
        return gettext("The station sent no value (%(why)s).") % said
    if flag == q.Flag.FAIL:
        return gettext("This is what was sent. It was refused (%(why)s) and enters no mean.") % said
    if flag == q.Flag.MISSING:
        return gettext("This is what was sent. It does not count as a value (%(why)s).") % said
    if flag == q.Flag.SUSPECT:
        return (
            gettext("This is what was sent. It is doubted (%(why)s); it still counts and makes its means doubted.")
            % said
        )
    if flag == q.Flag.NOT_EVALUATED:
        return gettext("This is what was sent. There was nothing to compare it with, so it could not be checked fully.")
    return gettext("This is exactly what was sent, and the checks found nothing wrong with it.")
