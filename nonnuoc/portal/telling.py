"""What a chart shows, in a title that says what is seen and a sentence for those who cannot see it."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from nonnuoc.look import figures, law, words
from nonnuoc.look.plot import Bound
from nonnuoc.records.monitoring import timeseries
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.selectors import Property
from nonnuoc.records.monitoring.timeseries import Series

Procedure = Datastream.Procedure


def title(observed: Property, series: Series, limits: list[law.Span]) -> str:
    """What is seen."""
    what, unit, decimals = words.short(observed), figures.unit(observed.unit), observed.decimals
    if not series.summary.count:
        return gettext("%(what)s: no usable value in this period") % {"what": what}
    judged = [one for one in limits if one.limit.averaging == law.AVERAGING.get(Procedure(series.procedure), "-")]
    if judged:
        days = timeseries.days_over(series, [(span.limit.value, span.since, span.until) for span in judged])
        allowed = " / ".join(dict.fromkeys(limit_figure(span.limit) for span in judged))
        said = {
            "what": f"{what} ({words.procedure(series.procedure)})",
            "days": days,
            "limit": f"{allowed} {unit}",
        }
        if not days:
            return gettext("%(what)s stayed under %(limit)s") % said
        over = ngettext(
            "%(what)s was over %(limit)s on %(days)d day", "%(what)s was over %(limit)s on %(days)d days", days
        )
        return over % said
    return gettext("%(what)s from %(low)s to %(high)s, highest at %(when)s") % {
        "what": what,
        "low": figures.number(series.summary.low, decimals),
        "high": f"{figures.number(series.summary.high, decimals)} {unit}".rstrip(),
        "when": figures.stamp(moment(series.summary.high_at)),
    }


def sentence(observed: Property, series: Series) -> str:
    """The same for those who cannot see it, and what the chart does not show."""
    parts = [
        gettext("%(name)s, %(how)s, from %(since)s to %(until)s; %(count)s values.")
        % {
            "name": words.name(observed),
            "how": words.procedure(series.procedure),
            "since": figures.stamp(series.since),
            "until": figures.stamp(series.until),
            "count": figures.number(series.count),
        }
    ]
    if cadence := series.interval_s:
        share = min(100, round(100 * series.count * cadence / (series.until - series.since).total_seconds()))
        parts.append(gettext("That is %(share)d %% of what was to be expected.") % {"share": share})
    if series.summary.count:
        mean = figures.number(series.summary.mean, observed.decimals)
        parts.append(
            gettext("Last %(value)s, mean %(mean)s.")
            % {
                "value": figures.number(series.summary.last, observed.decimals),
                "mean": f"{mean} {figures.unit(observed.unit)}".rstrip(),
            }
        )
    if series.step_s:
        parts.append(
            gettext("Each step is %(length)s long and stands at its middle.") % {"length": _length(series.step_s)}
        )
    gaps = int(np.isnan(series.value).sum())
    if gaps:
        parts.append(ngettext("%(n)d gap.", "%(n)d gaps.", gaps) % {"n": gaps})
    return " ".join(parts)


def _length(seconds: int) -> str:
    if seconds % 86_400 == 0:
        return ngettext("%(n)d day", "%(n)d days", seconds // 86_400) % {"n": seconds // 86_400}
    if seconds < 7200:
        return ngettext("%(n)d minute", "%(n)d minutes", seconds // 60) % {"n": seconds // 60}
    return gettext("%(n)s hours") % {"n": figures.number(seconds / 3600, 0 if seconds % 3600 == 0 else 1)}


def limit_says(limit: law.Limit) -> str:
    """What stands on its line: "trung bình 24 giờ: 45 µg/Nm³"."""
    figure = f"{limit_figure(limit)} {figures.unit(limit.unit)}".rstrip()
    name = limit.averaging_words or gettext("limit")
    return f"{name}: {figure}"


def limit_source(limit: law.Limit) -> str:
    """What stands under its line: "QCVN 05:2023/BTNMT, từ 01/01/2026"."""
    return gettext("%(document)s, since %(day)s") % {
        "document": limit.document,
        "day": limit.since.strftime("%d/%m/%Y"),
    }


def bounds(limits: list[law.Span]) -> list[Bound]:
    """The limits as a chart draws them."""
    return [
        Bound(span.limit.value, span.since, span.until, limit_says(span.limit), limit_source(span.limit))
        for span in limits
    ]


def limit_figure(limit: law.Limit) -> str:
    """The number as the law prints it."""
    return figures.number(limit.value, len(f"{limit.value:g}".partition(".")[2]))


def moment(micros: float) -> datetime:
    return datetime.fromtimestamp(micros / 1_000_000, tz=timezone.get_current_timezone())
