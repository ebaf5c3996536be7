"""Invented stations that send real files through the real door, marked simulated everywhere."""

from __future__ import annotations


def run(ftp_port: int, speed: float) -> None:
    """The demonstration as a process, until SIGTERM or Ctrl-C; Django must be set up."""
    from django.conf import settings

    from nonnuoc.demo import feed  # needs the database; the series and the sender beside it do not

    feed.run(ftp_port, speed, home=settings.HOME)
