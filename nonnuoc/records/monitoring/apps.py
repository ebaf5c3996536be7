from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "nonnuoc.records.monitoring"
    label = "monitoring"
    default_auto_field = "django.db.models.AutoField"
