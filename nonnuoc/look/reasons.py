"""Why a delivery or a line of it was refused, and what to do: a sentence for every code, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from nonnuoc.ingest.formats.readings import MEANINGS

#: What the formats do not know: the river's own reasons.
RIVER = {
    "unknown_station": _("no station of this name is registered; register it, and the file is read again by itself"),
    "station_planned": _("the station is planned, not active; set it active, and the file is read again by itself"),
    "unknown_parameter": _("the station has no such parameter; register it, and this is read again by itself"),
    "unknown_unit": _("no rule converts this unit; correct the logger's unit or register a rule"),
    "nothing_stored": _("nothing of it could be stored; the refused lines say why and what to do"),
    "clock_ahead": _("measured in the future: the station's clock runs ahead; set it and send the file again"),
    "clock_unset": _("measured long ago: the station's clock was never set; set it and send the file again"),
    "clock_shifted": _(
        "every value is seven hours old to the minute, as if the station's clock stood on UTC; set it to Vietnamese"
        " time, or release the file if its times are right"
    ),
    "foreign_station": _("it is of another station than its sender may write for; send it with that station's own key"),
    "unknown_datastream": _("there is no datastream of this number; ask for those there are, or register it"),
    "derived_datastream": _("the datastream is computed here; send the measured values, and it follows by itself"),
    "duplicate": _("a value of this time is held already; change that one, or send this to be replaced"),
    "unfinished": _("the sender never finished it and nothing of it was read; send it again"),
    "profile_needed": _("a table needs a column profile; upload it again and choose one"),
}


def said(code: str) -> str:
    """The sentence; for a code of a later version the code itself."""
    sentence = RIVER.get(code) or MEANINGS.get(code)
    return f"{capfirst(gettext(sentence))}." if sentence else code


def found(problem: Mapping[str, Any]) -> str:
    """What stood there, without the sentence that is said in the reader's language already."""
    detail, sentence = str(problem["detail"]), MEANINGS.get(problem["code"])
    return detail.removesuffix(f": {sentence}").removesuffix(sentence) if sentence else detail
