"""Which format a file is in, by what its content says: one of the names in `formats.FORMATS`."""

from __future__ import annotations

from itertools import chain

from harness.conformance.files.case import Case
from harness.conformance.files.content import Content, Syntax
from harness.domain.errors import BadInput
from harness.standards.cda import codes as cda
from harness.standards.fhir import codes as fhir
from harness.standards.json_text import parse_json
from harness.standards.security_codes import HSUID, MEDCOM, WSSE
from harness.standards.soap import SOAP, SOAP_12
from harness.standards.xds.codes import ADHOC_QUERY, PROVIDE_AND_REGISTER, RETRIEVE, SUBMIT_OBJECTS
from harness.standards.xml import parse

KNOWN = (
    "CDA (CPD-DK, QFDD-DK, QRD-DK, APD-DK, PDC-DK)",
    "ITI-41 og ITI-42",
    "DGWS og HSUID i en SOAP-besked",
    "VANSEnvelope",
    "MedComs OIOXML-breve",
    "MEDRPT",
    "DIS91 og BIN01",
    "XRPT01",
    "SBDH",
    "FHIR (diagnosekort, kommunalt prøvesvar, korrespondance, kvittering, leveringsstatus, DocumentReference)",
    "afleveringen til PLSP",
)
"""What there are rules for, as a person calls it."""

_ENVELOPES = tuple(f"{{{space}}}Envelope" for space in (SOAP, SOAP_12))
_QUERIES = frozenset({f"Body/{ADHOC_QUERY}", f"Body/{RETRIEVE}"})
_REGISTRATIONS = frozenset({f"Body/{SUBMIT_OBJECTS}"})
_DGWS = frozenset({f"Header/{{{WSSE}}}Security", f"Header/{{{MEDCOM}}}Header"})
_HSUID = frozenset({f"Header/{{{HSUID}}}HsuidHeader"})
_LABORATORY = "{http://rep.oio.dk/medcom.dk/xml/schemas/2014/10/08/}"
_STATUS_IN_XML = "{http://hl7.org/fhir}AuditEvent"
_PLSP = frozenset({"patient", "cpdVersion", "forloebslabel"})
_EDIFACT = {"MEDRPT": "medrpt", "": "medrpt", "MEDDIS": "edi-brev", "MEDBIN": "edi-brev"}
_CDA = {"cpd-1.0.1": cda.CPD_KIND, "qfdd": cda.QFDD, "qrd": cda.QRD, "apd": cda.APD, "pdc": cda.PDC}
_FHIR = {
    "homecareobservation": ("homecareobservation-message", fhir.HOME_CARE_OBSERVATION),
    "carecommunication": ("care-communication-message", fhir.CARE_COMMUNICATION),
    "acknowledgement": ("acknowledgement-message", fhir.ACKNOWLEDGEMENT),
    "conditionlist": (fhir.PROBLEM_LIST, fhir.CONDITION_LIST),
}
"""The code of the event or of the document, and the profile; any profile of the same guide will do."""


def recognised(content: Content) -> str:
    """The format's name; empty when there are no rules for it."""
    match content.syntax:
        case Syntax.XML:
            return _xml(content.name, content.marks)
        case Syntax.JSON if content.name:
            return _resource(content.name, content.marks)
        case Syntax.JSON:
            return "plsp" if "dokument" in content.marks and content.marks & _PLSP else ""
        case Syntax.EDIFACT:
            return _EDIFACT.get(content.name, "")
        case Syntax.PACKED:
            return "mtom"
        case _:
            return ""


def unreadable(case: Case) -> str:
    """Why XML or JSON that does not say what it is cannot be read, with line and column; empty when it can."""
    try:
        if case.content.syntax is Syntax.XML and not case.content.name:
            parse(case.data, case.file)
        elif case.content.syntax is Syntax.JSON and not case.content.name:
            parse_json(case.data, case.file)
    except BadInput as bad:
        where = f"linje {bad.line}, kolonne {bad.column}" if bad.column else f"linje {bad.line}"
        return f"{bad.reason} ({where})" if bad.line else bad.reason
    return ""


def not_known(content: Content, *, packages: bool = False) -> str:
    """One sentence on what the content is, when there are no rules for it; `packages` when FHIR packages are pointed at."""
    if content.syntax is Syntax.EMPTY:
        return "Filen er tom"
    body = next((mark.partition("/")[2] for mark in sorted(content.marks) if mark.startswith("Body/")), "")
    name = f"{content.name} med {body}" if body and content.name in _ENVELOPES else content.name
    if (content.syntax is Syntax.JSON and name) or name.startswith("{http://hl7.org/fhir}"):
        if name == _STATUS_IN_XML:
            return "Ikke kontrolleret: reglerne for leveringsstatus (AuditEvent) læser kun JSON, og filen er XML"
        kind = name.rpartition("}")[2]
        there = (
            ", og pakkerne har ingen profil for den" if packages else ". MedComs FHIR-pakker har måske (lps artefacts add MAPPE)"
        )
        return f"Der er ingen egne regler for FHIR-ressourcen {kind}{there}"
    return f"Der er ingen regler for {content.syntax}{f' med {name}' if name else ''}"


def security_headers(content: Content) -> set[str]:
    """Which of `dgws` and `hsuid` a SOAP message has, or should have: a query is to say who asks."""
    found = {"dgws"} if content.marks & _DGWS else set()
    return found | ({"hsuid"} if content.marks & (_HSUID | _QUERIES) else set())


def _xml(root: str, marks: frozenset[str]) -> str:
    name = root.rpartition("}")[2]
    if root in _ENVELOPES:
        if f"Body/{PROVIDE_AND_REGISTER}" in marks:
            return "iti41"
        return "soap" if marks & (_DGWS | _HSUID | _QUERIES | _REGISTRATIONS) else ""
    match name:
        case "ClinicalDocument":
            return _document(marks)
        case "Emessage":
            is_report = root.startswith(_LABORATORY) or any(each.endswith("}LaboratoryReport") for each in marks)
            return "xrpt" if is_report else "oioxml"
        case "VANSEnvelope":
            return "vans"
        case "StandardBusinessDocument":
            return "sbdh"
        case _:
            if root == _STATUS_IN_XML:
                return "fhir"  # the rules of delivery status read JSON only; a profile of the tester's reads both
            return _resource(name, marks) if root.startswith("{http://hl7.org/fhir}") else ""


def _document(marks: frozenset[str]) -> str:
    """By template first: some documents share a code with others."""
    for name, kind in _CDA.items():
        if any(kind.has_template(mark) for mark in marks):
            return name
    return next((name for name, kind in _CDA.items() if marks & set(kind.codes)), "cda")


def _resource(name: str, marks: frozenset[str]) -> str:
    if name in ("AuditEvent", "DocumentReference"):
        return "eds" if name == "AuditEvent" else "documentreference"
    if name != "Bundle":
        return "fhir"
    by_code = (kind for kind, (code, _) in _FHIR.items() if code in marks)
    by_guide = (kind for kind, (_, profile) in _FHIR.items() if any(mark.startswith(_guide(profile)) for mark in marks))
    return next(chain(by_code, by_guide), "fhir")


def _guide(profile: str) -> str:
    return profile.partition("StructureDefinition/")[0]
