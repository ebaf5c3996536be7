"""The eight entity sets of SensorThings 1.1 (OGC 18-088), each property and navigation declared once.

Whatever is not declared here cannot be selected, filtered, ordered or expanded. How to read it: declaring.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nonnuoc.records.monitoring import observation_ids
from nonnuoc.records.monitoring.sensorthings import words
from nonnuoc.records.monitoring.sensorthings.declaring import EntitySet as EntitySet
from nonnuoc.records.monitoring.sensorthings.declaring import Kind as Kind
from nonnuoc.records.monitoring.sensorthings.declaring import Navigation as Navigation
from nonnuoc.records.monitoring.sensorthings.declaring import Property as Property
from nonnuoc.records.monitoring.sensorthings.declaring import (
    document,
    loaded,
    members,
    moment,
    number,
    placed,
    point,
    span,
    text,
    truth,
    windowed,
)

ID = number("{t}.id")
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
#: Where a thing stands now; {thing} is its id.
OPEN = "h.thing_id = {thing} AND h.until IS NULL"
HERE = f"(SELECT h.{{what}} FROM monitoring_location h WHERE {OPEN})"  # noqa: S608 - our own names

_OF_THING = {
    "code": text("{t}.code"),
    "uuid": text("{t}.uuid::text"),
    "kind": text("{t}.kind"),
    "state": text("{t}.state"),
    "commune": text("(SELECT w.name FROM places_commune w WHERE w.id = {t}.commune_id)", nullable=True),
    "commune_code": text("(SELECT w.code FROM places_commune w WHERE w.id = {t}.commune_id)", nullable=True),
    "river": text("(SELECT w.name FROM places_river w WHERE w.id = {t}.river_id)", nullable=True),
    "facility": text("nullif({t}.facility, '')", nullable=True),
    "data_class": text("{t}.data_class"),
    "simulated": truth("{t}.simulated"),
    "source": text("nullif({t}.source, '')", nullable=True),
}
THINGS = EntitySet(
    "Things",
    "Thing",
    "monitoring_thing",
    "{t}.id IN {readable}",
    "{t}.id IN {readable}",
    {
        "@iot.id": ID,
        "name": text("{t}.name"),
        "description": text("{t}.description"),
        "properties": document(members(_OF_THING, "{t}.properties"), _OF_THING),
    },
    {
        "Locations": Navigation("Locations", True, "{c}.thing_id = {p}.id AND {c}.until IS NULL"),
        "HistoricalLocations": Navigation("HistoricalLocations", True, "{c}.thing_id = {p}.id"),
        "Datastreams": Navigation("Datastreams", True, "{c}.thing_id = {p}.id"),
    },
)

_OF_LOCATION = {"source": text("nullif({t}.source, '')", nullable=True)}
_THING_OF = "(SELECT w.{what} FROM monitoring_thing w WHERE w.id = {{t}}.thing_id)"
LOCATIONS = EntitySet(
    "Locations",
    "Location",
    "monitoring_location",
    "{t}.thing_id IN {readable}",
    "({t}.thing_id IN {readable} OR {t}.thing_id IS NULL)",
    {
        "@iot.id": ID,
        "name": text(f"coalesce(nullif({{t}}.name, ''), {_THING_OF.format(what='name')}, '')"),
        "description": text(f"coalesce(nullif({{t}}.description, ''), {_THING_OF.format(what='description')}, '')"),
        "encodingType": text("{t}.encoding"),
        "location": Property(Kind.SHAPE, "{t}.id", columns=("{t}.lon", "{t}.lat"), make=point),
        "properties": document(members(_OF_LOCATION, "{t}.properties"), _OF_LOCATION),
    },
    {
        "Things": Navigation("Things", True, "{c}.id = {p}.thing_id AND {p}.until IS NULL"),
        "HistoricalLocations": Navigation("HistoricalLocations", True, "{c}.id = {p}.id"),
    },
)
HISTORICAL_LOCATIONS = EntitySet(
    "HistoricalLocations",
    "HistoricalLocation",
    "monitoring_location",
    "{t}.thing_id IN {readable}",
    "{t}.thing_id IN {readable}",
    {"@iot.id": ID, "time": Property(Kind.TIME, "{t}.since", "timestamptz", make=moment)},
    {
        "Thing": Navigation("Things", False, "{c}.id = {p}.thing_id", key="{p}.thing_id"),
        "Locations": Navigation("Locations", True, "{c}.id = {p}.id"),
    },
)

_PROPERTY_OF = "(SELECT w.{what} FROM monitoring_observedproperty w WHERE w.id = {{t}}.observed_property_id)"
_SENSOR_OF = "(SELECT w.{what} FROM monitoring_sensor w WHERE w.id = {{t}}.sensor_id)"
_THING_NAME, _PROPERTY_NAME = _THING_OF.format(what="name"), _PROPERTY_OF.format(what="name_en")
_UNIT = _PROPERTY_OF.format(what="unit")
_UNIT_PARTS = {
    "name": text(f"coalesce({{t}}.unit ->> 'name', {words.cases(_UNIT, words.UNIT_NAMES)}, {_UNIT})", nullable=True),
    "symbol": text(f"coalesce({{t}}.unit ->> 'symbol', {_UNIT})", nullable=True),
    "definition": text(
        f"coalesce({{t}}.unit ->> 'definition', {words.cases(_UNIT, words.UNIT_DEFINITIONS)})", nullable=True
    ),
}
_FORMULA = (
    "(SELECT w.metadata || jsonb_build_object('name', w.name, 'inputs', coalesce((SELECT jsonb_agg(i.to_datastream_id"
    " ORDER BY i.to_datastream_id) FROM monitoring_datastream_inputs i WHERE i.from_datastream_id = {t}.id AND"
    " i.to_datastream_id IN (SELECT v.id FROM monitoring_datastream v WHERE v.thing_id IN {readable})), '[]'))"
    " FROM monitoring_sensor w WHERE w.id = {t}.sensor_id AND w.kind = 'formula')"
)
_OF_STREAM = {
    "procedure": text("{t}.procedure"),
    "interval_s": number("{t}.interval_s", nullable=True),
    "symbol": text("nullif({t}.symbol, '')", nullable=True),
    "active": truth("{t}.active"),
    "formula": document(_FORMULA, {}),
}
WINDOW = f"make_interval(secs => {words.cases('{t}.procedure', words.WINDOWS_S, fallback='0')})"
_FIRST = "{t}.first_time"
#: What several properties are shown from is looked up once for a row, while a filter looks up what it compares.
_OBSERVED = "(SELECT ARRAY[w.name_en, w.unit] FROM monitoring_observedproperty w WHERE w.id = {t}.observed_property_id)"
_PLACE = f"(SELECT ARRAY[h.lon, h.lat] FROM monitoring_location h WHERE {OPEN.format(thing='{t}.thing_id')})"  # noqa: S608


def stream_name(name: str, observed: Sequence[str], procedure: str, thing: str) -> str:
    """Its own, else what it measures, how, and where."""
    return name or f"{observed[0]}{words.PROCEDURES[procedure]} – {thing}"


def stream_description(description: str, observed: Sequence[str], thing: str, sensor: str) -> str:
    """Its own, else what is measured, where and by what."""
    return description or f"{observed[0]} at {thing} by {sensor}"


def unit(given: str | None, observed: Sequence[str]) -> dict[str, Any]:
    """As its writer put it; what nobody wrote, from the property's."""
    symbol = observed[1]
    ours = words.UNIT_NAMES.get(symbol, symbol), symbol, words.UNIT_DEFINITIONS.get(symbol)
    told = loaded(given) or {}
    return {name: one if told.get(name) is None else told[name] for name, one in zip(_UNIT_PARTS, ours, strict=True)}


DATASTREAMS = EntitySet(
    "Datastreams",
    "Datastream",
    "monitoring_datastream",
    "{t}.thing_id IN {readable}",
    "{t}.thing_id IN {readable}",
    {
        "@iot.id": ID,
        "name": Property(
            Kind.STRING,
            f"coalesce(nullif({{t}}.name, ''), {_PROPERTY_NAME} || {words.cases('{t}.procedure', words.PROCEDURES)}"
            f" || ' – ' || {_THING_NAME})",
            "text",
            columns=("{t}.name", _OBSERVED, "{t}.procedure", _THING_NAME),
            make=stream_name,
        ),
        "description": Property(
            Kind.STRING,
            f"coalesce(nullif({{t}}.description, ''), {_PROPERTY_NAME} || ' at ' || {_THING_NAME} || ' by '"
            f" || {_SENSOR_OF.format(what='name')})",
            "text",
            columns=("{t}.description", _OBSERVED, _THING_NAME, _SENSOR_OF.format(what="name")),
            make=stream_description,
        ),
        "unitOfMeasurement": Property(
            Kind.JSON,
            "jsonb_build_object(" + ", ".join(f"'{name}', {one.sql}" for name, one in _UNIT_PARTS.items()) + ")",
            "jsonb",
            nullable=True,
            columns=("{t}.unit", _OBSERVED),
            make=unit,
            within=_UNIT_PARTS,
        ),
        "observationType": text(f"coalesce(nullif({{t}}.observation_type, ''), '{MEASUREMENT}')"),
        "observedArea": Property(
            Kind.SHAPE,
            f"(SELECT {{t}}.id FROM monitoring_location h WHERE {OPEN.format(thing='{t}.thing_id')})",  # noqa: S608 - our own names
            nullable=True,
            columns=(_PLACE,),
            make=placed,
        ),
        "phenomenonTime": Property(
            Kind.SPAN,
            "{t}.latest_time",
            "timestamptz",
            start=f"({_FIRST} - {WINDOW})",
            nullable=True,
            columns=(_FIRST, "{t}.latest_time", "{t}.procedure"),
            make=windowed,
        ),
        "resultTime": Property(
            Kind.SPAN,
            "{t}.latest_time",
            "timestamptz",
            start=_FIRST,
            nullable=True,
            columns=(_FIRST, "{t}.latest_time"),
            make=span,
        ),
        "properties": document(members(_OF_STREAM, "{t}.properties"), _OF_STREAM),
    },
    {
        "Thing": Navigation("Things", False, "{c}.id = {p}.thing_id", key="{p}.thing_id"),
        "Sensor": Navigation("Sensors", False, "{c}.id = {p}.sensor_id", key="{p}.sensor_id"),
        "ObservedProperty": Navigation(
            "ObservedProperties", False, "{c}.id = {p}.observed_property_id", key="{p}.observed_property_id"
        ),
        "Observations": Navigation("Observations", True, "{c}.datastream_id = {p}.id", streams="{c}.id = {p}.id"),
    },
)

_USED = "EXISTS (SELECT FROM monitoring_datastream u WHERE u.{column} = {{t}}.id{readable})"
_READABLE = " AND u.thing_id IN {readable}"
_OF_SENSOR = {
    "kind": text("{t}.kind"),
    "range_min": number("{t}.range_min", "float8", nullable=True),
    "range_max": number("{t}.range_max", "float8", nullable=True),
}
_SENSOR_SEEN = _USED.format(column="sensor_id", readable=_READABLE)
SENSORS = EntitySet(
    "Sensors",
    "Sensor",
    "monitoring_sensor",
    _SENSOR_SEEN,
    f"({_SENSOR_SEEN} OR NOT {_USED.format(column='sensor_id', readable='')})",
    {
        "@iot.id": ID,
        "name": text("{t}.name"),
        "description": text("{t}.description"),
        "encodingType": text("coalesce(nullif({t}.encoding, ''), 'application/json')"),
        "metadata": document("CASE WHEN {t}.encoding = '' THEN {t}.metadata ELSE {t}.metadata -> 'given' END", {}),
        "properties": document(members(_OF_SENSOR, "{t}.properties"), _OF_SENSOR),
    },
    {"Datastreams": Navigation("Datastreams", True, "{c}.sensor_id = {p}.id")},
)

_OF_PROPERTY = {
    "code": text("{t}.code"),
    "name_vi": text("{t}.name_vi"),
    "unit": text("{t}.unit"),
    "decimals": number("{t}.decimals"),
}
_PROPERTY_SEEN = (
    f"({_USED.format(column='observed_property_id', readable=_READABLE)}"
    f" OR NOT {_USED.format(column='observed_property_id', readable='')})"
)
OBSERVED_PROPERTIES = EntitySet(
    "ObservedProperties",
    "ObservedProperty",
    "monitoring_observedproperty",
    _PROPERTY_SEEN,
    _PROPERTY_SEEN,
    {
        "@iot.id": ID,
        "name": text("{t}.name_en"),
        # What nobody has given a definition is defined by this entry and nothing else: the address says so.
        "definition": text(
            "coalesce(nullif({t}.definition, ''), '/api/sensorthings/v1.1/ObservedProperties(' || {t}.id || ')')"
        ),
        "description": text("coalesce(nullif({t}.description, ''), {t}.name_vi)"),
        "properties": document(members(_OF_PROPERTY, "{t}.properties"), _OF_PROPERTY),
    },
    {"Datastreams": Navigation("Datastreams", True, "{c}.observed_property_id = {p}.id")},
)

#: The feature of an observation: its own, where one was told, else its thing's.
_FEATURE_OF = (
    "coalesce((SELECT w.feature_id FROM monitoring_observationfeature w WHERE w.datastream_id = {row}.datastream_id"
    " AND w.time = {row}.time), (SELECT v.id FROM monitoring_featureofinterest v JOIN monitoring_datastream w"
    " ON w.thing_id = v.thing_id WHERE w.id = {row}.datastream_id))"
)
_FEATURE_USED = (
    "EXISTS (SELECT FROM monitoring_observationfeature u JOIN monitoring_datastream w ON w.id = u.datastream_id"
    " WHERE u.feature_id = {t}.id AND w.thing_id IN {readable})"
)
_FEATURE_SEEN = f"({{t}}.thing_id IN {{readable}} OR {{t}}.thing_id IS NULL AND {_FEATURE_USED})"
_NOWHERE: Mapping[str, Any] = {"type": "Feature", "geometry": None, "properties": {}}


def feature(given: str | None, lon: float | None, lat: float | None) -> Any:
    """What was described, else the thing's place; where that is unknown, a GeoJSON feature without geometry."""
    return loaded(given) or point(lon, lat) or dict(_NOWHERE)


FEATURES = EntitySet(
    "FeaturesOfInterest",
    "FeatureOfInterest",
    "monitoring_featureofinterest",
    _FEATURE_SEEN,
    f"({_FEATURE_SEEN} OR {{t}}.thing_id IS NULL AND NOT EXISTS"
    " (SELECT FROM monitoring_observationfeature u WHERE u.feature_id = {t}.id))",
    {
        "@iot.id": ID,
        "name": text("{t}.name"),
        "description": text("{t}.description"),
        "encodingType": text("{t}.encoding"),
        "feature": Property(
            Kind.SHAPE,
            "CASE WHEN {t}.feature IS NOT NULL THEN {t}.id ELSE (SELECT {t}.id FROM monitoring_location h"  # noqa: S608
            f" WHERE {OPEN.format(thing='{t}.thing_id')}) END",
            nullable=True,
            columns=(
                "{t}.feature",
                HERE.format(what="lon", thing="{t}.thing_id"),
                HERE.format(what="lat", thing="{t}.thing_id"),
            ),
            make=feature,
        ),
        "properties": document("{t}.properties", {}),
    },
    {
        "Observations": Navigation(
            "Observations",
            True,
            f"{_FEATURE_OF.format(row='{c}')} = {{p}}.id",
            streams=(
                "({c}.thing_id = {p}.thing_id OR EXISTS (SELECT FROM monitoring_observationfeature u"
                " WHERE u.datastream_id = {c}.id AND u.feature_id = {p}.id))"
            ),
        )
    },
)

_PROCEDURE = "(SELECT w.procedure FROM monitoring_datastream w WHERE w.id = {t}.datastream_id)"
_QUALITY = {
    "flag": text(words.cases("({t}.quality & 15)", words.FLAGS, fallback="'missing'")),
    "standing": text("CASE WHEN {t}.quality < 0 THEN 'validated' ELSE 'provisional' END"),
    "late": truth("({t}.quality & 16384 <> 0)"),
}
_PARAMETERS = {
    "status": number(f"CASE WHEN {_PROCEDURE} IN ({words.listed(words.RAW)}) THEN {{t}}.status END", nullable=True),
    "completeness": number(
        f"CASE WHEN {_PROCEDURE} IN ({words.listed(words.MEANS)}) THEN {{t}}.status END", nullable=True
    ),
    "leading": text(
        f"CASE WHEN {_PROCEDURE} IN ({words.listed(words.INDICES)}) THEN"  # noqa: S608
        " (SELECT w.code FROM monitoring_observedproperty w WHERE w.id = {t}.status) END",
        nullable=True,
    ),
}
#: How an observation is shown, observing.py knows: it needs its datastream.
OBSERVATIONS = EntitySet(
    "Observations",
    "Observation",
    "observation",
    "{t}.datastream_id IN (SELECT u.id FROM monitoring_datastream u WHERE u.thing_id IN {readable})",
    "{t}.datastream_id IN (SELECT u.id FROM monitoring_datastream u WHERE u.thing_id IN {readable})",
    {
        "@iot.id": number(observation_ids.SQL),
        "phenomenonTime": Property(
            Kind.SPAN,
            "{t}.time",
            "timestamptz",
            start=f"({{t}}.time - (SELECT {WINDOW.format(t='w')} FROM monitoring_datastream w"  # noqa: S608
            " WHERE w.id = {t}.datastream_id))",
        ),
        "result": number("nullif({t}.value, 'NaN')", "float8", nullable=True),
        "resultTime": Property(
            Kind.TIME,
            "{t}.time",
            "timestamptz",
            exact="coalesce((SELECT w.result_time FROM monitoring_observationfeature w"
            " WHERE w.datastream_id = {t}.datastream_id AND w.time = {t}.time), {t}.time)",
        ),
        "resultQuality": Property(Kind.JSON, "", "jsonb", within=_QUALITY),
        "validTime": Property(Kind.SPAN, "NULL::timestamptz", "timestamptz", start="NULL::timestamptz", nullable=True),
        "parameters": Property(Kind.JSON, "", "jsonb", within=_PARAMETERS),
    },
    {
        "Datastream": Navigation("Datastreams", False, "{c}.id = {p}.datastream_id", key="{p}.datastream_id"),
        "FeatureOfInterest": Navigation(
            "FeaturesOfInterest",
            False,
            f"{{c}}.id = {_FEATURE_OF.format(row='{p}')}",
            key=_FEATURE_OF.format(row="{p}"),
        ),
    },
)

SETS: Mapping[str, EntitySet] = {
    one.name: one
    for one in (
        THINGS,
        LOCATIONS,
        HISTORICAL_LOCATIONS,
        DATASTREAMS,
        SENSORS,
        OBSERVED_PROPERTIES,
        OBSERVATIONS,
        FEATURES,
    )
}
