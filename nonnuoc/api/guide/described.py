"""The OpenAPI document as something to read: groups of addresses, each with what it takes and gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

_METHODS = ("get", "post", "put", "patch", "delete")
#: The groups' names for people; what each is, the document says.
HEADINGS: Mapping[str, str] = {
    "downloads": _("Downloads and means"),
    "latest": _("Newest values, and news"),
    "incidents": _("Incidents"),
    "sensorthings": _("OGC SensorThings API"),
    "ogc": _("OGC API – Features and EDR"),
    "biodiversity": _("Species: Darwin Core"),
    "catalogue": _("Catalogue"),
    "writing": _("Writing"),
    "about": _("About the interface"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing an address takes."""

    name: str
    where: str
    required: bool
    kind: str
    words: str
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address. `answers`: status, words, media types."""

    anchor: str
    method: str
    path: str
    summary: str
    words: str
    parameters: tuple[Parameter, ...]
    takes: tuple[str, ...]
    answers: tuple[tuple[str, str, str], ...]
    needs_key: bool
    example: str  # an address that works, "" where it takes something only its caller knows


@dataclass(frozen=True, slots=True)
class Group:
    """Addresses that belong together."""

    anchor: str
    heading: str
    words: str
    operations: tuple[Operation, ...]


def groups(document: Mapping[str, Any], known: Mapping[str, str] = MappingProxyType({})) -> list[Group]:
    """In the order of the document. `known`: what can stand in the places of addresses (examples.py)."""
    found = []
    for tag in document["tags"]:
        mine = tuple(_operations(document, tag["name"], known))
        if mine:
            heading = gettext(HEADINGS.get(tag["name"], tag["name"]))
            found.append(Group(tag["name"], heading, tag["description"], mine))
    return found


def _operations(document: Mapping[str, Any], tag: str, known: Mapping[str, str]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method in _METHODS:
            operation = item.get(method)
            if operation is None or tag not in operation["tags"]:
                continue
            told = [_resolved(document, one) for one in [*item.get("parameters", []), *operation.get("parameters", [])]]
            yield Operation(
                anchor=f"{method}{path}".replace("/", "-").replace("{", "").replace("}", ""),
                method=method.upper(),
                path=path,
                summary=operation.get("summary", ""),
                words=operation.get("description", ""),
                parameters=tuple(map(_parameter, told)),
                takes=tuple(_resolved(document, operation.get("requestBody", {})).get("content", {})),
                answers=tuple(_answers(document, operation)),
                needs_key=operation.get("security", document["security"]) == [{"key": []}],
                example=_example(path, told, known) if method == "get" else "",
            )


def _answers(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for status, answer in sorted(operation["responses"].items()):
        told = _resolved(document, answer)
        yield status, told["description"], ", ".join(told.get("content", {}))


def _parameter(told: Mapping[str, Any]) -> Parameter:
    schema = told.get("schema", {})
    example = _value(told)
    required = bool(told.get("required", False))
    shown = "" if example is None else _text(example)
    return Parameter(told["name"], told["in"], required, _kind(schema), told.get("description", ""), shown)


def _kind(schema: Mapping[str, Any]) -> str:
    """A schema in one line: its type, and what narrows it."""
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "anyOf" in schema or "oneOf" in schema:
        return " | ".join(filter(None, map(_kind, schema.get("anyOf") or schema["oneOf"])))
    kind = schema.get("type", "")
    told = " | ".join(kind) if isinstance(kind, list) else kind
    if told == "array":
        return f"{_kind(schema.get('items', {}))}, …"
    bounds = [f"{sign} {schema[name]}" for name, sign in (("minimum", "≥"), ("maximum", "≤")) if name in schema]
    if "maxLength" in schema:
        bounds.append(f"≤ {schema['maxLength']} characters")
    return ", ".join(filter(None, [told, schema.get("format", ""), *bounds]))


def _value(told: Mapping[str, Any]) -> Any:
    """An example of the parameter, wherever its describer put one."""
    if "example" in told:
        return told["example"]
    for one in told.get("examples", {}).values():
        return one.get("value")
    schema = told.get("schema", {})
    return schema.get("example", next(iter([*schema.get("examples", []), *schema.get("enum", [])]), None))


def _example(path: str, parameters: list[Mapping[str, Any]], known: Mapping[str, str]) -> str:
    """The address with something in each of its places; "" where nobody knows what could stand there."""
    for place, value in known.items():
        path = path.replace(place, value)
    query = {}
    for told in parameters:
        value = _value(told)
        if told["in"] == "query" and told.get("required"):
            if value is None:
                return ""
            query[told["name"]] = _text(value)
        place = "{" + told["name"] + "}"
        if told["in"] == "path" and place in path:
            if value is None or told["schema"].get("type") == "integer":  # a number is of one installation
                return ""
            path = path.replace(place, quote(str(value)))
    return path + (f"?{urlencode(query, safe=',')}" if query else "")


def _text(value: Any) -> str:
    """As it stands in an address: of several, with commas between."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _resolved(document: Mapping[str, Any], told: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference stands for."""
    while "$ref" in told:
        found: Any = document
        for name in told["$ref"].removeprefix("#/").split("/"):
            found = found[name.replace("~1", "/").replace("~0", "~")]
        told = found
    return told
