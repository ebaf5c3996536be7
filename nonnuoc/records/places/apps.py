from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "nonnuoc.records.places"
    label = "places"
    default_auto_field = "django.db.models.AutoField"
