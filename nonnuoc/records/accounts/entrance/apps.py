"""A part of accounts with tables of its own."""

from django.apps import AppConfig


class EntranceConfig(AppConfig):
    name = "nonnuoc.records.accounts.entrance"
    label = "entrance"
