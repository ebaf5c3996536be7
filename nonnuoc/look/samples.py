"""What the page of the components shows in them; invented, and meant nowhere else."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nonnuoc import rules
from nonnuoc.look.timeline import Event


class SampleForm(forms.Form):
    """A field of every kind, one of them refused."""

    name = forms.CharField(label=_("Name of the station"), help_text=_("As it stands on the sign at its door."))
    email = forms.EmailField(label=_("E-mail"))
    kind = forms.ChoiceField(label=_("Watches"), choices=[("air", _("air")), ("water", _("water"))], required=False)
    season = forms.ChoiceField(
        label=_("Season"), choices=[("dry", _("dry")), ("wet", _("wet"))], widget=forms.RadioSelect, required=False
    )
    agreed = forms.BooleanField(label=_("The times in the file are right"), required=False)
    closed = forms.CharField(label=_("Code"), initial="KK-01", disabled=True, required=False)


def form(side: str) -> SampleForm:
    """As sent with a mistake; `side` keeps the two copies of a page apart."""
    sent = {"name": "Trùng Khánh", "email": "an@", "kind": "air", "season": "dry", "agreed": "on"}
    return SampleForm(sent, auto_id=f"{side}-%s")


def events() -> list[Event]:
    """Of a station that fell silent and came back."""
    at = timezone.now().replace(minute=0, second=0, microsecond=0)
    return [
        Event(at, gettext("Calibration of PM2.5"), gettext("Values of these hours are not judged."), is_open=True),
        Event(at - timedelta(hours=3), gettext("The station reports again")),
        Event(at - timedelta(hours=9), gettext("Silent"), until=at - timedelta(hours=3)),
    ]


def marks() -> list[tuple[str, list[dict[str, object]]]]:
    """(index, its classes with word, number, colour class and shape), in the words of the rules."""
    today = timezone.localdate()
    return [(scheme, _classes(scheme.lower(), css, today)) for scheme, css in (("VN_AQI", "aqi"), ("VN_WQI", "wqi"))]


def _classes(table: str, css: str, today: object) -> list[dict[str, object]]:
    categories = rules.load(table, on=today).data["category"]  # type: ignore[arg-type]
    return [
        {"css": f"{css}-{rank}", "rank": rank, "number": found["min"], "vi": found["name_vi"], "en": found["name_en"]}
        for rank, found in enumerate(categories, 1)
    ]
