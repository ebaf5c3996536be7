"""Which means and indices follow from a property: derived datastreams, whose sensor is a formula."""

from __future__ import annotations

from datetime import date

from nonnuoc import rules
from nonnuoc.records.monitoring.models import Datastream, ObservedProperty, Sensor, Thing

Procedure = Datastream.Procedure

#: Beside the hourly one, means of what the air carries: the periods QCVN 05:2023/BTNMT limits and QĐ 1459/QĐ-TCMT uses.
AIR_MEANS = {
    "PM2.5": (Procedure.NOWCAST, Procedure.MEAN_24H),
    "PM10": (Procedure.NOWCAST, Procedure.MEAN_24H),
    "TSP": (Procedure.MEAN_24H,),
    "SO2": (Procedure.MEAN_24H,),
    "NO2": (Procedure.MEAN_24H,),
    "CO": (Procedure.MEAN_8H,),
    "O3": (Procedure.MEAN_8H,),
}
AQI_PROPERTIES = frozenset({"PM2.5", "PM10", "SO2", "NO2", "CO", "O3"})
#: Group IV of QĐ 1460/QĐ-TCMT, without which there is no VN_WQI.
WQI_PROPERTIES = frozenset({"DO", "BOD5", "COD", "TOC", "N-NH4", "N-NO3", "N-NO2", "P-PO4"})

#: (name, metadata) of the formula behind each procedure; `rule` names the table in rules/data.
FORMULAS: dict[str, tuple[str, dict[str, object]]] = {
    Procedure.MEAN_1H: ("Hourly mean", {"rule": "averaging", "window_h": 1}),
    Procedure.MEAN_8H: ("Rolling 8-hour mean of hourly means", {"rule": "averaging", "window_h": 8}),
    Procedure.MEAN_24H: ("Rolling 24-hour mean of hourly means", {"rule": "averaging", "window_h": 24}),
    Procedure.NOWCAST: ("NowCast", {"rule": "vn_aqi", "window_h": 12}),
    Procedure.AQI_1H: ("VN_AQI of the hour", {"rule": "vn_aqi"}),
    Procedure.AQI_24H: ("VN_AQI of the day", {"rule": "vn_aqi"}),
    Procedure.WQI: ("VN_WQI", {"rule": "vn_wqi"}),
    Procedure.WQI_1H: ("VN_WQI, indicative", {"rule": "vn_wqi", "indicative": True}),
}
HOURLY = 3600


def register_derived(stream: Datastream) -> None:
    """Register what follows from a raw or sampled datastream, once. Of a thing of no special kind nothing does."""
    thing, code = stream.thing, stream.observed_property.code
    if thing.kind == Thing.Kind.OTHER:
        return
    if stream.procedure == Procedure.SAMPLE:
        if thing.kind == Thing.Kind.SURFACE_WATER:
            _derive(thing, "VN_WQI", Procedure.WQI, stream)
        return
    means = AIR_MEANS.get(code, ()) if thing.kind == Thing.Kind.AMBIENT_AIR else ()
    hourly = _derive(thing, code, Procedure.MEAN_1H, stream)
    for procedure in means:
        _derive(thing, code, procedure, hourly)
    if thing.kind == Thing.Kind.AMBIENT_AIR and code in AQI_PROPERTIES:
        for procedure in (Procedure.AQI_1H, Procedure.AQI_24H):
            _derive(thing, "VN_AQI", procedure, hourly)
    if thing.kind == Thing.Kind.SURFACE_WATER and code in WQI_PROPERTIES:
        _derive(thing, "VN_WQI", Procedure.WQI_1H, hourly)


def _derive(thing: Thing, property_code: str, procedure: str, source: Datastream) -> Datastream:
    name, metadata = FORMULAS[procedure]
    table = rules.load(str(metadata["rule"]), on=date.today())
    version = {"number": table.number, "article": table.article, "valid_from": table.valid_from.isoformat()}
    sensor, _ = Sensor.objects.get_or_create(
        kind=Sensor.Kind.FORMULA, name=name, metadata={**metadata, **version}, defaults={"description": table.title}
    )
    derived, _ = Datastream.objects.get_or_create(
        thing=thing,
        observed_property=ObservedProperty.objects.get(code=property_code),
        procedure=procedure,
        active=True,
        defaults={"sensor": sensor, "interval_s": _interval(procedure)},
    )
    derived.inputs.add(source)
    return derived


def _interval(procedure: str) -> int | None:
    if procedure == Procedure.WQI:
        return None
    return 24 * HOURLY if procedure == Procedure.AQI_24H else HOURLY
