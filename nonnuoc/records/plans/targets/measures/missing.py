"""Formulas over records that this system does not keep: they say so until it does, and never 0."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.plans.targets.measures.measured import Measure, Measured, unknown


def _no_citizens_reports(rights: Rights, on: date, since: date) -> Measured:
    return unknown(on, "no_citizens_reports")


def _no_monitoring_reports(rights: Rights, on: date, since: date) -> Measured:
    return unknown(on, "no_monitoring_reports")


MEASURES = (
    Measure(
        key="citizens.answered",
        title=_("Citizens' reports answered and resolved"),
        numerator=_("reports answered and resolved"),
        denominator=_("reports received"),
        unit="%",
        source=_("register of citizens' reports"),
        by_commune=True,
        compute=_no_citizens_reports,
    ),
    Measure(
        key="reports.monitoring",
        title=_("Monitoring reports issued"),
        numerator=_("quarterly and yearly reports of monitoring that were issued"),
        denominator="",
        unit=_("reports"),
        source=_("register of monitoring reports"),
        by_commune=False,
        compute=_no_monitoring_reports,
    ),
)
