"""A JSON text that says the same otherwise (RFC 8259), and FHIR's resources in JSON (HL7 FHIR R4)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from harness.standards.fhir.write import as_xml
from harness.standards.oids import ICPC2, LOINC

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_MESSAGES: Final = ("medcom-careCommunication-message", "medcom-messaging-acknowledgement")
_MODERATE: Final = {"system": "http://snomed.info/sct", "code": "24484000"}
Part = dict[str, Any]


def _turned(value: Any) -> Any:
    """The names of each object in the opposite order."""
    if isinstance(value, dict):
        return {name: _turned(each) for name, each in reversed(value.items())}
    return [_turned(each) for each in value] if isinstance(value, list) else value


def _written(**how: Any) -> Callable[[str], str]:
    return lambda text: json.dumps(json.loads(text), **{"ensure_ascii": False, **how})


JSON_TEXTS: Final[Mapping[str, Callable[[str], str]]] = {
    "json-navne-i-omvendt-rækkefølge": lambda text: json.dumps(_turned(json.loads(text)), ensure_ascii=False),
    "json-indrykket": _written(indent=4),
    "json-uden-luft": _written(separators=(",", ":")),
    "json-undvigetegn": lambda text: re.sub(r"[^\x00-\x7f]", lambda found: json.dumps(found[0])[1:-1], text),
    "json-undvegne-skråstreger": lambda text: text.replace("/", "\\/"),
    "json-luft-omkring": lambda text: f"\r\n\t {text.strip()} \r\n",
}
"""By the variation's id."""


def parts_of(value: Any) -> Iterator[Part]:
    """Every object in `value`."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts_of(each)


def _moments(change: Callable[[datetime], str]) -> Callable[[Part], None]:
    def changed(resource: Part) -> None:
        for part in parts_of(resource):
            for name, value in part.items():
                if isinstance(value, str) and _MOMENT.fullmatch(value):
                    part[name] = change(datetime.fromisoformat(value))

    return changed


def _spelled(*pairs: tuple[str, str]) -> Callable[[Part], None]:
    """Each system on the left is written as the one on the right."""
    other = dict(pairs)

    def changed(resource: Part) -> None:
        for part in parts_of(resource):
            if part.get("system") in other:
                part["system"] = other[part["system"]]

    return changed


def _entries_turned(resource: Part) -> None:
    """The first entry says what the Bundle is, and stays; so do a list's own order of sections."""
    entries = resource.get("entry", [])
    entries[1:] = entries[:0:-1]


def _tagged(resource: Part) -> None:
    for entry in resource.get("entry", []):
        entry["resource"]["meta"]["tag"] = [{"system": "https://x-lps.test/mærker", "code": "eksport"}]


def _with_contacts(resource: Part) -> None:
    for entry in resource.get("entry", []):
        if entry["resource"]["resourceType"] == "Organization":
            entry["resource"]["telecom"] = [{"system": "phone", "value": "00000000", "use": "work"}]
            entry["resource"]["address"] = [{"line": ["Testvej 1"], "city": "Odense C", "postalCode": "5000"}]


def _named_in_text(resource: Part) -> None:
    """Each text begins with an id, as generated texts do: one with ten digits that look like a CPR number."""
    for entry in resource.get("entry", []):
        text = entry["resource"].get("text", {})
        start, bracket, rest = text.get("div", "").partition(">")
        if bracket:
            name = f"Generated Narrative: {entry['resource']['resourceType']} 9b251248-9996-4a7b-8c3d-2f1e0d9c8b7a"
            text["div"] = f"{start}{bracket}<p>{name}</p>{rest}"


def _without_names(resource: Part) -> None:
    for part in parts_of(resource):
        if "system" in part and "code" in part:
            part.pop("display", None)


def _conditions(change: Callable[[Part], object]) -> Callable[[Part], None]:
    """`change` gets each diagnosis of a diagnosekort."""

    def changed(resource: Part) -> None:
        for entry in resource.get("entry", []):
            if entry["resource"]["resourceType"] == "Condition":
                change(entry["resource"])

    return changed


def _named_codes(condition: Part) -> None:
    for each in condition.get("code", {}).get("coding", []):
        each["display"] = "Kodens egen tekst"


def _without_status(condition: Part) -> None:
    if "abatementDateTime" not in condition:
        condition.pop("clinicalStatus", None)


FHIR_PARTS: Final[Mapping[str, Callable[[Part], None]]] = {
    "fhir-tider-i-utc": _moments(lambda moment: moment.astimezone(UTC).isoformat().replace("+00:00", "Z")),
    "fhir-tider-med-brøkdele": _moments(lambda moment: moment.isoformat(timespec="milliseconds")),
    "fhir-gln-efter-dk-core": _spelled(("https://www.gs1.org/gln", "http://www.gs1.org/gln")),
    "fhir-loinc-som-oid": _spelled(("http://loinc.org", f"urn:oid:{LOINC}")),
    "fhir-icpc2-efter-hl7dk": _spelled((f"urn:oid:{ICPC2}", "http://hl7.org/fhir/sid/icpc-2")),
    "fhir-icpc2-efter-art-decor": _spelled((f"urn:oid:{ICPC2}", "urn:oid:2.16.840.1.113883.6.138.2")),
    "fhir-ressourcer-i-omvendt-rækkefølge": _entries_turned,
    "fhir-mærkede-ressourcer": _tagged,
    "fhir-klinikkens-adresse-og-telefon": _with_contacts,
    "fhir-tekster-med-ressourcens-id": _named_in_text,
    "fhir-koder-uden-tekst": _without_names,
    "diagnosekort-koder-med-egen-tekst": _conditions(_named_codes),
    "diagnosekort-registreringens-klokkeslæt": _conditions(lambda each: each.update(recordedDate="2026-10-05T10:15:00+02:00")),
    "diagnosekort-med-alvorlighed": _conditions(lambda each: each.update(severity={"coding": [_MODERATE]})),
    "diagnosekort-uden-klinisk-status": _conditions(_without_status),
}
"""By the variation's id; a resource is changed."""


def _one_more(said: Part) -> None:
    said["lpsVersion"] = "7.3"


def _whole_as_decimal(said: Part) -> None:
    for part in parts_of(said):
        for name, value in part.items():
            if type(value) is int:
                part[name] = float(value)


JSON_OBJECTS: Final[Mapping[str, Callable[[Part], None]]] = {
    "json-et-felt-mere": _one_more,
    "json-hele-tal-med-decimal": _whole_as_decimal,
}
"""By the variation's id; an object of a contract of ours is changed."""

AS_XML: Final = "fhir-xml-i-stedet-for-json"


def in_xml(resource: Part) -> bytes | None:
    """A message in XML; None for what MedCom wants in JSON."""
    profiles = " ".join(resource.get("meta", {}).get("profile", ()))
    return as_xml(resource) if any(each in profiles for each in _MESSAGES) else None
