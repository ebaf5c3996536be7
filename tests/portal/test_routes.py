from nonnuoc.portal import urls


def test_the_portal_is_public() -> None:
    assert {pattern.callback.access for pattern in urls.urlpatterns} == {"public"}


def test_the_public_face_takes_no_posts(client) -> None:
    assert client.post("/").status_code == 405
