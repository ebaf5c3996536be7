"""Arrays in and out of PostgreSQL: every bit of them."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import connection, transaction
from django.db.utils import DataError, IntegrityError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from nonnuoc.records.monitoring import arrays

EDGES = {
    arrays.Int2: np.array([-32768, -1, 0, 1, 32767], np.int16),
    arrays.Int4: np.array([-(2**31), -1, 0, 1, 2**31 - 1], np.int32),
    arrays.Float8: np.array([-np.inf, -0.0, 0.0, 5e-324, 1.7976931348623157e308, np.inf, np.nan]),
    arrays.Time: np.array([0, 1, 946_684_799_999_999, 946_684_800_000_000, 4_102_444_799_999_999], np.int64),
}
KINDS = pytest.mark.parametrize("kind", EDGES, ids=lambda kind: kind.__name__)


def there_and_back(kind: type[arrays.Column], values: np.ndarray) -> np.ndarray:
    return arrays.fetch(
        "SELECT array_agg(x ORDER BY n) FROM unnest(%s) WITH ORDINALITY AS u(x, n)", [kind(values)], [kind]
    )[0]


@pytest.mark.django_db
@KINDS
def test_edges_go_there_and_back(kind: type[arrays.Column]) -> None:
    back = there_and_back(kind, EDGES[kind])
    assert back.dtype == EDGES[kind].dtype
    assert back.tobytes() == EDGES[kind].tobytes()


@pytest.mark.django_db
@KINDS
def test_nothing_goes_there_and_back(kind: type[arrays.Column]) -> None:
    assert there_and_back(kind, EDGES[kind][:0]).shape == (0,)


@pytest.mark.slow
class TestFloats(TestCase):
    @given(st.lists(st.floats(width=64), max_size=8))
    @settings(deadline=None)
    def test_every_float_goes_there_and_back(self, values: list[float]) -> None:
        sent = np.array(values, np.float64)
        assert there_and_back(arrays.Float8, sent).tobytes() == sent.tobytes()


@pytest.mark.django_db
def test_a_time_is_the_same_time_to_the_database() -> None:
    row = arrays.execute(
        "SELECT ((%s)[1] AT TIME ZONE 'UTC')::text", [arrays.Time(np.array([1_767_225_599_999_999]))]
    ).fetchone()
    assert row == ("2025-12-31 23:59:59.999999",)


@pytest.mark.django_db
def test_columns_are_copied_in_by_their_names() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE box (note text DEFAULT 'kept', b float8, a int4) ON COMMIT DROP")
        arrays.copy_in("box", {"a": arrays.Int4(np.array([1, 2])), "b": arrays.Float8(np.array([0.5, np.inf]))})
        cursor.execute("SELECT a, b, note FROM box ORDER BY a")
        assert cursor.fetchall() == [(1, 0.5, "kept"), (2, np.inf, "kept")]


@pytest.mark.django_db
def test_errors_are_djangos() -> None:
    with pytest.raises(DataError), transaction.atomic():
        arrays.execute("SELECT 1 / 0")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE box (a int4 PRIMARY KEY) ON COMMIT DROP")
    with pytest.raises(IntegrityError), transaction.atomic():
        arrays.copy_in("box", {"a": arrays.Int4(np.array([1, 1]))})


@pytest.mark.django_db(transaction=True)
def test_the_first_statement_of_a_transaction_is_inside_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE box (a int4)")
    try:
        with transaction.atomic():
            arrays.copy_in("box", {"a": arrays.Int4(np.array([1]))})
            transaction.set_rollback(True)
        assert arrays.execute("SELECT a FROM box").rowcount == 0
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE box")
