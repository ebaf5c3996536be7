"""A group that a plan names ("UBND cấp xã", "Các sở, ban, ngành") unfolded to the offices that are meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from nonnuoc.records.accounts.models import Office, Person
from nonnuoc.records.plans.models import Assignment, Task
from nonnuoc.records.plans.work import assigning

Kind = Office.Kind
#: What each group is called in plans, without marks, and which offices are meant by it.
_GROUPS: tuple[tuple[re.Pattern[str], Q], ...] = (
    (re.compile(r"(?:cac )?(?:ubnd|uy ban nhan dan) (?:cap xa|cac xa(?:, ?| va )phuong|cac xa)"), Q(kind=Kind.COMMUNE)),
    (re.compile(r"(?:cac )?xa, phuong"), Q(kind=Kind.COMMUNE)),
    (re.compile(r"(?:ubnd )?cac phuong"), Q(kind=Kind.COMMUNE, commune__kind="phuong")),
    (re.compile(r"cac so(?:,? ?(?:ban|nganh|va|,))*(?: (?:cap|thuoc) tinh| cua tinh| tinh)?"), Q(kind=Kind.DEPARTMENT)),
    (re.compile(r"(?:cac )?(?:doan the|to chuc chinh tri ?- ?xa hoi)(?: tinh| cap tinh)?"), Q(kind=Kind.FRONT)),
)
#: "UBND xã Hạ Lang", "UBND phường Tân Giang": one of them.
_ONE = re.compile(r"(?:ubnd|uy ban nhan dan) (?:xa|phuong|dac khu) (.+)")


@dataclass(frozen=True, slots=True)
class Unfolded:
    """The offices meant, by name. `group`: a whole kind is; none are where the words name nothing that is there."""

    named: str
    offices: Sequence[Office]
    group: bool


def meant(named: str) -> Unfolded:
    """The offices in work that these words mean: those of a group, or the one of that name."""
    plain, known = (
        _plain(named),
        Office.objects.filter(is_active=True).select_related("commune").order_by("name", "code"),
    )
    for pattern, chosen in _GROUPS:
        if pattern.fullmatch(plain):
            return Unfolded(named, list(known.filter(chosen)), True)
    one = _ONE.fullmatch(plain)
    wanted = one[1] if one else ""
    found = [office for office in known if plain == _plain(office.name) or (wanted and _commune(office) == wanted)]
    return Unfolded(named, found if len(found) == 1 else [], False)


@transaction.atomic
def assign(
    task: Task, named: str, *, role: str, by: Person | None, at: datetime, only: Sequence[Office] | None = None
) -> Sequence[Assignment]:
    """Each office meant gets a part of its own, called as the plan calls the group; `only`: some of them.

    An office that leads the task keeps the lead where the group only coordinates. Again: nothing happens. Raises
    ValidationError for words that mean no office, and for offices that they do not mean.
    """
    unfolded = meant(named)
    chosen = list(unfolded.offices) if only is None else list(only)
    if not chosen:
        raise ValidationError({"named": _("“%(named)s” names no office here: choose the offices.") % {"named": named}})
    if strange := ", ".join(one.name for one in chosen if one not in unfolded.offices):
        said = {"named": named, "offices": strange}
        raise ValidationError({"offices": _("Not meant by “%(named)s”: %(offices)s.") % said})
    leads = set(task.assignments.filter(role="lead", ended=None).values_list("office_id", flat=True))
    if role == Assignment.Role.HELP:
        chosen = [one for one in chosen if one.pk not in leads]
    return [assigning.assign(task, one, role=role, named=named, by=by, at=at) for one in chosen]


def _commune(office: Office) -> str:
    return _plain(office.commune.name) if office.kind == Kind.COMMUNE and office.commune else ""


def _plain(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(bare.replace("đ", "d").split()).strip(" .;,")
