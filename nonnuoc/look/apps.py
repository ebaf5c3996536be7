from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "nonnuoc.look"
    label = "look"
