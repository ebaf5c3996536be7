"""The page of the components, for developers: name, use and markup of each, by day and by night."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template, render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from nonnuoc.domain.plan.light import GRAVITY
from nonnuoc.look import samples, tokens
from nonnuoc.look.access import public

#: File in templates/components -> its name, and when to use it.
COMPONENTS = {
    "answer": (_("Answer"), _("Opens a page: the sentence its reader came for, then how sure and how old.")),
    "standing": (_("Standing of a number"), _("Beside every measured number: provisional or validated.")),
    "tag": (_("Tag"), _("A word about the thing it stands at. Never a colour alone.")),
    "mark": (
        _("Mark of an index"),
        _("Colour, shape and number; the word stands beside it. For the two indices alone."),
    ),
    "light": (
        _("Light of a task"),
        _("How a task of a plan stands: shape, word and weight of ink. No colour: those belong to the indices."),
    ),
    "stat": (_("Figure that counts"), _("A few numbers that sum a page up, each with its unit and its words.")),
    "facts": (_("Facts"), _("What is to be said of a thing, by name.")),
    "card": (_("Card"), _("Things of one kind side by side; the whole card leads to the thing.")),
    "table": (_("Table"), _("Where numbers are compared. On a phone every row becomes a card with its own labels.")),
    "timeline": (_("Timeline"), _("What happened, newest first. A filled mark: it goes on.")),
    "chart_frame": (_("Chart frame"), _("Around every chart: the title says what is seen, a sentence says it again.")),
    "map_frame": (_("Map frame"), _("Around every map, with its legend; a list beside it says the same.")),
    "empty": (_("Empty"), _("Why there is nothing, and what fills it.")),
    "note": (_("Note"), _("What a careful reader should know besides.")),
    "notice": (_("Notice"), _("What the system says back after a form. Ink for what went wrong.")),
    "progress": (_("Progress"), _("For what takes longer than two seconds.")),
    "drawer": (_("Drawer"), _("What few need. Opens without JavaScript.")),
    "buttons": (_("Buttons"), _("One primary button a page. What cannot be taken back is drawn in ink.")),
    "form": (
        _("Form"),
        _("One column; label, help, refusal and field in this order. The template draws it by itself."),
    ),
    "choices": (_("Choices"), _("Another view of the same picture, as links: they can be passed on.")),
    "tabs": (_("Tabs"), _("Pages that stand side by side, as links.")),
    "breadcrumb": (_("Breadcrumb"), _("The way here, above the heading, where a page lies below another.")),
    "pages": (_("Pages of a list"), _("The way on in a long list.")),
}
SCALES = {"type": "type-", "space": "space-"}
#: What is read on paper, and what must stand out from it: the ratio each must reach.
NEEDED = {"ink": 7.0, "stone-5": 7.0, "jade": 7.0, "stone-4": 3.0}


@dataclass(frozen=True, slots=True)
class Shown:
    """A component by day and by night, and the template that draws it."""

    key: str
    name: str
    use: str
    sides: tuple[tuple[str, str], ...]
    markup: str


@dataclass(frozen=True, slots=True)
class Swatch:
    """A colour by day or by night; `ratio`: its contrast with paper, and how much is `needed`; 0: nothing is asked."""

    name: str
    value: str
    ratio: float | None
    needed: float


@public(max_age=300)
def components(request: HttpRequest) -> HttpResponse:
    css = tokens.sheet()
    by_day, by_night = tokens.light(css), tokens.dark(css)
    context = {
        "components": [shown(key, request) for key in COMPONENTS],
        "colours": [(day, night) for day, night in zip(swatches(by_day), swatches(by_night), strict=True)],
        "scales": {
            name: [(key, by_day[key]) for key in by_day if key.startswith(scale)] for name, scale in SCALES.items()
        },
    }
    return render(request, "components.html", context)


@public(max_age=300)
def themes(request: HttpRequest) -> HttpResponse:
    """The stylesheet of the two sides, made of the tokens so that nothing has to be said twice."""
    return HttpResponse(tokens.themed(tokens.sheet()), content_type="text/css; charset=utf-8")


def shown(key: str, request: HttpRequest) -> Shown:
    """The component, rendered on both sides."""
    name, use = COMPONENTS[key]
    file = f"components/{key}.html"
    sides = tuple((side, render_to_string(file, sample(side) | {"request": request})) for side in ("light", "dark"))
    markup = get_template(file).template.source  # type: ignore[attr-defined]
    return Shown(key, gettext(name), gettext(use), sides, markup.strip())


def sample(side: str) -> dict[str, Any]:
    """What is shown in them."""
    return {
        "side": side,
        "form": samples.form(side),
        "events": samples.events(),
        "marks": samples.marks(),
        "lights": GRAVITY,
        "trail": [(gettext("Communes"), "#breadcrumb"), ("Trùng Khánh", "")],
    }


def swatches(values: Mapping[str, str]) -> list[Swatch]:
    """The colours among the tokens, in the order of the stylesheet."""
    paper = tokens.colour(values.get("paper", ""))
    found = []
    for name, value in values.items():
        one = tokens.colour(value)
        if one and paper:
            found.append(Swatch(name, value, tokens.contrast(one, paper), NEEDED.get(name, 0.0)))
    return found
