"""Rules over an ITI-41 as a message: that it can be read, and that its documents came through whole."""

from __future__ import annotations

import hashlib

from harness.conformance.rule import HOLDS, Breach, Outcome
from harness.conformance.xds.submitted import Entry, Submitted, breach, each_entry, object_id, submission_rule, unless, words
from harness.domain.grade import Grade

VALUES = "MedCom, XDS Metadata, medcomdk/dk-medcom-xds-metadata@41e776f"
EXAMPLES = "KvalitetsIT, aftaledeling@2e9cd2a, eksempel/testxml"
ERRORS = "NIST, iheos-toolkit2, XDS-fejlkoderne"


@submission_rule(
    "XDSM-XML",
    "Beskeden er SOAP med en ITI-41-anmodning, der kan læses",
    Grade.F2,
    "SOAP 1.1; SOAP 1.2; MTOM og XOP 1.0; IHE, XDS.b.xsd",
    (),
)
def readable(submitted: Submitted) -> Outcome:
    """Not XML, not SOAP, another request, or packed so that it cannot be unpacked."""
    return (Breach(submitted.place, "en ITI-41-anmodning i SOAP", submitted.problem),) if submitted.problem else HOLDS


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
    """`Document/@id` is the id of its ExtrinsicObject."""
    ids = {entry.id for entry in submitted.entries}
    named = {object_id(each) for each in submitted.documents}
    lone = [entry.element for entry in submitted.entries if entry.id not in named]
    return (
        *(breach(submitted, each, f"et Document med id {each.get('id')}", "mangler") for each in lone),
        *(
            breach(submitted, each, f"metadata med id {each.get('id')}", "mangler")
            for each in submitted.documents
            if object_id(each) not in ids
        ),
    )


@submission_rule(
    "XDSM-03", "Dokumentet ligger i anmodningen som base64 eller pakket (MTOM)", Grade.F2, "IHE, XDS.b.xsd", ("XDSM-02",)
)
def decodable(submitted: Submitted) -> Outcome:
    """Only the encoding; the document itself is judged by its own rules."""
    return each_entry(
        submitted, "", lambda entry: unless(submitted, entry.document is not None, entry.element, "base64", "andet")
    )


@submission_rule("XDSM-04", "hash er dokumentets SHA-1", Grade.F2, f"{VALUES}; {ERRORS} XDSNonIdenticalHash", ("XDSM-03",))
def sha1(submitted: Submitted) -> Outcome:
    """May be left out; hexadecimal digits in either case."""

    def check(entry: Entry) -> list[Breach] | None:
        slot = entry.slot("hash")
        if slot is None or entry.document is None:
            return None
        expected = hashlib.sha1(entry.document, usedforsecurity=False).hexdigest()
        return unless(submitted, words(slot)[0].lower() == expected, slot, expected, words(slot)[0])

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
        return unless(submitted, words(slot)[0] == str(len(entry.document)), slot, str(len(entry.document)), words(slot)[0])

    return each_entry(submitted, "size er ikke angivet", check)
