"""The parts of the desk's first page: each reads what one kind of reader came for."""
