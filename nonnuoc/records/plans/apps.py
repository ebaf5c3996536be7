from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Plans stand above the registers and the alarms: what they count, and what proves them, lies there."""

    name = "nonnuoc.records.plans"

    def ready(self) -> None:
        from nonnuoc.records.plans.rounds import difficulties
        from nonnuoc.records.plans.tasks import blocking
        from nonnuoc.records.plans.text import citing
        from nonnuoc.records.registers.law.citing import READERS

        if citing.of not in READERS:
            READERS.append(citing.of)
        blocking.listen(difficulties.told)
