"""How a system codes a diagnosekort, and how it writes it: what the variationsrapport compares. It grades nothing.

Each trait is a fact of the exchange, named with `kodning: ` or `teknik: ` before it. Rows are sorted, so that order alone is no
difference; what must differ from one document to the next (an id, a time) is told by its form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from harness.standards.fhir import codes
from harness.standards.fhir.diagnosis_card import read_card_tree, read_diagnosis
from harness.standards.fhir.tree import Node

_DATES: Final = {"onsetDateTime": "debut", "recordedDate": "registreret", "abatementDateTime": "afsluttet"}
_EXPECTED: Final = {"id", "meta", "text", "clinicalStatus", "category", "code", "subject", *_DATES}
_SYSTEMS: Final = {codes.ICD10: "SKS", codes.ICPC2: "ICPC-2"}
_KILOBYTE: Final = 1024
_OFFSETS: Final = {"": "uden tidszone", "Z": "UTC", "+01:00": "dansk tid", "+02:00": "dansk tid"}


def traits_of(document: bytes) -> dict[str, str]:
    """The traits of a ConditionList by name, as Danish text. Raises BadInput when it is no Bundle.

    traits_of(body)["kodning: koder"]   # DJ449 + R95
    """
    tree = read_card_tree(document)
    resources = tree.entries()
    conditions = [each for each in resources if each.resource_type == "Condition"]
    header = next((each for each in resources if each.resource_type == "Composition"), tree.root)
    return {
        "kodning: koder": _told(" + ".join(_codes(each)) or "uden kode" for each in conditions),
        "kodning: diagnosetekst": _told(f"{_name(each)}: {each.value('code', 'text') or 'ingen'}" for each in conditions),
        "kodning: kodernes egen tekst": _told(f"{_name(each)}: {_displays(each) or 'ingen'}" for each in conditions),
        "kodning: type": _told(f"{_name(each)}: {read_diagnosis(each).type or 'ingen'}" for each in conditions),
        "kodning: status": _told(f"{_name(each)}: {read_diagnosis(each).status or 'ingen'}" for each in conditions),
        "kodning: klinisk status": _told(f"{_name(each)}: {read_diagnosis(each).ended_says or 'ingen'}" for each in conditions),
        "kodning: datoer": _told(f"{_name(each)}: {_dates(each) or 'ingen'}" for each in conditions),
        "kodning: andre felter": ", ".join(sorted({name for each in conditions for name in each.children} - _EXPECTED))
        or "ingen",
        "teknik: dokumentets id": _id_form(tree.root.value("identifier", "value")),
        "teknik: Bundlens id": _id_form(tree.root.value("id")),
        "teknik: tid for seneste ændring": time_form(header.value("date")),
        "teknik: tid for samling": time_form(tree.root.value("timestamp")),
        "teknik: ressourcer": ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(_kinds(resources)).items())),
        "teknik: adresser inde i dokumentet": _told(
            {_reference_form(each.value("reference")) for each in header.all("section", "entry")}
        ),
        "teknik: størrelse": f"{-(-len(document) // _KILOBYTE)} kB",
    }


def _told(rows: Iterable[str]) -> str:
    return "; ".join(sorted(rows)) or "ingen"


def _kinds(resources: list[Node]) -> list[str]:
    return [each.resource_type for each in resources]


def _codes(condition: Node) -> list[str]:
    """The SKS code first."""
    found = ((each.value("system"), each.value("code")) for each in condition.all("code", "coding"))
    return [code for _, code in sorted(found, key=lambda each: (each[0] != codes.ICD10, each)) if code]


def _name(condition: Node) -> str:
    return next(iter(_codes(condition)), "uden kode")


def _displays(condition: Node) -> str:
    told = ((each.value("system"), each.value("display")) for each in condition.all("code", "coding"))
    return ", ".join(sorted(f"{_SYSTEMS.get(system, system)} “{text}”" for system, text in told if text))


def _dates(condition: Node) -> str:
    return ", ".join(f"{said} {time_form(condition.value(name))}" for name, said in _DATES.items() if condition.value(name))


def _id_form(value: str) -> str:
    uuid = re.fullmatch(
        r"(urn:uuid:|urn:oid:)?([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-([0-9a-fA-F])[0-9a-fA-F]{3}-[0-9a-fA-F-]{17})", value
    )
    if not uuid:
        return "ingen" if not value else "andet end et UUID"
    case = "store bogstaver" if uuid[2] != uuid[2].lower() else "små bogstaver"
    return f"{uuid[1] or ''}UUID version {uuid[3].lower()}, {case}"


def _reference_form(value: str) -> str:
    return "urn:uuid" if value.startswith("urn:uuid:") else "webadresse" if "://" in value else "relativ" if value else "ingen"


def time_form(value: str) -> str:
    """How a date or time is written: `dag`, or `sekund, dansk tid`, winter and summer alike."""
    found = re.fullmatch(r"\d{4}(-\d\d)?(-\d\d)?(T\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?)?", value)
    if not found:
        return "andet" if value else "ingen"
    if not found[3]:
        return "dag" if found[2] else "måned" if found[1] else "år"
    precision = "brøkdel af sekund" if found[5] else "sekund" if found[4] else "minut"
    return f"{precision}, {_OFFSETS.get(found[6] or '', found[6])}"
