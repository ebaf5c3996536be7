"""Waste on the desk: every page opens with and without anything, a manifest goes its whole way by forms alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.registers.waste import correcting
from nonnuoc.records.registers.waste.models import Amount, CommuneReport, Manifest
from tests.records.registers.waste import scene

pytestmark = pytest.mark.django_db
PAGES = ("waste", "waste-communes", "waste-manifests", "waste-balance", "waste-producers")


def of(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def three() -> scene.Three:
    made = scene.Three()
    for side in ("generator", "transporter", "treater"):
        scene.part(getattr(made, side), side)
    return made


def post(client: Client, route: str, number: str, **told):
    return client.post(reverse(route, args=[number]), told)


def test_pages_say_why_they_are_empty_and_open_with_everything_in_them(three):
    hoa = of(scene.officer())
    for route in PAGES:
        answer = hoa.get(reverse(route))
        assert answer.status_code == 200 and "chưa" in answer.content.decode(), route
    plant = scene.facility("co-so", enterprise="dn-co-so", commune=scene.commune())
    things = scene.Things(plant)
    three.sent(50.0, days=20)
    for route in PAGES:
        assert hoa.get(reverse(route)).status_code == 200
    for route in ("waste-site-amounts", "waste-pick-ups", "waste-producer-praise", "waste-facility-amounts"):
        assert hoa.get(reverse(route, args=[things.arguments(route)["code"]])).status_code == 200, route
    assert (
        "không nhận được" in hoa.get(reverse("waste-balance")).content.decode()
        or three.generator.name in hoa.get(reverse("waste-balance")).content.decode()
    )
    slip = hoa.get(reverse("waste-manifest-slip", args=[things.manifest.number])).content.decode()
    assert 'src="data:image/svg+xml' in slip and things.manifest.number in slip


def test_a_manifest_goes_its_way_from_person_to_person(three):
    an, binh, chi = of(three.an), of(three.binh), of(three.chi)
    lines = {"line-1-code": "17 02 03", "line-1-kind": "Dầu thải", "line-1-kg": "120,5", "line-1-method": ""}
    sides = {side: getattr(three, side).code for side in ("generator", "transporter", "treater")}
    told = sides | lines | {"token": str(uuid4())}
    for _ in range(2):  # a weak network sends twice
        assert an.post(reverse("waste-manifest-new"), told).status_code == 302
    held = Manifest.objects.get()
    assert held.items.get().handed_kg == 120.5
    post(an, "waste-manifest-sign", held.number, kind="handed-over", version=1)
    assert binh.get(reverse("waste-manifest", args=[held.number])).context["forms"][0].step == "in-transit"
    post(binh, "waste-manifest-sign", held.number, kind="in-transit", version=2)
    refused = post(chi, "waste-manifest-sign", held.number, kind="received", version=3)
    assert refused.status_code == 422 and refused.context["forms"][0].errors == {"kg-1": ["Trường này là bắt buộc."]}
    post(chi, "waste-manifest-sign", held.number, **{"kind": "received", "version": 3, "kg-1": "120"})
    page = chi.get(reverse("waste-manifest", args=[held.number]))
    asked = {field.html_name: field.value() for field in page.context["correction"]}
    answer = {**asked, "token": uuid4(), "received_kg-1": "118,5", "reason": "cân lại"}
    post(chi, "waste-manifest-correct", held.number, **{k: v for k, v in answer.items() if v is not None})
    correction = held.corrections.get()
    assert correction.changes == [{"line": 1, "field": "received_kg", "old": 120.0, "new": 118.5}]
    assert "cân lại" in an.get(reverse("waste-manifests")).content.decode()  # it waits for the generator
    an.post(reverse("waste-correction-answer", args=[correction.id]), {"do": "accept"})
    assert held.items.get().received_kg == 118.5
    post(
        chi,
        "waste-manifest-sign",
        held.number,
        **{"kind": "treated", "version": 5, "kg-1": "118.5", "certificate": "C1"},
    )
    held.refresh_from_db()
    assert held.state == "treated" and held.steps.count() == 4


def test_a_number_with_slashes_has_pages_and_pictures_are_saved_not_run(three):
    an = of(three.an)
    told = {side: getattr(three, side).code for side in ("generator", "transporter", "treater")}
    told |= {"line-1-code": "1", "line-1-kind": "x", "line-1-kg": "5", "token": uuid4(), "paper": "on"}
    answer = an.post(reverse("waste-manifest-new"), told | {"number": "1/2026/6-7.VX"})
    assert answer.status_code == 302 and an.get(answer.url).status_code == 200
    png = scene.picture()
    assert an.post(reverse("waste-manifest-photo", args=["1/2026/6-7.VX"]), {"photo": png}).status_code == 302
    held = Manifest.objects.get()
    one = held.photos.get()
    file = an.get(reverse("waste-manifest-photo-file", args=[one.id, held.number]))
    assert file["Content-Disposition"].startswith("attachment") and file["X-Content-Type-Options"] == "nosniff"


def test_foreign_things_are_not_found_and_nothing_is_written(three):
    made = three.received(10.0)
    stranger = of(scene.person("La", Role.ENTERPRISE, scene.office("dn-la")))
    for route in ("waste-manifest", "waste-manifest-slip", "waste-manifest-change"):
        assert stranger.get(reverse(route, args=[made.number])).status_code == 404
    for route in ("waste-manifest-sign", "waste-manifest-correct", "waste-manifest-photo"):
        assert stranger.post(reverse(route, args=[made.number]), {"kind": "treated"}).status_code == 404
    asked = correcting.ask(made.number, [(1, "handed_kg", 9.0)], reason="x", token=uuid4(), by=three.an)
    assert stranger.post(reverse("waste-correction-answer", args=[asked.id]), {"do": "accept"}).status_code == 404
    amount = scene.Things(scene.facility("co-so", enterprise="dn-co-so", commune=scene.commune())).amount
    assert stranger.get(reverse("waste-amount-correct", args=[amount.id])).status_code == 404
    body = (
        stranger.get(reverse("waste-manifests")).content.decode()
        + stranger.get(reverse("waste-balance")).content.decode()
    )
    assert made.number not in body and three.generator.name not in body


def test_a_commune_officer_keeps_a_draft_sends_it_and_corrects_it():
    here, there = scene.commune(), scene.commune("01288", "Tân Giang")
    xa = of(scene.person("Xa", Role.COMMUNE_OFFICER, scene.office("ubnd-01447", Office.Kind.COMMUNE, commune=here)))
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    address = reverse("waste-commune", args=[here.code, last.year, last.month])
    assert xa.get(reverse("waste-commune", args=[there.code, last.year, last.month])).status_code == 403
    assert there.full_name not in xa.get(reverse("waste-communes")).content.decode()
    told = {"households": "1200", "served": "900", "rural_generated_t": "12,5", "basis": "E"}
    assert xa.post(address, told | {"do": "draft"}).status_code == 302
    assert xa.get(address).context["form"]["rural_generated_t"].value() == "12,5"
    assert xa.post(address, told | {"do": "send", "served": "1500"}).status_code == 422
    assert xa.post(address, told | {"do": "send"}).status_code == 302
    assert xa.post(address, told | {"do": "send", "served": "950"}).status_code == 422  # why?
    assert xa.post(address, told | {"do": "send", "served": "950", "reason": "đếm lại"}).status_code == 302
    assert list(CommuneReport.objects.order_by("id").values_list("served", "current")) == [(900, False), (950, True)]


def test_an_amount_is_told_and_corrected(three):
    an = of(three.an)
    year = timezone.localdate().year - 1
    told = {"year": year, "month": "3", "flow": "generated", "stream": "hazardous", "tonnes": "1,5", "basis": "M"}
    address = reverse("waste-facility-amounts", args=[three.generator.code])
    token = {"token": str(uuid4())}
    assert [an.post(address, told | token).status_code for _ in range(2)] == [302, 302]
    assert an.post(address, told | {"token": str(uuid4())}).status_code == 422
    row = Amount.objects.get()
    correct = reverse("waste-amount-correct", args=[row.id])
    assert an.post(correct, {"tonnes": "1,2", "token": str(uuid4())}).status_code == 422
    assert an.post(correct, {"tonnes": "1,2", "reason": "cân lại", "token": str(uuid4())}).status_code == 302
    assert "cân lại" in an.get(address).content.decode()
    assert of(three.chi).get(address).status_code == 404


def test_the_list_of_communes_costs_the_same_for_one_and_three(queries):
    hoa = of(scene.officer())
    scene.commune()
    address = reverse("waste-communes")
    hoa.get(address)
    one = queries(lambda: hoa.get(address))
    scene.commune("01288", "Tân Giang"), scene.commune("01273", "Thục Phán")
    assert queries(lambda: hoa.get(address)) == one
