"""How plans stand, for everybody."""
