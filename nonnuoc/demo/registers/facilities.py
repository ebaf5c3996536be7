"""Invented facilities, a zone, outfalls and stacks."""

from __future__ import annotations

#: The facility of the industrial cluster: its station CBMP07, its licence, its outfall, its inspection and its account
#: meet here.
CLUSTER = "mp-cum-cong-nghiep"
