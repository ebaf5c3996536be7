"""What the desk says of deliveries: in the reader's language, with the banner over what was invented."""

from __future__ import annotations

import pytest
from django.utils import timezone

from nonnuoc.records.accounts import services as accounts
from tests.portal import network

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(
        accounts.register_administrator("an@example.vn", name="An", password="limestone and clear water", by=None)
    )
    return client


def held(**facts):
    thing = network.station("A1", **facts)
    problems = [{"line": 14, "code": "number", "detail": "'12,5x': not a number; send digits"}]
    return network.held("A1", timezone.now(), "clock_unset", thing, problems=problems, refused=1)


def test_list_and_receipt_say_the_reason_in_vietnamese(desk):
    one = held()
    listed = desk.get("/desk/deliveries/").content.decode()
    assert "tạm giữ" in listed and "đồng hồ của trạm chưa được đặt" in listed
    page = desk.get(f"/desk/deliveries/{one.uuid}/").content.decode()
    assert "đồng hồ của trạm chưa được đặt; hãy đặt giờ và gửi lại tệp." in page
    assert "English, from the river." in page  # beside it, as it is kept
    assert "Không phải số" in page and "&#x27;12,5x&#x27;" in page


@pytest.mark.parametrize("simulated", [True, False])
def test_the_banner_stands_over_invented_deliveries_only(desk, simulated):
    one = held(simulated=simulated)
    for path in ("/desk/deliveries/", f"/desk/deliveries/{one.uuid}/"):
        assert ("SỐ LIỆU MÔ PHỎNG" in desk.get(path).content.decode()) == simulated
