"""Facilities, people and manifests for the tests of this room."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.utils import timezone

from nonnuoc.records.accounts import offices, services
from nonnuoc.records.accounts.models import Office, Person, Role
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.waste import drafting, signing
from nonnuoc.records.registers.waste.drafting import Draft, Line
from nonnuoc.records.registers.waste.models import Handler, Manifest, Site


def commune(code: str = "01447", name: str = "Trà Lĩnh") -> Commune:
    facts = {"kind": "xa", "name": name, "name_ascii": name, "lon": 106.3, "lat": 22.8, "source": "test"}
    return Commune.objects.get_or_create(code=code, defaults=facts)[0]


def office(code: str, kind: str = Office.Kind.ENTERPRISE, **facts) -> Office:
    return offices.by_code(code) or services.register_office(code, name=code.title(), kind=kind, by=None, **facts)


def person(name: str, role: Role, where: Office) -> Person:
    one = services.register_person(
        f"{name.lower()}@example.vn", name=name, password="limestone and clear water", by=None
    )
    services.appoint(one, where, role, by=None)
    return one


def officer(name: str = "Hoa") -> Person:
    return person(name, Role.OFFICER, office("so-nnmt", Office.Kind.DEPARTMENT))


def facility(code: str, *, enterprise: str = "", **facts) -> Facility:
    where = {"office": office(enterprise)} if enterprise else {}
    return Facility.objects.create(
        code=code, name=f"Cơ sở {code}", words=f" cơ sở {code}", source="test", **where, **facts
    )


def part(of: Facility, role: str, **facts) -> Handler:
    return Handler.objects.create(
        code=f"{of.code}-{role}", name=of.name, facility=of, role=role, source="test", **facts
    )


def site(code: str = "kxl-1", **facts) -> Site:
    return Site.objects.create(code=code, name=f"Khu {code}", kind=Site.Kind.AREA, source="test", **facts)


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


class Three:
    """A generator, a transporter and a treater, each an enterprise with a person of its own."""

    def __init__(self) -> None:
        self.generator, self.transporter, self.treater = (
            facility(code, enterprise=f"dn-{code}") for code in ("phat-thai", "van-chuyen", "xu-ly")
        )
        self.an, self.binh, self.chi = (
            person(name, Role.ENTERPRISE, office(f"dn-{of.code}"))
            for name, of in (("An", self.generator), ("Binh", self.transporter), ("Chi", self.treater))
        )

    def draft(self, *kg: float, **facts) -> Draft:
        lines = [Line(f"17 02 0{i}", f"Dầu thải {i}", mass) for i, mass in enumerate(kg or (100.0,), start=1)]
        return Draft(self.generator, self.transporter, self.treater, lines, **facts)

    def sent(self, *kg: float, days: float = 3) -> Manifest:
        """Handed over so many days ago."""
        made = drafting.write(self.draft(*kg), token=uuid4(), by=self.an)
        return signing.sign(made.number, "handed-over", by=self.an, happened=ago(days))

    def received(self, *kg: float, came: dict[int, float] | None = None, days: float = 3) -> Manifest:
        made = self.sent(*kg, days=days)
        weighed = came or {item.line: item.handed_kg for item in made.items.all()}
        return signing.sign(made.number, "received", by=self.chi, kg=weighed, happened=ago(days - 0.5))

    def treated(self, *kg: float, burnt: dict[int, float] | None = None, days: float = 3) -> Manifest:
        made = self.received(*kg, days=days)
        weighed = burnt or {item.line: item.received_kg for item in made.items.all()}
        return signing.sign(made.number, "treated", by=self.chi, kg=weighed, certificate="CN-1", happened=ago(days - 1))
