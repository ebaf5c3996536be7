"""Names of what the law limits, in the reader's language; also of substances no station of this system can send yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from nonnuoc import rules
from nonnuoc.records.monitoring.models import Thing

#: What QCVN 05 and QCVN 08 limit beside the properties of rules/data/properties.toml, by the code used there.
UNREGISTERED = {
    "AsH3": _("Arsine (AsH3)"),
    "HCl": _("Hydrogen chloride (HCl)"),
    "HNO3": _("Nitric acid (HNO3)"),
    "H2SO4": _("Sulphuric acid (H2SO4)"),
    "SiO2 (respirable)": _("Dust with silica (SiO2)"),
    "Asbestos (serpentine)": _("Asbestos (serpentine)"),
    "HF": _("Hydrogen fluoride (HF)"),
    "HCN": _("Hydrogen cyanide (HCN)"),
    "Mn": _("Manganese (Mn)"),
    "Ni": _("Nickel (Ni)"),
    "NaOH": _("Sodium hydroxide (NaOH)"),
    "Acrolein": _("Acrolein"),
    "Acrylonitrile": _("Acrylonitrile"),
    "Aniline": _("Aniline"),
    "Benzene": _("Benzene"),
    "Benzidine": _("Benzidine"),
    "Chloroform": _("Chloroform"),
    "THC": _("Hydrocarbons (THC)"),
    "Formaldehyde": _("Formaldehyde"),
    "Naphthalene": _("Naphthalene"),
    "Phenol": _("Phenol"),
    "Tetrachloroethylene": _("Tetrachloroethylene"),
    "Vinyl chloride": _("Vinyl chloride"),
    "Acetaldehyde": _("Acetaldehyde"),
    "Propionic acid": _("Propionic acid"),
    "Methyl mercaptan": _("Methyl mercaptan"),
    "Styrene": _("Styrene"),
    "Toluene": _("Toluene"),
    "Xylene": _("Xylene"),
    "Cl-": _("Chloride (Cl⁻)"),
    "F-": _("Fluoride (F⁻)"),
    "CN-": _("Cyanide (CN⁻)"),
    "Cr": _("Chromium, total (Cr)"),
    "Fe": _("Iron (Fe)"),
    "Sb": _("Antimony (Sb)"),
    "Anionic surfactants": _("Anionic surfactants"),
    "Lindane": _("Lindane"),
    "Oil and grease": _("Oil and grease"),
    "PCBs": _("Polychlorinated biphenyls (PCBs)"),
    "1,4-Dioxane": _("1,4-Dioxane"),
    "Carbon tetrachloride": _("Carbon tetrachloride"),
    "1,2-Dichloroethane": _("1,2-Dichloroethane"),
    "Methylene chloride": _("Methylene chloride"),
    "DEHP": _("Di(2-ethylhexyl) phthalate (DEHP)"),
    "Hexachlorobenzene": _("Hexachlorobenzene"),
    "Heat-resistant coliform": _("Heat-resistant coliforms"),
    "Chlorophyll a": _("Chlorophyll a"),
}
#: The registered name is that of water.
IN_AIR = {"Cl2": _("Chlorine (Cl2)")}


def name(code: str, kind: str, on: date) -> str:
    """As people call it; the code itself for what neither the properties nor the lists above name."""
    if kind == Thing.Kind.AMBIENT_AIR and code in IN_AIR:
        return gettext(IN_AIR[code])
    field = "name_en" if get_language() == "en" else "name_vi"
    registered = _properties(on).get(code)
    return str(registered[field]) if registered else gettext(UNREGISTERED.get(code, code))


@lru_cache(maxsize=4)
def _properties(on: date) -> Mapping[str, Mapping[str, str]]:
    return {one["code"]: one for one in rules.load("properties", on=on).data["property"]}
