"""What the desk and the public pages share of every register: words, filters, rows, facts, small maps."""
