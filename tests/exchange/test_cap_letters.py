"""What the people here are told of warnings, as they read it, in both languages."""

from __future__ import annotations

import pytest
from django.utils import timezone

from nonnuoc.exchange import rendering
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.outbox.models import Message
from nonnuoc.records.warnings import news, services
from tests.records.warnings import warned

pytestmark = pytest.mark.django_db


def read(template: str, language: str) -> rendering.Text:
    return rendering.text(Message.objects.filter(template=template).order_by("id")[:1].get(), language)


@pytest.fixture
def told():
    an, binh = warned.officer("An"), warned.officer("Binh", Role.LEADER)
    services.send_back(warned.proposed(an), note="Sai tên phường", by=binh)
    warned.published(an, binh)
    warned.officer("Quan", Role.ADMINISTRATOR)
    news.automatic_failed(7, at=timezone.now())


def test_whoever_approves_reads_all_of_it_and_that_it_is_a_test(told):
    letter = read("warning_approval", "en")
    assert letter.subject == "Approve: [TEST] Air pollution at phường Thục Phán"
    for part in ("An wrote a public warning", "There is no danger", "VN_AQI is 250.", "Everyone: Stay indoors."):
        assert part in letter.body
    assert "/desk/warnings/" in letter.body.splitlines()[-1]
    assert "Mọi người: Ở trong nhà." in read("warning_approval", "vi").body


def test_whoever_wrote_it_reads_why_it_came_back(told):
    assert "Sai tên phường" in read("warning_returned", "en").body


def test_what_is_published_is_told_with_its_page(told):
    letter = read("warning_published", "vi")
    assert letter.subject == "[THỬ NGHIỆM] Ô nhiễm không khí tại phường Thục Phán"
    assert "/warnings/vn-04-" in letter.body.splitlines()[-1] and "Mọi người: Ở trong nhà." in letter.body


def test_administrators_read_which_incident_needs_a_person(told):
    letter = read("warning_failed", "en")
    assert letter.subject == "Incident 7: no automatic warning could be published"
    assert "/desk/incidents/7" in letter.body
