"""What is published of monitoring, declared once: pages, catalogues and interfaces are made from it.

A later subject declares its own in the same words and adds them to look/catalogue.py. Texts are English and marked for
translation; who shows them says them in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_noop as _

from nonnuoc.records.accounts.models import DataClass


class Frequency(StrEnum):
    """How often it changes, as the EU's vocabulary of frequencies calls it."""

    CONTINUOUS = "UPDATE_CONT"
    HOURLY = "HOURLY"
    IRREGULAR = "IRREG"


@dataclass(frozen=True, slots=True)
class Field:
    """One column or property. `unit` is "" where there is none, or a unit, or what tells it."""

    name: str
    meaning: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Distribution:
    """A file or an address that gives the data today. `route` names it; `of_station`: one for every station;
    `of_datastream`: one for every datastream."""

    title: str
    media_type: str
    route: str
    arguments: Mapping[str, str] = field(default_factory=dict)  # of the query
    of_station: bool = False
    of_datastream: bool = False
    path: Mapping[str, str] = field(default_factory=dict)  # what else the address holds


@dataclass(frozen=True, slots=True)
class Change:
    """Something a user of the data must know."""

    day: date
    what: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set: of a public one everything is told, of any other that it exists and why it is not given."""

    key: str  # in addresses; never changes
    title: str
    description: str
    data_class: DataClass
    frequency: Frequency
    keywords: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    measured: bool = False  # its coverage in time is that of the observations
    changes: tuple[Change, ...] = ()


FIRST = date(2026, 11, 24)
INTERFACE = date(2026, 11, 26)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PARQUET = "application/vnd.apache.parquet"


def _file(title: str, media_type: str, suffix: str) -> Distribution:
    return Distribution(title, media_type, "api-download", of_datastream=True, path={"suffix": suffix})


#: Of every datastream, measured or computed.
FILES_OF_DATASTREAMS = (
    _file(
        _("Any datastream, any span, also as it stood at a moment; values or means of hours, days, months"),
        "text/csv",
        "csv",
    ),
    _file(_("The same as a workbook for spreadsheets"), XLSX, "xlsx"),
    _file(_("The same for large analyses: typed columns"), PARQUET, "parquet"),
    _file(_("The same for programs"), "application/json", "json"),
    Distribution(
        _("Hours, days or months of a datastream, with how complete each is"),
        "application/json",
        "api-aggregates-of-one",
        of_datastream=True,
    ),
)
_INTERFACE = Change(INTERFACE, _("Every datastream as CSV, XLSX, Parquet and JSON, without a limit of time."))

_STANDING = Field("standing", _("provisional: checked by machine; validated: judged by a person"))
_FLAG = Field("flag", _("good, not_evaluated, suspect, fail or missing (QARTOD)"))
_TIME = Field("time", _("when it was measured; of a mean, the end of its window"), "ISO 8601, +07:00")

OBSERVATIONS = Dataset(
    key="observations",
    title=_("Measured values of the automatic stations"),
    description=_(
        "Every value a public station sent, as it sent it, with what the checks and people thought of it. Values are"
        " never changed or left out; a refused one carries its flag and the check that gave it."
    ),
    data_class=DataClass.PUBLIC,
    frequency=Frequency.CONTINUOUS,
    keywords=(_("air"), _("water"), _("monitoring")),
    fields=(
        _TIME,
        Field("value", _("the number; empty: missing"), _("that of the parameter, in the head of the file")),
        _FLAG,
        Field("checks", _("the checks that gave the flag")),
        _STANDING,
        Field("status", _("what the instrument said of itself (10/2021/TT-BTNMT)")),
    ),
    distributions=(
        Distribution(
            _("A series of one station, any span of up to ten years"),
            "text/csv",
            "data-download",
            {"procedure": "raw"},
            of_station=True,
        ),
        *FILES_OF_DATASTREAMS,
    ),
    measured=True,
    changes=(Change(FIRST, _("First published.")), _INTERFACE),
)
INDICES = Dataset(
    key="means-and-indices",
    title=_("Means, VN_AQI and VN_WQI"),
    description=_(
        "Means of 1, 8 and 24 hours, NowCast and the two indices of every public station, with how complete each mean"
        " is and which parameter leads each index. Computed again whenever a value they stand on changes."
    ),
    data_class=DataClass.PUBLIC,
    frequency=Frequency.HOURLY,
    keywords=(_("air quality index"), _("water quality index"), _("monitoring")),
    fields=(
        _TIME,
        Field(
            "value", _("the mean or the index; empty: not enough data"), _("that of the parameter; of an index none")
        ),
        _FLAG,
        Field("checks", _("the checks that spoke on a value in it")),
        _STANDING,
        Field("status", _("of a mean its completeness; of an index the parameter that leads it"), "%"),
    ),
    distributions=(
        Distribution(
            _("A series of one station, any span of up to ten years"),
            "text/csv",
            "data-download",
            of_station=True,
        ),
        *FILES_OF_DATASTREAMS,
    ),
    measured=True,
    changes=(Change(FIRST, _("First published.")), _INTERFACE),
)
STATIONS = Dataset(
    key="stations",
    title=_("Stations"),
    description=_(
        "Where each public station stands, what it watches, and what it says now; planned and silent ones too."
    ),
    data_class=DataClass.PUBLIC,
    frequency=Frequency.CONTINUOUS,
    keywords=(_("monitoring"), _("stations")),
    fields=(
        Field("code", _("the station's code; never changes")),
        Field("name", _("its name")),
        Field("mark", _("the class of its index, or its condition")),
        Field("number", _("its index; empty: none may be called now")),
        Field("hollow", _("true: the point is that of its commune, its own is not known")),
        Field("simulated", _("true: its values are invented for demonstration")),
    ),
    distributions=(
        Distribution(_("All stations as points"), "application/geo+json", "data-stations"),
        Distribution(
            _("All stations, filtered, page by page (OGC API – Features)"),
            "application/geo+json",
            "ogc-items",
            path={"key": "stations"},
        ),
        Distribution(_("Newest values of all stations"), "application/geo+json", "api-stations-latest"),
    ),
    changes=(Change(FIRST, _("First published.")),),
)
AVAILABILITY = Dataset(
    key="availability",
    title=_("Availability of the stations' data"),
    description=_("How much of what was to come has come, for every station and parameter, over four spans."),
    data_class=DataClass.PUBLIC,
    frequency=Frequency.CONTINUOUS,
    keywords=(_("monitoring"), _("availability"), _("quality")),
    fields=(
        Field("expected", _("values that were to come in the span"), _("values")),
        Field("arrived", _("values that came as a number"), _("values")),
        Field("usable", _("values that may enter a mean"), _("values")),
        Field("newest", _("when its newest value was measured"), "ISO 8601"),
        Field("silent_since", _("when it was last heard, where it is silent"), "ISO 8601"),
    ),
    distributions=(Distribution(_("All stations, fifty at a time"), "application/json", "data-network"),),
    changes=(Change(FIRST, _("First published.")),),
)
COMMUNES = Dataset(
    key="communes",
    title=_("Communes and wards"),
    description=_(
        "The communes and wards since 1/7/2025: each as a point with its official code and name, and as an area where"
        " official boundaries have been imported."
    ),
    data_class=DataClass.PUBLIC,
    frequency=Frequency.IRREGULAR,
    keywords=(_("communes"), _("boundaries")),
    fields=(Field("code", _("the official code of five digits")), Field("name", _("its name"))),
    distributions=(
        Distribution(_("Points, and areas where there are any"), "application/geo+json", "data-communes"),
        Distribution(
            _("The same, filtered, page by page (OGC API – Features)"),
            "application/geo+json",
            "ogc-items",
            path={"key": "communes"},
        ),
    ),
    changes=(Change(FIRST, _("First published.")),),
)
FILES = Dataset(
    key="deliveries",
    title=_("Files as the stations sent them"),
    description=_(
        "Every file as it arrived, with its SHA-256 and its receipt. The receipt behind a public number can be read by"
        " everybody; the files themselves are kept for proof, and are for the staff."
    ),
    data_class=DataClass.INTERNAL,
    frequency=Frequency.CONTINUOUS,
)
NOT_PUBLIC = Dataset(
    key="stations-not-public",
    title=_("Stations that are not public, and their values"),
    description=_(
        "Stations whose data the province, or the owner of a facility, has not released. How many there are and what"
        " they measure is not said here."
    ),
    data_class=DataClass.INTERNAL,
    frequency=Frequency.CONTINUOUS,
)
HISTORY = Dataset(
    key="history",
    title=_("Who changed which value, and why"),
    description=_("Names of people stand in it. That a value was changed, when and why is shown beside the value."),
    data_class=DataClass.RESTRICTED,
    frequency=Frequency.CONTINUOUS,
)

#: In the order of the catalogue.
DATASETS = (OBSERVATIONS, INDICES, STATIONS, AVAILABILITY, COMMUNES, FILES, NOT_PUBLIC, HISTORY)
