"""Every address × method × kind of person × own or foreign thing, against a table written by hand (access_table.py)."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.utils import timezone

from nonnuoc.config import health
from nonnuoc.desk import navigation
from nonnuoc.records.accounts import access, access_keys, invitations
from nonnuoc.records.accounts.entrance import presences
from nonnuoc.records.accounts.entrance.models import Authenticator
from nonnuoc.records.accounts.models import Office, Person, Role
from nonnuoc.records.alerts.models import Watch
from nonnuoc.records.inspections import planning, visiting
from nonnuoc.records.inspections.models import Inspection
from nonnuoc.records.monitoring import keys
from nonnuoc.records.monitoring.models import Delivery, Judgement, StationKey
from nonnuoc.records.places.models import Commune
from nonnuoc.records.plans.models import Form
from nonnuoc.records.registers.facilities.declared import FACILITIES
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.land.declared import SITES
from nonnuoc.records.registers.land.models import ContaminatedSite
from nonnuoc.records.registers.licences.declared import DOSSIERS
from nonnuoc.records.registers.licences.models import Obligation
from nonnuoc.records.registers.pattern import keeping
from nonnuoc.records.warnings.models import PublicWarning
from tests.config import access_table
from tests.config.test_routes import routes
from tests.portal import network
from tests.records.accounts import staff
from tests.records.alerts import incidents
from tests.records.outbox import letters
from tests.records.plans import made as plans
from tests.records.registers.waste import scene as waste_scene
from tests.records.warnings import warned

pytestmark = pytest.mark.django_db

TABLE = access_table.entries()
ROLES = tuple(Role.values)
LOCAL = {"local_operator": Role.OPERATOR, "local_approver": Role.APPROVER}  # narrowed to one commune
#: They have signed in, and hold nothing that opens anything.
WITHOUT = ("nobody", "expired")
#: Public pages know nobody: these walk them, everybody walks the rest.
WALKERS = ("anonymous", "closed", "enterprise", "administrator", "bearer")
#: Signed in nowhere, with the key of an administrator in each request.
BEARER = "bearer"
PEOPLE = (*ROLES, *LOCAL, *WITHOUT, "unproven", "closed", "anonymous", BEARER)
STRANGERS = ("anonymous", "closed", BEARER)  # to pages
ADDRESSES = {route: address for address, route in routes(get_resolver())}


def name_of(address: str, route: URLPattern) -> str:
    return route.name or address


def every_route() -> dict[str, URLPattern]:
    return {name_of(address, route): route for address, route in routes(get_resolver())}


def unlisted(resolver: URLResolver) -> set[str]:
    return {name_of(address, route) for address, route in routes(resolver)} - TABLE.keys()


def test_every_route_is_listed_and_every_line_is_a_route() -> None:
    assert unlisted(get_resolver()) == set()
    assert TABLE.keys() - every_route().keys() == set()


def test_a_route_nobody_listed_is_found() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    class Addresses:
        urlpatterns = [path("", view, name="home"), path("secret", view, name="new-page"), path("bare", view)]

    assert unlisted(URLResolver(path("", view).pattern, Addresses)) == {"new-page", "bare"}


def test_no_two_routes_have_one_name() -> None:
    names = [name_of(address, route) for address, route in routes(get_resolver())]
    assert sorted(names) == sorted(set(names))  # of two, `{% url %}` would choose one


def test_the_table_names_only_people_there_are() -> None:
    known = {*ROLES, *LOCAL, "public", "account", "entered", "machine", BEARER}
    assert {who.removesuffix(":own") for lines in TABLE.values() for line in lines for who in line.who} <= known


def side(name: str, commune_code: str) -> SimpleNamespace:
    """An enterprise with its station, key, delivery and judgement; a commune's People's Committee with a person."""
    where = staff.commune(commune_code)
    enterprise = staff.office(f"{name}-enterprise", Office.Kind.ENTERPRISE)
    committee = staff.office(f"{name}-committee", Office.Kind.COMMUNE, commune=where)
    villager = staff.person(f"{name}-villager")
    task = staff.task(villager, committee, Role.READER)
    kind = {"kind": "wastewater", "facility": name}
    thing = network.station(name.upper(), commune=where, office=enterprise, data_class="restricted", **kind)
    stream = network.instrument(thing, "pH")
    delivery = network.held(thing.code, timezone.now(), "number", thing)
    Delivery.objects.filter(id=delivery.id).update(body=zlib.compress(name.encode()))
    span = {"since": timezone.now() - timedelta(days=1), "until": timezone.now()}
    facility = a_facility(name, where, enterprise)
    return SimpleNamespace(
        facility=facility,
        site=a_site(name, where),
        duty=a_duty(facility),
        waste=waste_scene.Things(facility),
        inspection=an_inspection(facility, villager, committee),
        enterprise=enterprise,
        committee=committee,
        villager=villager,
        task=task,
        thing=thing,
        stream=stream,
        incident=incidents.incident(thing, at=timezone.now()),
        rule=incidents.rule(f"{name}-rule", thing=thing, steps=[{"severity": 2}]),
        message=letters.to_a_machine(villager),
        warning=a_warning(where, villager),
        delivery=delivery,
        key=StationKey.objects.create(thing=thing, sha256=keys.digest(name)),
        judgement=Judgement.objects.create(
            datastream=stream, verdict="good", reason="r", proposed_by=villager, **span
        ),
    )  # fmt: skip


def a_facility(name: str, where: Commune, enterprise: Office) -> Facility:
    """A restricted entry of a register."""
    facts = {"code": name, "name": name, "source": "test", "data_class": "restricted"}
    return keeping.create(FACILITIES, {**facts, "commune": where.code, "office": enterprise.code}, by=None)


def a_duty(facility: Facility) -> Obligation:
    """What the licence of a facility asks for."""
    facts = {"code": f"{facility.code}-gp", "name": "GP", "facility": facility, "kind": "licence", "source": "test"}
    return keeping.create(DOSSIERS, {**facts, "valid_from": "2025-01-01"}, by=None).obligations.first()


def a_site(name: str, where: Commune) -> ContaminatedSite:
    """A public entry whose stages are for those who may read internal data there."""
    facts = {"code": f"{name}-site", "name": name, "source": "test", "data_class": "public", "commune": where.code}
    return keeping.create(SITES, facts, by=None)


def an_inspection(facility: Facility, lead: Person, office: Office) -> Inspection:
    """One that has begun: the inspected know of it."""
    facts = {"reason": "r", "lead": lead, "office": office}
    return visiting.begin(planning.plan(facility, kind="unannounced", by=None, **facts), by=None)


def a_warning(where: Commune, by: Person) -> PublicWarning:
    """A draft, which its own commune may read, and no enterprise."""
    made = PublicWarning.objects.create(**warned.good(), written_by=by)
    made.communes.set([where])
    return made


def a_plan(root: Office, *committees: Office) -> None:
    """One that is public, with a task, a target and a round in which both communes have a form."""
    made = plans.plan(issuer=root, leading=root)
    task = plans.task(made, "I.1", lead=committees)
    plans.target(made)
    asked = plans.asked_round(made, tasks=[task])
    Form.objects.bulk_create(Form(round=asked, office=one) for one in committees)


def make_people(near: SimpleNamespace, root: Office) -> dict[str, Person | None]:
    homes = {Role.ENTERPRISE: near.enterprise, Role.COMMUNE_OFFICER: near.committee}
    made: dict[str, Person | None] = {"anonymous": None, BEARER: None}
    for name in PEOPLE[:-2]:
        made[name] = staff.person(name, is_active=name != "closed")
    for role in ROLES:
        staff.task(made[role], homes.get(role, root), role)
    for name, role in LOCAL.items():
        staff.task(made[name], root, role, near.thing.commune)
    for name in ("unproven", "closed"):
        staff.task(made[name], root, Role.ADMINISTRATOR)
    Authenticator.objects.create(person=made["administrator"], sealed=b"x", last_step=0)
    ago = timezone.now() - timedelta(days=9)
    owned = made["operator"].appointments.get()
    staff.lend(owned, made["expired"], since=ago, until=ago + timedelta(days=1))
    return made


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    with django_db_blocker.unblock(), transaction.atomic():
        Watch.objects.all().delete()  # of a test that stood before: /readyz tells of it
        near, far = side("near", "01273"), side("far", "01279")
        root = staff.office("province", Office.Kind.PROVINCE)
        a_plan(root, near.committee, far.committee)
        people = make_people(near, root)
        later = timezone.now() + timedelta(days=1)
        soon = {"since": later, "until": later + timedelta(days=1)}
        lent = {name: staff.lend(far.task, one, **soon).id for name, one in people.items() if one is not None}
        foreign = staff.lend(far.task, near.villager, **soon).id
        keys_of = {name: access_keys.make(one, name="x")[0].id for name, one in people.items() if one and one.is_active}
        keys_of["foreign"] = access_keys.make(near.villager, name="x")[0].id
        secret = access_keys.make(people["administrator"], name="x", writes=True)[1]
        invitations.invite("new@example.vn", name="New", office=root, role=Role.READER, by=None)
        invited = invitations.waiting().get().id
        yield SimpleNamespace(
            near=near,
            far=far,
            people=people,
            lent=lent,
            foreign=foreign,
            invited=invited,
            access_keys=keys_of,
            secret=secret,
        )  # fmt: skip
        transaction.set_rollback(True)


def arguments(route: str, there: SimpleNamespace, world: SimpleNamespace, person: str) -> dict[str, Any]:
    """What the address of a route needs, for a thing on that side."""
    own = there is world.near
    codes = {"station", "why", "data-series", "data-download", "card-station", "feed-station", "desk-station"}
    if route in codes:
        return {"code": there.thing.code}
    if route.startswith("ogc-"):
        return {"key": "stations", "fid": there.thing.code, "code": there.thing.code}
    if route.startswith(("register-", "desk-register-")) or route in {"register", "desk-register"}:
        told = {"key": "facilities", "code": there.facility.code, "name": "zone", "identity": 0}
        told |= {"format": "csv", "token": "t"}
        asked = re.findall(r"<\w+:(\w+)>", ADDRESSES[every_route()[route]])
        return {name: told[name] for name in asked}
    if route.startswith("facilities-"):
        told = {"code": there.facility.code, "identity": 0}
        return {name: told[name] for name in re.findall(r"<\w+:(\w+)>", ADDRESSES[every_route()[route]])}
    if route in {"commune", "card-commune", "feed-commune"}:
        return {"code": there.thing.commune.code}
    if route.startswith("alarm-rule") and route not in {"alarm-rules", "alarm-rule-new"}:
        return {"code": there.rule.code}
    if route in {"warning", "warning-aloud", "warning-cap", "card-warning"}:
        return {"identifier": "vn-04-20261126-0123456789ab"}
    if route in {"desk-warning", "warning-script", "warning-write", "warning-update", "warning-cancel"}:
        return {"uuid": there.warning.uuid}
    if route in {"inspection", "inspection-act", "inspection-evidence", "published-inspection"}:
        return {"code": there.inspection.code, "identity": 0}
    if route == "plan" or route.startswith("plan-"):
        address = ADDRESSES[every_route()[route]]
        asked = re.findall(r"<(\w+):(\w+)>", address)
        code = "2026" if "/rounds/" in address else "T1" if "/targets/" in address else "I.1"
        told = {"plan": "thu", "code": code, "office": there.committee.code, "number": 1}
        none = {"int": 0, "uuid": there.incident.uuid}
        return {name: told.get(name, none.get(kind, "there-is-none")) for kind, name in asked}
    if route.startswith("waste"):
        asked = re.findall(r"<\w+:(\w+)>", ADDRESSES[every_route()[route]])
        return {name: there.waste.arguments(route)[name] for name in asked}
    if route.startswith("licences"):
        told = {"code": there.duty.dossier.code, "identity": there.duty.pk, "document": 0}
        told |= {"identity": 0} if route.startswith(("licences-limit", "licences-condition")) else {}
        return {name: told[name] for name in re.findall(r"<\w+:(\w+)>", ADDRESSES[every_route()[route]])}
    if route.startswith(("land-", "waters-")):
        return {"code": there.site.code if route.startswith("land-site") else "there-is-none"}
    if route in {"office", "office-change"}:
        return {"code": there.committee.code}
    if route.startswith("delivery-") or route in {"receipt", "api-delivery"}:
        return {"uuid": there.delivery.uuid}
    identities = {
        "person": there.villager.id,
        "task-new": there.villager.id,
        "lend-for": there.villager.id,
        "person-recover": there.villager.id,
        "task-end": there.task.id,
        "key-revoke": there.key.id,
        "judging-stream": there.stream.id,
        "duty-incident": there.incident.id,
        "api-incident": there.incident.id,
        "duty-act": there.incident.id,
        "duty-series": there.incident.id,
        "warning-from-incident": there.incident.id,
        "judgement": there.judgement.id,
        "message-ledger-one": there.message.id,
        "message-send-again": there.message.id,
        **dict.fromkeys(("webhook", "webhook-trial", "webhook-secret"), there.message.webhook_id),
        "invitation-withdraw": world.invited,
        "delegation-end": world.lent.get(person, world.foreign) if own else world.foreign,
        "access-key-revoke": world.access_keys.get(person if own else "foreign", world.access_keys["foreign"]),
        "passkey-remove": 0,
        "session-end": 0,
    }
    if route in identities:
        return {"identity": identities[route]}
    others: dict[str, dict[str, Any]] = {
        "nature-occurrence": {"code": "oc-none"},
        **{key: {"key": "facilities", "code": there.facility.code} for key in ("map-card", "desk-map-card")},
        **{key: {"key": "facilities"} for key in ("data-map-layer", "desk-map-layer")},
        **{key: {"z": 8, "x": 203, "y": 111} for key in ("data-map-tile", "desk-map-tile")},
        "duty-attachment": {"identity": there.incident.id, "uuid": there.incident.uuid},
        "api-download": {"datastream_id": there.stream.id, "suffix": "csv"},
        "api-aggregates-of-one": {"datastream_id": there.stream.id},
        "api-dcat-file": {"suffix": "ttl"},
        "language": {"code": "vi"},
        "message-wish": {"topic": "incident.environment"},
        "message-contact": {"channel": "sms"},
        "message-gateway": {"channel": "sms"},
        "upload-table": {"token": "t"},
        "invitation": {"token": "t"},
        "sensorthings-series": {"path": f"Datastreams({there.stream.id})/Observations"},
        "sensorthings-collection": {"path": "Things"},
        "sensorthings-entity": {"path": f"Things({there.thing.id})"},
        "sensorthings-resource": {"path": f"Things({there.thing.id})/name"},
    }
    return others.get(route, {"who": "w", "token": "t"} if route == "forgotten-choose" else {})


def line_of(route: str, method: str) -> access_table.Entry | None:
    """The line of the table that tells of the method."""
    return next((line for line in TABLE[route] if method in line.methods), None)


def expected(route: str, method: str, person: str, own: bool) -> str:
    """What the table says."""
    line = line_of(route, method)
    if line is None:
        return "405"
    if "public" in line.who:
        return "in"
    if BEARER in line.who:
        return "in" if person == BEARER else "401"
    if "machine" in line.who:
        return "401"
    if person in STRANGERS:
        return "sign in"
    if "account" in line.who:
        return "in"
    if person == "unproven":
        return "second proof"
    let_in = {person, "entered"} | ({f"{person}:own", "entered:own"} if own else set())
    return "in" if let_in & line.who else "403"


def answered(client: Client, method: str, address: str, route: str) -> str:
    """What came back, in the words of `expected`. Whatever it changed is undone, here and in the browser."""
    kept = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        answer = client.generic(method, address)
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(kept)
    if answer.status_code in (401, 403, 405):
        # a wrong proof is refused with 403, too: by a page that let one in
        line = line_of(route, method)
        proofs = line and line.who & {"public", "account"} and answer.status_code != 405
        return "in" if proofs else str(answer.status_code)
    if answer.status_code == 302 and answer.url.startswith("/desk/sign-in/?next="):
        return "sign in"
    if answer.status_code == 302 and answer.url == "/desk/account/" and "account" not in TABLE[route][0].who:
        return "second proof"
    return "in" if answer.status_code < 500 else f"broken: {answer.status_code}"


@pytest.mark.slow
@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_comes_in_where_the_table_says_and_nowhere_else(
    person: str, world: SimpleNamespace, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    monkeypatch.setattr(health, "STARTED", time.monotonic())  # the tests may run for longer than a watch may pause
    monkeypatch.setattr(navigation, "_waiting", lambda *_: 0)  # counted in the frame of every page; open to nobody else
    monkeypatch.setattr(access, "_grants", read_once())
    headers = {"authorization": f"Bearer {world.secret}"} if person == BEARER else {}
    client = Client(raise_request_exception=False, headers=headers)
    if (someone := world.people[person]) is not None:
        client.force_login(someone)
        session = client.session
        session["confirmed"] = time.time()  # proved a moment ago: what only they may do is done, not asked again
        session.save()
        presences.begin(someone, session.session_key, address=None, browser="")  # each request would, and be undone
    wrong = []
    for route, pattern in every_route().items():
        if all("public" in line.who for line in TABLE[route]) and person not in WALKERS:
            continue
        for there in (world.near, world.far):
            needs = arguments(route, there, world, person)
            for method in access_table.METHODS:
                wanted = expected(route, method, person, there is world.near)
                if method == "HEAD" and wanted != "405" and not asks_head(route, person, wanted):
                    continue
                if wanted == "405":
                    got = without_method(pattern, method, needs, someone)
                else:
                    got = answered(client, method, address_of(pattern, needs), route)
                if got != wanted:
                    wrong.append(
                        f"{method} {route} of {'own' if there is world.near else 'foreign'}: {got}, not {wanted}"
                    )
            if there is world.near and not takes_a_thing(route):
                break
    assert not wrong, "\n".join(wrong)


def asks_head(route: str, person: str, wanted: str) -> bool:
    """HEAD is GET without its body: refused it is to all who walk everything; a page is made for few of them."""
    if wanted != "in":
        return person in WALKERS
    return person in (("anonymous",) if "public" in TABLE[route][0].who else ("administrator", "enterprise", BEARER))


def read_once() -> Callable[..., Any]:
    """`access._grants` that keeps what it read of now: every request is undone, so that the next finds the same."""
    read, kept = access._grants, {}

    def grants(people: Collection[Person], at: datetime) -> Any:
        if abs(timezone.now() - at) > timedelta(seconds=1):
            return read(people, at)
        asked = tuple(one.pk for one in people)
        if asked not in kept:
            kept[asked] = read(people, at)
        return kept[asked]

    return grants


def without_method(pattern: URLPattern, method: str, there: dict[str, Any], person: Person | None) -> str:
    """What a method gets that the table does not list: it is refused before anything is asked of session or table."""
    request = RequestFactory().generic(method, "/")
    request.user = person or AnonymousUser()
    return str(pattern.callback(request, **there).status_code)


def takes_a_thing(route: str) -> bool:
    """Whether the table tells own from foreign there, or the address names a thing that could be foreign."""
    return route in {
        *("delivery-receipt", "delivery-original", "delivery-replay", "judging-stream", "judgement", "desk-station"),
        *("key-revoke", "person", "office", "office-change", "task-new", "task-end", "lend-for", "person-recover"),
        *("delegation-end", "access-key-revoke", "duty-incident", "duty-act", "duty-series", "duty-attachment"),
        *("desk-warning", "warning-script", "warning-write", "warning-update", "warning-cancel"),
        *("warning-from-incident", "alarm-rule-change", "alarm-rule-preview", "alarm-rule-switch"),
        *("land-site", "land-site-act"),
    }


def address_of(pattern: URLPattern, needs: dict[str, Any]) -> str:
    address = ADDRESSES[pattern]
    for name, value in needs.items():
        address = re.sub(rf"<\w+:{name}>", lambda _, told=str(value): told, address)
    address = re.sub(r"\^|/\?\$$|\$$", "", address)  # of those written as patterns
    assert "<" not in address, f"say in arguments() what {address} needs"
    return f"/{address}"


def test_the_thing_of_the_test_is_there(world: SimpleNamespace) -> None:
    """A matrix over things that do not exist would say 404 to everybody, and nothing."""
    client = Client()
    client.force_login(world.people["operator"])
    assert client.get(f"/desk/deliveries/{world.far.delivery.uuid}/").status_code == 200
    assert Delivery.objects.count() == 2


def test_a_refusal_says_why_and_whom_to_ask(world: SimpleNamespace) -> None:
    client = Client()
    client.force_login(world.people["enterprise"])
    refused = client.get(f"/desk/deliveries/{world.far.delivery.uuid}/").content.decode()
    assert "chỉ được xem gói dữ liệu trong phạm vi của mình (Cơ quan near-enterprise)" in refused
    client.force_login(world.people["nobody"])
    assert "Hãy đề nghị quản trị viên giao nhiệm vụ" in client.get("/desk/").content.decode()
