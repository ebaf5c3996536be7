"""Warnings in the Common Alerting Protocol 1.2 (OASIS, 2010; ITU-T X.1303 bis)."""
