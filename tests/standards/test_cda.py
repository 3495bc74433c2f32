"""CPD-DK written and read: valid by the schema, the same from the same plan, and read back as it was."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from lxml import etree

from harness.conformance.cda.cpd import judge_cpd
from harness.conformance.cda.cpd_edition import judge_edition
from harness.conformance.cda.header import judge_header
from harness.conformance.rule import Result
from harness.domain.careplan import CarePlan, Diagnosis, Disease
from harness.domain.identifiers import Cpr, Ecpr
from harness.domain.patient import Organisation, Patient, Practitioner
from harness.standards import xml
from harness.standards.cda.build import build_cpd
from harness.standards.cda.read import CpdFacts, read_cpd
from harness.standards.xds.metadata import entry_from_cpd

HAND_WRITTEN = Path(__file__).parents[1] / "examples" / "cpd_haandskrevet.xml"
ARTEFACTS = os.environ.get("LPS_ARTEFACTS")
needs_schemas = pytest.mark.skipif(not ARTEFACTS, reason="LPS_ARTEFACTS peger ikke på en mappe med CDA-skemaerne")

LRS = CarePlan(
    disease=Disease.LRS,
    patient=Patient("Cæcar", Cpr("2311143995"), ("Cæcar", "Test"), "Østergård", date(1914, 11, 23), female=False),
    diagnosis=Diagnosis("L84", "Rygsyndrom uden smerteudstråling", date(2026, 9, 1)),
    goals=("Gå 30 minutter hver dag BCDFGH", "Løfte < 10 kg & sove bedre"),
    interventions=("Blå træning hos fysioterapeut", "Kontrol om 8 uger"),
    set_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d00ff",
    document_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0001",
    version=1,
    created=datetime(2026, 10, 5, 8, 15, tzinfo=UTC),
    clinic=Organisation("Lægerne Åen", "325381000016008"),
    author=Practitioner("Søren", "Testesen"),
)
KOL = replace(
    LRS,
    disease=Disease.KOL,
    patient=Patient("Nancy", Cpr("2512489996"), ("Nancy", "Ann", "Test"), "Berggren", date(1948, 12, 25), female=True),
    diagnosis=Diagnosis("R95", "Kronisk obstruktiv lungesygdom", date(2019, 3, 7)),
)
WITHOUT_CPR = replace(KOL, patient=Patient("Peter", Ecpr("0703921VJ5"), ("Peter",), "Hansen", date(1992, 3, 7), female=False))
T2D = replace(KOL, disease=Disease.T2D, diagnosis=Diagnosis("T90", "Diabetes type 2", date(2021, 5, 4)))
HJERTE = replace(
    KOL, disease=Disease.HJERTE, diagnosis=Diagnosis("K74", "Iskæmisk hjertesygdom med angina pectoris", date(2020, 1, 9))
)


def second(plan: CarePlan) -> CarePlan:
    """The edition after `plan`."""
    return replace(plan, document_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0002", version=2, replaces=plan.document_id)


PLANS = {
    "LRS": LRS,
    "KOL": KOL,
    "LRS 2": second(LRS),
    "KOL 2": second(KOL),
    "diabetes": T2D,
    "diabetes 2": second(T2D),
    "hjerte": HJERTE,
    "uden CPR": WITHOUT_CPR,
    "tom": replace(LRS, goals=(), interventions=()),
}


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(Path(ARTEFACTS or "") / "xsd" / "cda" / "infrastructure" / "cda" / "CDA_SDTC.xsd"))


@needs_schemas
@pytest.mark.parametrize("name", PLANS)
def test_a_built_plan_is_valid_by_the_schema(name: str, schema: etree.XMLSchema) -> None:
    schema.assertValid(etree.fromstring(build_cpd(PLANS[name])))


@needs_schemas
def test_the_hand_written_plan_is_valid_by_the_schema(schema: etree.XMLSchema) -> None:
    schema.assertValid(etree.parse(HAND_WRITTEN))


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("declared", ["CPD-DK 1.0.1", "CPD-DK 2.0"])
def test_a_built_plan_keeps_every_rule(name: str, declared: str) -> None:
    assert {each.result for each in judge_cpd(build_cpd(PLANS[name]), "plan.xml", declared=declared)} <= {
        Result.HOLDS,
        Result.NOT_JUDGED,
    }


@pytest.mark.parametrize("name", PLANS)
def test_a_built_plan_breaks_no_rule_of_the_shared_header(name: str) -> None:
    assert {each.result for each in judge_header(build_cpd(PLANS[name]), "plan.xml")} <= {Result.HOLDS, Result.NOT_JUDGED}


@pytest.mark.parametrize("plan", [LRS, KOL, T2D, HJERTE], ids=["LRS", "KOL", "T2D", "HJERTE"])
def test_a_built_second_edition_replaces_the_first(plan: CarePlan) -> None:
    judgements = judge_edition(build_cpd(second(plan)), "2.xml", build_cpd(plan))
    assert [each.rule.id for each in judgements if each.result is Result.HOLDS] == ["CPD-V02", "CPD-V03", "CPD-V04", "CPD-V05"]


def test_a_built_plan_is_read_back() -> None:
    assert read_cpd(xml.parse(build_cpd(second(LRS)), "plan.xml")) == CpdFacts(
        patient_cpr="2311143995",
        document_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0002",
        unique_id="1.2.208.184^6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0002",
        set_id="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d00ff",
        version=2,
        replaces="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d0001",
        title="Min forløbsplan for Lænderygsmerter",
        effective_time="20261005101500+0200",
        diagnoses=(("L84", "1.2.208.176.2.31"),),
        goals=("Gå 30 minutter hver dag BCDFGH", "Løfte < 10 kg & sove bedre"),
        interventions=("Blå træning hos fysioterapeut", "Kontrol om 8 uger"),
        custodian="325381000016008",
        authored=("20261005101500+0200",),
        diagnosed=(("L84", "20260901"), ("L84", "20260901")),
        coded_goals=LRS.goals,
        coded_rest=LRS.interventions,
        timed=tuple((goal, "20261005101500+0200") for goal in LRS.goals),
    )


def test_an_entry_says_what_it_points_to_or_its_own_words() -> None:
    document = """<ClinicalDocument xmlns='urn:hl7-org:v3'><component><structuredBody><component><section><code code='61146-7'/>
        <text><list><item ID='g1'>Gå   en tur</item><item>Kun i teksten</item></list></text>
        <entry><observation><text><reference value='#g1'/></text></observation></entry>
        <entry><observation><text>Svøm</text><effectiveTime><low value='2026'/></effectiveTime></observation></entry>
        <entry><observation><text><reference value='#væk'/></text></observation></entry>
        <entry><observation/></entry></section></component></structuredBody></component></ClinicalDocument>"""
    facts = read_cpd(xml.parse(document.encode("utf-8"), "plan.xml"))
    assert (facts.coded_goals, facts.timed) == (("Gå en tur", "Svøm"), (("Svøm", "2026"),))


def test_a_patient_without_cpr_stands_under_the_root_of_the_ecpr() -> None:
    data = build_cpd(WITHOUT_CPR)
    assert data.count(b'<id root="1.2.208.176.1.6.1.1" extension="0703921VJ5"/>') == 1
    assert b'"1.2.208.176.1.2"' not in data
    assert read_cpd(xml.parse(data, "plan.xml")).patient_cpr == "0703921VJ5"


def test_a_cpr_number_goes_before_an_ecpr() -> None:
    both = build_cpd(KOL).replace(
        b'<id root="1.2.208.176.1.2"', b'<id root="1.2.208.176.1.6.1.1" extension="0703921VJ5"/><id root="1.2.208.176.1.2"', 1
    )
    assert read_cpd(xml.parse(both, "plan.xml")).patient_cpr == "2512489996"
    assert entry_from_cpd(both, "Document01", "2.0").patient_id == "2512489996^^^&1.2.208.176.1.2&ISO"


def test_the_hand_written_plan_is_read() -> None:
    assert read_cpd(xml.parse(HAND_WRITTEN.read_bytes(), "plan.xml")) == CpdFacts(
        patient_cpr="2512489996",
        document_id="0d0c7d1e-58a4-4f0f-9a1b-2f8f3c1a7e01",
        unique_id="0d0c7d1e-58a4-4f0f-9a1b-2f8f3c1a7e01",
        set_id="0d0c7d1e-58a4-4f0f-9a1b-2f8f3c1a7eff",
        version=1,
        replaces=None,
        title="Min forløbsplan for KOL",
        effective_time="20261025013000+0200",
        diagnoses=(("R95", "1.2.208.176.2.31"),),
        goals=("Blive røgfri før nytår",),
        interventions=("Husk at bestille tid", "Lungefunktion i april", "Influenzavaccine"),
        custodian="73091000016008",
        authored=("20261025012500+0200",),
        diagnosed=(("R95", "2019"),),
    )


EMPTY = CpdFacts("", "", "", "", None, None, "", "", (), (), ())


@pytest.mark.parametrize(
    "document",
    [
        "<Bundle/>",
        "<ClinicalDocument xmlns='urn:hl7-org:v3'/>",
        "<ClinicalDocument xmlns='urn:hl7-org:v3'><id/><title/><effectiveTime/><setId nullFlavor='NI'/><versionNumber value='²'/>"
        "<recordTarget><patientRole><id root='1.2.208.176.1.2'/></patientRole></recordTarget>"
        "<relatedDocument typeCode='RPLC'><parentDocument/></relatedDocument><component><structuredBody><component>"
        "<section><code code='75310-3'/></section></component></structuredBody></component></ClinicalDocument>",
    ],
)
def test_what_is_missing_is_empty(document: str) -> None:
    assert read_cpd(xml.parse(document.encode("utf-8"), "plan.xml")) == EMPTY


def test_an_addendum_replaces_nothing() -> None:
    document = build_cpd(second(LRS)).replace(b'typeCode="RPLC"', b'typeCode="APND"')
    assert read_cpd(xml.parse(document, "plan.xml")).replaces is None


def test_the_same_plan_gives_the_same_bytes_and_another_edition_other_ids() -> None:
    assert build_cpd(LRS) == build_cpd(replace(LRS))
    own = set(etree.fromstring(build_cpd(LRS)).xpath("//*[local-name()='entry']/*/*[local-name()='id']/@root"))
    next_ones = set(etree.fromstring(build_cpd(second(LRS))).xpath("//*[local-name()='entry']/*/*[local-name()='id']/@root"))
    assert len(own) == len(LRS.goals) + len(LRS.interventions) + 1
    assert not own & next_ones


def test_a_first_edition_replaces_nothing() -> None:
    assert b"relatedDocument" not in build_cpd(LRS)


@pytest.mark.parametrize(
    ("created", "written"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "20261025023000+0200"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "20261025023000+0100"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "20270328030000+0200"),
    ],
)
def test_times_are_danish_with_their_offset(created: datetime, written: str) -> None:
    assert read_cpd(xml.parse(build_cpd(replace(LRS, created=created)), "plan.xml")).effective_time == written


def test_each_goal_has_its_own_observation() -> None:
    root = etree.fromstring(build_cpd(LRS))
    paragraphs = root.xpath("//*[local-name()='paragraph']/@ID")
    assert paragraphs == ["Goal1", "Goal2", "Plan1", "Plan2"]
    assert root.xpath("//*[local-name()='reference']/@value") == [f"#{name}" for name in paragraphs]


def test_the_document_is_utf_8_and_has_lines() -> None:
    data = build_cpd(LRS)
    assert data.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n")
    assert "<title>Min forløbsplan for Lænderygsmerter</title>\n".encode() in data


def test_only_what_one_text_says_twice_is_doubled() -> None:
    once = build_cpd(LRS)
    assert read_cpd(xml.parse(once, "plan")).doubled == ()
    twice = build_cpd(replace(LRS, goals=LRS.goals * 2, interventions=(*LRS.interventions, LRS.interventions[0])))
    assert read_cpd(xml.parse(twice, "plan")).doubled == (*LRS.goals, LRS.interventions[0])
    title = b"<title>Mine m\xc3\xa5l</title>"
    told = title + b"<text><paragraph>" + LRS.goals[0].encode() + b"</paragraph></text>"
    overview = read_cpd(xml.parse(once.replace(title, told, 1), "plan"))
    assert (overview.goals.count(LRS.goals[0]), overview.doubled) == (2, ())
