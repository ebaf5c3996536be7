"""KML of strangers: what is in it, and what in it is not followed."""

from __future__ import annotations

import pytest

from nonnuoc.records.places import kml

HEAD = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>'
FOOT = "</Folder></Document></kml>"


def marked(*placemarks: str) -> bytes:
    return f"{HEAD}{''.join(f'<Placemark>{one}</Placemark>' for one in placemarks)}{FOOT}".encode()


def test_placemarks_have_their_geometry_and_their_texts() -> None:
    ring = "<LinearRing><coordinates>106,22.6,0 106.1,22.6,0 106.1,22.7,0 106,22.6,0</coordinates></LinearRing>"
    shapes, fields = kml.read(
        marked(
            "<name>Mỏ &lt;A&gt;</name><ExtendedData><Data name='ma'><value>M-1</value></Data></ExtendedData>"
            "<Point><coordinates>106.05,22.65,300</coordinates></Point>",
            f"<MultiGeometry><Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon></MultiGeometry>"
            "<ExtendedData><SchemaData><SimpleData name='ma'>M-2</SimpleData></SchemaData></ExtendedData>",
            "<name>không có chỗ</name>",
            "<Point><coordinates>đâu đó</coordinates></Point>",
        ),
        depth=20,
    )
    assert [None if shape is None else shape.geom_type for shape in shapes] == ["Point", "MultiPolygon", None, None]
    assert (shapes[0].x, shapes[0].y, shapes[0].has_z) == (106.05, 22.65, False)
    assert fields == {"name": ["Mỏ <A>", "", "không có chỗ", ""], "ma": ["M-1", "M-2", "", ""]}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/hostname">]><kml>&x;</kml>', "DOCTYPE"),
        (b'<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/x.dtd"><kml/>', "DOCTYPE"),
        (b'<!DOCTYPE k [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><kml>&b;</kml>', "DOCTYPE"),
        (b"<gpx/>", "not kml"),
        (b"<kml><Folder>", "no XML"),
        (marked("<MultiGeometry>" * 30 + "</MultiGeometry>" * 30), "nested more than 20"),
    ],
)
def test_what_is_no_plain_kml_is_not_read(body: bytes, said: str) -> None:
    with pytest.raises(kml.UnreadableError, match=said):
        kml.read(body, depth=20)


def test_links_are_not_followed() -> None:
    linked = b"<kml><NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink></kml>"
    shapes, fields = kml.read(linked, depth=20)
    assert (len(shapes), fields) == (0, {})
