"""Legal documents: laws, decrees, decisions, plans that others rest on."""
