"""Messages in words: both languages, never as markup, and what is invented says so."""

from __future__ import annotations

from datetime import time

import pytest
from django.template import TemplateDoesNotExist

from nonnuoc.exchange import rendering
from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts import services as accounts
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.outbox import contacts, gateways, services, wishes
from nonnuoc.records.outbox.gateways import Gateway
from nonnuoc.records.outbox.models import Channel, Contact, Message
from tests.records.outbox.people import AT, news, somebody

pytestmark = pytest.mark.django_db
EVIL = "<b>&amp; {{ site }} {% now 'Y' %}</b>"


@pytest.fixture(autouse=True)
def mail(settings):
    settings.MAIL = True


def message(**facts: object) -> Message:
    defaults = {"key": "k", "topic": "incident.environment", "template": "webhook_trial", "queued": AT, "severity": 2}
    return Message(**{**defaults, "facts": {"webhook": "Đỏ", "by": "An"}, **facts})


def test_a_message_is_written_in_both_languages():
    vi, en = (rendering.text(message(), language) for language in ("vi", "en"))
    assert en.subject == "A trial" and vi.subject == "Gửi thử"
    assert "“Đỏ”" in en.body and "“Đỏ”" in vi.body and vi.body != en.body


def test_facts_are_text_and_stay_it():
    said = rendering.text(message(facts={"webhook": EVIL, "by": "An"}), "en")
    assert EVIL in said.body


def test_a_fact_with_a_line_break_leaves_the_subject_one_line():
    failed = message(template="delivery_failed", facts={"recipient": "An\r\nBcc: x", "channel": "sms", "why": ""})
    assert rendering.text(failed, "en").subject == "Messages by sms do not arrive: An"


def test_what_is_invented_says_so_in_every_form():
    invented = message(facts={"webhook": "Đỏ", "by": "An", "simulated": True})
    assert rendering.text(invented, "en").subject == "[SIMULATED] A trial"
    assert rendering.text(invented, "vi").subject.startswith("[MÔ PHỎNG] ")
    way = Gateway(Channel.SMS, "", "", "", marks=False)
    assert rendering.line(invented, "vi", way).startswith("[MO PHONG] ")
    assert rendering.note(invented, "vi").startswith("[MÔ PHỎNG] ")
    told = rendering.told(invented)["data"]
    assert told["simulated"] and told["text"]["en"]["subject"].startswith("[SIMULATED] ")


def test_a_letter_says_whose_it_is_and_where_to_choose():
    accounts.choose_setting("site.address", "https://quantrac.example/", by=None)
    preferences.forget()
    body = rendering.letter(message(), "vi").body
    assert body.splitlines()[-1] == "https://quantrac.example/desk/messages/preferences/"
    assert "\n-- \n" in body and "Cao Bằng" in body


def test_where_the_pages_are_is_guessed_where_nobody_says(settings):
    settings.ALLOWED_HOSTS, settings.HTTPS = ["localhost", "127.0.0.1", "quantrac.example"], True
    assert rendering.site() == "https://quantrac.example"
    settings.ALLOWED_HOSTS, settings.HTTPS = ["localhost"], False
    assert rendering.site() == "http://127.0.0.1:8000"


def test_a_text_message_is_the_subject_with_the_link_as_short_as_asked():
    said = message(facts={"webhook": "x", "by": "y", "path": "/desk/incidents/7"})
    way = Gateway(Channel.SMS, "", "", "", marks=False, segments=1)
    assert rendering.line(said, "vi", way) == f"Gui thu {rendering.site()}/desk/incidents/7"


def test_a_digest_names_what_it_holds_the_gravest_first(settings):
    officer = somebody(Role.OFFICER)
    wishes.set_preferences(
        officer, language="en", quiet_from=time(22), quiet_until=time(6), loud_severity=4, most_an_hour=1, by=officer
    )
    with services.together(AT):
        for number, severity in enumerate([2, 1, 3, 2]):
            facts = {"webhook": str(number), "by": "An"}
            services.announce(news(key=f"k{number}", severity=severity, facts=facts), at=AT)
    digest = Message.objects.get(template="digest")
    said = rendering.text(digest, "en")
    assert said.subject == "3 messages that waited, together"
    assert said.body.count("- A trial") == 3
    services.drop("k2", "over")
    assert rendering.text(digest, "en").subject == "2 messages that waited, together"


def test_a_code_stands_in_the_message_and_in_no_table():
    officer = somebody(Role.OFFICER)
    gateways.set_up("sms", text="POST https://sms.example/?to={to}&text={text}", by=None)
    contact = contacts.add_contact(officer, "sms", "0912 345 678", by=officer)
    code_message = Message.objects.get(topic="contact.code")
    said = rendering.text(code_message, "en").subject
    assert said.startswith("Your code is ") and said[-6:] not in str(code_message.facts)
    assert contacts.verify(contact, said[-6:], by=officer).verified
    assert Contact.objects.get().address == "84912345678"


def test_a_template_there_is_not_is_told():
    with pytest.raises(TemplateDoesNotExist):
        rendering.text(message(template="nothing"), "vi")
