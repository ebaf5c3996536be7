from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """Inspections stand above the registers and say themselves what they show on the page of a facility."""

    name = "nonnuoc.records.inspections"

    def ready(self) -> None:
        from nonnuoc.records.inspections import on_facility
        from nonnuoc.records.registers.facilities import belonging

        belonging.show(belonging.Section("inspections", tables=on_facility.tables, remarks=on_facility.remarks))
