"""Non Nước: the environmental information system of a province."""

__version__ = "0.1.0"
