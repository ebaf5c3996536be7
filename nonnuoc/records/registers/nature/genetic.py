"""The register of agreements on access to genetic resources."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.nature.models import GeneticAgreement
from nonnuoc.records.registers.pattern.register import Register, Shape, Subject

AGREEMENTS = Register(
    key="genetic-agreements",
    model=GeneticAgreement,
    title=_("Access to genetic resources"),
    one=_("Agreement on a genetic resource"),
    description=_("Who may use which genetic resource, for what, on which terms of sharing benefits and knowledge."),
    subject=Subject.NATURE,
    own=(
        *("provider", "user", "resource", "species", "purpose", "state", "permit", "issued_by", "signed", "until"),
        *("benefits", "knowledge", "knowledge_holders"),
    ),
    listed=("resource", "user", "state", "until"),
    filters=("purpose", "state", "until"),
    searched=("resource", "provider", "user", "permit"),
    internal=frozenset({"benefits", "knowledge", "knowledge_holders"}),
    shape=Shape.NONE,
)
