"""A register's list as a file: what its reader may read of it, row by row, in every format."""
