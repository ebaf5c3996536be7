from nonnuoc.portal import urls


def test_every_route_of_the_portal_states_its_access() -> None:
    stated = {pattern.name: getattr(pattern.callback, "access", None) for pattern in urls.urlpatterns}
    assert stated == dict.fromkeys(stated, "public")


def test_the_public_face_takes_no_posts(client) -> None:
    assert client.post("/").status_code == 405
