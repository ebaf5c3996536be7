"""`python -m nonnuoc.config`: the command `nonnuoc` without its script."""

from nonnuoc.config.cli import main

main()
