"""Invented nature: species nobody ever saw, found at places nobody went to, forest that nobody measured."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from nonnuoc.records.accounts import access
from nonnuoc.records.places import selectors as places
from nonnuoc.records.registers.nature import judging
from nonnuoc.records.registers.nature.areas import AREAS, CASES, PARTS, PRESSURES
from nonnuoc.records.registers.nature.forest import CHANGES, FORESTS, PLANS
from nonnuoc.records.registers.nature.genetic import AGREEMENTS
from nonnuoc.records.registers.nature.occurrences import OCCURRENCES
from nonnuoc.records.registers.nature.species import SPECIES, STATUSES
from nonnuoc.records.registers.pattern import keeping, reading
from nonnuoc.records.registers.pattern.register import Register

SOURCE = "Dữ liệu mô phỏng"
OCCURRENCES_MADE = 60
COMMUNE = "01447"  # Trà Lĩnh, where the demonstration's commune officer works
#: Code, scientific name, what it is called, how exactly its places are shown.
KINDS = (
    ("mp-chim-nui", "Simulavis montana", "Chim núi (mô phỏng)", "km-10"),
    ("mp-buom-sang", "Simulacera lucida", "Bướm sáng (mô phỏng)", "open"),
    ("mp-thu-gia-tuong", "Simulodon fictus", "Thú giả tưởng (mô phỏng)", "withheld"),
    ("mp-lan-trang", "Simulorchis alba", "Lan trắng (mô phỏng)", "km-1"),
    ("mp-ca-suoi", "Simulichthys rivalis", "Cá suối (mô phỏng)", ""),
)
#: What becomes of every sixth, and why.
VERDICTS = {
    0: ("reported", ""),
    1: ("validated", ""),
    2: ("validated", ""),
    3: ("doubtful", "Ảnh mờ, chưa đủ để định loài (mô phỏng)."),
    4: ("validated", ""),
    5: ("refused", "Nhầm với vật nuôi (mô phỏng)."),
}


def load() -> None:
    """Register what is not there yet."""
    _species()
    _areas()
    _occurrences()
    _forest()
    _put(
        AGREEMENTS,
        "mp-thoa-thuan-lan",
        name="Thỏa thuận tiếp cận Lan trắng (mô phỏng)",
        resource="Mẫu lá Lan trắng (mô phỏng)",
        species="mp-lan-trang",
        provider="Cộng đồng bản A (mô phỏng)",
        user="Viện B (mô phỏng)",
        purpose="research",
        state="asked",
        benefits="Chia sẻ kết quả nghiên cứu, đào tạo hai cán bộ (mô phỏng).",
        knowledge="Bài thuốc đắp của bản A (mô phỏng).",
    )


def _put(register: Register, code: str, **values: Any) -> Any:
    there = reading.one(register, code, access.SYSTEM)
    told = {"code": code, "source": SOURCE, "simulated": True, **values}
    return there or keeping.create(register, told, by=None, reason=SOURCE)


def _species() -> None:
    for code, scientific, name, sensitivity in KINDS:
        grounds = {"sensitivity": sensitivity, "sensitivity_grounds": SOURCE} if sensitivity else {}
        _put(SPECIES, code, scientific_name=scientific, local_name=name, data_class="public", **grounds)
    document = "Danh mục giả định số 0 (mô phỏng)"
    _put(STATUSES, "mp-danh-muc-1", species="mp-thu-gia-tuong", scheme="priority", category="I", document=document,
         data_class="public")  # fmt: skip


def _areas() -> None:
    _put(AREAS, "mp-khu-bao-ton", name="Khu bảo tồn mẫu (mô phỏng)", kind="habitat", state="established",
         area_ha=1250, commune=COMMUNE, board="Ban quản lý khu bảo tồn mẫu (mô phỏng)",
         values="Rừng trên núi đá vôi, nơi sống của Chim núi (mô phỏng).", threats="Chăn thả, lấy củi (mô phỏng).",
         data_class="public")  # fmt: skip
    for kind, words, ha in (("core", "Vùng lõi", 800), ("buffer", "Vùng đệm", 2100)):
        _put(PARTS, f"mp-khu-bao-ton-{kind}", name=f"{words} khu bảo tồn mẫu (mô phỏng)", area="mp-khu-bao-ton",
             kind=kind, area_ha=ha, data_class="public")  # fmt: skip
    _put(CASES, "mp-ranh-gioi", name="Mở rộng khu bảo tồn mẫu (mô phỏng)", area="mp-khu-bao-ton", state="submitted",
         before_ha=1250, after_ha=1400, land_use="Đất rừng 92 %, đất nông nghiệp 8 % (mô phỏng).",
         submitted=date(2026, 9, 1), data_class="public")  # fmt: skip
    _put(PRESSURES, "mp-ap-luc-1", name="Bẫy dây ở vùng lõi (mô phỏng)", area="mp-khu-bao-ton", kind="hunting",
         day=date(2026, 10, 12), state="handled", handled="Tháo 14 bẫy, tuần tra lại sau một tuần (mô phỏng).",
         commune=COMMUNE)  # fmt: skip


def _occurrences() -> None:
    chance = random.Random(2026)  # noqa: S311 - the same invented places on every machine
    communes = list(places.communes())
    if not communes:
        return
    made: dict[tuple[str, str], list[str]] = {}
    known = reading.readable(OCCURRENCES, access.SYSTEM, withdrawn=None).filter(code__startswith="mp-")
    there = set(known.values_list("code", flat=True))
    for number in range(OCCURRENCES_MADE):
        code, kind, near = f"mp-ghi-nhan-{number + 1:02}", KINDS[number % len(KINDS)][0], chance.choice(communes)
        lon, lat = (round(side + chance.uniform(-0.03, 0.03), 5) for side in (near.lon, near.lat))
        day, count = date(2026, 1, 5) + timedelta(days=chance.randrange(300)), chance.choice((None, 1, 2, 3, 7))
        if code in there:
            continue
        place = {"commune": near.code, "lon": lon, "lat": lat, "position_source": SOURCE}
        _put(OCCURRENCES, code, species=kind, day=day, count=count, **place, uncertainty_m=chance.choice((10, 30)),
             recorded_by="Kiểm lâm viên (mô phỏng)")  # fmt: skip
        made.setdefault(VERDICTS[number % len(VERDICTS)], []).append(code)
    for (state, reason), codes in made.items():
        if state != "reported":
            judging.judge(codes, state, reason=reason, by=None)


def _forest() -> None:
    known = {one.code: one for one in places.communes()}
    chosen = [COMMUNE, *(code for code in known if code != COMMUNE)][:3] if COMMUNE in known else []
    for place, code in enumerate(chosen):
        for function, origin, ha in (
            ("protection", "natural", 1840),
            ("special", "natural", 420),
            ("production", "planted", 960),
            ("production", "young", 75),
        ):
            _put(FORESTS, f"mp-rung-{code}-{function}-{origin}", commune=code, function=function, origin=origin,
                 area_ha=ha + 137 * place, year=2025, data_class="public")  # fmt: skip
    if chosen:
        _put(CHANGES, "mp-chuyen-doi-1", commune=COMMUNE, before="protection", after="production", area_ha=38.5,
             decision="QĐ 00/QĐ-UBND (mô phỏng)", decided=date(2026, 4, 20), data_class="public")  # fmt: skip
        _put(PLANS, "mp-phuong-an-1", name="Phương án quản lý rừng bền vững mẫu (mô phỏng)", commune=COMMUNE,
             owner_name="Hợp tác xã lâm nghiệp mẫu (mô phỏng)", state="approved", area_ha=310,
             products="Keo gỗ lớn, hồi, quế (mô phỏng)", processors="Xưởng gỗ mẫu (mô phỏng)",
             decision="QĐ 01/QĐ-UBND (mô phỏng)", since=date(2026, 1, 1), until=date(2035, 12, 31),
             data_class="public")  # fmt: skip
