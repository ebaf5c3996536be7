"""Facilities, people and manifests for the tests of this room."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from nonnuoc.records.accounts import offices, services
from nonnuoc.records.accounts.models import Office, Person, Role
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.waste import amounts, correcting, drafting, emptying, praising, signing
from nonnuoc.records.registers.waste.drafting import Draft, Line
from nonnuoc.records.registers.waste.models import Handler, Manifest, Producer, Site, Tank


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


class Things:
    """One of everything of this room, of one facility; for tests that walk every address."""

    def __init__(self, of: Facility) -> None:
        self.facility = of
        facts = {"commune": of.commune, "office": of.office}
        self.site = site(f"kxl-{of.code}", facility=of, **facts)
        given = amounts.Given(2025, 3, "received", "domestic", 1.0, "M")
        self.amount = amounts.report(self.site, given, token=uuid4(), by=None)
        self.tank = Tank.objects.create(code=f"be-{of.code}", name="Bể", source="test", **facts)
        emptied = emptying.Given(date(2025, 3, 1), 1.0, to_name="X")
        self.pick_up = emptying.report(self.tank, emptied, token=uuid4(), by=None)
        named = {"code": f"nsx-{of.code}", "name": "Nhà sản xuất", "source": "test"}
        self.producer = Producer.objects.create(facility=of, **named, **facts)
        self.praise = praising.propose(self.producer, year=2025, words="x", by=None)
        other = facility(f"xu-ly-{of.code}", enterprise=f"dn-xu-ly-{of.code}")
        made = drafting.write(Draft(of, other, other, [Line("1", "x", 9.0)]), token=uuid4(), by=None)
        self.photo = drafting.add_photo(made.number, name="a.png", body=b"\x89PNG\r\n\x1a\n", by=None)
        signing.sign(made.number, "handed-over", by=None)
        self.manifest = signing.sign(made.number, "received", by=None, kg={1: 9.0})
        wanted = [(1, "received_kg", 8.0)]
        self.correction = correcting.ask(made.number, wanted, reason="x", token=uuid4(), by=None)

    def arguments(self, route: str) -> dict[str, object]:
        """What the address of a route may ask for."""
        codes = {"waste-commune": self.facility.commune, "waste-site-amounts": self.site}
        codes |= {"waste-pick-ups": self.tank, "waste-producer-praise": self.producer}
        identities = {"waste-amount-correct": self.amount, "waste-pick-up-correct": self.pick_up}
        identities |= {"waste-praise-decide": self.praise, "waste-correction-answer": self.correction}
        return {
            "code": getattr(codes.get(route, self.facility), "code", ""),
            "identity": identities.get(route, self.photo).id,
            "number": self.manifest.number,
            "year": 2025,
            "month": 3,
        }


def picture() -> SimpleUploadedFile:
    """The smallest file that is one."""
    return SimpleUploadedFile("giấy.png", b"\x89PNG\r\n\x1a\n" + bytes(20), content_type="image/png")
