"""Where values come in over HTTP: files, Arrow streams, data arrays."""
