"""One's own messages on the desk: unread first, marked read, nobody else's."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nonnuoc.records.accounts.models import Role
from nonnuoc.records.outbox.models import Channel, Message
from tests.desk.staff import said
from tests.records.accounts import staff
from tests.records.outbox import letters

pytestmark = pytest.mark.django_db
State = Message.State


@pytest.fixture
def me():
    someone = staff.person("An")
    staff.task(someone, staff.office("so"), Role.OFFICER)
    return someone


@pytest.fixture
def desk(client, me):
    client.force_login(me)
    return client


def subjects(page, part: str) -> list[int]:
    """The ids shown in a part of the page."""
    return [message.id for message, _ in page.context[part]]


def test_an_empty_page_says_why_and_where_to_choose(desk):
    page = desk.get("/desk/messages/")
    assert "Chưa có tin nào được gửi cho bạn" in said(page)
    assert '/desk/messages/preferences/"' in page.content.decode()


def test_unread_comes_first_the_gravest_above_and_what_went_elsewhere_is_never_unread(desk, me):
    mild, grave = letters.letter(me), letters.letter(me, severity=4)
    mailed = letters.letter(me, Channel.EMAIL, State.SENT)
    read = letters.letter(me, state=State.ACKNOWLEDGED)
    letters.letter(me, state=State.DROPPED)
    letters.letter(staff.person("Other"))
    page = desk.get("/desk/messages/")
    assert subjects(page, "unread") == [grave.id, mild.id]
    assert subjects(page, "earlier") == [read.id, mailed.id]
    assert 'href="/desk/incidents/7/"' in page.content.decode()
    assert "rất nghiêm trọng" in said(page)


def test_the_frame_of_every_page_counts_them(desk, me):
    letters.letter(me)
    letters.letter(me)
    letters.letter(me, Channel.EMAIL, State.SENT)
    page = desk.get("/desk/delegations/").content.decode()
    assert re.search(r'href="/desk/messages/"[^>]*>[^<]*<span class="waiting"[^>]*>2<', page)


def test_one_is_marked_read_or_all_of_them_and_somebody_elses_stays(desk, me):
    mine = [letters.letter(me) for _ in range(3)]
    others = letters.letter(staff.person("Other"))
    desk.post("/desk/messages/read", {"message": mine[0].id})
    desk.post("/desk/messages/read", {"message": others.id})
    assert subjects(desk.get("/desk/messages/"), "unread") == [mine[2].id, mine[1].id]
    page = desk.post("/desk/messages/read", follow=True)
    assert subjects(page, "unread") == [] and "2 tin" in said(page)
    mine[0].refresh_from_db()
    others.refresh_from_db()
    assert mine[0].state == State.ACKNOWLEDGED and mine[0].acknowledged is not None
    assert others.state == State.DELIVERED


def test_older_ones_come_page_by_page(desk, me):
    made = [letters.letter(me, state=State.ACKNOWLEDGED).id for _ in range(32)]
    first = desk.get("/desk/messages/")
    assert subjects(first, "earlier") == made[:1:-1]
    second = desk.get(f"/desk/messages/?before={first.context['older']}")
    assert subjects(second, "earlier") == made[1::-1] and second.context["older"] is None


def test_three_messages_ask_no_more_than_one(desk, me, django_assert_num_queries):
    letters.letter(me)
    desk.get("/desk/messages/")  # what a process reads once
    with CaptureQueriesContext(connection) as one:
        desk.get("/desk/messages/")
    for _ in range(3):
        letters.letter(me)
        letters.letter(me, state=State.ACKNOWLEDGED)
    with django_assert_num_queries(len(one)):
        desk.get("/desk/messages/")


def test_a_link_never_leaves_the_house(desk, me):
    for path in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        letters.letter(me, facts={**letters.FACTS, "path": path})
    page = desk.get("/desk/messages/").content.decode()
    assert 'href="https://evil' not in page and 'href="//evil' not in page and 'href="javascript:' not in page


def test_what_is_told_is_text_and_never_markup(desk, me):
    letters.letter(me, facts={**letters.FACTS, "headline_vi": "<b>x</b><script>1</script>"})
    page = desk.get("/desk/messages/").content.decode()
    assert "<b>x</b>" not in page and "&lt;b&gt;x" in page


def test_simulated_ones_say_so(desk, me):
    letters.letter(me, facts={**letters.FACTS, "simulated": True})
    page = said(desk.get("/desk/messages/"))
    assert "[MÔ PHỎNG]" in page and "SỐ LIỆU MÔ PHỎNG" in page


def test_whoever_has_no_task_has_an_inbox_too(client):
    client.force_login(staff.person("Nobody"))
    assert client.get("/desk/messages/").status_code == 200
