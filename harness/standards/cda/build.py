"""Writes a treatment plan as CPD-DK 1.0.1.

The forløbslabel that CPD-DK 2.0 adds to the header is left out: its XML is not public.
"""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID, uuid5

from lxml import etree

from harness.domain.careplan import CarePlan
from harness.domain.clock import copenhagen
from harness.domain.patient import Organisation
from harness.standards import oids
from harness.standards.cda import codes
from harness.standards.cda.codes import GOALS, HEALTH_CONCERNS, INTERVENTIONS, SectionKind
from harness.standards.xml import Element

_ROOT = f'<ClinicalDocument xmlns="{codes.HL7}" xmlns:xsi="{codes.XSI}"/>'


class Part(NamedTuple):
    """An element of CDA still to be written: its children or its text, and its attributes."""

    name: str
    content: tuple[Part | str, ...]
    attributes: dict[str, str]


def build_cpd(plan: CarePlan) -> bytes:
    """The plan as a CDA document, UTF-8 with XML declaration; the same bytes for the same plan.

    Shape: MedCom, CPD-DK 1.0.1; ids as in MedCom's newer APD example (root MedCom's OID, extension a UUID). The `id` of an
    entry is derived from the document's own, which must be a UUID (ValueError).
    """
    root = etree.fromstring(_ROOT)
    _write(_clinical_document(plan), root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _clinical_document(plan: CarePlan) -> Part:
    return _e(
        "ClinicalDocument",
        _e("realmCode", code="DK"),
        _e("typeId", root=codes.TYPE_ID_ROOT, extension=codes.TYPE_ID),
        _e("templateId", root=codes.CPD),
        _medcom_id("id", plan.document_id),
        _care_plan_code(),
        _e("title", plan.title),
        _e("effectiveTime", value=_time(plan)),
        _e("confidentialityCode", code="N", codeSystem=oids.CONFIDENTIALITY),
        _e("languageCode", code="da-DK"),
        _medcom_id("setId", plan.set_id),
        _e("versionNumber", value=str(plan.version)),
        _patient(plan),
        _author(plan),
        _e("custodian", _e("assignedCustodian", _organisation("representedCustodianOrganization", plan.clinic))),
        _e(
            "documentationOf",
            _e("serviceEvent", _e("effectiveTime", _e("low", value=_time(plan)), _e("high", nullFlavor="NI")), classCode="PCPR"),
        ),
        *_replaced(plan),
        _e(
            "component",
            _e(
                "structuredBody",
                _section(HEALTH_CONCERNS, "Tilstande og diagnoser", _diagnosis(plan)),
                _section(GOALS, "Mine mål", _goals(plan)),
                _section(INTERVENTIONS, "Planlagte indsatser", _interventions(plan)),
            ),
        ),
    )


def _patient(plan: CarePlan) -> Part:
    patient = plan.patient
    return _e(
        "recordTarget",
        _e(
            "patientRole",
            _e("id", root=oids.CPR, extension=patient.cpr.digits, assigningAuthorityName="CPR"),
            _e(
                "patient",
                _e("name", *(_e("given", given) for given in patient.given), _e("family", patient.family)),
                _e("administrativeGenderCode", code="F" if patient.female else "M", codeSystem=oids.GENDER),
                _e("birthTime", value=f"{patient.born:%Y%m%d}"),
                classCode="PSN",
                determinerCode="INSTANCE",
            ),
            _organisation("providerOrganization", plan.clinic),
            classCode="PAT",
        ),
    )


def _author(plan: CarePlan) -> Part:
    return _e(
        "author",
        _e("time", value=_time(plan)),
        _e(
            "assignedAuthor",
            _sor(plan.clinic),
            _e(
                "assignedPerson",
                _e("name", _e("prefix", "Læge"), _e("given", plan.author.given), _e("family", plan.author.family)),
            ),
            _organisation("representedOrganization", plan.clinic),
        ),
    )


def _replaced(plan: CarePlan) -> list[Part]:
    if not plan.replaces:
        return []
    return [
        _e(
            "relatedDocument",
            _e(
                "parentDocument",
                _medcom_id("id", plan.replaces),
                _care_plan_code(),
                _medcom_id("setId", plan.set_id),
                _e("versionNumber", value=str(plan.version - 1)),
            ),
            typeCode="RPLC",
        )
    ]


def _diagnosis(plan: CarePlan) -> Part:
    diagnosis = plan.diagnosis
    since = f"{diagnosis.since:%Y%m%d}"
    return _subsection(
        HEALTH_CONCERNS,
        _e("text", _e("table", _e("tbody", _e("tr", _e("td", diagnosis.code), _e("td", diagnosis.display))))),
        _e(
            "act",
            _template(HEALTH_CONCERNS.entry, codes.ENTRY_EDITION),
            _entry_id(plan, "Diagnosis"),
            _e("code", code=HEALTH_CONCERNS.code, codeSystem=oids.LOINC),
            _e("statusCode", code="active"),
            _e("effectiveTime", value=since),
            _e(
                "entryRelationship",
                _e(
                    "observation",
                    _entry_id(plan, "DiagnosisCode"),
                    _e("code", nullFlavor="NI"),
                    _e("effectiveTime", _e("low", value=since), _e("high", nullFlavor="NI")),
                    _e(
                        "value",
                        **{codes.XSI_TYPE: "CD"},
                        code=diagnosis.code,
                        codeSystem=oids.ICPC2,
                        codeSystemName="ICPC-2-DK",
                        displayName=diagnosis.display,
                    ),
                    classCode="OBS",
                    moodCode="EVN",
                ),
                typeCode="REFR",
            ),
            classCode="ACT",
            moodCode="EVN",
        ),
    )


def _goals(plan: CarePlan) -> Part:
    names = [f"Goal{number}" for number in range(1, len(plan.goals) + 1)]
    entries = [
        _e(
            "observation",
            _template(GOALS.entry, codes.ENTRY_EDITION),
            _entry_id(plan, name),
            _e("code", nullFlavor="NA"),
            _e("text", _e("reference", value=f"#{name}")),
            _e("statusCode", code="active"),
            _e("effectiveTime", value=_time(plan)),
            _e("value", **{codes.XSI_TYPE: "ST"}, nullFlavor="NA"),
            classCode="OBS",
            moodCode="GOL",
        )
        for name in names
    ]
    return _subsection(GOALS, _paragraphs(names, plan.goals), *entries)


def _interventions(plan: CarePlan) -> Part:
    names = [f"Plan{number}" for number in range(1, len(plan.interventions) + 1)]
    entries = [
        _e(
            "encounter",
            _template(INTERVENTIONS.entry, codes.ENTRY_EDITION),
            _entry_id(plan, name),
            _e("code", nullFlavor="NI"),
            _e("text", _e("reference", value=f"#{name}")),
            _e("statusCode", code="active"),
            _e("effectiveTime", nullFlavor="NI"),
            classCode="ACT",
            moodCode="INT",
        )
        for name in names
    ]
    return _subsection(INTERVENTIONS, _paragraphs(names, plan.interventions), *entries)


def _section(kind: SectionKind, title: str, *subsections: Part) -> Part:
    return _component(
        _template(kind.template, codes.SECTION_EDITION),
        _e("code", code=kind.code, codeSystem=oids.LOINC, codeSystemName="LOINC", displayName=kind.name),
        _e("title", title),
        _e("text"),
        *subsections,
    )


def _subsection(kind: SectionKind, text: Part, *entries: Part) -> Part:
    return _component(
        _template(kind.subsection, codes.SUBSECTION_EDITION),
        _e("code", code=kind.subsection_code, codeSystem=oids.MESSAGE_CODES, codeSystemName="MedCom Message Codes"),
        _e("title", nullFlavor="NI"),
        text,
        *(_e("entry", entry, typeCode="DRIV", contextConductionInd="true") for entry in entries),
    )


def _component(*content: Part) -> Part:
    section = _e("section", *content, classCode="DOCSECT", moodCode="EVN")
    return _e("component", section, typeCode="COMP", contextConductionInd="true")


def _paragraphs(names: list[str], texts: tuple[str, ...]) -> Part:
    return _e("text", *(_e("paragraph", text, ID=name) for name, text in zip(names, texts, strict=True)))


def _organisation(role: str, organisation: Organisation) -> Part:
    return _e(role, _sor(organisation), _e("name", organisation.name))


def _sor(organisation: Organisation) -> Part:
    return _e("id", root=oids.SOR, extension=organisation.sor, assigningAuthorityName="SOR")


def _medcom_id(name: str, uuid: str) -> Part:
    return _e(name, root=oids.MEDCOM, extension=uuid, assigningAuthorityName="MedCom")


def _entry_id(plan: CarePlan, name: str) -> Part:
    return _e("id", root=str(uuid5(UUID(plan.document_id), name)))


def _care_plan_code() -> Part:
    return _e("code", code=codes.CARE_PLAN, codeSystem=oids.LOINC, codeSystemName="LOINC", displayName="Care plan")


def _template(root: str, edition: str) -> Part:
    return _e("templateId", root=root, extension=edition)


def _time(plan: CarePlan) -> str:
    return copenhagen(plan.created).strftime("%Y%m%d%H%M%S%z")


def _e(name: str, *content: Part | str, **attributes: str) -> Part:
    return Part(name, content, attributes)


def _write(part: Part, element: Element) -> None:
    for child in part.content:
        if isinstance(child, str):
            element.text = child
        else:
            _write(child, etree.SubElement(element, f"{{{codes.HL7}}}{child.name}", child.attributes))
