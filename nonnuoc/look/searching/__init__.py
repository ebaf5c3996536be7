"""One search for either face: the page, and the answers of the box on the map."""
