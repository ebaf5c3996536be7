from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.domain.icalendar import LONGEST_LINE, Day, calendar

STAMP = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


def unfolded(text):
    return text.replace("\r\n ", "").split("\r\n")


def test_a_day_as_calendars_read_it():
    text = calendar(
        [Day("o-1@nonnuoc", date(2027, 1, 14), "Báo cáo năm 2026; nộp, đủ", days_ahead=7)],
        name="Nghĩa vụ",
        producer="Non Nước",
        stamp=STAMP,
    )
    lines = unfolded(text)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert "DTSTART;VALUE=DATE:20270114" in lines
    assert "DTEND;VALUE=DATE:20270115" in lines
    assert r"SUMMARY:Báo cáo năm 2026\; nộp\, đủ" in lines
    assert "TRIGGER:-P7D" in lines
    assert lines[-2:] == ["END:VCALENDAR", ""]


@given(TEXTS, TEXTS)
def test_no_text_becomes_a_property_and_no_line_is_too_long(summary, description):
    text = calendar([Day("u", date(2026, 1, 1), summary, description)], name="n", producer="p", stamp=STAMP)
    assert all(len(line.encode()) <= LONGEST_LINE for line in text.split("\r\n"))
    names = [line.partition(":")[0].partition(";")[0] for line in unfolded(text) if line]
    assert names.count("BEGIN") == 2
    assert set(names) <= {
        *("BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "X-WR-CALNAME", "UID", "DTSTAMP"),
        *("DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "TRANSP", "STATUS"),
    }
