"""The life of a warning: two people, nothing published is changed, what changes it refers to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from nonnuoc.records.accounts.models import AuditEntry, Role
from nonnuoc.records.alerts.models import Entry, Family
from nonnuoc.records.outbox.models import Message
from nonnuoc.records.warnings import selectors, services
from nonnuoc.records.warnings.models import PublicWarning
from tests.records.accounts import staff
from tests.records.alerts import incidents
from tests.records.warnings import warned

pytestmark = pytest.mark.django_db
State, Status, MessageType = PublicWarning.State, PublicWarning.Status, PublicWarning.MessageType


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def an():
    return warned.officer("An")


@pytest.fixture
def binh():
    return warned.officer("Binh", Role.LEADER)


def refused(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(error.value.messages)


def test_one_writes_another_approves_and_everybody_can_read_it(an, binh):
    warning = warned.proposed(an, status="Actual")
    assert selectors.in_force(timezone.now()) == []

    done = services.approve(warning, by=binh, note="ok")

    assert (done.state, done.decided_by, done.written_by, done.note) == (State.PUBLISHED, binh, an, "ok")
    assert done.identifier == f"vn-04-{timezone.localtime(done.sent):%Y%m%d}-{done.uuid.hex[:12]}"
    assert done.as_sent["sender"] == "warnings@vn-04.nonnuoc"
    assert selectors.in_force(timezone.now()) == [done]
    assert selectors.by_identifier(done.identifier) == done
    trail = AuditEntry.objects.filter(action__startswith="warning.").order_by("id")
    assert list(trail.values_list("action", "by__name")) == [
        ("warning.drafted", "An"),
        ("warning.proposed", "An"),
        ("warning.approved", "Binh"),
    ]


def test_nobody_approves_their_own_words(an, binh):
    warning = warned.proposed(an)
    with pytest.raises(ValidationError) as error:
        services.approve(warning, by=an)
    assert "your own words" in refused(error)
    with pytest.raises(IntegrityError), transaction.atomic():
        facts = {"identifier": "x", "sent": timezone.now(), "as_sent": {}, "decided_by": an}
        PublicWarning.objects.filter(id=warning.id).update(state=State.PUBLISHED, **facts)


def test_who_may_not_is_told_so(an):
    leader, operator = warned.officer("Chi", Role.LEADER), warned.officer("Dung", Role.OPERATOR)
    with pytest.raises(PermissionDenied):
        services.write(None, by=leader, **warned.good())
    warning = warned.proposed(an)
    for step in (services.approve, lambda one, by: services.send_back(one, note="no", by=by)):
        with pytest.raises(PermissionDenied):
            step(warning, by=operator)
    with pytest.raises(PermissionDenied):
        services.cancel(warning, why="over", by=leader)


def test_who_is_bound_to_a_commune_warns_there_alone(an):
    narrow = staff.person("Em")
    staff.task(narrow, staff.Office.objects.get(code="so"), Role.OFFICER, warned.place())
    mine = services.write(None, by=narrow, communes=[warned.place()], **warned.good())
    assert mine.state == State.DRAFT
    for area in ({"communes": [warned.place("01288")]}, {"communes": []}, {"polygon": warned.SQUARE}):
        with pytest.raises(PermissionDenied):
            services.write(mine, by=narrow, **area)


def test_repeating_a_step_does_nothing(an, binh):
    warning = warned.proposed(an)
    services.propose(warning, by=an)
    first = services.approve(warning, by=binh)
    again = services.approve(warning, by=warned.officer("Chi"))
    assert (again.identifier, again.decided_by, again.sent) == (first.identifier, binh, first.sent)
    services.propose(warning, by=an)
    told = AuditEntry.objects.filter(action__in=("warning.proposed", "warning.approved"))
    assert told.count() == 2
    services.withdraw(draft := services.write(None, by=an), by=an)
    services.withdraw(draft, by=an)
    assert AuditEntry.objects.filter(action="warning.withdrawn").count() == 1


def test_what_is_published_stays_what_was_said(an, binh):
    done = warned.published(an, binh)
    for step in (
        lambda: services.write(done, by=an, headline_vi="Khác"),
        lambda: services.withdraw(done, by=an),
    ):
        with pytest.raises(ValidationError) as error:
            step()
        assert "published" in refused(error)
    services.send_back(done, note="too late", by=binh)
    done.refresh_from_db()
    assert done.state == State.PUBLISHED and done.headline_vi == warned.good()["headline_vi"]


def test_what_is_returned_is_mended_and_proposed_again(an, binh):
    warning = warned.proposed(an)
    with pytest.raises(ValidationError):
        services.send_back(warning, note=" ", by=binh)
    services.send_back(warning, note="Sai tên phường", by=binh)
    with pytest.raises(ValidationError):
        services.approve(warning, by=binh)
    warning.refresh_from_db()
    assert (warning.state, warning.note) == (State.RETURNED, "Sai tên phường")
    services.propose(services.write(warning, by=an, headline_vi="Đúng"), by=an)
    assert services.approve(warning, by=binh).headline_vi == "Đúng"


def test_nobody_overwrites_or_approves_what_they_have_not_read(an, binh):
    warning = services.write(None, by=an, communes=[warned.place()], **warned.good())
    seen = services.version(warning)
    services.write(warning, by=binh_officer(), headline_vi="Của người khác", seen=seen)
    with pytest.raises(ValidationError) as error:
        services.write(warning, by=an, headline_vi="Của tôi", seen=seen)
    assert "Somebody changed" in refused(error)
    warning.refresh_from_db()
    services.propose(warning, by=an, seen=services.version(warning))
    with pytest.raises(ValidationError):
        services.approve(warning, by=binh, seen=seen)
    warning.refresh_from_db()
    assert services.approve(warning, by=binh, seen=services.version(warning)).state == State.PUBLISHED


def binh_officer():
    return warned.officer("Giang")


def test_all_that_is_wrong_is_told_at_once_by_field(an):
    warning = services.write(None, by=an, communes=[], headline_vi="x", polygon=None)
    with pytest.raises(ValidationError) as error:
        services.propose(warning, by=an)
    assert set(error.value.error_dict) == {
        *("event_vi", "event_en", "headline_en", "description_vi", "area_vi", "instructions", "area")
    }


def test_a_draft_that_cannot_be_kept_is_refused(an):
    now = timezone.now()
    for facts, field in (
        ({"expires": now - timedelta(hours=1), "effective": now}, "expires"),
        ({"severity": "Terrible"}, "severity"),
        ({"headline_vi": "x" * 161}, "headline_vi"),
        ({"instructions": [{"audience": "aliens", "vi": "x", "en": "x"}]}, "instructions"),
        ({"polygon": {"type": "Point", "coordinates": [106, 22]}}, "polygon"),
    ):
        with pytest.raises(ValidationError) as error:
            services.write(None, by=an, **warned.good(**facts))
        assert field in error.value.error_dict
    with pytest.raises(TypeError):
        services.write(None, by=an, state=State.PUBLISHED)


def test_one_that_expired_while_it_waited_is_not_published(an, binh):
    warning = warned.proposed(an)
    now = timezone.now()
    PublicWarning.objects.filter(id=warning.id).update(effective=now - timedelta(hours=7), expires=now)
    with pytest.raises(ValidationError) as error:
        services.approve(warning, by=binh)
    assert "expires" in error.value.error_dict


def test_it_holds_from_its_publication_at_the_earliest(an, binh):
    before = timezone.now() - timedelta(hours=2)
    done = warned.published(an, binh, effective=before, onset=before)
    assert (done.effective, done.onset) == (done.sent, before)


class TestOutOfAnIncident:
    def test_a_whole_draft_in_both_languages(self, an):
        incident = warned.smog(warned.air())
        draft = services.draft_from(incident, by=an)

        assert draft.status == Status.TEST
        assert (draft.severity, draft.certainty, draft.urgency) == ("Severe", "Observed", "Immediate")
        assert (draft.category, draft.onset) == ("Health", incident.onset)
        assert draft.expires - draft.effective == timedelta(hours=6)
        assert draft.headline_vi == "Ô nhiễm không khí tại phường Thục Phán: VN_AQI 250"
        assert draft.headline_en == "Air pollution at Thục Phán ward: VN_AQI 250"
        assert "mức “Rất xấu”" in draft.description_vi and "chưa kết thúc" in draft.description_vi
        assert "VN_AQI 250 at " in draft.description_en and "category “Very bad”" in draft.description_en
        assert draft.description_vi.endswith("Căn cứ: QCVN 05:2023/BTNMT, bảng 1.")
        said = {one["audience"]: one for one in draft.instructions}
        assert said["everyone"]["vi"].startswith("Mọi người hạn chế tối đa các hoạt động ngoài trời")
        assert said["sensitive"]["en"] == "Stay indoors and reduce strenuous activity."
        assert said["schools"]["vi"].startswith("Chuyển giờ thể dục")
        assert [one.code for one in draft.communes.all()] == ["01273"]
        assert services.propose(draft, by=an).state == State.PROPOSED  # nothing is wrong with it

    def test_a_limit_with_its_value_and_article(self, an):
        thing = warned.air()
        incident = incidents.incident(thing, at=timezone.now())
        stream = thing.datastreams.get(observed_property__code="PM2.5", procedure="mean_24h")
        rule = incidents.rule(steps=[{"severity": 2}, {"severity": 3, "times": 2}])
        incidents.alarm(incident, stream, peak=98.4, level=90.0, step=1, code=rule.code)
        draft = services.draft_from(incident, by=an)
        assert "Trạm KK01: Bụi PM2.5 trung bình 24 giờ cao nhất 98,4 µg/Nm³" in draft.description_vi
        assert "vượt mức 45,0 µg/Nm³" in draft.description_vi  # the document's limit, not twice that
        assert "24-hour mean of Fine particles PM2.5 up to 98.4 µg/Nm³" in draft.description_en
        assert draft.description_vi.endswith("Căn cứ: QCVN 05:2023/BTNMT, bảng 1.")

    def test_where_an_index_is_among_the_alarms_its_advice_is_given(self, an):
        thing = warned.air()
        incident = warned.smog(thing, value=180.0, severity=2)
        stream = thing.datastreams.get(observed_property__code="PM2.5", procedure="mean_24h")
        incidents.alarm(incident, stream, peak=98.4, level=45.0, severity=3)
        draft = services.draft_from(incident, by=an)
        assert "PM2.5 98,4" in draft.headline_vi
        assert draft.instructions[0]["en"].startswith("Everyone should reduce strenuous activity")

    def test_twice_is_the_same_draft(self, an):
        incident = warned.smog(warned.air())
        assert services.draft_from(incident, by=an) == services.draft_from(incident, by=warned.officer("Chi"))

    @pytest.mark.parametrize("status", ["Actual", "Test"])
    def test_of_a_real_one_in_force_it_is_an_update(self, an, binh, status):
        incident = warned.smog(warned.air())
        draft = services.write(services.draft_from(incident, by=an), by=an, status=status)
        first = services.approve(services.propose(draft, by=an), by=binh)
        draft = services.draft_from(incident, by=an)
        after = (MessageType.UPDATE, first, "Actual") if status == "Actual" else (MessageType.ALERT, None, "Test")
        assert (draft.message_type, draft.changes, draft.status) == after
        assert services.propose(draft, by=an).state == State.PROPOSED

    def test_only_of_the_environment(self, an):
        incident = incidents.incident(warned.air(), at=timezone.now(), family=Family.SILENCE)
        with pytest.raises(ValidationError) as error:
            services.draft_from(incident, by=an)
        assert "Only what happens in the environment" in refused(error)

    def test_the_log_of_the_incident_tells_it(self, an, binh):
        incident = warned.smog(warned.air())
        done = services.approve(services.propose(services.draft_from(incident, by=an), by=an), by=binh)
        entry = incident.log.get(kind=Entry.Kind.WARNED)
        assert (entry.by, entry.facts["identifier"]) == (binh, done.identifier)

    def test_invented_data_are_never_a_real_warning(self, an):
        draft = services.draft_from(warned.smog(warned.air(simulated=True)), by=an)
        assert draft.simulated
        with pytest.raises(ValidationError) as error:
            services.write(draft, by=an, status="Actual")
        assert "simulated data" in refused(error)
        with pytest.raises(IntegrityError), transaction.atomic():
            PublicWarning.objects.filter(id=draft.id).update(status="Actual")


class TestChanges:
    def test_an_update_takes_the_place_of_what_it_changes(self, an, binh):
        first = warned.published(an, binh, status="Actual")
        draft = services.update(first, by=an)
        assert (draft.changes, draft.message_type, draft.headline_vi) == (first, "Update", first.headline_vi)
        assert (draft.status, list(draft.communes.all())) == ("Actual", list(first.communes.all()))
        assert selectors.in_force(timezone.now()) == [first]
        second = services.approve(services.propose(draft, by=an), by=binh)
        assert selectors.in_force(timezone.now()) == [second]
        assert [one["identifier"] for one in second.as_sent["references"]] == [first.identifier]
        third = services.approve(services.cancel(first, why="Gió đã đổi", by=an), by=binh)
        assert [one["identifier"] for one in third.as_sent["references"]] == [first.identifier, second.identifier]
        assert selectors.in_force(timezone.now()) == []
        assert selectors.chain(first) == selectors.chain(third) == [first, second, third]
        assert [selectors.changed_by(one) for one in (first, second, third)] == [second, third, None]

    def test_a_cancellation_is_written_and_proposed_in_one_click(self, an, binh):
        done = warned.published(an, binh)
        with pytest.raises(ValidationError):
            services.cancel(done, why="", by=an)
        over = services.cancel(done, why="Chỉ số đã về 80.", by=an)
        assert (over.state, over.urgency, over.message_type) == (State.PROPOSED, "Past", "Cancel")
        assert over.headline_vi.startswith("Đã kết thúc: ") and "Chỉ số đã về 80." in over.description_en
        assert services.cancel(done, why="Lại", by=an) == over
        with pytest.raises(ValidationError):
            services.approve(over, by=an)
        assert services.cancel(done, why="Lần nữa", by=an) == services.approve(over, by=binh)

    def test_two_who_update_the_same_warning_work_on_one_draft(self, an, binh):
        done = warned.published(an, binh)
        assert services.update(done, by=an) == services.update(done, by=warned.officer("Chi"))

    def test_of_two_updates_the_later_is_told_of_the_earlier(self, an, binh):
        first = warned.published(an, binh)
        mine, theirs = (self.update(first, an) for _ in range(2))
        second = services.approve(theirs, by=binh)
        with pytest.raises(ValidationError) as error:
            services.approve(mine, by=binh)
        assert second.identifier in refused(error)

    def test_a_cancellation_ends_whatever_it_has_become(self, an, binh):
        first = warned.published(an, binh)
        over = services.cancel(first, why="xong", by=an)
        second = services.approve(services.propose(services.update(first, by=an), by=an), by=binh)
        assert services.approve(over, by=binh).changes == second
        with pytest.raises(ValidationError) as error:
            services.update(first, by=an)
        assert "is cancelled" in refused(error)

    def test_the_database_lets_one_message_change_another_once(self, an, binh):
        first = warned.published(an, binh)
        services.approve(services.propose(services.update(first, by=an), by=an), by=binh)
        other = self.update(first, an)
        with pytest.raises(IntegrityError), transaction.atomic():
            facts = {"identifier": "x", "sent": timezone.now(), "as_sent": {}, "decided_by": binh}
            PublicWarning.objects.filter(id=other.id).update(state=State.PUBLISHED, **facts)

    def test_an_exercise_is_not_ended_in_earnest(self, an, binh):
        done = warned.published(an, binh, status="Exercise")
        with pytest.raises(ValidationError) as error:
            services.write(services.update(done, by=an), by=an, status="Actual")
        assert "status" in error.value.error_dict

    @staticmethod
    def update(first: PublicWarning, by):
        """A second proposal of a change, as one left open before what it changes was found changed."""
        made = warned.proposed(by)
        PublicWarning.objects.filter(id=made.id).update(changes=first, message_type="Update")
        made.refresh_from_db()
        return made


class TestNews:
    def test_those_who_may_approve_are_told_and_not_who_wrote_it(self, an, binh):
        warned.officer("Dung", Role.OPERATOR)
        warning = warned.proposed(an)
        told = Message.objects.filter(topic="warning.approval")
        assert [one.person for one in told] == [binh]
        services.approve(warning, by=binh)
        assert Message.objects.filter(topic="warning.published").exists()

    def test_who_wrote_it_is_told_that_it_came_back(self, an, binh):
        services.send_back(warned.proposed(an), note="Sai tên", by=binh)
        back = Message.objects.get(template="warning_returned")
        assert (back.person, back.facts["note"]) == (an, "Sai tên")


def test_what_the_trail_keeps_is_plain(an, binh):
    done = warned.published(an, binh, polygon=warned.SQUARE)
    entry = AuditEntry.objects.get(action="warning.approved")
    assert entry.after["communes"] == ["01273"] and entry.after["state"] == "published"
    assert entry.detail["identifier"] == done.identifier
