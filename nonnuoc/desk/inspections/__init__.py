"""Inspections: plan, visit, findings, decisions, publication."""
