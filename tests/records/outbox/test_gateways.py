"""What an administrator says of a gateway is looked through before anything goes that way."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from nonnuoc.records.accounts.models import AuditEntry, Role, Setting
from nonnuoc.records.outbox import gateways
from tests.records.outbox.people import somebody

pytestmark = pytest.mark.django_db
GOOD = """POST https://sms.example.vn/send
Content-Type: application/json; charset=utf-8
Authorization: Bearer {secret}

{"to": "{to}", "text": "{text}", "id": "{key}"}"""


def test_a_gateway_is_kept_and_its_secret_sealed():
    by = somebody(Role.ADMINISTRATOR)
    gateways.set_up("sms", text=GOOD.replace("\n", "\r\n"), secret=" s3cret ", success="error = 0", by=by)
    found = gateways.of("sms")
    assert (found.text, found.secret, found.rules) == (GOOD, "s3cret", ((("error",), "0"),))
    assert found.request.headers[1] == ("Authorization", "Bearer {secret}")
    assert found.request.content_type == "application/json"
    assert gateways.there() == {"sms"} and gateways.of("zalo") is None
    assert "s3cret" not in str(Setting.objects.get().value)
    entry = AuditEntry.objects.get(action="gateway.set")
    assert "s3cret" not in f"{entry.before}{entry.after}{entry.detail}"
    assert entry.detail == {"secret_changed": True}


def test_the_secret_stays_where_none_is_given():
    gateways.set_up("sms", text=GOOD, secret="s3cret", by=None)
    gateways.set_up("sms", text=GOOD, marks=False, by=None)
    assert (gateways.of("sms").secret, gateways.of("sms").marks) == ("s3cret", False)
    gateways.set_up("sms", text=GOOD, marks=False, by=None)
    assert AuditEntry.objects.filter(action="gateway.set").count() == 2
    gateways.remove("sms", by=None)
    assert gateways.there() == frozenset()


def test_only_who_may_change_settings_sets_one_up():
    with pytest.raises(PermissionDenied):
        gateways.set_up("sms", text=GOOD, by=somebody(Role.OPERATOR))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Begin with a line"),
        ("DELETE https://a.vn/{to}{text}", "Begin with a line"),
        ("POST ftp://a.vn/{to}{text}", "no https address"),
        ("POST https://{to}.vn/{text}", "no https address"),
        ("POST https://a:b@c.vn/{to}{text}", "no https address"),
        ("GET https://a.vn/?to={to}", "are missing"),
        ("GET https://a.vn/?to={to}&text={text.__class__}", "{text.__class__} is not known"),
        ("GET https://a.vn/?to={to}&text={text!r}", "{text!r} is not known"),
        ("GET https://a.vn/?to={to}&text={0}", "{0} is not known"),
        (GOOD.replace("{key}", "{settings}"), "{settings} is not known"),
        (GOOD.replace('"{text}"', "{text}"), "no JSON"),
        (GOOD.replace("Authorization: Bearer", "X-To: {to}"), "may hold {key} and {secret} only"),
        (GOOD.replace("Authorization:", "Host:"), "Leave out the header Host"),
        (GOOD.replace("Authorization:", "Content-Length:"), "Leave out the header Content-Length"),
        (GOOD.replace("Authorization: Bearer", "Authorization Bearer"), "is no header"),
        (GOOD.replace("Authorization:", "Đỏ:"), "is no header"),
    ],
)
def test_what_could_not_work_or_could_run_code_is_refused_with_the_reason(text, reason):
    with pytest.raises(ValidationError) as refused:
        gateways.set_up("sms", text=text, by=None)
    assert reason in _english(refused.value)
    assert gateways.there() == frozenset()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"secret": "đỏ"}, "no header can carry"),
        ({"secret": "a\nb"}, "no header can carry"),
        ({"segments": 0}, "1 to 10 parts"),
        ({"segments": 11}, "1 to 10 parts"),
        ({"success": "error is 0"}, "write such as"),
    ],
)
def test_so_is_the_rest(facts, reason):
    with pytest.raises(ValidationError) as refused:
        gateways.set_up("sms", text=GOOD, by=None, **facts)
    assert reason in _english(refused.value)


@pytest.fixture(autouse=True)
def in_english():
    from django.utils import translation

    with translation.override("en"):
        yield


def _english(error: ValidationError) -> str:
    return " ".join(error.messages)
