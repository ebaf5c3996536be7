"""What is published of inspections."""
