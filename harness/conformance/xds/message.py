"""Rules over an ITI-41 as a message: that it can be read, and that its documents came through whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from harness.conformance.rule import HOLDS, Breach, NotJudged, Outcome
from harness.conformance.xds.submitted import (
    RIM,
    Entry,
    Submitted,
    breach,
    each_entry,
    each_value,
    object_id,
    submission_rule,
    unless,
)
from harness.domain.grade import Grade
from harness.standards.xds import codes
from harness.standards.xml import Element

VALUES = "MedCom, XDS Metadata, medcomdk/dk-medcom-xds-metadata@41e776f"
EXAMPLES = "KvalitetsIT, aftaledeling@2e9cd2a, eksempel/testxml"
ERRORS = "NIST, iheos-toolkit2, XDS-fejlkoderne"
TYPES = "NIST, iheos-toolkit2, XDS-objekttyperne"


@submission_rule(
    "XDSM-XML",
    "Beskeden er SOAP med en ITI-41-anmodning (eller ITI-42), der kan læses",
    Grade.F2,
    "SOAP 1.1; SOAP 1.2; MTOM og XOP 1.0; IHE, XDS.b.xsd",
    (),
)
def readable(submitted: Submitted) -> Outcome:
    """Not XML, not SOAP, another request, or packed so that it cannot be unpacked."""
    wanted = f"en {'ITI-42' if submitted.registers else 'ITI-41'}-anmodning i SOAP"
    return (Breach(submitted.place, wanted, submitted.problem),) if submitted.problem else HOLDS


@submission_rule("XDSM-01", "Anmodningen har ét submission set og metadata om mindst ét dokument", Grade.F2, EXAMPLES)
def one_set(submitted: Submitted) -> Outcome:
    """Everything else stands on these."""
    breaches = []
    if len(submitted.sets) != 1:
        breaches.append(breach(submitted, submitted.request, "netop ét submission set", f"{len(submitted.sets)}"))
    if not submitted.entries:
        breaches.append(breach(submitted, submitted.request, "mindst ét ExtrinsicObject", "0"))
    return tuple(breaches)


@submission_rule(
    "XDSM-02",
    "Hver metadata har sit dokument, og hvert dokument sin metadata",
    Grade.F2,
    f"{ERRORS} XDSMissingDocument og XDSMissingDocumentMetadata",
    ("XDSM-01",),
)
def paired(submitted: Submitted) -> Outcome:
    """`Document/@id` is the id of its ExtrinsicObject; each id once. A registration (ITI-42) has no documents with it."""
    if submitted.registers:
        return NotJudged("en registrering (ITI-42) har ingen dokumenter med sig")
    entries = [entry.element for entry in submitted.entries]
    return (
        *(
            breach(submitted, each, f"et Document for sig med id {each.get('id')}", said)
            for each, said in _lone(entries, submitted.documents)
        ),
        *(
            breach(submitted, each, f"metadata for sig med id {each.get('id')}", said)
            for each, said in _lone(submitted.documents, entries)
        ),
    )


def _lone(these: Iterable[Element], those: Iterable[Element]) -> Iterator[tuple[Element, str]]:
    """Those of `these` that nobody of `those` has the id of, or another of `these` has it before them; and what is wrong."""
    left = {object_id(each) for each in those}
    met: set[str] = set()
    for each in these:
        name = object_id(each)
        if name not in left or name in met:
            yield each, "er der allerede" if name in met else "mangler"
        met.add(name)


@submission_rule(
    "XDSM-03", "Dokumentet ligger i anmodningen som base64 eller pakket (MTOM)", Grade.F2, "IHE, XDS.b.xsd", ("XDSM-02",)
)
def decodable(submitted: Submitted) -> Outcome:
    """Only the encoding; the document itself is judged by its own rules."""

    def check(entry: Entry) -> list[Breach]:
        expected, actual = "dokumentet som base64", "noget, der ikke kan læses som base64"
        return unless(submitted, entry.document is not None, entry.holder, expected, actual)

    return each_entry(submitted, "", check)


@submission_rule("XDSM-04", "hash er dokumentets SHA-1", Grade.F2, f"{VALUES}; {ERRORS} XDSNonIdenticalHash", ("XDSM-03",))
def sha1(submitted: Submitted) -> Outcome:
    """May be left out; hexadecimal digits in either case."""

    def check(entry: Entry) -> list[Breach] | None:
        slot = entry.slot("hash")
        if slot is None or entry.document is None:
            return None
        expected = hashlib.sha1(entry.document, usedforsecurity=False).hexdigest()
        return each_value(submitted, slot, expected, lambda value: value.lower() == expected)

    return each_entry(submitted, "hash er ikke angivet", check)


@submission_rule(
    "XDSM-05", "size er dokumentets størrelse i byte", Grade.F2, f"{VALUES}; {ERRORS} XDSNonIdenticalSize", ("XDSM-04",)
)
def size(submitted: Submitted) -> Outcome:
    """May be left out. Not judged when the hash shows that the bytes are others."""

    def check(entry: Entry) -> list[Breach] | None:
        slot = entry.slot("size")
        if slot is None or entry.document is None:
            return None
        expected = str(len(entry.document))
        return each_value(submitted, slot, expected, lambda value: value == expected)

    return each_entry(submitted, "size er ikke angivet", check)


@submission_rule("XDSM-34", "objectType er et dokument", Grade.F2, f"{TYPES}; {EXAMPLES}", ("XDSM-01",))
def object_type(submitted: Submitted) -> Outcome:
    """When it is given: stable, as everything that is handed in, or on-demand."""

    def check(entry: Entry) -> list[Breach] | None:
        given = object_id(entry.element, "objectType")
        known = given in (codes.STABLE, codes.ON_DEMAND)
        return unless(submitted, known, entry.element, codes.STABLE, given, "objectType") if given else None

    return each_entry(submitted, "objectType er ikke angivet", check)


@submission_rule(
    "XDSM-35",
    "Klassifikationer og id'er hører til det, de står i",
    Grade.F3,
    f"OASIS, ebRIM 3.0, rim.xsd; {EXAMPLES}",
    ("XDSM-01",),
)
def belonging(submitted: Submitted) -> Outcome:
    """`classifiedObject` and `registryObject` name the object around them; both must be there."""
    around = {"Classification": "classifiedObject", "ExternalIdentifier": "registryObject"}
    return tuple(
        breach(submitted, each, str(owner.get("id")), each.get(attribute) or f"{attribute} mangler", attribute)
        for owner in (*(entry.element for entry in submitted.entries), *submitted.sets)
        for name, attribute in around.items()
        for each in owner.findall(f"rim:{name}", RIM)
        if object_id(each, attribute) != object_id(owner)
    )
