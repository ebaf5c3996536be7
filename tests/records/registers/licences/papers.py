"""A facility with its outfall, its station and its papers: what the tests of licences stand on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from nonnuoc.records.accounts import offices, services
from nonnuoc.records.accounts.models import Office, Person, Role
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.registers.facilities import sources
from nonnuoc.records.registers.facilities.declared import FACILITIES, OUTFALLS
from nonnuoc.records.registers.facilities.models import Facility, Outfall
from nonnuoc.records.registers.licences import writing
from nonnuoc.records.registers.licences.declared import DOSSIERS
from nonnuoc.records.registers.licences.models import Condition, Dossier, Limit
from nonnuoc.records.registers.licences.writing import Asked, Bound
from nonnuoc.records.registers.pattern import keeping
from tests import factories

NUMBERS = count(1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def office(code: str = "dn-thu", **facts: Any) -> Office:
    """The enterprise's own office."""
    known = offices.by_code(code)
    return known or services.register_office(code, name=f"Doanh nghiệp {code}", kind="enterprise", by=None, **facts)


def person(role: str, where: Office | None = None, email: str = "") -> Person:
    """Somebody with one task."""
    where = where or offices.by_code("so-thu")
    where = where or services.register_office("so-thu", name="Sở", kind="department", by=None)
    made = services.register_person(email or f"{role}{next(NUMBERS)}@example.vn", name=role, password=None, by=None)
    services.appoint(made, where, Role(role), by=None)
    return made


def facility(**values: Any) -> Facility:
    number = next(NUMBERS)
    facts = {"code": f"CS{number}", "name": f"Cơ sở {number}", "source": "test", "office": office(), **values}
    return keeping.create(FACILITIES, facts, by=None)


def outfall(owner: Facility) -> Outfall:
    facts = {"code": f"X{next(NUMBERS)}", "name": "Cửa xả số 1", "facility": owner, "source": "test"}
    return keeping.create(OUTFALLS, facts, by=None)


def paper(owner: Facility, **values: Any) -> Dossier:
    """A licence in force since 2025, followed from its first day."""
    number = next(NUMBERS)
    facts = {
        "code": f"GP{number}",
        "name": f"Giấy phép {number}",
        "facility": owner,
        "kind": "licence",
        "number": f"{number}/GPMT-UBND",
        "issued": date(2025, 1, 2),
        "valid_from": date(2025, 1, 10),
        "source": "test",
        **values,
    }
    return keeping.create(DOSSIERS, facts, by=None)


def limit(dossier: Dossier, source: Outfall, code: str = "COD", **facts: Any) -> Limit:
    known = {"upper": 50.0, "unit": "mg/L", **facts}
    return writing.limit(dossier.code, Bound(source=source.code, observed_property=code, **known), by=None)


def condition(dossier: Dossier, at: datetime = LONG_AGO, **facts: Any) -> Condition:
    known = {"kind": "monitoring", "text": "Quan trắc nước thải định kỳ", **facts}
    return writing.condition(dossier.code, Asked(**known), by=None, at=at)


def station(owner: Facility, code: str = "NT01", interval_s: int | None = 300) -> Thing:
    """A station of wastewater that sends COD and pH."""
    thing = factories.station(code, ["COD", "pH"], kind=Thing.Kind.WASTEWATER, interval_s=interval_s)
    Thing.objects.filter(pk=thing.pk).update(facility=owner.code)
    thing.refresh_from_db()
    return thing


def link(source: Outfall, thing: Thing, code: str = "COD", since: datetime = LONG_AGO) -> Datastream:
    stream = factories.stream(thing, code)
    sources.link(source, stream, since=since, by=None)
    return stream
