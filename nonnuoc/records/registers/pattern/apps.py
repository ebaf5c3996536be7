from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """The tables of the pattern are those of all registers."""

    name = "nonnuoc.records.registers.pattern"
    label = "registers"
