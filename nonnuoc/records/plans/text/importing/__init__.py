"""A plan brought as a file: read, matched to offices and days, and – once a person confirmed all – taken over."""

from nonnuoc.records.plans.text.importing.draft import Draft, Entry, Head
from nonnuoc.records.plans.text.importing.files import read
from nonnuoc.records.plans.text.importing.naming import COMMUNES, DEPARTMENTS
from nonnuoc.records.plans.text.importing.proposing import Proposal, agreed, proposals
from nonnuoc.records.plans.text.importing.taking import take

__all__ = ["COMMUNES", "DEPARTMENTS", "Draft", "Entry", "Head", "Proposal", "agreed", "proposals", "read", "take"]
