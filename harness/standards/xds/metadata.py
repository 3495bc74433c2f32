"""What is said about a document when it is shared: the metadata of XDS.b as values, and how a CPD-DK gives them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from harness.domain.errors import BadInput
from harness.standards import oids
from harness.standards.cda.codes import NAMESPACES
from harness.standards.cda.read import patient_number, read_cpd
from harness.standards.xds import codes
from harness.standards.xml import Element, XmlDocument, parse, text_of


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a code system (`scheme`, an OID), with the text people read."""

    code: str
    scheme: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote it: `institutions` as XON and `person` as XCN."""

    institutions: tuple[str, ...] = ()
    person: str = ""


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """One XDSDocumentEntry. An attribute that is not given is empty or None; times are `yyyyMMddHHmmss` in UTC.

    `id` is the entryUUID (`urn:uuid:…`) or, in a submission, a symbolic name; `hash` is SHA-1 in hex, `size` in bytes as text.
    """

    id: str
    unique_id: str = ""
    patient_id: str = ""
    object_type: str = codes.STABLE
    mime_type: str = ""
    status: str = ""
    home: str = ""
    title: str = ""
    creation_time: str = ""
    language_code: str = ""
    legal_authenticator: str = ""
    service_start: str = ""
    service_stop: str = ""
    source_patient_id: str = ""
    source_patient_info: tuple[str, ...] = ()
    hash: str = ""
    size: str = ""
    repository_id: str = ""
    authors: tuple[Author, ...] = ()
    class_code: Code | None = None
    confidentiality: tuple[Code, ...] = ()
    event_codes: tuple[Code, ...] = ()
    format_code: Code | None = None
    facility_type: Code | None = None
    practice_setting: Code | None = None
    type_code: Code | None = None

    @property
    def cpr(self) -> str:
        """The patient's number: the first part of `patient_id`."""
        return self.patient_id.partition("^")[0]


@dataclass(frozen=True, slots=True)
class SubmissionSet:
    """One XDSSubmissionSet: who submits what, when."""

    id: str
    unique_id: str = ""
    source_id: str = ""
    patient_id: str = ""
    submission_time: str = ""
    authors: tuple[Author, ...] = ()
    content_type: Code | None = None


@dataclass(frozen=True, slots=True)
class Association:
    """A relation between two objects, `source` → `target`, with its slots (`SubmissionSetStatus`, `NewStatus` …)."""

    id: str
    type: str
    source: str
    target: str
    slots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def slot(self, name: str) -> str:
        """The first value of the slot called `name`, or nothing."""
        return next(iter(self.slots.get(name, ())), "")


@dataclass(frozen=True, slots=True)
class Submission:
    """What one ITI-41 or ITI-57 brings. `documents` maps a `Document/@id` to its bytes; `set` is None when there is none."""

    entries: tuple[DocumentEntry, ...]
    set: SubmissionSet | None
    associations: tuple[Association, ...] = ()
    documents: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class RegistryError:
    """One line of a RegistryErrorList. `context` is a Danish sentence; `location` is the id or attribute it is about."""

    code: str
    context: str
    location: str = ""
    severity: str = codes.Severity.ERROR


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """One document that is asked for (ITI-43)."""

    repository_id: str
    unique_id: str
    home: str = ""


def oid_from_uuid(value: str) -> str:
    """A UUID as an OID under 2.25, which needs no registration (ITU-T X.667). Raises ValueError."""
    return f"2.25.{uuid.UUID(value).int}"


def utc_time(moment: datetime) -> str:
    """`moment` as XDS writes it: UTC, `yyyyMMddHHmmss`."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


FORMATS = {declared.removeprefix("CPD-DK "): code for code, declared in codes.FORMAT_CODES.items()}


def entry_from_cpd(document: bytes, entry_id: str, version: str, label: Code | None = None) -> DocumentEntry:
    """The metadata of a CPD-DK. `version` is `1.0.1` or `2.0`; `label` is the forløbslabel, when the plan has one.

    Raises BadInput when the bytes are no XML, or a time in it cannot be read. Source: KvalitetsIT/ihe-xds-api@8b730ff,
    UploadServiceImpl; the Danish values from medcomdk/dk-medcom-xds-metadata@41e776f.

    >>> entry_from_cpd(build_cpd(plan), "Document01", "2.0").title
    'Min forløbsplan for KOL'
    """
    format_code = Code(FORMATS[version], oids.XDS_FORMAT_CODE, "DK CPD schema")
    return entry_from_cda(document, entry_id, format_code, (label,) if label else ())


def entry_from_cda(
    document: bytes, entry_id: str, format_code: Code, event_codes: tuple[Code, ...] = (), display: str = "Care plan"
) -> DocumentEntry:
    """The metadata of a Danish CDA document that a clinic shares; as `entry_from_cpd`. `display` names a code without a name."""
    cda = parse(document, "dokument")
    facts = read_cpd(cda)
    service = "cda:documentationOf/cda:serviceEvent/cda:effectiveTime"
    patient = _patient_id(cda.root)
    return DocumentEntry(
        id=entry_id,
        unique_id=facts.unique_id,
        patient_id=patient,
        mime_type=codes.TEXT_XML,
        status=codes.APPROVED,
        title=facts.title,
        creation_time=_utc(cda, "cda:effectiveTime"),
        language_code=_value(cda.root, "cda:languageCode", "code"),
        legal_authenticator=_person(cda.root, "cda:legalAuthenticator/cda:assignedEntity/cda:assignedPerson/cda:name"),
        service_start=_utc(cda, f"{service}/cda:low"),
        service_stop=_utc(cda, f"{service}/cda:high"),
        source_patient_id=patient,
        source_patient_info=_patient_info(cda.root),
        hash=hashlib.sha1(document, usedforsecurity=False).hexdigest(),
        size=str(len(document)),
        authors=tuple(_author(author) for author in _all(cda.root, "cda:author/cda:assignedAuthor")),
        class_code=Code(codes.CLINICAL_REPORT, oids.XDS_CLASS_CODE, "Klinisk rapport"),
        confidentiality=_code(cda.root, "cda:confidentialityCode", "N"),
        event_codes=event_codes,
        format_code=format_code,
        facility_type=Code(codes.GENERAL_PRACTICE, oids.SNOMED_CT, "almen lægepraksis"),
        practice_setting=Code(codes.GENERAL_MEDICINE, oids.SNOMED_CT, "almen medicin"),
        type_code=next(iter(_code(cda.root, "cda:code", display)), None),
    )


def submission_of(
    entry: DocumentEntry,
    document: bytes,
    *,
    set_uuid: str,
    source_id: str,
    now: datetime,
    replaces: str = "",
) -> Submission:
    """One document handed in by itself. `set_uuid` is a fresh UUID, `replaces` the entryUUID of the edition before."""
    package = "SubmissionSet01"
    submission_set = SubmissionSet(
        id=package,
        unique_id=oid_from_uuid(set_uuid),
        source_id=source_id,
        patient_id=entry.patient_id,
        submission_time=utc_time(now),
        authors=entry.authors,
        content_type=entry.type_code,
    )
    associations = [Association("Member01", codes.HAS_MEMBER, package, entry.id, {"SubmissionSetStatus": ("Original",)})]
    if replaces:
        associations.append(Association("Replace01", codes.RPLC, entry.id, replaces))
    return Submission((entry,), submission_set, tuple(associations), {entry.id: document})


def deprecation_of(
    entry_uuid: str, patient_id: str, *, set_uuid: str, source_id: str, now: datetime, content_type: Code
) -> Submission:
    """What an ITI-57 brings that takes one entry out of use. Source: KvalitetsIT/aftaledeling@2e9cd2a, eksempel/testxml."""
    submission_set = SubmissionSet(
        id="SubmissionSet01",
        unique_id=oid_from_uuid(set_uuid),
        source_id=source_id,
        patient_id=patient_id,
        submission_time=utc_time(now),
        content_type=content_type,
    )
    change = {"OriginalStatus": (codes.APPROVED,), "NewStatus": (codes.DEPRECATED,)}
    return Submission((), submission_set, (Association("Status01", codes.UPDATE_STATUS, submission_set.id, entry_uuid, change),))


def _patient_id(root: Element) -> str:
    """The patient as CX, by the root of the id (CPR or eCPR); empty without one."""
    found = patient_number(root)
    return f"{found.get('extension', '')}^^^&{found.get('root')}&ISO" if found is not None else ""


def _all(element: Element, path: str) -> list[Element]:
    return element.findall(path, NAMESPACES)


def _one(element: Element, path: str) -> Element | None:
    return element.find(path, NAMESPACES)


def _text(element: Element, path: str) -> str:
    found = _one(element, path)
    return "" if found is None else text_of(found)


def _value(element: Element, path: str, attribute: str) -> str:
    found = _one(element, path)
    return "" if found is None else str(found.get(attribute, ""))


def _code(element: Element, path: str, display: str) -> tuple[Code, ...]:
    found = _one(element, path)
    if found is None or not found.get("code"):
        return ()
    return (Code(found.get("code", ""), found.get("codeSystem", ""), found.get("displayName") or display),)


def _utc(cda: XmlDocument, path: str) -> str:
    """An HL7 time with its offset, in UTC; empty when it is not there or only a day."""
    found = _one(cda.root, path)
    value = "" if found is None else str(found.get("value", ""))
    digits, sign, offset = value.partition("+") if "+" in value else value.partition("-")
    digits = digits.partition(".")[0]
    if found is None or len(digits) <= len("yyyyMMdd"):
        return ""
    try:
        return utc_time(datetime.strptime(f"{digits.ljust(14, '0')}{sign}{offset}", "%Y%m%d%H%M%S%z"))
    except (ValueError, OverflowError):
        place = cda.at(found, "value")
        raise BadInput(f"Tidspunktet {value} kan ikke læses som tid med tidszone", place.line, place.column) from None


def _names(element: Element | None) -> tuple[str, list[str]]:
    """Family name and given names of a `name`."""
    if element is None:
        return "", []
    return _text(element, "cda:family"), [text_of(given) for given in _all(element, "cda:given")]


def _person(element: Element, path: str) -> str:
    """A name as XCN; second and later given names are joined with `&`, as KvalitetsIT/ihe-xds-api does."""
    family, given = _names(_one(element, path))
    if not family and not given:
        return ""
    return f"^{family}^{''.join(given[:1])}^{'&'.join(given[1:])}^^^^^&{oids.SOR}&ISO"


def _author(author: Element) -> Author:
    institutions = tuple(
        codes.institution(_text(organisation, "cda:name"), _value(organisation, "cda:id", "extension"))
        for organisation in _all(author, "cda:representedOrganization")
    )
    return Author(institutions, _person(author, "cda:assignedPerson/cda:name"))


def _patient_info(root: Element) -> tuple[str, ...]:
    person = _one(root, "cda:recordTarget/cda:patientRole/cda:patient")
    if person is None:
        return ()
    family, given = _names(_one(person, "cda:name"))
    parts = {
        "PID-5": f"{family}^{''.join(given[:1])}^{' '.join(given[1:])}".strip("^"),
        "PID-7": _value(person, "cda:birthTime", "value")[:8],
        "PID-8": _value(person, "cda:administrativeGenderCode", "code"),
    }
    return tuple(f"{name}|{value}" for name, value in parts.items() if value)
