"""Pages of every register: list, entry, writing, history, documents."""
