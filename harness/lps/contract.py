"""The published contract of the test interface, read for whoever shows its acts and views to a person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from harness.domain.prompt import Field, Kind, is_of
from harness.house import own_home

CONTRACT: Final = Path("docs", "lps-testgraenseflade.openapi.yaml")
"""Where it lies in the house: `load_contract(house.home / CONTRACT)`."""

_ACTS, _VIEWS = "/handlinger/", "/visninger/"
_FORMATS: Final[Mapping[str, Kind]] = {"date": "dato", "date-time-local": "tidspunkt"}
_TYPES: Final[Mapping[str, Kind]] = {"integer": "tal", "boolean": "ja-nej", "object": "felter"}


@dataclass(frozen=True, slots=True)
class Operation:
    """An act or a view: `summary` is the instruction in Danish, `entered` what is given or asked for, `shown` what comes back."""

    name: str
    summary: str
    entered: tuple[Field, ...]
    shown: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Contract:
    """What the test interface has: its `version`, and its acts and views by name."""

    version: str
    acts: Mapping[str, Operation] = field(repr=False)
    views: Mapping[str, Operation] = field(repr=False)


def load_contract(path: Path) -> Contract:
    """The contract in the OpenAPI document at `path`.

    Acts and views under /handlinger and /visninger go by the last part of their path, the others by their operationId:
    `load_contract(house.home / CONTRACT).acts["del-plan"].summary`.
    """
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    reader = _Reader(document)
    acts: dict[str, Operation] = {}
    views: dict[str, Operation] = {}
    for address, methods in document["paths"].items():
        for method, found in methods.items():
            if address.startswith((_ACTS, _VIEWS)) or "operationId" in found:
                operation = reader.operation(found.get("operationId") or address.rpartition("/")[2], found)
                (views if method == "get" or address.startswith(_VIEWS) else acts)[operation.name] = operation
    return Contract(document["info"]["version"], acts, views)


@cache
def own_contract() -> Contract:
    """The contract that this harness speaks, read once."""
    return load_contract(own_home() / CONTRACT)


def mistakes(fields: tuple[Field, ...], said: object, where: str = "") -> Iterator[str]:
    """What in `said` does not follow `fields`, each as a Danish sentence. What `fields` do not speak of is let be."""
    if not isinstance(said, dict):
        yield f"{where or 'Indholdet'} skal være felter."
        return
    for each in fields:
        name = f"{where}/{each.name}" if where else each.name
        if each.name in said:
            yield from _mistakes_of(each, said[each.name], name)
        elif each.required:
            yield f"{name} mangler."


def _mistakes_of(one: Field, value: Any, name: str) -> Iterator[str]:
    if value is None and one.null:
        return
    if one.kind == "felter":
        yield from mistakes(one.fields, value, name)
    elif one.kind == "valg":
        if not is_of(one, value):
            yield f"{name} skal være en af: {', '.join(map(str, one.choices))}."
    elif not (isinstance(value, str) if one.kind == "fil" else is_of(one, value)):  # base64 is not read here
        yield f"{name} skal være {_EXPECTED[one.kind]}."
    elif one.least and (value if one.kind == "tal" else len(value)) < one.least:
        yield f"{name} skal {'være' if one.kind == 'tal' else 'have'} mindst {one.least}{' tegn' * (one.kind == 'tekst')}."
    elif one.pattern and not re.fullmatch(one.pattern, value):
        yield f"{name} skal passe med {one.pattern}."
    elif one.kind in ("liste", "rækker"):
        for number, each in enumerate(value, 1):
            where = f"{name}/{number}"
            yield from mistakes(one.fields, each, where) if one.kind == "rækker" else _mistakes_of(one.fields[0], each, where)


_EXPECTED: Final = {
    "liste": "en liste",
    "rækker": "en liste",
    "tekst": "en tekst",
    "fil": "en tekst (base64)",
    "tal": "et helt tal",
    "ja-nej": "true eller false",
    "dato": "en dato, skrevet ÅÅÅÅ-MM-DD",
    "tidspunkt": "dato og klokkeslæt, skrevet ÅÅÅÅ-MM-DDTTT:MM",
}


class _Reader:
    """Reads operations of one OpenAPI document, with its references resolved."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def operation(self, name: str, found: Mapping[str, Any]) -> Operation:
        asked = [self._resolved(each) for each in found.get("parameters", ())]
        own = tuple(self._field(each["name"], each["schema"], True) for each in asked if each["in"] == "path")
        good = next(answer for status, answer in found["responses"].items() if status.startswith("2"))
        return Operation(name, found["summary"], own + self._content(found.get("requestBody", {})), self._content(good))

    def _content(self, body: Mapping[str, Any]) -> tuple[Field, ...]:
        content = self._resolved(body).get("content")
        return tuple(self._fields(content["application/json"]["schema"])) if content else ()

    def _fields(self, schema: Mapping[str, Any]) -> Iterator[Field]:
        whole = self._resolved(schema)
        for name, each in whole.get("properties", {}).items():
            yield self._field(name, each, name in whole.get("required", ()))

    def _field(self, name: str, schema: Mapping[str, Any], required: bool) -> Field:
        whole = self._resolved(schema)
        kind, fields = self._kind(whole)
        return Field(
            name=name,
            title=whole.get("title", ""),
            kind=kind,
            required=required and "null" not in whole.get("type", ()),
            null="null" in whole.get("type", ()),
            least=next((whole[limit] for limit in ("minLength", "minItems", "minimum") if limit in whole), 0),
            pattern=whole.get("pattern", ""),
            key=whole.get("x-nøgle", False),
            choices=tuple(whole.get("enum", ())),
            fields=fields,
            hint=whole.get("description", ""),
        )

    def _kind(self, whole: Mapping[str, Any]) -> tuple[Kind, tuple[Field, ...]]:
        if whole.get("type") == "array":
            each = self._resolved(whole["items"])
            if each.get("type") == "object":
                return "rækker", tuple(self._fields(each))
            return "liste", (self._field("", each, True),)
        if "enum" in whole:
            return "valg", ()
        if "contentEncoding" in whole:
            return "fil", ()
        kind = _FORMATS.get(whole.get("format", "")) or _TYPES.get(str(whole.get("type")), "tekst")
        return kind, tuple(self._fields(whole)) if kind == "felter" else ()

    def _resolved(self, node: Mapping[str, Any]) -> dict[str, Any]:
        """`node` with what it refers to and what it is made of (`allOf`) put together; what stands in it counts before that."""
        parts = [self._resolved(self._at(node["$ref"]))] if "$ref" in node else []
        parts += [self._resolved(each) for each in node.get("allOf", ())]
        whole: dict[str, Any] = {}
        for part in (*parts, node):
            before = whole
            whole = {**before, **part}
            if "properties" in before:
                whole["properties"] = before["properties"] | part.get("properties", {})
                whole["required"] = [*before.get("required", ()), *part.get("required", ())]
        return whole

    def _at(self, reference: str) -> Mapping[str, Any]:
        found: Any = self._document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert isinstance(found, dict), reference
        return found
