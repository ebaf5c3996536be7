"""How much may be asked at once. Whoever needs more walks the nextLinks, or takes a file from the downloads."""

from __future__ import annotations

QUERY_LENGTH = 8_000  # characters of the query string, still encoded
TERMS = 100  # comparisons in one $filter or $orderby, each of two operands
OPERANDS = 2 * TERMS
NESTING = 30  # brackets, functions, `not` and minus within each other
EXPAND_DEPTH = 3
PATH_STEPS = 10
VERTICES = 1_000  # of all shapes of a literal
DIGITS = 40  # of a number

PAGE = 100  # entities of a page that asks for no $top
TOP = 1_000  # at most, as JSON
TOP_OF_COLUMNS = 20_000  # observations of a page as data array or CSV; given without $top, too
