"""People, the offices they work in, what they may do there, and the record of what they did."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.places.models import Commune


class DataClass(models.TextChoices):
    """Who may read a data set: everybody; those who work here; those whose task it is."""

    PUBLIC = "public", _("public")
    INTERNAL = "internal", _("internal")
    RESTRICTED = "restricted", _("restricted")


class Role(models.TextChoices):
    """What somebody does in an office. What each may do stands in access.py."""

    ADMINISTRATOR = "administrator", _("administrator")
    OPERATOR = "operator", _("monitoring operator")
    REVIEWER = "reviewer", _("reviewer of values")
    APPROVER = "approver", _("approver of values")
    OFFICER = "officer", _("environment officer")
    COMMUNE_OFFICER = "commune_officer", _("commune officer")
    REPORTER = "reporter", _("focal point for plans")
    ENTERPRISE = "enterprise", _("officer of an enterprise")
    LEADER = "leader", _("leader")
    MINISTRY = "ministry", _("officer of the ministry")
    READER = "reader", _("reader")


class Office(models.Model):
    """An office of the province, a commune, an enterprise, the ministry, the Party or the People's Council; a tree."""

    class Kind(models.TextChoices):
        PROVINCE = "province", _("People's Committee of the province")
        DEPARTMENT = "department", _("department")
        UNIT = "unit", _("unit of a department")
        COMMUNE = "commune", _("People's Committee of a commune")
        ENTERPRISE = "enterprise", _("enterprise")
        MINISTRY = "ministry", _("ministry")
        PARTY = "party", _("Party office")
        COUNCIL = "council", _("People's Council")
        FRONT = "front", _("Fatherland Front and organisations")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=Kind)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, null=True, blank=True, related_name="offices")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    source = models.CharField(max_length=300, blank=True)  # the document that names it

    class Meta:
        ordering = ("name", "code")
        constraints = [
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="office_not_under_itself"),
            models.CheckConstraint(
                condition=~Q(kind="commune") | Q(commune__isnull=False), name="office_of_commune_has_it"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Person(AbstractBaseUser):
    """Someone who signs in."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    since = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    objects = BaseUserManager()

    def __str__(self) -> str:
        return self.name


class Appointment(models.Model):
    """A person's role in an office, from `since` until it ends; narrowed to communes or a facility where these are set.

    An ended appointment stays: it tells who could do what on a day.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=16, choices=Role)
    communes = models.ManyToManyField(Commune, related_name="+", blank=True)  # none: the whole area of the office
    facility = models.CharField(max_length=40, blank=True)  # its code; empty: every facility of the office
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "office", "role", "facility"], condition=Q(until=None), name="appointment_one_open"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="appointment_span"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.role} {self.office}"


class Delegation(models.Model):
    """What somebody may do by an appointment, lent to another person until it ends."""

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="delegations")
    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations")
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=200)
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="delegation_span")]

    def __str__(self) -> str:
        return f"{self.appointment} -> {self.to}"


class Invitation(models.Model):
    """A place kept for somebody until they choose a password. Of the link's secret only the SHA-256 is kept."""

    sha256 = models.BinaryField(unique=True, max_length=32)
    email = models.EmailField()
    name = models.CharField(max_length=120)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=16, choices=Role)
    communes = models.ManyToManyField(Commune, related_name="+", blank=True)
    facility = models.CharField(max_length=40, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accepted = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.email} {self.role} {self.office}"


class AccessKey(models.Model):
    """A secret with which a person's programs act with the person's own rights. Only its SHA-256 is kept.

    Without `writes` it reads only, whatever the person may do.
    """

    sha256 = models.BinaryField(unique=True, max_length=32)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="access_keys")
    name = models.CharField(max_length=80)
    writes = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True, blank=True)
    last_used = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(expires__gt=F("created")), name="access_key_span")]

    def __str__(self) -> str:
        return f"{self.person} {self.name}"


class Setting(models.Model):
    """A choice of the administrator; preferences.py tells which there are and what holds without one."""

    code = models.CharField(max_length=60, primary_key=True)
    value = models.JSONField()

    def __str__(self) -> str:
        return self.code


class AuditEntry(models.Model):
    """Who did what to which thing, before and after, from where. Only ever added to; the database refuses the rest."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)  # null: the system itself
    through = models.ForeignKey(Delegation, on_delete=models.PROTECT, null=True)  # on whose behalf, where lent
    address = models.GenericIPAddressField(null=True)  # null: the machine itself
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["subject", "-at"], name="audit_subject"),
            models.Index(fields=["by", "-at"], name="audit_by"),
            models.Index(fields=["action", "-at"], name="audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"
