"""The words warnings are made of, in both languages: audiences, instructions and sentences of data/*.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nonnuoc.records.places import province
from nonnuoc.records.warnings.models import PublicWarning

DATA = Path(__file__).resolve().parent / "data"
LANGUAGES = ("vi", "en")
MARKS = {PublicWarning.Status.TEST: "test", PublicWarning.Status.EXERCISE: "exercise"}
HEADLINE = 160  # characters, as CAP 1.2 recommends and the table keeps


@dataclass(frozen=True, slots=True)
class Hazard:
    """What a warning says of one kind of event before a person has changed a word."""

    code: str
    category: str  # CAP's
    hours: int  # how long it holds
    event: Mapping[str, str]  # language → name
    instructions: tuple[Mapping[str, str], ...]  # audience, response, vi, en


@cache
def audiences() -> Mapping[str, Mapping[str, str]]:
    """Code → language → name, in the order they are addressed."""
    return {one["code"]: {language: one[language] for language in LANGUAGES} for one in _read("audiences")["audience"]}


@cache
def hazards() -> Mapping[str, Hazard]:
    """By code."""
    found = {}
    for one in _read("instructions")["hazard"]:
        event = {language: one[f"event_{language}"] for language in LANGUAGES}
        said = tuple(one["instruction"])
        found[one["code"]] = Hazard(one["code"], one["category"], one["hours"], event, said)
    return found


def said(sentence: str, language: str, **names: object) -> str:
    """A sentence of data/sentences.toml, filled in. Raises KeyError for one there is not, or a name it lacks."""
    return str(_sentences()[sentence][language]).format(**names)


def cut(headline: str) -> str:
    """At most 160 characters, ended at a word."""
    if len(headline) <= HEADLINE:
        return headline
    return headline[: HEADLINE - 1].rsplit(" ", 1)[0].rstrip(" ,;:–") + "…"


def headline(warning: PublicWarning, language: str) -> str:
    """The headline as it is shown anywhere: of a test or an exercise, never without saying so."""
    plain: str = getattr(warning, f"headline_{language}")
    mark = MARKS.get(PublicWarning.Status(warning.status))
    return said(f"mark_{mark}", language, headline=plain) if mark else plain


def caution(warning: PublicWarning, language: str) -> str:
    """What must be known before anybody acts on it: that it is a test, automatic, of invented data. Often empty."""
    mark = MARKS.get(PublicWarning.Status(warning.status))
    notes = [
        said(f"note_{mark}", language) if mark else "",
        said("automatic", language) if warning.automatic else "",
        said("simulated", language) if warning.simulated else "",
    ]
    return " ".join(filter(None, notes))


def sender_name(language: str) -> str:
    """Who warns, as people read it."""
    return said("sender_name", language, province=province.read().name)


def instructions(warning: PublicWarning, language: str) -> list[tuple[str, str]]:
    """(audience, what it is to do), in the order they are addressed; what is not said in the language is left out."""
    order = list(audiences())
    known = [one for one in warning.instructions if one["audience"] in order]
    known.sort(key=lambda one: order.index(one["audience"]))
    return [(audiences()[one["audience"]][language], one[language]) for one in known if one.get(language)]


@cache
def _sentences() -> Mapping[str, Any]:
    return _read("sentences")


def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
