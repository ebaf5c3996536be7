from datetime import date, datetime

from django.utils import timezone

from nonnuoc.look import law

DAY = date(2026, 3, 2)


def local(*parts: int) -> datetime:
    return timezone.make_aware(datetime(*parts))


def test_categories_are_ranked_from_the_best() -> None:
    assert [one.rank for one in law.categories("VN_AQI", DAY)] == [1, 2, 3, 4, 5, 6]
    assert law.category("VN_AQI", 0, DAY).rank == law.category("VN_WQI", 100, DAY).rank == 1
    assert law.category("VN_AQI", 501, DAY).rank == law.category("VN_AQI", 301, DAY).rank == 6
    assert law.category("VN_WQI", 5, DAY).rank == 6


def test_a_limit_that_steps_down_is_two_spans() -> None:
    since, until = local(2025, 12, 1), local(2026, 2, 1)
    spans = [s for s in law.limits_between("ambient_air", "PM2.5", since, until) if s.limit.averaging == "24h"]
    assert [(s.limit.value, s.since, s.until) for s in spans] == [
        (50, since, local(2026, 1, 1)),
        (45, local(2026, 1, 1), until),
    ]


def test_a_class_of_water_is_no_limit_of_every_water() -> None:
    assert law.limits("surface_water", "COD", DAY) == []
    assert [one.value for one in law.limits("surface_water", "N-NH4", DAY)] == [0.3]


def test_other_stations_have_no_limits_here() -> None:
    assert law.limits("stack_emission", "SO2", DAY) == []
