"""How the elements of a CDA document are built: their kind, what must stand in them, and how ids, values and times are told.

All of it is HL7's schema, for those who check without it. Sections and related documents have rules of their own.
"""

from __future__ import annotations

from typing import Final

from harness.conformance.cda.document import SCHEMA, SCHEMATRON, header_rule
from harness.conformance.cda.element import missing, shown
from harness.conformance.rule import Breach, Outcome
from harness.conformance.subject import some
from harness.domain.grade import Grade
from harness.standards.cda import codes
from harness.standards.cda.codes import HL7
from harness.standards.xml import Element, XmlDocument, local_name

_KINDS: Final = ("classCode", "moodCode", "typeCode", "determinerCode", "contextConductionInd", "nullFlavor")


@header_rule(16, "Elementernes art (classCode, moodCode, typeCode og lignende) er en, skemaet tillader", Grade.F3, SCHEMA)
def kinds(document: XmlDocument) -> Outcome:
    """One that the schema demands stands there; one that it fixes or lists is that value, or one of them."""
    found = (_kind(document, each, name) for each in document.root.iter(f"{{{HL7}}}*") for name in _KINDS)
    return some(each for each in found if each is not None)


def _kind(document: XmlDocument, element: Element, name: str) -> Breach | None:
    of, found = local_name(element), element.get(name)
    if found is None:
        return missing(document, element, f"@{name}", name) if (of, name) in _DEMANDED else None
    allowed = _NULL_FLAVORS if name == "nullFlavor" else _ALLOWED.get((of, name))
    if allowed is None or found in allowed:
        return None
    expected = " eller ".join(sorted(allowed)) if len(allowed) < 13 else "en værdi, som skemaet kender"
    return Breach(document.at(element, name), expected, found or "tom")


@header_rule(17, "Et id har en root, eller en nullFlavor", Grade.F3, f"{SCHEMA}, datatypen II; {SCHEMATRON}, dtr1-1-II")
def rooted(document: XmlDocument) -> Outcome:
    """Of ids and templates, but for those that other rules look for: the document's own, the patient's and the custodian's."""
    return some(
        Breach(document.at(each), f"{local_name(each)} med root", shown(each))
        for each in document.root.iter(f"{{{HL7}}}id", f"{{{HL7}}}templateId")
        if not each.get("root", "").strip() and "nullFlavor" not in each.attrib and _parent(each) not in _IDS_ELSEWHERE
    )


@header_rule(18, "Elementerne har det indhold, skemaet kræver", Grade.F3, SCHEMA)
def contents(document: XmlDocument) -> Outcome:
    """An entry has its act, an act and an observation their code, and so on. Of an organizer's parts its own rules speak."""
    return some(
        missing(document, each, wanted[0], " eller ".join(wanted[:3]))
        for each in document.root.iter(*(f"{{{HL7}}}{name}" for name in _CONTENTS))
        for wanted in (_CONTENTS[local_name(each)],)
        if "nullFlavor" not in each.attrib
        and not _in_organizer(each)
        and not any(each.find(f"{{{HL7}}}{name}") is not None for name in wanted)
    )


@header_rule(19, "En observations værdi siger sin type (xsi:type), og det er en af HL7's", Grade.F3, SCHEMA)
def value_types(document: XmlDocument) -> Outcome:
    """The schema's own type for a value is abstract, so that a reader cannot know what it is without. Of an organizer's parts
    its own rules speak.
    """
    observations = (each for each in document.root.iter(f"{{{HL7}}}observation") if not _in_organizer(each))
    found = (_type(document, value) for each in observations for value in each.iterchildren(f"{{{HL7}}}value"))
    return some(each for each in found if each is not None)


def _type(document: XmlDocument, value: Element) -> Breach | None:
    found = value.get(codes.XSI_TYPE)
    if found is None:
        return missing(document, value, "@xsi:type", "xsi:type")
    known = found.rpartition(":")[2].strip() in _TYPES
    return None if known else Breach(document.at(value, "type"), "en af HL7's datatyper, fx CD, PQ eller ST", found or "tom")


@header_rule(20, "Et tidspunkt, der står tomt, siger hvorfor (nullFlavor)", Grade.F3, f"{SCHEMATRON}, dtr1-1-TS")
def empty_times(document: XmlDocument) -> Outcome:
    """Of the ends of spans, and of the times of what stands in the body."""
    return some(
        Breach(document.at(each), "et tidspunkt (value) eller en nullFlavor", f"{local_name(each)} uden noget")
        for each in document.root.iter(*(f"{{{HL7}}}{name}" for name in ("low", "high", "effectiveTime")))
        if not len(each) and not {"value", "nullFlavor"} & set(each.attrib) and _parent(each) != "ClinicalDocument"
    )


@header_rule(
    21,
    "En post, der henviser til teksten, henviser til noget, der står der",
    Grade.F3,
    "HL7 CDA R2, 4.3.5.1: ID i afsnittets tekst",
)
def references(document: XmlDocument) -> Outcome:
    """A reference to a place in the document (`#Goal1`) is the ID of an element in it. Addresses elsewhere are not judged."""
    places = {name for each in document.root.iter(f"{{{HL7}}}*") for name in (each.get("ID"), each.get(_XML_ID)) if name}
    return some(
        Breach(document.at(each, "value"), "et ID, der står i dokumentets tekst", value)
        for each in document.root.iter(f"{{{HL7}}}reference")
        if (value := each.get("value", "").strip()).startswith("#") and value.removeprefix("#") not in places
    )


_XML_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"


def _in_organizer(element: Element) -> bool:
    return next(element.iterancestors(f"{{{HL7}}}organizer"), None) is not None


def _parent(element: Element) -> str:
    parent = element.getparent()
    return "" if parent is None else local_name(parent)


_IDS_ELSEWHERE: Final = frozenset({"ClinicalDocument", "patientRole", "representedCustodianOrganization", "section"})
_ACTS: Final = (
    "act", "encounter", "observation", "observationMedia", "organizer", "procedure", "regionOfInterest",
    "substanceAdministration", "supply",
)  # fmt: skip
_CONTENTS: Final = {
    "documentationOf": ("serviceEvent",),
    "entry": _ACTS,
    "entryRelationship": _ACTS,
    "act": ("code",),
    "observation": ("code",),
    "participant": ("participantRole", "associatedEntity"),
    "assignedEntity": ("id",),
}
_TYPE_NAMES: Final = (
    "ANYNonNull BL BN ED ST CD CE CV CS CO CR SC II TS TEL AD EN PN ON TN INT REAL PQR PQ MO RTO SXCM_TS IVL_TS IVXB_TS "
    "RTO_QTY_QTY PIVL_TS EIVL_TS IVL_PQ SXCM_PQ IVXB_PQ PPD_TS PPD_PQ PIVL_PPD_TS SXCM_PPD_TS IVL_PPD_TS IVXB_PPD_TS "
    "EIVL_PPD_TS IVL_PPD_PQ SXCM_PPD_PQ IVXB_PPD_PQ SXPR_TS SXCM_CD SXCM_MO SXCM_INT SXCM_REAL IVL_INT IVXB_INT IVL_REAL "
    "IVXB_REAL IVL_MO IVXB_MO HXIT_PQ HXIT_CE BXIT_CD BXIT_IVL_PQ SLIST_PQ SLIST_TS GLIST_TS GLIST_PQ RTO_PQ_PQ RTO_MO_PQ "
    "UVP_TS"
)
_TYPES: Final = frozenset(_TYPE_NAMES.split())
"""datatypes-base_SDTC.xsd and datatypes.xsd: every type that is not abstract."""
_DEMANDED: Final = frozenset(
    {(act, name) for act in _ACTS for name in ("classCode", "moodCode")}
    | {("entryRelationship", "typeCode"), ("participant", "typeCode"), ("associatedEntity", "classCode")}
)
_PERSONS: Final = ("assignedPerson", "associatedPerson", "guardianPerson", "patient", "relatedPerson")
_ORGANISATIONS: Final = (
    "guardianOrganization", "providerOrganization", "receivedOrganization", "representedCustodianOrganization",
    "representedOrganization", "scopingOrganization", "serviceProviderOrganization", "wholeOrganization",
)  # fmt: skip
_FIXED: Final = {
    "ClinicalDocument": {"classCode": "DOCCLIN", "moodCode": "EVN"},
    "parentDocument": {"classCode": "DOCCLIN", "moodCode": "EVN"},
    "structuredBody": {"classCode": "DOCBODY", "moodCode": "EVN"},
    "component": {"typeCode": "COMP", "contextConductionInd": "true"},
    "entry": {"contextConductionInd": "true"},
    "recordTarget": {"typeCode": "RCT"},
    "patientRole": {"classCode": "PAT"},
    "author": {"typeCode": "AUT"},
    "assignedAuthor": {"classCode": "ASSIGNED"},
    "custodian": {"typeCode": "CST"},
    "assignedCustodian": {"classCode": "ASSIGNED"},
    "assignedEntity": {"classCode": "ASSIGNED"},
    "documentationOf": {"typeCode": "DOC"},
    "serviceEvent": {"moodCode": "EVN"},
    "playingEntity": {"determinerCode": "INSTANCE"},
    **{each: {"classCode": "PSN", "determinerCode": "INSTANCE"} for each in _PERSONS},
    **{each: {"classCode": "ORG", "determinerCode": "INSTANCE"} for each in _ORGANISATIONS},
}
_ACT_CLASSES: Final = (
    "ACCM ACCT ACSN ACT ACTN ADJUD ALRT BATTERY CACT CASE CATEGORY CDALVLONE CLNTRL CLUSTER CNOD CNTRCT COMPOSITION COND CONS "
    "CONTREG COV CTTEVENT DGIMG DIET DISPACT DOC DOCBODY DOCCLIN DOCSECT EHR ENC ENTRY EXTRACT FCNTRCT FOLDER INC INFO INFRM "
    "INVE INVSTG LIST MPROT OBS OBSCOR OBSSER ORGANIZER OUTB PCPR PROC REG REV ROIBND ROIOVL SBADM SPCOBS SPCTRT SPLY STC "
    "SUBST TOPIC TRNS VERIF XACT"
)
_ROLE_CLASSES: Final = (
    "ACCESS ACTI ACTM ADTV AGNT ALQT ASSIGNED BASE BIRTHPL CAREGIVER CASESBJ CIT COLR COMPAR CON CONT COVPTY CRINV CRSPNSR "
    "DSDLOC DST ECON EMP EXPR FLVR GEN GRIC GUAR GUARD HLD HLTHCHRT IACT IDENT INGR INST INVSBJ ISDLOC ISLT LIC LOCE MANU MBR "
    "MIL MNT NOK NOT OWN PART PAT PAYEE PAYOR POLHOLD PROV PRS PRSV QUAL RESBJ RET RGPR ROL SDLOC SGNOFF SPEC SPNSR STBL STD "
    "STOR SUBS SUBY TERR THER UNDWRT WRTE"
)
_LISTED: Final = {
    ("entry", "typeCode"): "COMP DRIV",
    ("entryRelationship", "typeCode"): "CAUS COMP GEVL MFST REFR RSON SAS SPRT SUBJ XCRPT",
    ("act", "classCode"): "ACCM ACT CONS CTTEVENT INC INFRM PCPR REG SPCTRT",
    ("act", "moodCode"): "APT ARQ DEF EVN INT PRMS PRP RQO",
    ("encounter", "classCode"): _ACT_CLASSES,
    ("encounter", "moodCode"): "APT ARQ EVN INT PRMS PRP RQO",
    ("observation", "classCode"): "ALRT CASE CLNTRL CNOD COND DGIMG INVSTG OBS OBSCOR OBSSER OUTB ROIBND ROIOVL SPCOBS",
    ("observation", "moodCode"): "DEF EVN GOL INT PRMS PRP RQO",
    ("organizer", "classCode"): "BATTERY CLUSTER",
    ("serviceEvent", "classCode"): _ACT_CLASSES,
    ("participantRole", "classCode"): _ROLE_CLASSES,
    ("playingEntity", "classCode"): (
        "ANM CER CHEM CITY CONT COUNTRY COUNTY DEV ENT FOOD HCE HOLD LIV MAT MIC MMAT MODDV NAT NLIV ORG PLC PLNT PROVINCE PSN "
        "PUB RGRP STATE"
    ),
    ("participant", "typeCode"): (
        "ADM ATND AUT AUTHEN BBY BEN CALLBCK CON COV CSM CST DEV DIR DIS DIST DON DST ELOC ENT ESC HLD IND INF IRCP LA LOC NOT "
        "NRD ORG PPRF PRCP PRD PRF RCT RCV RDV REF REFB REFT RESP RML SBJ SPC SPRF TRC VIA VRF WIT"
    ),
}
_NULL_FLAVOR_NAMES: Final = "ASKU MSK NA NASK NAV NI NINF NP OTH PINF TRC UNK"
_NULL_FLAVORS: Final = frozenset(_NULL_FLAVOR_NAMES.split())
_ALLOWED: Final = {(of, name): frozenset({value}) for of, each in _FIXED.items() for name, value in each.items()} | {
    key: frozenset(values.split()) for key, values in _LISTED.items()
}
"""POCD_MT000040_SDTC.xsd and voc.xsd, by the element and the attribute."""
