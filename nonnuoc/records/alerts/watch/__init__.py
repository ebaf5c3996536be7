"""What is wrong because time goes by and nothing happens: one pass every half minute."""
