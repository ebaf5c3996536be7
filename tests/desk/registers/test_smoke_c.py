import pytest
from django.test import Client
from nonnuoc.records.accounts.models import Role, Office
from nonnuoc.records.registers.every import REGISTERS
from nonnuoc.records.registers.facilities.declared import FACILITIES, ZONES
from nonnuoc.records.registers.pattern import keeping
from tests.records.accounts import staff
pytestmark = pytest.mark.django_db
def test_smoke():
    c = Client(); 
    p = staff.person("An"); staff.task(p, staff.office("so"), Role.ADMINISTRATOR)
    keeping.create(FACILITIES, dict(code="f-1", name="Xí nghiệp chì kẽm", source="test", data_class="public", lon=106.2, lat=22.6, position_source="map", state="operating"), by=p, reason="r")
    keeping.create(ZONES, dict(code="z-1", name="Cụm công nghiệp", source="test", data_class="public", kind="cluster"), by=p, reason="r")
    bad=[]
    def get(a):
        r=c.get(a)
        if r.status_code!=200: bad.append((a,r.status_code))
        return r
    for r in REGISTERS:
        get(f"/registers/{r.key}/"); get(f"/registers/{r.key}/places.geojson")
        get(f"/api/ogc/collections/{r.key}"); get(f"/api/ogc/collections/{r.key}/items")
    get("/registers/"); get("/registers/facilities/f-1/"); get("/registers/zones/z-1/")
    c.force_login(p)
    for r in REGISTERS:
        get(f"/desk/registers/{r.key}/?q=chi")
        if r.written: get(f"/desk/registers/{r.key}/new")
    get("/desk/registers/"); x=get("/desk/registers/facilities/f-1/"); get("/desk/registers/facilities/f-1/change"); get("/desk/registers/facilities/f-1/withdraw")
    print(x.content.decode()[3000:12000])
    assert not bad, bad
