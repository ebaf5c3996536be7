"""One person of each kind can sign in to look around, and their names on the terminal are theirs."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate

from nonnuoc.config import first_start
from nonnuoc.demo import people, registration
from nonnuoc.records.accounts import access, loading, selectors
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring import services
from nonnuoc.records.places import services as places

PASSWORD = "đá vôi và nước trong"


@pytest.fixture
def offices(db: None) -> None:
    loading.load(places.load_province().province.key)


@pytest.mark.usefixtures("offices")
def test_every_role_but_two_has_somebody() -> None:
    people.register(PASSWORD)
    people.register(PASSWORD)
    roles = [appointment.role for appointment in selectors.appointments()]
    assert sorted(roles) == sorted(set(Role.values) - {Role.ADMINISTRATOR, Role.APPROVER})
    assert all(authenticate(username=email, password=PASSWORD) for email, _ in people.addresses())


def test_the_terminal_names_them() -> None:
    told = [f"{name}@nonnuoc.example" for name in first_start.DEMO_PEOPLE]
    assert told == [email for email, _ in people.addresses()]


@pytest.mark.usefixtures("offices")
def test_the_enterprise_looks_after_its_own_station(tmp_path) -> None:
    services.load_properties()
    people.register(PASSWORD)
    registration.register(tmp_path)
    rights = access.of(selectors.person_by_email("doanhnghiep@nonnuoc.example"))
    own, foreign = (monitoring.subject(monitoring.station(code)) for code in ("CBMP07", "CBMP01"))
    assert rights.may("deliveries.upload", own)
    assert not rights.may("deliveries.upload", foreign)
