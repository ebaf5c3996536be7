"""What everybody may read of plans as data sets, so that catalogues name it (records/monitoring/datasets.py)."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_noop as _

from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring.datasets import Change, Dataset, Distribution, Field, Frequency

FIRST = date(2026, 11, 26)

PLANS = Dataset(
    key="plans",
    title=_("Plans of the province and how they stand"),
    description=_(
        "Every task of the public plans with its time, who leads it and how it stands as computed, and every target"
        " with its path and its newest values, measured and declared."
    ),
    data_class=DataClass.PUBLIC,
    frequency=Frequency.IRREGULAR,
    keywords=("plan", "task", "target", "indicator"),
    fields=(
        Field("standing", _("how a task is shown: done, on_course, at_risk, late or unknown")),
        Field("computed", _("how it was computed; another word than `standing` where somebody gave a reason")),
        Field("expected", _("its end with the delays of what it waits for"), "ISO 8601"),
        Field("measured", _("computed from records by the target's formula"), _("that of the target")),
        Field("declared", _("told by somebody, with evidence"), _("that of the target")),
    ),
    distributions=(
        Distribution(_("Tasks"), "text/csv", "progress-tasks"),
        Distribution(_("Targets"), "text/csv", "progress-targets"),
        Distribution(_("Plans with their tasks and targets"), "application/json", "progress-data"),
    ),
    changes=(Change(FIRST, _("First published.")),),
)
DATASETS = (PLANS,)
