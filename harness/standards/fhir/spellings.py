"""Systems that are written in more than one way: every way is understood, and MedCom's own is what the harness goes on with.

Sources: dk-core (hl7dk/dk-core@8322003), GLN and NPU; medcom.fhir.dk.conditionlist 1.0.1, LOINC in its DocumentReference;
fut-infrastructure/implementation-guide@fb755c26 and medcom.fhir.dk.xdsmetadata 1.0.1, MCS; KvalitetsIT/cda-validator@ceb5c65,
CPD-DK 1.0.1's example and hl7dk/dk-sks-terminology-automation@226bba7, ICPC-2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from harness.standards.fhir import codes
from harness.standards.fhir.tree import Node, Tree

SPELLINGS: Final = {
    "http://www.gs1.org/gln": codes.GLN,
    "http://npu-terminology.org": codes.NPU,
    "urn:oid:2.16.840.1.113883.6.1": codes.LOINC,
    "urn:oid:1.2.208.184.100.8": codes.OBSERVATION_CODES,
    "urn:oid:2.16.840.1.113883.6.138.2": codes.ICPC2,
    "urn:oid:1.2.208.176.99.99.99": codes.ICPC2,
    "http://hl7.org/fhir/sid/icpc-2": codes.ICPC2,
}
"""Another way to write a system, and MedCom's own in its FHIR messages."""

_MCS = re.compile(r"MCS\d{5}", re.ASCII)
_MESSAGE_CODES: Final = "urn:oid:1.2.208.184.100.1"  # MCS codes stand under it in medcom.fhir.dk.xdsmetadata, others elsewhere
_ACTIVITIES: Final = {"modify": codes.MODIFIED}  # HomeCareObservation's own text


@dataclass(frozen=True, slots=True)
class Spelled:
    """A value at `node` that was `written` in another way than MedCom's, which the node now has."""

    node: Node
    written: str


def in_medcoms_spelling(tree: Tree) -> list[Spelled]:
    """Write what is spelled in another known way as MedCom does, in the tree; gives where that was done.

    in_medcoms_spelling(read_tree(body, "svar.json"))[0].written   # http://npu-terminology.org
    """
    found: list[Spelled] = []
    for node in tree.root.walk():
        system = node.one("system")
        if system is None or system.text is None:
            continue
        if right := _system(system.text, node.value("code")):
            found.append(_written(system, right))
        code = node.one("code")
        if code is not None and system.text == codes.ACTIVITY_CODES and code.text in _ACTIVITIES:
            found.append(_written(code, _ACTIVITIES[code.text]))
    return found


def _system(system: str, code: str) -> str:
    if system == _MESSAGE_CODES and _MCS.fullmatch(code):
        return codes.OBSERVATION_CODES
    return SPELLINGS.get(system, "")


def _written(node: Node, right: str) -> Spelled:
    spelled = Spelled(node, node.text or "")
    node.text = right
    return spelled
