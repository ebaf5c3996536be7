"""The address of a download, from what a person chose, and what to do with it: a browser, curl, Python, R, Excel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from nonnuoc.api.downloads import periods
from nonnuoc.api.downloads.periods import Span
from nonnuoc.records.monitoring.offered import Offer, Station

#: What is shown to whoever chose nothing yet, where a station measures it.
FIRST_CHOICE = "PM2.5"
#: Word of the address (downloads/periods.py) -> words for people.
PERIODS: Mapping[str, str] = {
    "last-month": _("last month"),
    "this-month": _("this month so far"),
    "last-7d": _("the last 7 days"),
    "this-year": _("this year so far"),
    "last-year": _("last year"),
}
RESOLUTIONS: Mapping[str, str] = {
    "raw": _("every value, as measured"),
    "hourly": _("means of each hour"),
    "daily": _("means of each day"),
    "monthly": _("means of each month"),
}
FORMATS: Mapping[str, str] = {
    "csv": _("CSV (any program)"),
    "xlsx": _("Excel (.xlsx)"),
    "json": _("JSON"),
    "parquet": _("Parquet (large analyses)"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What was chosen; what was not, or cannot be, is filled in with what there is."""

    station: Station
    offer: Offer
    period: str
    resolution: str
    format: str
    missed: str  # the property that was asked for and is not measured there; "" for none

    def query(self) -> str:
        """As the end of the address: a word for the period, so that it is right next month, too."""
        return urlencode({"since": self.period, "resolution": self.resolution})


def wish(stations: Sequence[Station], asked: Mapping[str, str]) -> Wish | None:
    """From the parameters of the form, whatever they hold; None where no station offers anything."""
    if not stations:
        return None
    code = asked.get("property", "") or FIRST_CHOICE
    named = next((one for one in stations if one.code == asked.get("station")), None)
    chosen = named or next((one for one in stations if one.offer(code)), stations[0])
    offer = chosen.offer(code)
    return Wish(
        station=chosen,
        offer=offer or chosen.offers[0],
        period=_known(asked.get("period"), PERIODS),
        resolution=_known(asked.get("resolution"), RESOLUTIONS, "hourly"),
        format=_known(asked.get("format"), FORMATS),
        missed=code if offer is None and "property" in asked else "",
    )


def span(period: str, now: datetime) -> Span:
    """What a period of PERIODS stands for."""
    found = periods.word(period, now)
    return found or Span(now, now)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one program fetches it: its name, what to do in words ("" where the code says it), lines to copy."""

    program: str
    words: str
    code: str


def recipes(address: str, wish: Wish, site: str) -> list[Recipe]:
    """With that very address, for the format that was chosen."""
    read = {
        "csv": 'pandas.read_csv("{}", comment="#")',
        "xlsx": 'pandas.read_excel("{}", sheet_name=1)',
        "json": 'pandas.json_normalize(requests.get("{}").json(), "observations")',
        "parquet": 'pandas.read_parquet("{}")',
    }[wish.format].format(address)
    imports = "import pandas, requests" if wish.format == "json" else "import pandas"
    file = f"{wish.station.code}.{wish.format}"
    in_r = {
        "csv": f'values <- read.csv("{address}", comment.char = "#")',
        "xlsx": f'download.file("{address}", "{file}", mode = "wb")\nvalues <- readxl::read_excel("{file}", sheet = 2)',
        "json": f'values <- jsonlite::fromJSON("{address}")',
        "parquet": f'download.file("{address}", "{file}", mode = "wb")\nvalues <- arrow::read_parquet("{file}")',
    }[wish.format]
    return [
        Recipe("curl", "", f'curl -o {file} "{address}"'),
        Recipe("Python, pandas", "", f"{imports}\nvalues = {read}"),
        Recipe(gettext("Python, our client"), "", _client(wish, site)),
        Recipe("R", "", in_r),
        Recipe("Excel", _in_excel(wish.format), address),
    ]


def _client(wish: Wish, site: str) -> str:
    asked = f'{wish.offer.datastream_id}, since="{wish.period}", resolution="{wish.resolution}"'
    return f'from nonnuoc.client import Client\nvalues = Client("{site}").observations({asked})'


def _in_excel(chosen: str) -> str:
    if chosen == "xlsx":
        return gettext(
            "Press the button above and open the file; or, to load it anew each time, Data › From Web and this:"
        )
    return gettext("Data › From Web (or Get Data › From Web), and paste this address; choose CSV or Excel above:")


def _known(told: str | None, among: Mapping[str, str], otherwise: str = "") -> str:
    return told if told is not None and told in among else otherwise or next(iter(among))
