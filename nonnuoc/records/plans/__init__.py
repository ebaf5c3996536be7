"""Plans of the province: the text, who does what by when, what is wanted, and what is reported of it each year."""
