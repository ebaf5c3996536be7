"""How a table is to be read, as a form a person corrects: time, station, and for each column what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from nonnuoc import rules
from nonnuoc.domain import units
from nonnuoc.ingest.formats.examine import Doubt, Proposal, symbol_and_unit
from nonnuoc.ingest.formats.profile import ISO, Profile
from nonnuoc.look import figures
from nonnuoc.records.accounts.access import Reach
from nonnuoc.records.monitoring import network

TIME, STATION, VALUE = "time", "station", "="  # roles of a column; behind the sign stands the symbol
EXAMPLE = datetime(2026, 12, 31, 14, 30)
TIME_FORMATS = ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%d-%m-%Y %H:%M",
                "%d-%m-%Y", "%Y%m%d%H%M%S", "%Y %m %d %H", "%m/%d/%Y %H:%M")  # fmt: skip
OFFSETS = ("+07:00", "+00:00", "+08:00", "+09:00")
SAMPLES = 3


@dataclass(frozen=True)
class Column:
    """A column of the table, as the page asks about it."""

    heading: str
    sample: list[str]
    doubts: list[Doubt]
    role: forms.BoundField
    unit: forms.BoundField


class TableForm(forms.Form):
    """What a profile holds. `profile` is there once the form is valid."""

    profile: Profile

    station = forms.ChoiceField(label=gettext_lazy("Station"), required=False)
    time_format = forms.ChoiceField(label=gettext_lazy("How times are written"))
    other_format = forms.CharField(
        label=gettext_lazy("Times are written otherwise"),
        required=False,
        max_length=60,
        help_text=gettext_lazy(
            "%d day, %m month, %Y year, %H hour, %M minute; several columns are joined by a space: %d/%m/%Y %H:%M"
        ),
    )
    offset = forms.ChoiceField(label=gettext_lazy("Time zone"))
    decimal = forms.ChoiceField(
        label=gettext_lazy("Decimal mark"),
        choices=[(".", gettext_lazy("point: 12.5")), (",", gettext_lazy("comma: 12,5"))],
    )
    missing = forms.CharField(
        label=gettext_lazy("Words for “no value”"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("With spaces between, such as NA KPH. Empty cells and --- are understood."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the profile"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("The next file of this kind is read with it, without questions."),
    )

    def __init__(self, data: Any, *, proposal: Proposal, file_name: str, reach: Reach) -> None:
        self.bounded = not reach.everywhere  # then the whole table is of one station within reach
        self.stations = network.names(reach)
        self.proposal = proposal
        self.guess = proposal.guess
        self.headings = [h for h in proposal.headings if h and proposal.headings.count(h) == 1]
        initial = {
            "station": self.guess.station,
            "time_format": _in_order(self.guess, self.headings),
            "offset": self.guess.offset,
            "decimal": self.guess.decimal,
            "missing": " ".join(self.guess.missing),
            "name": file_name.rpartition(".")[0][:80],
        }
        super().__init__(data, initial=initial)
        self._choices(initial["time_format"])
        for number, heading in enumerate(self.headings):
            role, unit = self._guessed(heading)
            self.fields[f"role-{number}"] = forms.ChoiceField(choices=self.roles, required=False, initial=role)
            self.fields[f"unit-{number}"] = forms.CharField(
                required=False,
                max_length=40,
                initial=unit,
                widget=forms.TextInput(attrs={"list": "units", "placeholder": _("Unit")}),
            )

    @property
    def columns(self) -> Iterator[Column]:
        """The columns with their fields, as they stand in the table."""
        for number, heading in enumerate(self.headings):
            place = self.proposal.headings.index(heading)
            told = [row[place].strip() for row in self.proposal.sample[:SAMPLES]]
            role, unit = self[f"role-{number}"], self[f"unit-{number}"]
            doubts = [doubt for doubt in self.proposal.doubts if doubt.column == heading]
            yield Column(heading, [cell[:40] for cell in told if cell], doubts, role, unit)

    @property
    def doubts(self) -> list[Doubt]:
        """Those about the whole table."""
        return [doubt for doubt in self.proposal.doubts if doubt.column not in self.headings]

    @cached_property
    def properties(self) -> dict[str, dict[str, Any]]:
        """The observed properties by code."""
        return {entry["code"]: entry for entry in rules.load("properties", on=date.today()).data["property"]}

    @cached_property
    def symbols(self) -> dict[str, str]:
        """Symbol -> property: what stations' files use, and the codes of what no station measures yet."""
        used = dict(network.properties_by_symbol())
        rest = {code: code for code in self.properties if code not in used.values() and not code.startswith("VN_")}
        return used | rest

    @cached_property
    def roles(self) -> list[Any]:
        """What a column may hold."""
        used = network.properties_by_symbol()
        return [
            ("", _("leave out")),
            (TIME, _("time, or a part of it")),
            *([] if self.bounded else [(STATION, _("code of the station"))]),
            (_("Measured by stations"), [self._option(symbol) for symbol in used]),
            (_("Measured by no station yet"), [self._option(symbol) for symbol in self.symbols if symbol not in used]),
        ]

    @cached_property
    def units(self) -> list[str]:
        """Spellings to choose from."""
        return sorted({unit for unit in self._units["spellings"].values() if unit != "-"})

    @cached_property
    def _units(self) -> Any:
        return rules.load("units", on=date.today()).data

    def clean(self) -> dict[str, Any]:
        """Everything together is a profile."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        roles = [(n, h, cleaned[f"role-{n}"], cleaned[f"unit-{n}"].strip()) for n, h in enumerate(self.headings)]
        values = [(n, h, role.removeprefix(VALUE), unit) for n, h, role, unit in roles if role.startswith(VALUE)]
        times = tuple(heading for _n, heading, role, _unit in roles if role == TIME)
        stations = [heading for _n, heading, role, _unit in roles if role == STATION]
        self._check(values, times, stations)
        if self.errors:
            return cleaned
        profile = replace(
            self.guess,
            times=times,
            time_format=cleaned["other_format"].strip() or cleaned["time_format"],
            columns={heading: (symbol, unit or "-") for _n, heading, symbol, unit in values},
            offset=cleaned["offset"],
            station_column=stations[0] if stations else "",
            station=cleaned["station"],
            decimal=cleaned["decimal"],
            missing=tuple(cleaned["missing"].split()),
        )
        try:
            self.profile = Profile.from_json(profile.to_json())
        except ValueError:  # all else stands to choice
            self.add_error("other_format", _("This is no format of a full date. An example: %d/%m/%Y %H:%M"))
        return cleaned

    def _check(self, values: list[tuple[int, str, str, str]], times: tuple[str, ...], stations: list[str]) -> None:
        if not times:
            self.add_error(None, _("Say which column holds the time."))
        if not values:
            self.add_error(None, _("Say of at least one column which parameter it holds."))
        if len(stations) > 1:
            self.add_error(None, _("Only one column can hold the code of the station."))
        if self.bounded and not self.cleaned_data["station"]:
            self.add_error("station", _("Choose the station the whole file is of: it must be one of yours."))
        elif bool(stations) == bool(self.cleaned_data["station"]):
            self.add_error(
                "station", _("Choose one station for the whole file, or one column that names it: not both.")
            )
        seen: set[str] = set()
        for number, _heading, symbol, unit in values:
            if symbol in seen:
                self.add_error(f"role-{number}", _("Another column holds this parameter already. Leave one out."))
            seen.add(symbol)
            code = self.symbols[symbol]
            wanted = self.properties[code]["unit"]
            if units.factor(self._units, unit, wanted, parameter=code) is None:
                told = _("Give a unit that can be converted to %(unit)s.") % {"unit": figures.unit(wanted)}
                self.add_error(f"unit-{number}", told)

    def _choices(self, proposed: str) -> None:
        formats = {ISO: f"{EXAMPLE:%Y-%m-%d %H:%M}", **{form: f"{EXAMPLE:{form}}" for form in TIME_FORMATS}}
        if proposed:
            formats.setdefault(proposed, f"{EXAMPLE:{proposed}}")
        told = {"+07:00": _("Viet Nam (+07:00)"), "+00:00": "UTC (+00:00)"}
        offsets = [*OFFSETS] if self.guess.offset in OFFSETS else [*OFFSETS, self.guess.offset]
        none = _("choose a station") if self.bounded else _("named by a column")
        known = [("", none)] + [(code, f"{code} – {name}") for code, name in self.stations.items()]
        for field, choices in (
            ("time_format", list(formats.items())),
            ("offset", [(offset, told.get(offset, offset)) for offset in offsets]),
            ("station", known),
        ):
            self.fields[field].choices = choices  # type: ignore[attr-defined]

    def _guessed(self, heading: str) -> tuple[str, str]:
        symbol, unit = self.guess.columns.get(heading, ("", symbol_and_unit(heading)[1]))
        if heading in self.guess.times:
            return TIME, ""
        if heading == self.guess.station_column:
            return "" if self.bounded else STATION, ""
        return f"{VALUE}{symbol}" if symbol in self.symbols else "", "" if unit == "-" else unit

    def _option(self, symbol: str) -> tuple[str, str]:
        entry = self.properties[self.symbols[symbol]]
        name = entry["name_en"] if get_language() == "en" else entry["name_vi"]
        unit = figures.unit(entry["unit"])
        return f"{VALUE}{symbol}", f"{symbol} – {name}, {unit}" if unit else f"{symbol} – {name}"


def _in_order(profile: Profile, headings: list[str]) -> str:
    """The format with its parts in the order of the columns, as the form joins them."""
    parts = profile.time_format.split(" ")
    if len(profile.times) < 2 or len(parts) != len(profile.times):
        return profile.time_format
    of = dict(zip(profile.times, parts, strict=True))
    return " ".join(of[heading] for heading in sorted(profile.times, key=headings.index))
