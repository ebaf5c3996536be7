from django.apps import AppConfig


class LookConfig(AppConfig):
    """What all doors share. It stands above the records, and so says of each what the others beside it need to know."""

    name = "nonnuoc.look"

    def ready(self) -> None:
        from nonnuoc.look.plans import evidence
        from nonnuoc.records.plans.models import Evidence
        from nonnuoc.records.plans.tasks import evidencing

        evidencing.resolve_by(Evidence.Kind.INSPECTION, evidence.inspected)
