"""How the plan might stand today: invented, and said so wherever it is shown."""
