"""What people prove themselves with, and where they are signed in."""

from __future__ import annotations

from django.db import models

from nonnuoc.records.accounts.models import Person


class Authenticator(models.Model):
    """An application that shows a new code every 30 seconds (TOTP, RFC 6238). Its secret is kept sealed."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="authenticator")
    sealed = models.BinaryField()
    last_step = models.BigIntegerField()  # the 30 seconds, since 1970, of the newest code used: none counts twice
    since = models.DateTimeField(auto_now_add=True)
    used = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"authenticator of {self.person_id}"


class Passkey(models.Model):
    """A key pair in somebody's telephone, computer or security key (WebAuthn); here is its public half."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    credential = models.BinaryField(unique=True, max_length=1023)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField()
    transports = models.JSONField(default=list)
    since = models.DateTimeField(auto_now_add=True)
    used = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """One of those written down for the day the telephone is lost. Each opens once; only its SHA-256 is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="recovery_codes")
    sha256 = models.BinaryField(max_length=32)
    used = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "sha256"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery code of {self.person_id}"


class ProviderAccount(models.Model):
    """Who somebody is at the province's single sign-on: `subject` there, for good, whatever the e-mail address."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="provider_accounts")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="provider_account_of_one_person"),
            models.UniqueConstraint(fields=["issuer", "person"], name="provider_account_one_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"


class Presence(models.Model):
    """A browser in which somebody is signed in; it belongs to a session and ends with it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="presences")
    session = models.CharField(max_length=40, unique=True)
    since = models.DateTimeField()
    seen = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=300)

    class Meta:
        ordering = ("-seen", "-id")

    def __str__(self) -> str:
        return f"{self.person} from {self.address}"


class Tries(models.Model):
    """How often something was tried since `first`, by whom `key` (a SHA-256) stands for; attempts.py counts."""

    key = models.BinaryField(primary_key=True, max_length=32)
    count = models.IntegerField()
    first = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "tries"

    def __str__(self) -> str:
        return f"{self.count} since {self.first:%Y-%m-%d %H:%M}"
