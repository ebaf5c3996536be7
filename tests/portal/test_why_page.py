"""Why this number: what the page says of numbers that came down the river."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client

from nonnuoc.domain.quality import Flag
from nonnuoc.ingest import pipeline
from nonnuoc.records.monitoring.models import Datastream, Delivery, Observation, Thing
from tests import factories as f
from tests.portal import network

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SPACE = "\N{NO-BREAK SPACE}"


def address(code: str = "KK01", **query: str) -> str:
    return f"/stations/{code}/why?{urlencode(query)}"


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return re.sub(r"\s+", " ", unescape(response.content.decode()).replace(SPACE, " "))


def air(hours: int = 14, codes: tuple[str, ...] = ("PM2.5", "PM10", "NO2")) -> Thing:
    """A station whose PM2.5 leads: one file an hour, each received when its hour was over."""
    thing = f.station(symbols=codes)
    level = {"PM2.5": 60, "PM10": 70, "NO2": 20, "O3": 30, "SO2": 10, "CO": 800}
    arrivals = []
    for back in range(hours - 1, -1, -1):
        end = f.NOON - back * HOUR
        lines = [one for c in codes for one in f.every(c, [level[c] + i % 5 for i in range(12)], until=end)]
        arrivals.append(f.arrival(f.tt10(*lines), at=end + MINUTE, door="ftp"))
    pipeline.accept(arrivals)
    return thing


def test_an_index_is_told_in_a_sentence_computed_anew_and_followed_to_its_files(client: Client) -> None:
    air()
    text = page(client, address())
    assert "Vì sao VN_AQI ở Trạm KK01 lúc 12:00 02/03/2026 là 120 (Kém)?" in text
    assert "Vì PM2.5: NowCast là 61,8 µg/Nm³, cho chỉ số cao nhất trong 3 thông số tính được." in text
    assert "Đằng sau nó là 144 giá trị đo trong 12 tệp đã nhận." in text
    assert "Đúng bằng con số đang lưu." in text
    assert "(150 − 100) ÷ (80 − 50) × (61,750 − 50) + 100 = 119,58" in text.replace("–", "−")
    for receipt in Delivery.objects.filter(last_time__gt=f.NOON - 12 * HOUR):
        assert bytes(receipt.sha256).hex() in text
        assert f"/receipts/{receipt.uuid}" in text
    assert "1459/QĐ-TCMT" in text
    assert "quy ước của hệ thống, không phải quy định pháp luật" in text
    assert "NaN" not in text


def test_every_step_is_one_click_from_the_index_to_the_receipt(client: Client) -> None:
    air()
    path = address()
    for mean in ("nowcast", "mean_1h", "raw"):
        found = re.search(rf'href="(/stations/KK01/why\?property=PM2\.5&mean={mean}&at=[^"]+)"', page(client, path))
        assert found, f"no way from {path} to {mean}"
        path = found[1]
    receipt = re.search(r'href="(/receipts/[^"]+)"', page(client, path))
    assert receipt
    assert "SHA-256" in page(client, receipt[1])


def test_an_hour_names_the_file_and_the_line_of_each_value_and_its_words(client: Client) -> None:
    air(2)
    text = page(client, address(property="PM10", mean="mean_1h"))
    assert "Đó là trung bình của 12 trong 12 giá trị mà một giờ phải có." in text
    assert "(70,0 + 71,0 + 72,0 + 73,0 + 74,0 + 70,0 + 71,0 + 72,0 + 73,0 + 74,0 + 70,0 + 71,0) ÷ 12 = 71,750" in text
    assert "<code>70 ug/Nm3 00</code>" in text
    assert "dòng 13" in text  # behind the 12 lines of PM2.5
    assert "mọi dấu vân tay đã được tính lại từ các tệp đang giữ: đều khớp" in text


def test_a_kept_file_that_was_altered_does_not_pass(client: Client) -> None:
    air(2)
    receipt = Delivery.objects.latest("last_time")
    receipt.body = zlib.compress(b"PM2.5\t1\tug/Nm3\t20260302120000\t00\r\n")
    receipt.save(update_fields=["body"])
    text = page(client, address(property="PM2.5", mean="mean_1h"))
    assert "có dấu vân tay tính lại không khớp" in text
    assert "đều khớp" not in text


def test_a_station_that_writes_groups_and_commas_has_its_lines_found(client: Client) -> None:
    f.station(symbols=("PM2.5",), properties={"decimal": "comma"})
    stamp = f"{f.NOON:%Y%m%d%H%M%S}"
    body = f"PM10\t1,5\tug/Nm3\t{stamp}\t00\tPM2,5\t0,0412\tmg/Nm3\t{stamp}\t00\r\n".encode()
    pipeline.accept([f.arrival(body, door="ftp")])
    text = page(client, address(property="PM2.5", mean="raw"))
    assert "là 41,2 µg/Nm³?" in text
    assert "<code>0,0412 mg/Nm3 00</code>" in text
    assert f"Nó nằm ở dòng 1 của tệp {f.name('KK01')}." in text
    assert hashlib.sha256(body).hexdigest() in text


def test_a_refused_value_says_which_check_refused_it_and_enters_no_mean(client: Client) -> None:
    f.station(symbols=("PM2.5",))
    f.send(*f.every("PM2.5", [20, 21, 22, 23, 24, 25, 9000, 26, 27, 28, 29, 30]))
    at = (f.NOON - 25 * MINUTE).isoformat()
    text = page(client, address(property="PM2.5", mean="raw", at=at))
    assert "Nó bị phép kiểm tra loại (ngoài khoảng có thể có) và không vào giá trị trung bình nào." in text
    hour = page(client, address(property="PM2.5", mean="mean_1h"))
    assert "Đó là trung bình của 11 trong 12 giá trị" in hour
    assert "không tính 1 giá trị bị loại" in hour


def test_an_unknown_index_says_what_it_lacks(client: Client) -> None:
    thing = f.station(symbols=("PM2.5", "NO2"))
    f.send(*f.every("NO2", [40.0] * 36), *f.every("PM2.5", [20.0] * 12, until=f.NOON - 2 * HOUR))
    text = page(client, address(at=f.NOON.isoformat()))
    assert "Vì sao Trạm KK01 lúc 12:00 02/03/2026 không có VN_AQI?" in text
    assert "Có giá trị của PM10 / PM2.5 nhưng chưa đủ: NowCast cần hai trong ba giờ gần nhất" in text
    assert "vẫn không đủ số liệu" in text
    f.send(*f.every("NO2", [40.0] * 12, until=f.NOON + 10 * HOUR), at=f.NOON + 11 * HOUR)
    assert f.held(thing, "VN_AQI", "aqi_1h").value.size > 3
    assert "không có PM10 / PM2.5 thì không tính chỉ số" in page(client, address(at=(f.NOON + 10 * HOUR).isoformat()))


def test_a_mean_below_the_convention_says_how_much_there_was(client: Client) -> None:
    f.station(symbols=("PM2.5",))
    f.send(*f.every("PM2.5", [20.0] * 6))
    text = page(client, address(property="PM2.5", mean="mean_1h"))
    assert "Chỉ có 50 % số liệu cần cho giá trị trung bình; quy ước của hệ thống đòi hỏi 75 %." in text
    assert "6 thiếu" in text


def test_what_was_overwritten_is_told_without_naming_anybody(client: Client) -> None:
    thing = air(3)
    raw = f.stream(thing, "PM2.5")
    other = f.send(f.line("PM2.5", "63.5", f.NOON), at=f.NOON + 2 * HOUR)
    pipeline.correct(raw, since=f.NOON, until=f.NOON + HOUR, flag=Flag.GOOD, reason="theo lời ông A", by=None)
    at = f.NOON.isoformat()
    text = page(client, address(property="PM2.5", mean="raw", at=at))
    assert "trước đó: 61,000 µg/Nm³" in text
    assert "trạm gửi giá trị khác cho cùng thời điểm" in text
    assert f'href="/receipts/{other.uuid}"' in text
    assert "được người có thẩm quyền thẩm định" in text
    assert "ông A" not in text
    index = page(client, address(at=at))
    assert "PM2.5 lúc 12:00 02/03/2026 trước đó là 61,0 µg/Nm³" in index
    assert "vì người có thẩm quyền đã sửa một giá trị làm nên nó" in index
    assert "Đúng bằng con số đang lưu." in index


def test_a_stored_number_that_no_longer_follows_is_said_to_differ(client: Client) -> None:
    stream = f.stream(air(3), "VN_AQI", "aqi_1h")
    Observation.objects.filter(datastream=stream, time=f.NOON).update(value=42.0)
    text = page(client, address(at=f.NOON.isoformat()))
    assert "119,58" in text
    assert "nhưng con số đang lưu là 42,00" in text
    assert "Đúng bằng con số đang lưu." not in text


def test_late_values_are_told(client: Client) -> None:
    f.station(symbols=("PM2.5",))
    f.send(*f.every("PM2.5", [20.0] * 36), at=f.NOON + MINUTE)
    text = page(client, address(property="PM2.5", mean="mean_1h", at=(f.NOON - 2 * HOUR).isoformat()))
    assert "12 giá trị đến muộn" in text


def test_a_day_tells_the_highest_hour_of_each_gas_and_stays_small(client: Client) -> None:
    air(40, codes=("PM2.5", "PM10", "O3", "NO2", "SO2", "CO"))
    response = client.get(address(property="VN_AQI", mean="aqi_24h"))
    text = page(client, address(property="VN_AQI", mean="aqi_24h"))
    assert "Vì sao VN_AQI ở Trạm KK01 ngày 01/03/2026 là" in text
    assert "trung bình 1 giờ cao nhất trong ngày" in text
    assert "trung bình 8 giờ cao nhất trong ngày" in text
    assert len(gzip.compress(response.content)) < 60_000


def test_an_indicative_index_of_water_shows_groups_product_and_oxygen(client: Client) -> None:
    f.station("NM01", ("pH", "DO", "Temp", "COD", "N-NH4"), kind=Thing.Kind.SURFACE_WATER)
    level = {"pH": 7.1, "DO": 5.0, "Temp": 24, "COD": 12.5, "N-NH4": 0.45}
    units = {"pH": "-", "Temp": "°C"}
    lines = [one for c, v in level.items() for one in f.every(c, [v] * 12, unit=units.get(c, "mg/L"))]
    f.send(*lines, code="NM01")
    text = page(client, address("NM01"))
    assert "Tính từ 4 thông số của nước; kém nhất là" in text
    assert "% bão hòa ở 24,0 °C;" in text
    assert "(75 − 100) ÷ (15 − 10) × (12,500 − 10) + 100 = 87,50" in text.replace("–", "−")
    assert "Với trạm tự động, chỉ số chỉ để tham khảo" in text
    assert re.search(r"VN_WQI = 1,000 × \d\d,\d\d = \d\d,\d\d", text)
    assert "Đúng bằng con số đang lưu." in text


def test_an_index_of_samples_leads_to_each_sampled_value(client: Client) -> None:
    symbols = ("pH", "DO", "Temp", "COD", "N-NH4", "Coliform")
    f.station("NM01", symbols, kind=Thing.Kind.SURFACE_WATER, interval_s=None)
    values = {"pH": "7.1", "DO": "6.8", "Temp": "24", "COD": "12", "N-NH4": "0.2", "Coliform": "3000"}
    units = {"pH": "-", "Temp": "°C", "Coliform": "MPN/100mL"}
    f.send(*(f.line(s, v, f.NOON, unit=units.get(s, "mg/L")) for s, v in values.items()), code="NM01")
    text = page(client, address("NM01"))
    assert "Đúng bằng con số đang lưu." in text
    assert "√(" in text
    assert "property=Coliform&mean=sample" in text
    assert "3000" in page(client, address("NM01", property="Coliform", mean="sample"))


def test_a_datastream_no_longer_in_use_still_explains_its_numbers(client: Client) -> None:
    thing = air(3)
    Datastream.objects.filter(thing=thing, procedure="aqi_1h").update(active=False)
    text = page(client, address(property="VN_AQI", mean="aqi_1h", at=f.NOON.isoformat()))
    assert "Đúng bằng con số đang lưu." in text


ABSENT = [
    ({"property": "XYZ"}, "Trạm này không có con số như vậy."),
    ({"property": "VN_AQI", "mean": "raw"}, "Trạm này không có con số như vậy."),
    ({"property": "\0"}, "Trạm này không có con số như vậy."),
    ({"at": "hôm qua"}, "Không đọc được thời điểm"),
    ({"at": "0001-01-01T00:00:00Z"}, "Không đọc được thời điểm"),
    ({"at": "9999-12-31T23:59:59Z"}, "Không đọc được thời điểm"),
    ({"at": "2026-13-45T00:00"}, "Không đọc được thời điểm"),
    ({"at": "9" * 10_000}, "Không đọc được thời điểm"),
    ({"at": "2100-01-01T00:00:00+07:00"}, "Thời điểm đó chưa tới."),
    ({"at": "2018-05-01T00:00:00+07:00"}, "1459/QĐ-TCMT có hiệu lực từ 12/11/2019"),
    ({"at": "2026-03-02T11:59:00+07:00"}, "Không lưu con số nào đúng vào thời điểm này"),
]


def test_a_number_there_is_not_leads_to_those_there_are(client: Client) -> None:
    air(2)
    for query, says in ABSENT:
        text = page(client, address(**query), 404)
        assert says in text
        assert "mean=aqi_1h&at=2026-03-02T12:00:00%2B07:00" in text


def test_a_time_between_two_values_offers_both(client: Client) -> None:
    air(2)
    text = page(client, address(property="PM2.5", mean="raw", at="2026-03-02T11:52:30+07:00"), 404)
    assert "11:50 02/03/2026" in text
    assert "11:55 02/03/2026" in text


def test_planned_unknown_and_internal_stations(client: Client) -> None:
    network.planned("P1", where=None)
    assert "Trạm này không có con số như vậy." in page(client, address("P1"), 404)
    assert client.get(address("NOPE")).status_code == 404
    Thing.objects.filter(code=air(2).code).update(data_class="internal")
    response = client.get(address())
    assert response.status_code == 404
    assert "Trạm KK01" not in response.content.decode()


def test_only_reading_is_allowed(client: Client) -> None:
    air(2)
    assert client.post(address()).status_code == 405
    assert client.head(address()).status_code == 200


def test_english_says_everything_too(client: Client) -> None:
    air(2)
    client.cookies["django_language"] = "en"
    text = page(client, address(property="PM2.5", mean="mean_1h"))
    assert "It is the mean of 12 of the 12 values an hour should have." in text
    assert "61.75" in text


def test_more_parameters_cost_no_more_queries(client: Client, queries) -> None:
    air(3, codes=("PM2.5",))
    for_one = queries(lambda: page(client, address()))
    Thing.objects.filter(code="KK01").update(code="KK00")
    air(3, codes=("PM2.5", "PM10", "O3", "NO2", "SO2", "CO"))
    assert queries(lambda: page(client, address())) == for_one
    assert for_one < 25


def test_the_dossier_carries_its_address_and_the_hour_it_was_drawn_up(client: Client) -> None:
    air(2)
    text = page(client, address())
    canonical = "http://testserver/stations/KK01/why?property=VN_AQI&mean=aqi_1h&at=2026-03-02T12:00:00%2B07:00"
    assert f'<link rel="canonical" href="{canonical}">' in text
    assert re.search(r'class="printed">' + re.escape(canonical) + r"<br>Lập lúc \d\d:\d\d \d\d/\d\d/\d{4}", text)


def test_a_simulated_station_is_said_to_be(client: Client) -> None:
    Thing.objects.filter(code=air(2).code).update(simulated=True)
    assert "SỐ LIỆU MÔ PHỎNG" in page(client, address())


def test_strange_names_break_nothing(client: Client) -> None:
    Thing.objects.filter(code=air(2).code).update(name="<b>🌊 محطة</b>" * 10)
    raw = client.get(address()).content.decode()
    assert "<b>🌊" not in raw
    assert "&lt;b&gt;🌊" in raw
