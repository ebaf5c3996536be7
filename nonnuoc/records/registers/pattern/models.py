"""What every entry of every register has, and what is kept about it: versions and documents."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import DataClass, Office, Person
from nonnuoc.records.places.models import Commune

#: Codes stand in addresses and file names.
CODE = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"


class Registered(models.Model):
    """An entry of a register. Written by pattern.keeping alone; a register's own facts are fields of its own model.

    Where nobody knows a fact, it is null (a text: empty), and shown as unknown.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)  # for people, files and addresses; never changes
    name = models.CharField(_("name"), max_length=300)
    words = models.TextField(editable=False, default="")  # what is searched: see pattern.searching
    # Whose it is; of an enterprise's things the enterprise's own office, where it has one here
    office = models.ForeignKey(
        Office, verbose_name=_("office"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    commune = models.ForeignKey(
        Commune, verbose_name=_("commune"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    data_class = models.CharField(_("who may read it"), max_length=10, choices=DataClass, default=DataClass.INTERNAL)
    lon = models.FloatField(_("longitude"), null=True, blank=True)  # a point in it, WGS 84; null: nobody knows where
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    shape = models.BinaryField(null=True, blank=True)  # WKB, WGS 84, where more than a point is known
    position_source = models.CharField(_("source of the position"), max_length=300, blank=True)
    source = models.CharField(_("source"), max_length=300)  # the document, and where in it, that the entry rests on
    note = models.TextField(_("note"), blank=True)
    simulated = models.BooleanField(_("invented for demonstration"), default=False)
    withdrawn = models.DateTimeField(
        _("withdrawn"), null=True, blank=True, editable=False
    )  # out of the lists, still readable
    version = models.PositiveIntegerField(default=1, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
        ordering: ClassVar = ("code",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code__regex=CODE), name="%(class)s_code_is_plain"),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None)
                | Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90, lon__isnull=False, lat__isnull=False),
                name="%(class)s_point_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(lon=None, shape=None, position_source="") | (Q(lon__isnull=False) & ~Q(position_source="")),
                name="%(class)s_position_has_source",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Revision(models.Model):
    """An entry as it was written at one moment: every version is kept."""

    class Kind(models.TextChoices):
        CREATED = "created", _("created")
        CHANGED = "changed", _("changed")
        WITHDRAWN = "withdrawn", _("withdrawn")
        RESTORED = "restored", _("restored")
        MERGED = "merged", _("merged")
        SPLIT = "split", _("split")

    register = models.CharField(max_length=40)  # its key
    entry_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")  # null: the system itself
    reason = models.CharField(max_length=500, blank=True)
    # Of the form that created the entry: sent twice, it creates one
    token = models.UUIDField(null=True, editable=False)
    values = models.JSONField()  # field -> plain value; codes for what it refers to; the shape as WKB in hexadecimal

    class Meta:
        ordering: ClassVar = ("register", "entry_id", "version")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("register", "entry_id", "version"), name="revision_once"),
            models.UniqueConstraint(fields=("token",), name="revision_token_once"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.entry_id} v{self.version}"


class Document(models.Model):
    """A file that belongs to an entry: a decision, a photo, a laboratory's report."""

    register = models.CharField(max_length=40)
    entry_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # bytes
    body = models.BinaryField()
    note = models.CharField(max_length=500, blank=True)
    data_class = models.CharField(max_length=10, choices=DataClass, default=DataClass.INTERNAL)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    removed = models.DateTimeField(null=True)  # no longer shown; what was decided on it stays traceable

    class Meta:
        ordering: ClassVar = ("at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("register", "entry_id", "sha256"), condition=Q(removed=None), name="document_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=("register", "entry_id"), name="document_of_entry")]

    def __str__(self) -> str:
        return self.name


class Import(models.Model):
    """A file somebody brought for a register: what they said of it, and what became of it.

    Its bytes are kept elsewhere until they decide, a day at most.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for its turn")
        RUNNING = "running", _("at work")
        ASKED = "asked", _("a question is open")
        LOOKED = "looked", _("looked through")
        REFUSED = "refused", _("cannot be read")
        KEPT = "kept", _("kept")

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)
    register = models.CharField(max_length=40)  # its key
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=300)  # of the file
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # bytes
    kept_as = models.CharField(max_length=43)  # the name its bytes are found by
    language = models.CharField(max_length=10)  # of the person, for the sentences in `found`
    said = models.JSONField(default=dict)  # what the person says of it (importing.plan.Said)
    keep = models.BooleanField(default=False)  # what waits or runs is the keeping, not the looking through
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    found = models.JSONField(default=dict)  # what was found in it, as it is shown
    digest = models.CharField(max_length=64, blank=True)  # of what would be written
    at = models.DateTimeField()
    decided = models.DateTimeField(null=True)  # when it was kept

    class Meta:
        ordering: ClassVar = ("-at", "-id")
        indexes: ClassVar = [models.Index(fields=("register", "-at"), name="import_of_register")]

    def __str__(self) -> str:
        return f"{self.register} {self.name}"
