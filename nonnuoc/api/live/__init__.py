"""What is newest, and what is new as it arrives."""
