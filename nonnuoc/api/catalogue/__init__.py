"""The data catalogue for other catalogues: DCAT-AP 3 as JSON-LD and Turtle."""
