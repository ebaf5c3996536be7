"""Who wants to hear what, where; every message, and every attempt to deliver it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.places.models import Commune


class Channel(models.TextChoices):
    """The ways a message can go."""

    APP = "app", _("on the desk")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")
    ZALO = "zalo", _("Zalo")
    WEBHOOK = "webhook", _("webhook")


class Contact(models.Model):
    """An address of a person on one channel; e-mail and the desk need none, they are the account's."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="contacts")
    channel = models.CharField(max_length=8, choices=Channel)
    address = models.CharField(max_length=200)  # telephone number, Zalo user id
    verified = models.DateTimeField(null=True, blank=True)  # a code sent there came back

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "channel"], name="contact_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.channel}"


class Webhook(models.Model):
    """A machine that is told: an https address, and the secret every message to it is signed with."""

    name = models.CharField(max_length=80)
    url = models.URLField(max_length=500)
    sealed_secret = models.BinaryField()  # sealed as the secrets of authenticator applications are
    topics = models.JSONField(default=list)  # empty: all
    least_severity = models.SmallIntegerField(default=1)
    communes = models.ManyToManyField(Commune, blank=True, related_name="+")
    active = models.BooleanField(default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Preference(models.Model):
    """How a person wants to be told; without one, what the roles' defaults say."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preference")
    language = models.CharField(max_length=2, default="vi")
    quiet_from = models.TimeField(null=True, blank=True)  # local time; both or none
    quiet_until = models.TimeField(null=True, blank=True)
    loud_severity = models.SmallIntegerField(default=4)  # from this severity on, quiet hours do not hold
    most_an_hour = models.SmallIntegerField(default=6)  # messages on a channel; what is more comes as a digest
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
                name="preference_quiet_hours",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}"


class Subscription(models.Model):
    """What a person wants to hear of, and on which channels, the first of which is tried first."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscriptions")
    topic = models.CharField(max_length=40)  # services.TOPICS
    least_severity = models.SmallIntegerField(default=1)
    communes = models.ManyToManyField(Commune, blank=True, related_name="+")  # none: everywhere they may read
    channels = models.JSONField(default=list)  # of Channel, in order
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "topic"], name="subscription_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.topic}"


class Message(models.Model):
    """One thing to tell one recipient, queued in the transaction that makes it necessary.

    `key` says what it is about: the same key is never queued twice for the same recipient and channel. What it says is
    made of `template` and `facts` when it is sent.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")  # the next server has taken it
        DELIVERED = "delivered", _("delivered")  # it has arrived, as far as the channel can tell
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        FAILED = "failed", _("failed")
        DROPPED = "dropped", _("no longer needed")
        DIGESTED = "digested", _("in a digest")

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)  # the receiver's deduplication key
    key = models.CharField(max_length=120)
    topic = models.CharField(max_length=40)
    severity = models.SmallIntegerField(default=1)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    channel = models.CharField(max_length=8, choices=Channel)
    template = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    queued = models.DateTimeField()
    due = models.DateTimeField()  # not before: a retry, or the end of quiet hours; being sent: the end of the lease
    give_up = models.DateTimeField()  # then the next channel, then the administrator
    attempts = models.IntegerField(default=0)
    sent = models.DateTimeField(null=True, blank=True)
    delivered = models.DateTimeField(null=True, blank=True)
    acknowledged = models.DateTimeField(null=True, blank=True)
    why = models.TextField(blank=True)  # of its state, where somebody would ask
    instead_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="then")
    digest = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")

    class Meta:
        indexes = [
            models.Index(fields=["due"], condition=Q(state__in=["queued", "sending"]), name="message_due"),
            models.Index(fields=["person", "-queued"], name="message_person"),
            models.Index(fields=["topic", "-queued"], name="message_topic"),
            models.Index(fields=["key"], opclasses=["varchar_pattern_ops"], name="message_key"),  # LIKE 'prefix%'
            models.Index(fields=["webhook", "-queued"], name="message_webhook"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "person", "webhook", "channel"], name="message_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, webhook=None) | Q(person=None, webhook__isnull=False),
                name="message_has_one_recipient",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.channel}"


class Attempt(models.Model):
    """One try to deliver a message, and what came back."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    took_ms = models.IntegerField()
    result = models.CharField(max_length=20)  # sent, refused, later, unreachable, forbidden, broken
    answer = models.CharField(max_length=300, blank=True)  # status and first words

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.at} {self.result}"
