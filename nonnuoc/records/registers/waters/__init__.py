"""Rivers as connected reaches, reservoirs, intakes of drinking water, urban areas and their sewerage."""
