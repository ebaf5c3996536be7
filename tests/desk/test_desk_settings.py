"""Settings on the desk: all or none, each with who chose it last."""

from __future__ import annotations

import pytest

from nonnuoc.records.accounts import preferences, services
from nonnuoc.records.accounts.models import AuditEntry
from tests.desk.staff import administrator, said

pytestmark = pytest.mark.django_db
ALL = dict.fromkeys(preferences.CHOICES, "")


@pytest.fixture
def desk(client):
    client.force_login(administrator())
    return client


def test_there_is_a_field_for_every_choice_with_its_help(desk):
    page = desk.get("/desk/settings/")
    assert set(page.context["form"].fields) == set(preferences.CHOICES)
    for choice in preferences.CHOICES.values():
        assert str(choice.label) in said(page)
    assert said(page).count("chưa ai chọn") == len(preferences.CHOICES)


def test_what_changed_is_kept_and_who_did_it_stands_beside_it(desk, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        told = ALL | {"site.contact": "Sở", "second_factor.everyone": "on"}
        assert desk.post("/desk/settings/", told).url == "/desk/settings/"
    assert (preferences.read("site.contact"), preferences.read("second_factor.everyone")) == ("Sở", True)
    assert set(AuditEntry.objects.filter(action="setting.chosen").values_list("subject", flat=True)) == {
        "site.contact",
        "second_factor.everyone",
    }
    page = said(desk.get("/desk/settings/"))
    assert page.count("Nông Thị An chọn") == 2 and page.count("chưa ai chọn") == len(ALL) - 2


def test_one_that_will_not_do_is_told_beside_its_field_and_none_is_kept(desk):
    page = desk.post("/desk/settings/", ALL | {"site.contact": "Sở", "map.tiles": "http://tiles.example/{z}/{x}/{y}"})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"map.tiles"}
    assert "không phải địa chỉ https" in said(page) and "Sở" in page.content.decode()
    assert preferences.read("site.contact") == ""
    assert not AuditEntry.objects.filter(action="setting.chosen").exists()


def test_what_the_machine_chose_is_told_so(desk):
    services.choose_setting("site.contact", "Sở", by=None)
    assert "Chọn tại máy chủ" in said(desk.get("/desk/settings/"))


@pytest.mark.parametrize("value", ["x" * 2001, "\0"])
def test_what_cannot_be_kept_is_refused(desk, value):
    page = desk.post("/desk/settings/", ALL | {"site.notice": value})
    assert page.status_code == 422 and set(page.context["form"].errors) == {"site.notice"}
