"""The client for researchers: series of a province as tables.

    from nonnuoc.client import Client
    pm25 = Client("https://quantrac.example").observations(station="KK01", property="PM2.5", since="last-month")

It needs requests and pyarrow, and pandas or polars for frames of theirs; nothing else of Non Nước. docs/CLIENT.md
"""

from nonnuoc.client.asking import Patience
from nonnuoc.client.client import Client
from nonnuoc.client.errors import (
    BusyError,
    ClientError,
    MissingPackageError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    UnreachableError,
)
from nonnuoc.client.listening import News

__all__ = [
    "BusyError",
    "Client",
    "ClientError",
    "MissingPackageError",
    "News",
    "NotAllowedError",
    "NotFoundError",
    "Patience",
    "RefusedError",
    "UnreachableError",
]
