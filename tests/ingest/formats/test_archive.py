"""ZIP deliveries: read, or refused with a reason, and never a bomb unpacked."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonnuoc.ingest.formats import archive
from nonnuoc.ingest.formats.readings import Refused

TEXT = b"pH\t7.1\t-\t20260101120000\t00\n"


def packed(*members, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as target:
        for name, body in members:
            target.writestr(name, body)
    return out.getvalue()


def refusal(body):
    with pytest.raises(Refused) as refused:
        list(archive.unpack(body))
    return refused.value.code


def test_unpack_gives_names_and_bytes_in_order():
    body = packed(("b.txt", TEXT), ("folder/", b""), ("folder/a.txt", b"x"))
    assert list(archive.unpack(body)) == [("b.txt", TEXT), ("folder/a.txt", b"x")]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:\\x.txt", "Trạm/số liệu 🌧.txt", "x" * 60_000])
def test_unpack_takes_names_as_data(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert list(archive.unpack(packed((name, TEXT)))) == [(name, TEXT)]
    assert list(tmp_path.iterdir()) == []


def test_unpack_allows_a_hundred_members_and_no_more():
    assert len(list(archive.unpack(packed(*((f"{n}.txt", TEXT) for n in range(100)))))) == 100
    assert refusal(packed(*((f"{n}.txt", TEXT) for n in range(101)))) == "archive_members"


def test_unpack_counts_the_members_itself():
    body = packed(*((f"{n}.txt", TEXT) for n in range(101)))
    at = body.rindex(b"PK\x05\x06")
    assert refusal(body[: at + 8] + struct.pack("<HH", 1, 1) + body[at + 12 :]) == "archive_members"


@pytest.mark.parametrize("inner", [packed(("a.txt", TEXT)), packed()])
def test_unpack_refuses_archives_within(inner):
    assert refusal(packed(("good.txt", TEXT), ("harmless.txt", inner))) == "archive_nested"


def test_unpack_refuses_bombs():
    assert refusal(packed(("zeros.txt", bytes(2_000_000)))) == "archive_ratio"
    assert refusal(packed(*((f"{n}.txt", bytes(100_000)) for n in range(50)))) == "archive_ratio"


@pytest.mark.slow
def test_unpack_refuses_too_much():
    noise = os.urandom(1_000_000)
    large = noise + bytes(50 * 1024 * 1024)
    assert refusal(packed(("one.txt", large))) == "archive_size"
    many = packed(*((f"{n}.txt", noise + bytes(44_000_000)) for n in range(5)))
    assert refusal(many) == "archive_size"


def test_unpack_does_not_believe_a_declared_size():
    body = bytearray(packed(("zeros.txt", bytes(2_000_000))))
    entry = body.rindex(b"PK\x01\x02")
    struct.pack_into("<I", body, entry + 24, 100)
    assert refusal(bytes(body)) == "archive"


def test_unpack_refuses_encrypted_members():
    body = bytearray(packed(("a.txt", TEXT)))
    body[body.rindex(b"PK\x01\x02") + 8] |= 1
    body[6] |= 1
    assert refusal(bytes(body)) == "archive_encrypted"


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unpack_refuses_compressions_whose_memory_is_not_bounded(compression):
    assert refusal(packed(("a.txt", TEXT), compression=compression)) == "archive"


def test_unpack_refuses_links():
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert refusal(packed((link, b"/etc/passwd"))) == "archive"


def test_unpack_refuses_damage_before_it_gives_anything():
    body = bytearray(packed(("a.txt", TEXT), ("b.txt", os.urandom(500))))
    body[-200] ^= 0xFF
    with pytest.raises(Refused):
        archive.unpack(bytes(body))


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), packed(), packed(("folder/", b""))])
def test_unpack_refuses_what_holds_nothing(body):
    assert refusal(body) in {"archive", "empty"}


def test_unpack_refuses_a_second_end_of_the_directory():
    assert refusal(packed(("a.txt", TEXT))[:-2] + b"\x16\0" + b"PK\x05\x06" + bytes(18)) == "archive"


SAMPLE = packed(("a.txt", TEXT), ("b/c.txt", b"second"))


@pytest.mark.slow
@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=6), st.integers(0, len(SAMPLE))
)
def test_unpack_of_damaged_archives_gives_or_refuses(changes, length):
    body = bytearray(SAMPLE)
    for at, byte in changes:
        body[at] = byte
    try:
        members = list(archive.unpack(bytes(body[:length])))
    except Refused:
        return
    assert len(members) in (1, 2)
