"""People, and the record of what they did."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Person(AbstractBaseUser):
    """Someone who signs in. Offices and roles stand on this; here there is one distinction: administrator or not."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_administrator = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    since = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    objects = BaseUserManager()

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """Who did what to which thing. Only ever added to; the database refuses to change or delete a row."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)  # null: the system itself, or the command line
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["subject", "-at"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"
