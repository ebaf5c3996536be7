"""What people want to be told, what they were told, and the machines that are told."""
