"""What the law says, dated, as data: `load(name, on=day)` gives the table in force on that day."""

from nonnuoc.rules.shelf import Period, find, load, names, periods
from nonnuoc.rules.table import Evidence, NotInForceError, RuleError, Table, TableRefusedError, UnknownTableError

__all__ = [
    "Evidence",
    "NotInForceError",
    "Period",
    "RuleError",
    "Table",
    "TableRefusedError",
    "UnknownTableError",
    "find",
    "load",
    "names",
    "periods",
]
