"""Manifests of hazardous waste (chứng từ chất thải nguy hại): what goes from whom by whom to whom."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.waste.models.amounts import Method


class Manifest(models.Model):
    """One consignment. Its state follows from its last step; its amounts from the steps and accepted corrections."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        HANDED_OVER = "handed-over", _("handed over")
        IN_TRANSIT = "in-transit", _("on its way")
        RECEIVED = "received", _("received")
        TREATED = "treated", _("treated")
        REFUSED = "refused", _("refused by the treater")
        CANCELLED = "cancelled", _("cancelled")

    number = models.CharField(max_length=40, unique=True)
    token = models.UUIDField(unique=True)  # of the form it was sent with: the same one twice is one manifest
    generator = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="manifests_from")
    transporter = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="manifests_carried")
    treater = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="manifests_to")
    vehicle = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    paper = models.BooleanField(default=False)  # written on paper first, entered here later
    version = models.PositiveIntegerField(default=1)
    simulated = models.BooleanField(default=False)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ("-at", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(number__regex=r"^[A-Za-z0-9][A-Za-z0-9./_-]*$"), name="manifest_number"),
            models.CheckConstraint(condition=~Q(generator=F("treater")), name="manifest_goes_elsewhere"),
        ]
        indexes: ClassVar = [models.Index(fields=("state", "at"), name="manifest_state")]

    def __str__(self) -> str:
        return self.number


class Item(models.Model):
    """One kind of waste of a consignment, and how much of it at each step, kg."""

    manifest = models.ForeignKey(Manifest, on_delete=models.CASCADE, related_name="items")
    line = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)  # as the law numbers hazardous waste (mã CTNH), as it was written
    kind = models.CharField(max_length=200)
    method = models.CharField(max_length=20, choices=Method, blank=True)
    handed_kg = models.FloatField()  # what a draft says is to be handed over
    received_kg = models.FloatField(null=True)
    treated_kg = models.FloatField(null=True)

    class Meta:
        ordering: ClassVar = ("manifest", "line")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("manifest", "line"), name="item_line_once"),
            models.CheckConstraint(
                condition=Q(handed_kg__gt=0)
                & (Q(received_kg=None) | Q(received_kg__gte=0))
                & (Q(treated_kg=None) | Q(treated_kg__gte=0)),
                name="item_weighs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.manifest_id}/{self.line} {self.code}"


class Step(models.Model):
    """A step of its way, signed by a person at a moment, with what the manifest said then."""

    class Kind(models.TextChoices):
        HANDED_OVER = "handed-over", _("handed over")
        IN_TRANSIT = "in-transit", _("taken on its way")
        RECEIVED = "received", _("received")
        TREATED = "treated", _("treated")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("cancelled")

    manifest = models.ForeignKey(Manifest, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=12, choices=Kind)
    happened = models.DateTimeField()  # when it was done
    at = models.DateTimeField()  # when it was signed here
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    certificate = models.CharField(max_length=60, blank=True)  # of treatment
    note = models.CharField(max_length=300, blank=True)
    signed = models.JSONField()  # the manifest as it was signed

    class Meta:
        ordering: ClassVar = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("manifest", "kind"), name="step_once"),
            models.CheckConstraint(condition=Q(happened__lte=F("at")), name="step_is_not_ahead"),
            models.CheckConstraint(condition=~Q(kind="treated") | ~Q(certificate=""), name="step_treated_certified"),
        ]

    def __str__(self) -> str:
        return f"{self.manifest_id} {self.kind}"


class Correction(models.Model):
    """What one side asks to change of a signed manifest: only the difference, and why."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    manifest = models.ForeignKey(Manifest, on_delete=models.CASCADE, related_name="corrections")
    token = models.UUIDField(unique=True)
    side = models.CharField(max_length=12)  # generator, transporter, treater or authority: who asks
    changes = models.JSONField()  # [{"line": 1 or null, "field": …, "old": …, "new": …}]
    words = models.TextField(default="")  # what is searched: number, codes, names, reason
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    needs = models.CharField(max_length=12, blank=True)  # the side whose word it needs; "": nobody's
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(null=True)  # of the manifest, that it made

    class Meta:
        ordering: ClassVar = ("id",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(needs="") | Q(decided_by=None) | ~Q(decided_by=F("by")) | ~Q(state="accepted"),
                name="correction_four_eyes",
            ),
            models.UniqueConstraint(fields=("manifest",), condition=Q(state="asked"), name="correction_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.manifest_id} {self.state}"


class Photo(models.Model):
    """A picture of the paper it was written on."""

    manifest = models.ForeignKey(Manifest, on_delete=models.CASCADE, related_name="photos")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # bytes
    body = models.BinaryField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ("id",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("manifest", "sha256"), name="photo_once")]

    def __str__(self) -> str:
        return self.name
