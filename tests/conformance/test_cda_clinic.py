"""A document names its own clinic wherever it names one by SOR: what breaks the rule, what holds, what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.conformance.cda.clinic import judge_clinic
from harness.conformance.rule import Judgement, Result
from harness.domain.grade import Grade

OWN, OTHER = "73091000016008", "61741000016007"
ID = '<id root="{}" extension="{}"/>'
SOR = ID.format("1.2.208.176.1.1", OWN)


def inside(path: str, content: str) -> str:
    """The elements of `path`, each in the one before, around `content`."""
    for name in reversed(path.split("/")):
        content = f"<{name}>{content}</{name.partition(' ')[0]}>"
    return content


PARTS = {
    "author": inside("author/assignedAuthor", SOR),
    "organisation": inside("author/assignedAuthor/representedOrganization", SOR),
    "patient's clinic": inside("recordTarget/patientRole/providerOrganization", SOR),
    "who carries it out": inside("component/encounter/performer/assignedEntity", SOR),
    "place": inside("component/encounter/participant typeCode='LOC'/participantRole", SOR),
}

CLINICS = {name: part for name, part in PARTS.items() if "encounter" not in part}


def judged(*parts: str, rule: int = 0) -> Judgement:
    document = f'<ClinicalDocument xmlns="urn:hl7-org:v3">\n{"".join(parts)}</ClinicalDocument>'
    return judge_clinic(document.encode(), "plan.xml", OWN)[rule]


BREAKS = [
    ("CDA-S01", SOR.replace(OWN, OTHER), "/id/@extension", OTHER),
    ("CDA-S01", SOR.replace(f' extension="{OWN}"', ""), "/id/@extension", "ingen kode"),
    ("CDA-S01", SOR.replace("176.1.1", "176.1.4"), "/id/@root", "1.2.208.176.1.4"),
]


@pytest.mark.parametrize("part", CLINICS.values(), ids=CLINICS)
@pytest.mark.parametrize(("rule", "new", "ending", "actual"), BREAKS, ids=["another clinic", "no code", "another OID"])
def test_another_clinic_is_one_finding(part: str, rule: str, new: str, ending: str, actual: str) -> None:
    (finding,) = judged(part.replace(SOR, new)).findings
    assert (finding.rule, finding.grade, finding.actual, finding.location.line) == (rule, Grade.F3, actual, 2)
    assert finding.location.path.endswith(ending)


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
@pytest.mark.parametrize(
    "more",
    [
        "",
        '<id nullFlavor="UNK"/>',
        f'<id extension="{OWN}"/>',
        ID.format("1.2.208.176.1.4", "045861"),
        '<id root="1.2.208.176.1.1" nullFlavor="UNK"/>',
    ],
)
def test_its_own_clinic_holds_with_other_ids_beside(part: str, more: str) -> None:
    assert judged(part.replace(SOR, SOR + more)).result is Result.HOLDS


def test_a_place_by_the_clinics_code_under_another_oid_is_a_finding() -> None:
    (finding,) = judged(PARTS["place"].replace("176.1.1", "176.1.4")).findings
    assert (finding.rule, finding.actual) == ("CDA-S01", "1.2.208.176.1.4")


@pytest.mark.parametrize("part", ["place", "who carries it out"])
def test_an_appointment_held_elsewhere_is_remarked_on(part: str) -> None:
    elsewhere = PARTS[part].replace(OWN, OTHER)
    assert judged(PARTS["author"], elsewhere).result is Result.HOLDS
    (finding,) = judged(PARTS["author"], elsewhere, rule=1).findings
    assert (finding.rule, finding.grade, finding.actual) == ("CDA-S02", None, OTHER)
    assert judged(PARTS["place"], rule=1).result is Result.HOLDS
    assert judged(PARTS["author"], rule=1).result is Result.NOT_JUDGED


def test_one_of_the_authors_is_the_clinic_and_the_others_may_be_others() -> None:
    other = PARTS["author"].replace(OWN, OTHER)
    for authors in ((PARTS["author"], other), (other, PARTS["organisation"]), (other, "<author/>")):
        assert judged(*authors, PARTS["patient's clinic"]).result is Result.HOLDS
    assert [each.actual for each in judged(other, other, PARTS["patient's clinic"]).findings] == [OTHER]
    half = inside("author/assignedAuthor", SOR + inside("representedOrganization", SOR.replace(OWN, OTHER)))
    assert [each.actual for each in judged(half).findings] == [OTHER]


def test_another_clinic_in_several_places_is_told_of_once() -> None:
    assert [each.actual for each in judged(*(each.replace(OWN, OTHER) for each in PARTS.values())).findings] == [OTHER]


def test_who_is_responsible_and_who_is_written_to_may_be_another() -> None:
    other = ID.format("1.2.208.176.1.1", OTHER)
    custodian = inside("custodian/assignedCustodian/representedCustodianOrganization", other)
    signed = inside("legalAuthenticator/assignedEntity", other)
    assert judged(PARTS["author"], custodian, signed).result is Result.HOLDS


@pytest.mark.parametrize("part", ["", PARTS["author"].replace(SOR, ID.format("1.2.208.176.1.2", "2509479989"))])
def test_a_document_that_names_no_clinic_is_not_judged(part: str) -> None:
    assert (judged(part).result, judged(part).reason) == (Result.NOT_JUDGED, "dokumentet nævner ingen klinik med SOR-kode")


def appointment(kind: str, sor: str = OWN) -> Judgement:
    place = PARTS["place"].replace("<encounter>", f'<encounter><code code="{kind}"/>').replace(OWN, sor)
    *_, judgement = judge_clinic(f'<ClinicalDocument xmlns="urn:hl7-org:v3">{place}</ClinicalDocument>'.encode(), "a.xml", OWN)
    return judgement


@pytest.mark.parametrize("kind", ["RegionalAppointment", "MunicipalityAppointment"])
def test_an_appointment_at_the_clinic_that_is_coded_as_anothers_is_remarked_on(kind: str) -> None:
    (finding,) = appointment(kind).findings
    assert (finding.rule, finding.grade, finding.actual) == ("CDA-S03", None, kind)
    assert finding.location.path.endswith("/encounter/code/@code")


def test_the_clinics_own_kind_and_kinds_that_are_not_known_hold() -> None:
    assert {appointment(kind).result for kind in ("PractitionerAppointment", "Videosamtale")} == {Result.HOLDS}


def test_an_appointment_elsewhere_is_not_judged() -> None:
    assert appointment("RegionalAppointment", OTHER).result is Result.NOT_JUDGED


def test_what_is_no_xml_is_not_judged() -> None:
    assert {each.result for each in judge_clinic(b"", "plan.xml", OWN)} == {Result.NOT_JUDGED}


def test_the_examples_of_appointments_name_the_clinic_they_are_in() -> None:
    example = Path(__file__).parents[1] / "examples" / "apd_haandskrevet.xml"
    judgement, place, kind = judge_clinic(example.read_bytes(), "aftale.xml", OWN)
    assert (place.result, kind.result) == (Result.HOLDS, Result.HOLDS)
    assert {each.actual for each in judgement.findings} == {"325381000016008"}  # made at the hospital, held at the clinic
