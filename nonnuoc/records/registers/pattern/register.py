"""The declaration of a register: a model, and what of it stands where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.pattern.models import Registered

if TYPE_CHECKING:
    from nonnuoc.records.accounts.access import Rights


class Subject(TextChoices):
    """What a register is about; groups them on pages, the map and in search."""

    FACILITIES = "facilities", _("Facilities and licences")
    WASTE = "waste", _("Waste")
    LAND = "land", _("Craft villages and land")
    WATERS = "waters", _("Waters")
    NATURE = "nature", _("Nature")
    LAW = "law", _("Law and plans")


class Shape(TextChoices):
    """What an entry looks like on the map."""

    NONE = "none", _("no place")
    POINT = "point", _("point")
    LINE = "line", _("line")
    POLYGON = "polygon", _("area")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in a table of what is linked: the words of a value, and where it leads ("" for nowhere)."""

    value: Any  # text, number, date, Promise, or None: unknown
    register: str = ""  # with `code`: the page of that entry
    code: str = ""
    route: str = ""  # with `code`: a page that is no entry's


@dataclass(frozen=True, slots=True)
class Linked:
    """A table on the page of an entry, of things that belong to it or refer to it."""

    title: Promise
    headings: tuple[Promise, ...]
    rows: Sequence[Sequence[Cell]]
    empty: Promise  # why there is none, and what would fill it
    note: Promise | str = ""  # a sentence above it


@dataclass(frozen=True, slots=True)
class Act:
    """Something to be done with an entry beyond writing its fields, on a page of its own."""

    words: Promise
    route: str  # of the desk; its argument is the entry's code
    action: str  # what one must be allowed there (rights.ACTIONS)
    when: Callable[[Any], bool] = lambda _entry: True


@dataclass(frozen=True, slots=True)
class Coarse:
    """Positions that only the entitled see exactly; everybody else is given `lon`, `lat`, `metres`.

    Fields of the model that are kept beside the exact ones, so that no filter, box, tile or count can tell them apart.
    Where `generalised` is false, they are the exact ones. `hides`: columns that could tell where it lies; so could
    its documents, which are hidden with them.
    """

    action: str  # who sees the exact ones
    lon: str = "coarse_lon"
    lat: str = "coarse_lat"
    metres: str = "coarse_m"
    generalised: str = "generalised"
    hides: tuple[str, ...] = ("lon", "lat", "position_source", "source", "note")


_OF_MODEL: dict[type[Registered], Register] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """One kind of thing the province keeps book of.

    Titles, kinds and choices of its columns are those of the model's fields: the model is where one reads them.
    """

    key: str  # in addresses, revisions and layers; never changes
    model: type[Registered]
    title: Promise  # many
    one: Promise
    description: Promise  # what stands in it, and by which law or plan
    subject: Subject
    own: tuple[str, ...]  # its own fields in the order of the page, the form, import and export
    listed: tuple[str, ...]  # columns of the list beside code, name and commune
    filters: tuple[str, ...] = ()  # own fields with choices, references, yes-or-no, and dates (from – to)
    searched: tuple[str, ...] = ()  # own text fields searched beside code and name
    internal: frozenset[str] = frozenset()  # own fields shown only to those who may read internal data there
    shape: Shape = Shape.POINT
    keep: str = "registers.keep"  # what one must be allowed to write entries
    facility: str | None = None  # path to the code of the facility it belongs to, e.g. "facility__code"
    coarse: Coarse | None = None
    area: str = "commune"  # the field that says within whose bounds it lies, where that is not the commune it shows
    coded: Callable[[Mapping[str, Any]], str] | None = None  # values -> code of a new entry; None: the next number
    drawn: Callable[[], str] | None = None  # or a code drawn by lot, when it is kept
    # Link -> what finds its target by other words than code and name, e.g. a species by any way to write its name
    finds: Mapping[str, Callable[[str], Registered | None]] = field(default_factory=dict)
    judged: frozenset[str] = frozenset()  # own fields that a service of the room writes and nobody types
    check: Callable[[Any], None] = lambda _entry: None  # raises ValidationError; after the model's own checks
    complete: Callable[[Any], None] = lambda _entry: None  # before the checks: fields that follow from the others
    # After writing, in its transaction: what follows from it
    kept: Callable[[Any, Any], None] = lambda _entry, _by: None
    linked: Callable[[Any, Rights], Sequence[Linked]] = lambda _entry, _rights: ()
    remarks: Callable[[Any, Rights], Sequence[Promise | str]] = lambda _entry, _rights: ()  # sentences above the facts
    about: Callable[[Rights], Sequence[Promise | str]] = lambda _rights: ()  # sentences above its list
    # The entry that carries this one on, where it was found to be the same thing: its page leads there
    successor: Callable[[Any], Registered | None] = lambda _entry: None
    acts: tuple[Act, ...] = ()
    seed: Path | None = None  # folder with <province>.toml: what the plan names
    written: bool = True  # False: entries come about elsewhere (a service of its own), nobody types them
    also: Mapping[str, str] = field(default_factory=dict)  # other headings an import understands, folded -> field

    def __post_init__(self) -> None:
        _OF_MODEL.setdefault(self.model, self)

    @property
    def columns(self) -> tuple[str, ...]:
        """All fields that are written, in order: what every entry has around what is its own."""
        place = () if self.shape is Shape.NONE else ("lon", "lat", "position_source")
        return ("code", "name", *self.own, "commune", "office", *place, "source", "note", "data_class")

    @property
    def typed(self) -> tuple[str, ...]:
        """The columns that a person types, in forms and in files."""
        return tuple(name for name in self.columns if name not in self.judged)

    @property
    def is_local(self) -> bool:
        """Whether its entries lie in communes; law holds everywhere."""
        return self.subject is not Subject.LAW

    def where(self) -> dict[str, Any]:
        """The columns that access is decided by, as `Reach.within` and `Rights.readable` take them."""
        return {"office": "office_id", "commune": f"{self.area}_id", "facility": self.facility}


def of_model(model: type[Registered]) -> Register:
    """The register whose entries are of this model. Raises KeyError where no register was declared of it."""
    return _OF_MODEL[model]
