"""Which document it is: CDA in XML, of which kind, and the sources that the rules of the header stand on."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from harness.conformance.cda.element import missing, shown
from harness.conformance.rule import HOLDS, Breach, Outcome, Rule, rule
from harness.conformance.subject import Unreadable
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards.cda.codes import HL7, NAMESPACES, DocumentKind
from harness.standards.xml import XmlDocument, parse

SUBJECT = "cda-header"
SCHEMA = "HL7 CDA R2, CDA_SDTC.xsd (POCD_MT000040)"
EXAMPLES = "MedComs eksempler i KvalitetsIT/cda-validator@ceb5c65"
SCHEMATRON = "MedCom, schematron, medcomdk/cda-validator-schematron-resources@995c110"
METADATA = "MedCom, XDS Metadata, medcomdk/dk-medcom-xds-metadata@41e776f"
TOOL = "KvalitetsIT/ihe-xds-api@8b730ff, UploadServiceImpl: det, dokumentets metadata bliver lavet af"


@lru_cache(maxsize=1)
def read_plan(data: bytes, file: str) -> XmlDocument:
    """As `parse`, but the same plan is read once for all who judge it after one another. They only look at it."""
    return parse(data, file)


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


def header_rule(number: int, title: str, grade: Grade, source: str) -> Callable[[Callable[..., Outcome]], Rule]:
    """Rule `CDA-H{number}` of the header; it stands on `CDA-XML`."""
    return rule(
        f"CDA-H{number:02}", subject=SUBJECT, title=title, grade=grade, owner=Owner.LPS, source=source, needs=("CDA-XML",)
    )
