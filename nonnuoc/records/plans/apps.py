from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Plans stand above the registers and the alarms: what they count, and what proves them, lies there."""

    name = "nonnuoc.records.plans"
