"""Which numbers observed properties get."""

from __future__ import annotations

import pytest
from django.db import connection

from nonnuoc.records.monitoring import services
from nonnuoc.records.monitoring.models import ObservedProperty

pytestmark = pytest.mark.django_db


def test_the_catalogues_own_fit_the_status_of_an_index_whatever_others_have_written() -> None:
    ObservedProperty.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('monitoring_observedproperty', 'id'))")
    other = ObservedProperty.objects.create(code="theirs", name_vi="x", name_en="x", unit="1")
    services.load_properties()
    own = ObservedProperty.objects.exclude(code="theirs")
    assert other.id >= services.FIRST_FROM_OUTSIDE
    assert own.exists() and max(own.values_list("id", flat=True)) < 2**15


def test_a_later_one_takes_the_next_number_and_the_others_keep_theirs() -> None:
    services.load_properties()
    ObservedProperty.objects.filter(code="PM2.5").delete()
    before = dict(ObservedProperty.objects.values_list("code", "id"))
    services.load_properties()
    after = dict(ObservedProperty.objects.values_list("code", "id"))
    assert after.pop("PM2.5") not in before.values()
    assert after == before
