"""What the public may see of a delivery, and what it may not."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from tests.portal import network

pytestmark = pytest.mark.django_db
PROBLEMS = [
    {"line": 7, "code": "number", "detail": "'Nguyễn Văn A': not a number; send digits"},
    {"line": 2, "code": "unknown_parameter", "detail": "'XYZ' is not registered"},
]


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_receipt_says_in_vietnamese_what_was_wrong_on_which_line_and_what_to_do(client: Client) -> None:
    thing = network.station("A1", simulated=True)
    one = network.held("A1", timezone.now(), "clock_shifted", thing, problems=PROBLEMS, refused=2)
    page = text(client, f"/receipts/{one.uuid}")
    assert "Tệp này đang bị tạm giữ" in page
    assert "như thể đồng hồ của trạm chạy theo giờ UTC" in page
    assert "Không phải số; hãy gửi chữ số" in page
    assert page.index("Trạm không có thông số này") < page.index("Không phải số")  # by line
    assert "SỐ LIỆU MÔ PHỎNG" in page


def test_the_receipt_names_nobody(client: Client) -> None:
    thing = network.station("A1")
    name = "mau cua Nguyen Van A.xlsx"
    one = network.held("A1", timezone.now(), "rows_refused", thing, door="upload", file_name=name, problems=PROBLEMS)
    page = text(client, f"/receipts/{one.uuid}")
    assert "Nguyen" not in page and "Nguyễn" not in page
    assert "tệp do cán bộ đưa vào" in page
    assert "SỐ LIỆU MÔ PHỎNG" not in page


def test_a_file_that_no_station_claims_has_no_public_receipt(client: Client) -> None:
    one = network.held("NOBODY", timezone.now(), "unknown_station", None)
    assert client.get(f"/receipts/{one.uuid}").status_code == 404


@pytest.mark.parametrize(("data_class", "status"), [("public", 200), ("internal", 404), ("restricted", 404)])
def test_only_a_public_stations_receipt_is_public(client: Client, data_class: str, status: int) -> None:
    one = network.held("A1", timezone.now(), "rows_refused", network.station("A1", data_class=data_class))
    assert client.get(f"/receipts/{one.uuid}").status_code == status
