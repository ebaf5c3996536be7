"""The tables of this room, one module a thought."""

from nonnuoc.records.registers.waste.models.amounts import Amount, Basis, Flow, Method, Stream
from nonnuoc.records.registers.waste.models.collection import CommuneReport
from nonnuoc.records.registers.waste.models.hazardous import Handler
from nonnuoc.records.registers.waste.models.manifests import Correction, Item, Manifest, Photo, Step
from nonnuoc.records.registers.waste.models.packaging import PickUp, Tank
from nonnuoc.records.registers.waste.models.producers import Declaration, Praise, Producer
from nonnuoc.records.registers.waste.models.sites import Site

__all__ = (
    "Amount",
    "Basis",
    "CommuneReport",
    "Correction",
    "Declaration",
    "Flow",
    "Handler",
    "Item",
    "Manifest",
    "Method",
    "Photo",
    "PickUp",
    "Praise",
    "Producer",
    "Site",
    "Step",
    "Stream",
    "Tank",
)
