"""Files brought into the registers, seen before anything is written."""
