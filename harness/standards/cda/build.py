"""Writes a treatment plan as CPD-DK 1.0.1.

The forløbslabel that CPD-DK 2.0 adds to the header is left out: its XML is not sourced. It travels in the document's metadata.
"""

from __future__ import annotations

from harness.domain.careplan import CarePlan
from harness.standards import oids
from harness.standards.cda import codes
from harness.standards.cda.codes import GOALS, HEALTH_CONCERNS, INTERVENTIONS, OUTCOMES, SectionKind
from harness.standards.cda.header import Header, build_document, entry_id
from harness.standards.cda.parts import Part, component, part, time_of


def build_cpd(plan: CarePlan) -> bytes:
    """The plan as a CDA document, UTF-8 with XML declaration; the same bytes for the same plan.

    Shape: MedCom, CPD-DK 1.0.1; ids as in MedCom's newer APD example (root MedCom's OID, extension a UUID). The `id` of an
    entry is derived from the document's own, which must be a UUID (ValueError).
    """
    time = _time(plan)
    period = part("effectiveTime", part("low", value=time), part("high", nullFlavor="NI"))
    return build_document(
        codes.CPD_KIND,
        Header(
            document_id=plan.document_id,
            title=plan.title,
            created=plan.created,
            patient=plan.patient,
            clinic=plan.clinic,
            author=plan.author,
            set_id=plan.set_id,
            version=plan.version,
            replaces=plan.replaces or None,
        ),
        _section(HEALTH_CONCERNS, "Tilstande og diagnoser", _diagnosis(plan)),
        _section(GOALS, "Mine mål", _goals(plan)),
        *([_section(OUTCOMES, "Resultater", _results(plan))] if plan.results else []),
        _section(INTERVENTIONS, "Planlagte indsatser", _interventions(plan)),
        time=time,
        events=(part("documentationOf", part("serviceEvent", period, classCode="PCPR")),),
    )


def _diagnosis(plan: CarePlan) -> Part:
    diagnosis = plan.diagnosis
    since = f"{diagnosis.since:%Y%m%d}"
    return _subsection(
        HEALTH_CONCERNS,
        part("text", part("table", part("tbody", part("tr", part("td", diagnosis.code), part("td", diagnosis.display))))),
        part(
            "act",
            _template(HEALTH_CONCERNS.entry, codes.ENTRY_EDITION),
            _entry_id(plan, "Diagnosis"),
            part("code", code=HEALTH_CONCERNS.code, codeSystem=oids.LOINC),
            part("statusCode", code="active"),
            part("effectiveTime", value=since),
            part(
                "entryRelationship",
                part(
                    "observation",
                    _entry_id(plan, "DiagnosisCode"),
                    part("code", nullFlavor="NI"),
                    part("effectiveTime", part("low", value=since), part("high", nullFlavor="NI")),
                    part(
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
        part(
            "observation",
            _template(GOALS.entry, codes.ENTRY_EDITION),
            _entry_id(plan, name),
            part("code", nullFlavor="NA"),
            part("text", part("reference", value=f"#{name}")),
            part("statusCode", code="active"),
            part("effectiveTime", value=_time(plan)),
            part("value", **{codes.XSI_TYPE: "ST"}, nullFlavor="NA"),
            classCode="OBS",
            moodCode="GOL",
        )
        for name in names
    ]
    return _subsection(GOALS, _paragraphs(names, plan.goals), *entries)


def _interventions(plan: CarePlan) -> Part:
    names = [f"Plan{number}" for number in range(1, len(plan.interventions) + 1)]
    entries = [
        part(
            "encounter",
            _template(INTERVENTIONS.entry, codes.ENTRY_EDITION),
            _entry_id(plan, name),
            part("code", nullFlavor="NI"),
            part("text", part("reference", value=f"#{name}")),
            part("statusCode", code="active"),
            part("effectiveTime", nullFlavor="NI"),
            classCode="ACT",
            moodCode="INT",
        )
        for name in names
    ]
    return _subsection(INTERVENTIONS, _paragraphs(names, plan.interventions), *entries)


def _results(plan: CarePlan) -> Part:
    names = [f"Result{number}" for number in range(1, len(plan.results) + 1)]
    entries = [
        part(
            "observation",
            _template(OUTCOMES.entry, codes.ENTRY_EDITION),
            _entry_id(plan, name),
            part("code", nullFlavor="NI"),
            part("text", part("reference", value=f"#{name}")),
            part("statusCode", code="completed"),
            part("effectiveTime", value=_time(plan)),
            classCode="OBS",
            moodCode="EVN",
        )
        for name in names
    ]
    return _subsection(OUTCOMES, _paragraphs(names, plan.results), *entries)


def _section(kind: SectionKind, title: str, *subsections: Part) -> Part:
    return component(
        _template(kind.template, codes.SECTION_EDITION),
        part("code", code=kind.code, codeSystem=oids.LOINC, codeSystemName="LOINC", displayName=kind.name),
        part("title", title),
        part("text"),
        *subsections,
    )


def _subsection(kind: SectionKind, text: Part, *entries: Part) -> Part:
    return component(
        _template(kind.subsection, codes.SUBSECTION_EDITION),
        _subsection_code(kind),
        part("title", nullFlavor="NI"),
        text,
        *(part("entry", entry, typeCode="DRIV", contextConductionInd="true") for entry in entries),
    )


def _subsection_code(kind: SectionKind) -> Part:
    if not kind.subsection_code:  # no source names one for results
        return part("code", nullFlavor="NI")
    return part("code", code=kind.subsection_code, codeSystem=oids.MESSAGE_CODES, codeSystemName="MedCom Message Codes")


def _paragraphs(names: list[str], texts: tuple[str, ...]) -> Part:
    return part("text", *(part("paragraph", text, ID=name) for name, text in zip(names, texts, strict=True)))


def _entry_id(plan: CarePlan, name: str) -> Part:
    return entry_id(plan.document_id, name)


def _template(root: str, edition: str) -> Part:
    return part("templateId", root=root, extension=edition)


def _time(plan: CarePlan) -> str:
    return time_of(plan.created)
