"""Webhooks: where they may lead, and their secrets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from nonnuoc.records.accounts import preferences, services
from nonnuoc.records.accounts.models import AuditEntry, Person, Role
from nonnuoc.records.outbox import delivering, webhooks
from nonnuoc.records.outbox import services as outbox
from nonnuoc.records.outbox.models import Message, Webhook
from tests.records.accounts import staff
from tests.records.outbox.people import AT, news, somebody

pytestmark = pytest.mark.django_db
URL = "https://hook.example.vn/in?a=b"


@pytest.fixture
def by() -> Person:
    return somebody(Role.ADMINISTRATOR)


def test_a_webhook_is_made_with_a_secret_that_is_shown_once(by):
    hook, secret = webhooks.make_webhook(" Sở Y tế ", URL, by=by, topics=["incident.environment"], least_severity=3)
    assert secret.startswith("whsec_") and len(webhooks.key(secret)) == 32
    assert secret.encode() not in bytes(Webhook.objects.get().sealed_secret)
    assert webhooks.signing_secrets(hook, AT) == [webhooks.key(secret)]
    entry = AuditEntry.objects.get(action="webhook.made")
    assert entry.after["url"] == URL and secret not in str(entry.after)


def test_for_a_day_both_secrets_sign(by):
    hook, first = webhooks.make_webhook("a", URL, by=by)
    second = webhooks.new_secret(hook, by=by)
    hook.refresh_from_db()
    now = timezone.now()
    assert webhooks.signing_secrets(hook, now) == [webhooks.key(second), webhooks.key(first)]
    assert webhooks.signing_secrets(hook, now + timedelta(hours=25)) == [webhooks.key(second)]


@pytest.mark.parametrize(
    "url",
    [
        *("", "hook.example", "ftp://hook.example/", "http://hook.example/", "https://", "https://a b.example/"),
        *(
            "https://user:pass@hook.example/",
            "https://hook.example/#x",
            "https://hook.example:99999/",
            "https://đỏ.vn/",
        ),
        *(
            "https://localhost/",
            "https://127.0.0.1/",
            "https://10.0.0.1/",
            "https://[::1]/",
            "https://169.254.169.254/",
        ),
        *("https://[::ffff:127.0.0.1]/", "https://hook.example/\r\nX: y"),
    ],
)
def test_addresses_where_nothing_is_sent_are_refused(by, url):
    with pytest.raises(ValidationError):
        webhooks.make_webhook("a", url, by=by)


@pytest.mark.parametrize(
    ("listed", "url", "allowed"),
    [
        *(("127.0.0.1:8080", "http://127.0.0.1:8080/", True), ("127.0.0.1:8080", "http://127.0.0.1:8081/", False)),
        *(("10.1.0.0/16", "https://10.1.2.3/", True), ("10.1.0.0/16", "https://10.2.2.3/", False)),
        *(("scada.local", "http://scada.local:99/", True), ("SCADA.local", "http://scada.LOCAL/", True)),
        *(("fd00::/8", "https://[fd00::1]/", True), ("[fd00::1]:8443", "https://[fd00::1]:8443/", True)),
        ("scada.local", "http://evil-scada.local/", False),
    ],
)
def test_an_administrator_may_list_inner_machines(by, listed, url, allowed):
    services.choose_setting("outbox.allowed_targets", listed, by=by)
    preferences.forget()
    if allowed:
        assert webhooks.make_webhook("a", url, by=by)
    else:
        with pytest.raises(ValidationError):
            webhooks.make_webhook("a", url, by=by)


@pytest.mark.parametrize("listed", ["http://a.b/", "a/b", "10.0.0.0/99", "a:b", "*", "[::1"])
def test_what_cannot_be_listed_is_refused(listed):
    with pytest.raises(ValidationError):
        services.choose_setting("outbox.allowed_targets", listed, by=None)


def test_the_list_is_kept_one_a_line():
    assert services.choose_setting("outbox.allowed_targets", " a.local, 10.0.0.0/8\n\nb:1 ", by=None) == (
        "a.local\n10.0.0.0/8\nb:1"
    )


@pytest.mark.parametrize("facts", [{"topics": ["weather"]}, {"least_severity": 5}, {"name": " "}])
def test_what_makes_no_sense_is_refused(by, facts):
    with pytest.raises(ValidationError):
        webhooks.make_webhook(**{"name": "a", "url": URL, "by": by, **facts})


def test_only_who_may_change_settings_makes_one():
    with pytest.raises(PermissionDenied):
        webhooks.make_webhook("a", URL, by=somebody(Role.OPERATOR))


def test_switched_off_nothing_that_waits_is_sent(by):
    hook, _ = webhooks.make_webhook("a", URL, by=by)
    outbox.announce(news(), at=AT)
    facts = {"name": "a", "url": URL, "topics": [], "least_severity": 1, "communes": [staff.commune()], "by": by}
    webhooks.change_webhook(hook, active=False, **facts)
    assert delivering.take(9, at=AT) == []
    assert Message.objects.get().state == "dropped"
    assert AuditEntry.objects.get(action="webhook.changed").after["communes"] == ["01273"]
    webhooks.change_webhook(hook, active=False, **facts)
    assert AuditEntry.objects.filter(action="webhook.changed").count() == 1


def test_a_trial_is_tried_once(by):
    hook, _ = webhooks.make_webhook("a", URL, by=by)
    message = webhooks.test_webhook(hook, by=by)
    assert message.webhook == hook and message.give_up <= message.due
