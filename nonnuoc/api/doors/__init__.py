"""Who asks, how much, how long, and how every answer is dressed: what stands before each view of the API."""
