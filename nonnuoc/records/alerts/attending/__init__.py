"""What people do about incidents, and what they are told of them."""
