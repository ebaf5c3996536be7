"""One module for each way out. `send` of each hands one message over, needs no database, and says what came of it."""
