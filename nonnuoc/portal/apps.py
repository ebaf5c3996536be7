from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "nonnuoc.portal"
    label = "portal"
