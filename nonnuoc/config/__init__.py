"""How it is wired: settings, addresses, schedule, the database at hand, the command."""
