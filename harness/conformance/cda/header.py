"""What must hold of any Danish CDA document: it is CDA, and its header says what a header must. Read from the raw XML.

The rules on CPD-DK have ids of their own and stand on the same checks, since MedCom's profile names them one by one. Grades are
the project's convention: F2 where a receiver cannot use the document at all, F3 where its content survives, F4 for what is known
only as the need of a Danish tool.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, Result, Rule, judge, rule, rules_for
from harness.conformance.subject import Unreadable, readable
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda import codes
from harness.standards.cda.codes import HL7, NAMESPACES, DocumentKind
from harness.standards.xml import Element, XmlDocument, local_name, parse

SUBJECT = "cda-header"
SCHEMA = "HL7 CDA R2, CDA_SDTC.xsd (POCD_MT000040)"
EXAMPLES = "MedComs eksempler i KvalitetsIT/cda-validator@ceb5c65"
METADATA = "MedCom, XDS Metadata, medcomdk/dk-medcom-xds-metadata@41e776f"
TOOL = "KvalitetsIT/ihe-xds-api@8b730ff, UploadServiceImpl: det, dokumentets metadata bliver lavet af"
NUMBERS = f"hl7dk/dk-core@8322003, CPR, eCPR og SOR; {EXAMPLES} (ydernummer)"


def judge_header(data: bytes, file: str) -> list[Judgement]:
    """Every header rule's result on the document in `data`; `file` is its name in findings. Never raises for what `data` holds.

    Bytes that are not a CDA document break `CDA-XML`, and nothing else is judged. For a CPD-DK use `judge_cpd`.

        judge_header(body, "dokument.xml")
    """
    return judge(rules_for(SUBJECT), readable(lambda: parse(data, file), file))


def judge_document(subject: str, data: bytes, file: str) -> list[Judgement]:
    """The header rules, then those of `subject`, on the document in `data`; the latter not judged when it is no CDA document."""
    document = readable(lambda: parse(data, file), file)
    header = judge(rules_for(SUBJECT), document)
    if header[0].result is Result.BROKEN:
        reason = f"bygger på {header[0].rule.id}, der er brudt"
        return [*header, *(Judgement(each, Result.NOT_JUDGED, reason=reason) for each in rules_for(subject))]
    return [*header, *judge(rules_for(subject), document)]


def cda_document(document: XmlDocument | Unreadable) -> Outcome:
    """Broken unless the bytes are XML, and the root is ClinicalDocument in the namespace of CDA."""
    expected = f"ClinicalDocument i navnerummet {HL7}"
    if isinstance(document, Unreadable):
        return (Breach(document.location, expected, document.reason),)
    if not is_cda(document):
        return (Breach(document.at(document.root), expected, document.root.tag),)
    return HOLDS


def is_cda(document: XmlDocument) -> bool:
    """True when the root is CDA's ClinicalDocument."""
    return document.root.tag == f"{{{HL7}}}ClinicalDocument"


def is_kind(document: XmlDocument, kind: DocumentKind) -> Outcome:
    """Broken unless the document has one of the kind's templates and one of its codes. A missing code is the header's fault."""
    root = document.root
    templates, code = root.findall("cda:templateId", NAMESPACES), root.find("cda:code", NAMESPACES)
    breaches = []
    if not any(kind.has_template(each.get("root", "")) for each in templates):
        expected = f"templateId {kind.template} ({kind.name})"
        breaches.append(
            Breach(document.at(templates[0]), expected, shown(templates[0]))
            if templates
            else missing(document, root, "templateId", expected)
        )
    if code is not None and (code.get("code") not in kind.codes or code.get("codeSystem") != kind.code_system):
        expected = f"code {' eller '.join(kind.codes)} ({kind.code_system_name}, {kind.code_system})"
        breaches.append(Breach(document.at(code), expected, shown(code)))
    return tuple(breaches)


@rule("CDA-XML", subject=SUBJECT, title="Dokumentet er et CDA-dokument i XML", grade=Grade.F2, owner=Owner.LPS, source=SCHEMA)
def is_clinical_document(document: XmlDocument | Unreadable) -> Outcome:
    """The bytes are XML, and the root is ClinicalDocument in the namespace of CDA."""
    return cda_document(document)


def _header_rule(number: int, title: str, grade: Grade, source: str) -> Callable[[Callable[..., Outcome]], Rule]:
    return rule(
        f"CDA-H{number:02}", subject=SUBJECT, title=title, grade=grade, owner=Owner.LPS, source=source, needs=("CDA-XML",)
    )


@_header_rule(1, "Hovedet har de dele, som skemaet kræver, og ikke flere end det tillader", Grade.F2, SCHEMA)
def mandatory_parts(document: XmlDocument) -> Outcome:
    """One breach for each part that is missing or stands too often; typeId has the one value there is."""
    root = document.root
    breaches = [*carries(document, root, "typeId", root=codes.TYPE_ID_ROOT, extension=codes.TYPE_ID)]
    for name in ("id", "code", "effectiveTime", "confidentialityCode", "recordTarget", "author", "custodian", "component"):
        breaches += has(document, root, name)
    for name in _AT_MOST_ONCE:
        found = root.findall(f"cda:{name}", NAMESPACES)
        if len(found) > 1:
            breaches.append(Breach(document.at(found[1]), f"{name} højst én gang", f"{len(found)} gange"))
    return tuple(breaches)


_AT_MOST_ONCE = (
    "typeId", "id", "code", "title", "effectiveTime", "confidentialityCode", "languageCode", "setId", "versionNumber",
    "custodian", "component",
)  # fmt: skip
_ORDER = (
    "realmCode", "typeId", "templateId", "id", "code", "title", "effectiveTime", "confidentialityCode", "languageCode", "setId",
    "versionNumber", "copyTime", "recordTarget", "author", "dataEnterer", "informant", "custodian", "informationRecipient",
    "legalAuthenticator", "authenticator", "participant", "inFulfillmentOf", "documentationOf", "relatedDocument",
    "authorization", "componentOf", "component",
)  # fmt: skip


@_header_rule(2, "Hovedets dele står i skemaets rækkefølge, og ingen af dem er fremmed i CDA", Grade.F3, SCHEMA)
def order_of_parts(document: XmlDocument) -> Outcome:
    """The first part out of order, or unknown, in the namespace of CDA. Parts in other namespaces are extensions."""
    latest = 0
    for each in document.root.iterchildren(f"{{{HL7}}}*"):
        name = local_name(each)
        if name not in _ORDER:
            return (Breach(document.at(each), "en af CDA-hovedets dele", name),)
        if _ORDER.index(name) < latest:
            return (Breach(document.at(each), f"{name} før {_ORDER[latest]}", f"{name} efter {_ORDER[latest]}"),)
        latest = _ORDER.index(name)
    return HOLDS


@_header_rule(3, "Patienten har et CPR-nummer eller et erstatnings-CPR-nummer (eCPR)", Grade.F2, f"{TOOL}; hl7dk/dk-core@8322003")
def patient_number(document: XmlDocument) -> Outcome:
    """One of the patient's ids has CPR's or eCPR's root and an extension."""
    role = document.root.find("cda:recordTarget/cda:patientRole", NAMESPACES)
    if role is None:
        return NotJudged("dokumentet har ingen patientRole")
    ids = role.findall("cda:id", NAMESPACES)
    if any(each.get("root") in (oids.CPR, oids.X_ECPR, oids.D_ECPR) and each.get("extension", "").strip() for each in ids):
        return HOLDS
    expected = f'id root="{oids.CPR}" med CPR-nummeret i extension'
    return (
        Breach(document.at(ids[0]), expected, "et andet id (vises ikke)") if ids else missing(document, role, "id", expected),
    )


@_header_rule(4, "Numre i hovedet (CPR, eCPR, SOR, ydernummer) har den rette form", Grade.F3, NUMBERS)
def number_forms(document: XmlDocument) -> Outcome:
    """By the id's root; an id without extension is not judged. No person's number is shown."""
    breaches = []
    for each in _header_elements(document, "id"):
        root, number = each.get("root", ""), each.get("extension", "")
        if root in _FORMS and number and not _FORMS[root][1].fullmatch(number):
            actual = number if root in (oids.SOR, codes.YDER) else "et nummer af en anden form (vises ikke)"
            breaches.append(Breach(document.at(each, "extension"), _FORMS[root][0], actual))
    return tuple(breaches)


_DATE = r"(0[1-9]|[12][0-9]|3[01])(0[1-9]|1[0-2])[0-9]{2}"
_FORMS = {
    oids.CPR: ("et CPR-nummer: ti cifre, først en dato (DDMMÅÅ)", re.compile(_DATE + r"[0-9]{4}")),
    oids.X_ECPR: ("et X-eCPR-nummer, fx 0703921VJ5", re.compile(_DATE + r"[17][A-Z]{2}[0-9]")),
    oids.D_ECPR: ("et D-eCPR-nummer: dato, 0, 5 eller 6, to bogstaver og et ciffer", re.compile(_DATE + r"[056][A-Z]{2}[0-9]")),
    oids.SOR: ("en SOR-kode: mindst 11 cifre", re.compile(r"[0-9]{11,}")),
    codes.YDER: ("et ydernummer: seks cifre", re.compile(r"[0-9]{6}")),
}


@_header_rule(5, "Hovedets tidspunkter er skrevet, som HL7 skriver tid", Grade.F3, f"{SCHEMA}, datatypen TS")
def times(document: XmlDocument) -> Outcome:
    """The document's and its authors' times, and the patient's birth time; one with a nullFlavor may have no value."""
    paths = ("effectiveTime", "author/time", "recordTarget/patientRole/patient/birthTime")
    found = [each for path in paths for each in document.root.findall(cda_path(path), NAMESPACES)]
    return tuple(
        Breach(
            document.at(each, "value"),
            "et tidspunkt, fx 20261005101500+0200",
            "noget andet (vises ikke)" if local_name(each) == "birthTime" else each.get("value") or "tomt",
        )
        for each in found
        if not is_time(each.get("value", "")) and not (each.get("nullFlavor") and "value" not in each.attrib)
    )


_TIME = re.compile(r"[0-9]{1,8}|([0-9]{9,14}|[0-9]{14}\.[0-9]+)([+\-][0-9]{1,4})?")
_LEAST = "00000101000000"


def is_time(value: str) -> bool:
    """Whether `value` is HL7's TS by the schema, and a time there is."""
    if not _TIME.fullmatch(value):
        return False
    digits = re.split(r"[.+\-]", value)[0]
    if len(digits) < 4 or len(digits) % 2:
        return True  # so short a value is allowed by the schema, and says no date
    try:
        datetime.strptime(digits + _LEAST[len(digits) :], "%Y%m%d%H%M%S")  # noqa: DTZ007  only whether it is one
    except ValueError:
        return False
    return True


@_header_rule(6, "Afsnit er DOCSECT og EVN, og forfattere har tid og id", Grade.F3, SCHEMA)
def sections_and_authors(document: XmlDocument) -> Outcome:
    """An attribute that the schema fixes may be left out. Authors are those of the document and of any part of it."""
    return (*section_classes(document), *authors(document))


def section_classes(document: XmlDocument) -> Iterator[Breach]:
    """A breach for each section with another class or mood than the schema's."""
    for section in document.root.iter(f"{{{HL7}}}section"):
        for attribute, wanted in (("classCode", "DOCSECT"), ("moodCode", "EVN")):
            found = section.get(attribute, wanted)
            if found != wanted:
                yield Breach(document.at(section, attribute), wanted, found or "tom")


def authors(document: XmlDocument) -> Iterator[Breach]:
    """A breach for each author without time, or without id."""
    for author in document.root.iter(f"{{{HL7}}}author"):
        yield from (*has(document, author, "time"), *has(document, author, "assignedAuthor/id"))


@_header_rule(7, "xsi:type på et element, der har en fast type, er den type", Grade.F3, SCHEMA)
def types(document: XmlDocument) -> Outcome:
    """Only elements whose type no profile can narrow: see `_FIXED`."""
    return fixed_types(document)


def fixed_types(document: XmlDocument) -> Outcome:
    """A breach for each element whose `xsi:type` is not the one type that the schema gives it."""
    breaches = []
    for element in document.root.iterfind(f".//*[@{codes.XSI_TYPE}]"):
        if not element.tag.startswith(f"{{{HL7}}}"):
            continue
        parent, name = element.getparent(), local_name(element)
        fixed = _FIXED.get(name) or (_FIXED_IN.get((local_name(parent), name)) if parent is not None else None)
        found = element.get(codes.XSI_TYPE, "").rpartition(":")[2].strip()
        if fixed and found != fixed:
            breaches.append(Breach(document.at(element, "type"), fixed, found or "tom"))
    return tuple(breaches)


# POCD_MT000040_SDTC.xsd gives these names one type wherever they stand. Coded elements (CD, CE) are not among them: a profile
# may narrow them, and its own type would be right.
_FIXED = {
    "realmCode": "CS",
    "templateId": "II",
    "id": "II",
    "setId": "II",
    "versionNumber": "INT",
    "languageCode": "CS",
    "statusCode": "CS",
    "title": "ST",
    "birthTime": "TS",
    "addr": "AD",
    "telecom": "TEL",
}
_FIXED_IN = {
    ("ClinicalDocument", "effectiveTime"): "TS",
    ("author", "time"): "TS",
    ("serviceEvent", "effectiveTime"): "IVL_TS",
    ("act", "effectiveTime"): "IVL_TS",
    ("encounter", "effectiveTime"): "IVL_TS",
    ("observation", "effectiveTime"): "IVL_TS",
    ("patient", "name"): "PN",
    ("assignedPerson", "name"): "PN",
    ("providerOrganization", "name"): "ON",
    ("representedOrganization", "name"): "ON",
    ("representedCustodianOrganization", "name"): "ON",
}


@_header_rule(8, "Dokumentet har en titel og sproget da-DK eller da", Grade.F4, f"{TOOL}; {METADATA}, languageCode")
def title_and_language(document: XmlDocument) -> Outcome:
    """The standard leaves both open; the tools that share the document do not."""
    language = document.root.find("cda:languageCode", NAMESPACES)
    breaches = [*has(document, document.root, "title", null_flavor=False)]
    if language is None:
        breaches.append(missing(document, document.root, "languageCode", "languageCode da-DK eller da"))
    elif language.get("code") not in ("da-DK", "da"):
        breaches.append(Breach(document.at(language), "languageCode da-DK eller da", shown(language)))
    return tuple(breaches)


@_header_rule(9, "Fortroligheden er N (normal) i HL7's kodesystem", Grade.F3, f"{METADATA}, confidentialityCode; {EXAMPLES}")
def confidentiality(document: XmlDocument) -> Outcome:
    """N in 2.16.840.1.113883.5.25, the one value in MedCom's list."""
    if document.root.find("cda:confidentialityCode", NAMESPACES) is None:
        return NotJudged("dokumentet har ingen confidentialityCode")
    return carries(document, document.root, "confidentialityCode", code="N", codeSystem=oids.CONFIDENTIALITY)


@_header_rule(10, "Forfatterens organisation har en SOR-kode", Grade.F4, TOOL)
def author_organisation(document: XmlDocument) -> Outcome:
    """For one author at least. A patient who is the author has no organisation."""
    assigned = document.root.findall("cda:author/cda:assignedAuthor", NAMESPACES)
    staff = [each for each in assigned if each.find(f"cda:code[@code='{codes.SELF}']", NAMESPACES) is None]
    if not staff:
        return NotJudged("dokumentet har ingen forfatter ud over patienten")
    path = "representedOrganization/id"
    ids = [found for each in staff for found in each.findall(cda_path(path), NAMESPACES)]
    return _sor_among(document, ids, staff[0], path)


@_header_rule(
    11, "Et dokument, der erstatter et andet, har samme setId og et højere versionNumber", Grade.F2, f"{SCHEMA}; {EXAMPLES}"
)
def replacement(document: XmlDocument) -> Outcome:
    """relatedDocument has one of the schema's three kinds and an id; for RPLC, setId and versionNumber where both have them."""
    root = document.root
    related = root.findall("cda:relatedDocument", NAMESPACES)
    if not related:
        return NotJudged("dokumentet erstatter ikke et andet")
    breaches: list[Breach] = []
    for each in related:
        if each.get("typeCode") not in ("RPLC", "APND", "XFRM"):
            breaches.append(Breach(document.at(each, "typeCode"), "RPLC, APND eller XFRM", each.get("typeCode") or "mangler"))
        breaches += has(document, each, "parentDocument/id")
    for parent in root.findall("cda:relatedDocument[@typeCode='RPLC']/cda:parentDocument", NAMESPACES):
        old, own = parent.find("cda:setId", NAMESPACES), root.find("cda:setId", NAMESPACES)
        if old is not None and own is not None and _identity(old) != _identity(own):
            breaches.append(Breach(document.at(old), f"samme setId som dokumentet: {shown(own)}", shown(old)))
        before, after = (_version(each) for each in (parent, root))
        if before is not None and after is not None and before >= after:
            place = parent.find("cda:versionNumber", NAMESPACES)
            assert place is not None  # it has a version
            breaches.append(Breach(document.at(place, "value"), f"et versionNumber lavere end {after}", str(before)))
    return tuple(breaches)


def _identity(element: Element) -> tuple[str, str]:
    return element.get("root", "").casefold(), element.get("extension", "").casefold()


def _version(element: Element) -> int | None:
    found = element.find("cda:versionNumber", NAMESPACES)
    value = "" if found is None else found.get("value", "").strip()
    return int(value) if re.fullmatch(r"[0-9]{1,18}", value) else None


@_header_rule(12, "Den dataansvarlige (custodian) er en organisation med et id", Grade.F3, SCHEMA)
def custodian(document: XmlDocument) -> Outcome:
    """That it is a SOR code is sourced for CPD-DK alone (`CPD-C12`)."""
    found = document.root.find("cda:custodian", NAMESPACES)
    if found is None:
        return NotJudged("dokumentet har ingen custodian")
    return has(document, found, CUSTODIAN_ID)


CUSTODIAN_ID = "assignedCustodian/representedCustodianOrganization/id"


def custodian_has_sor(document: XmlDocument) -> Outcome:
    """One of the custodian organisation's ids has SOR's root and an extension."""
    found = document.root.find("cda:custodian", NAMESPACES)
    if found is None:
        return NotJudged("dokumentet har ingen custodian")
    return _sor_among(document, found.findall(cda_path(CUSTODIAN_ID), NAMESPACES), found, CUSTODIAN_ID)


def _sor_among(document: XmlDocument, ids: list[Element], owner: Element, path: str) -> tuple[Breach, ...]:
    if any(each.get("root") == oids.SOR and each.get("extension", "").strip() for each in ids):
        return HOLDS
    expected = f'id root="{oids.SOR}" med SOR-koden i extension'
    return (Breach(document.at(ids[0]), expected, shown(ids[0])) if ids else missing(document, owner, path, expected),)


@_header_rule(13, "Patienten har navn, køn (F eller M) og fødselsdato", Grade.F4, f"{TOOL}; {METADATA}, sourcePatientInfo")
def patient_data(document: XmlDocument) -> Outcome:
    """One breach for each that is missing. What they say is not judged here, and never shown."""
    role = document.root.find("cda:recordTarget/cda:patientRole", NAMESPACES)
    if role is None:
        return NotJudged("dokumentet har ingen patientRole")
    breaches = [
        each for name in ("name", "administrativeGenderCode", "birthTime") for each in has(document, role, f"patient/{name}")
    ]
    gender = role.find("cda:patient/cda:administrativeGenderCode", NAMESPACES)
    if gender is not None and gender.get("code") not in ("F", "M"):
        breaches.append(Breach(document.at(gender), "F eller M", "en anden kode (vises ikke)"))
    return tuple(breaches)


def _header_elements(document: XmlDocument, name: str) -> Iterator[Element]:
    """The elements called `name` in the header, outside the body."""
    for part in document.root.iterchildren(f"{{{HL7}}}*"):
        if local_name(part) != "component":
            yield from part.iter(f"{{{HL7}}}{name}")


# How rules read the tree and tell what they found


def missing(document: XmlDocument, parent: Element, path: str, expected: str = "") -> Breach:
    """`path` (local names) should stand in `parent`, and does not."""
    place = document.at(parent)
    return Breach(replace(place, path=f"{place.path}/{path}"), expected or path, "mangler")


def has(document: XmlDocument, parent: Element, path: str, *, null_flavor: bool = True) -> tuple[Breach, ...]:
    """One breach when `path` is missing, or has a nullFlavor where it may not."""
    found = parent.find(cda_path(path), NAMESPACES)
    if found is None:
        return (missing(document, parent, path),)
    if not null_flavor and "nullFlavor" in found.attrib:
        return (Breach(document.at(found, "nullFlavor"), f"{path} uden nullFlavor", f'nullFlavor="{found.get("nullFlavor")}"'),)
    return HOLDS


def carries(document: XmlDocument, parent: Element, name: str, *, once: bool = False, **wanted: str) -> tuple[Breach, ...]:
    """One breach when no child `name` has the attributes `wanted`, or, with `once`, when several have."""
    children = parent.findall(cda_path(name), NAMESPACES)
    matching = [child for child in children if matches(child, wanted)]
    expected = f"{name} {attributes(wanted)}"
    if once and len(matching) > 1:
        return (Breach(document.at(matching[1]), f"{expected} netop én gang", f"{len(matching)} gange"),)
    if matching:
        return HOLDS
    if children:
        return (Breach(document.at(children[0]), expected, shown(children[0])),)
    return (missing(document, parent, name, expected),)


def matches(element: Element, wanted: dict[str, str]) -> bool:
    """Whether the element has all these attributes."""
    return all(element.get(name) == value for name, value in wanted.items())


def shown(element: Element) -> str:
    """The element as a finding shows it: its name and attributes."""
    return f"{local_name(element)} {attributes({str(name): str(value) for name, value in element.attrib.items()})}".strip()


def attributes(each: dict[str, str]) -> str:
    """Attributes as XML writes them."""
    return " ".join(f'{name}="{value}"' for name, value in each.items())


def cda_path(path: str) -> str:
    """A path of local names as one in CDA's namespace."""
    return "/".join(f"cda:{name}" for name in path.split("/"))
