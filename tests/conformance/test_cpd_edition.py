"""The rules between two editions of a plan: each breaks alone, and harmless differences break none."""

from __future__ import annotations

import pytest

from harness.conformance.cda.cpd_edition import judge_edition
from harness.conformance.rule import Judgement, Result, rules_for
from harness.domain.finding import Finding
from harness.domain.grade import Grade

CPR = '<id root="1.2.208.176.1.2" extension="2509479989"/>'
JOURNAL = '<id root="7b0a52c4-11d0-4a60-8d8e-5a0d1c0e9917" extension="journal-{}"/>'
UUID = "6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d000"
MEDCOM_ID = f'root="1.2.208.184" extension="{UUID}'
SET = '<setId root="1.2.208.184" extension="6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d00ff"/>'


def replacing(kind: str, identifier: str) -> str:
    """A relatedDocument of this kind to the document with this id."""
    return f'<relatedDocument typeCode="{kind}"><parentDocument><id {identifier}/></parentDocument></relatedDocument>'


RPLC = replacing("RPLC", f'{MEDCOM_ID}1"')


def edition(number: int, *, related: str, patient: str = CPR, set_id: str = SET, version: str | None = None) -> bytes:
    """A document with what the rules read, by line: 2 id, 3 setId, 4 versionNumber, 5 patient, 6 relatedDocument."""
    return f"""<ClinicalDocument xmlns="urn:hl7-org:v3">
<id {MEDCOM_ID}{number}"/>
{set_id}
{f'<versionNumber value="{number}"/>' if version is None else version}
<recordTarget><patientRole>{patient}</patientRole></recordTarget>
{related}
</ClinicalDocument>""".encode()


FIRST = edition(1, related="")
CODED = FIRST.replace(b"</ClinicalDocument>", b'<code code="81215-6"/></ClinicalDocument>')


def told(*more: str) -> str:
    """The relatedDocument of the second edition, which says more of the first."""
    return RPLC.replace("</parentDocument>", f"{''.join(more)}</parentDocument>")


SECOND = edition(2, related=RPLC)


def findings(judgements: list[Judgement]) -> list[Finding]:
    return [finding for judgement in judgements for finding in judgement.findings]


# rule, grade, the new edition, the one before, line, end of the path
BREAKS: list[tuple[str, Grade, bytes, bytes | None, int, str]] = [
    ("CPD-V01", Grade.F3, edition(1, related=RPLC), None, 6, "/relatedDocument"),
    ("CPD-V02", Grade.F2, edition(2, related=RPLC, set_id=SET.replace("ff", "fe")), FIRST, 3, "/setId"),
    ("CPD-V02", Grade.F2, edition(2, related=RPLC, set_id=""), FIRST, 1, "/setId"),
    ("CPD-V02", Grade.F2, edition(2, related=RPLC, set_id='<setId nullFlavor="NI"/>'), FIRST, 3, "/setId"),
    ("CPD-V03", Grade.F2, edition(2, related=RPLC, version='<versionNumber value="1"/>'), FIRST, 4, "/versionNumber/@value"),
    ("CPD-V03", Grade.F2, edition(2, related=RPLC, version='<versionNumber value="0"/>'), FIRST, 4, "/versionNumber/@value"),
    (
        "CPD-V03",
        Grade.F2,
        edition(2, related=told('<versionNumber value="0"/>'), version='<versionNumber value="1"/>'),
        FIRST,
        4,
        "/versionNumber/@value",
    ),
    ("CPD-V03", Grade.F2, edition(2, related=RPLC, version="<versionNumber/>"), FIRST, 4, "/versionNumber/@value"),
    ("CPD-V03", Grade.F2, edition(2, related=RPLC, version=" "), FIRST, 1, "/versionNumber"),
    ("CPD-V02", Grade.F2, edition(2, related=RPLC, set_id=SET.replace("1.2.208.184", "1.2.208.185")), FIRST, 3, "/setId"),
    ("CPD-V04", Grade.F2, edition(2, related=""), FIRST, 1, "/relatedDocument"),
    ("CPD-V04", Grade.F2, edition(2, related=RPLC.replace("RPLC", "APND")), FIRST, 6, "/relatedDocument"),
    ("CPD-V04", Grade.F2, edition(2, related=RPLC.replace("0001", "0003")), FIRST, 6, "/relatedDocument"),
    ("CPD-V04", Grade.F2, edition(2, related='<relatedDocument typeCode="RPLC"/>'), FIRST, 6, "/relatedDocument"),
    ("CPD-V04", Grade.F2, edition(2, related=told('<versionNumber value="2"/>')), FIRST, 6, "/versionNumber/@value"),
    ("CPD-V04", Grade.F2, edition(2, related=told('<code code="53576-5"/>')), CODED, 6, "/parentDocument/code/@code"),
    ("CPD-V05", Grade.F1, edition(2, related=RPLC, patient=CPR.replace("2509479989", "2512489996")), FIRST, 5, "/id/@extension"),
    (
        "CPD-V05",
        Grade.F1,
        edition(2, related=RPLC, patient=CPR + CPR.replace("2509479989", "2512489996")),
        FIRST,
        5,
        "/patientRole/id[2]/@extension",
    ),
    (
        "CPD-V05",
        Grade.F1,
        edition(2, related=RPLC, patient='<id root="1.2.208.176.1.6.1.1" extension="0703921VJ5"/>'),
        edition(1, related="", patient='<id root="1.2.208.176.1.6.1.1" extension="0703921VJ6"/>'),
        5,
        "/id/@extension",
    ),
]


@pytest.mark.parametrize(
    ("rule", "grade", "new", "previous", "line", "ending"),
    BREAKS,
    ids=[f"{row[0]} {number}" for number, row in enumerate(BREAKS)],
)
def test_one_fault_gives_one_finding(rule: str, grade: Grade, new: bytes, previous: bytes | None, line: int, ending: str) -> None:
    found = findings(judge_edition(new, "ny.xml", previous))
    assert [(each.rule, each.grade, each.location.line) for each in found] == [(rule, grade, line)]
    assert found[0].location.path.endswith(ending)
    assert found[0].location.file == "ny.xml"


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    assert {row[0] for row in BREAKS} == {rule.id for rule in rules_for("cpd-edition")}


def test_honest_editions_keep_the_rules() -> None:
    first = {each.rule.id: each.result for each in judge_edition(FIRST, "1.xml", None)}
    second = {each.rule.id: each.result for each in judge_edition(SECOND, "2.xml", FIRST)}
    later = ["CPD-V02", "CPD-V03", "CPD-V04", "CPD-V05"]
    assert first == {"CPD-V01": Result.HOLDS} | dict.fromkeys(later, Result.NOT_JUDGED)
    assert second == {"CPD-V01": Result.NOT_JUDGED} | dict.fromkeys(later, Result.HOLDS)


@pytest.mark.parametrize(
    ("new", "previous"),
    [
        (SECOND.replace(b"6f7b1c1e", b"6F7B1C1E"), FIRST),
        (edition(7, related=RPLC), FIRST),
        (edition(2, related=told('<code code="81215-6"/><versionNumber value="1"/>')), CODED),
        (edition(2, related=told('<code code="81215-6" codeSystem="2.16.840.1.113883.6.1"/>')), FIRST),
        (edition(2, related=replacing("APND", 'root="1.2.3"') + RPLC), FIRST),
        (edition(2, related=RPLC, patient=JOURNAL.format(18) + CPR), edition(1, related="", patient=JOURNAL.format(17) + CPR)),
        (edition(2, related=RPLC, patient=CPR.replace("2509479989", "250947-9989")), FIRST),
        (edition(2, related=RPLC, patient=CPR + '<id root="1.2.208.176.1.2"/>'), FIRST),
        (edition(2, related=RPLC.replace("<parentDocument>", "<!-- før --><parentDocument><?pi?>")), FIRST),
        (
            edition(2, related=replacing("RPLC", f'root="{UUID}1"')),
            FIRST.replace(MEDCOM_ID.encode(), f'root="{UUID.upper()}'.encode()),
        ),
    ],
    ids=[
        "upper case",
        "a leap in versions",
        "told of the first",
        "a code the first had not",
        "an addendum beside it",
        "a journal number",
        "a hyphen",
        "a number left out",
        "comments",
        "root alone",
    ],
)
def test_harmless_differences_break_nothing(new: bytes, previous: bytes) -> None:
    assert [str(each) for each in findings(judge_edition(new, "ny.xml", previous))] == []


@pytest.mark.parametrize(
    ("rule", "previous", "reason"),
    [
        ("CPD-V02", FIRST.replace(SET.encode(), b""), "den forrige udgave har ingen setId"),
        ("CPD-V03", edition(1, related="", version=" "), "den forrige udgave har intet versionNumber"),
        ("CPD-V04", FIRST.replace(b'<id root="1.2.208.184"', b'<id nullFlavor="NI"'), "den forrige udgave har intet id"),
        ("CPD-V05", edition(1, related="", patient=""), "udgaverne har intet patientnummer af samme slags"),
    ],
    ids=["setId", "versionNumber", "id", "patient"],
)
def test_what_the_previous_edition_lacks_is_not_the_new_ones_fault(rule: str, previous: bytes, reason: str) -> None:
    judgements = {each.rule.id: each for each in judge_edition(SECOND, "2.xml", previous)}
    assert (judgements[rule].result, judgements[rule].reason) == (Result.NOT_JUDGED, reason)
    assert findings(list(judgements.values())) == []


@pytest.mark.parametrize(
    ("new", "previous"),
    [(b"", FIRST), (SECOND, b"%PDF"), (b"<Bundle/>", FIRST), (SECOND, b"<Bundle/>"), (b"x", None)],
    ids=["empty", "previous is no XML", "no CDA", "previous is no CDA", "first is no XML"],
)
def test_what_is_no_cda_document_is_not_judged(new: bytes, previous: bytes | None) -> None:
    judgements = judge_edition(new, "ny.xml", previous)
    assert {each.rule.id for each in judgements} == {rule.id for rule in rules_for("cpd-edition")}
    assert {each.result for each in judgements} == {Result.NOT_JUDGED}


# the new edition, the one before, what was expected and what was found
TOLD: list[tuple[bytes, bytes | None, str, str]] = [
    (edition(1, related=RPLC), None, "ingen relatedDocument", "relatedDocument RPLC"),
    (edition(1, related="<relatedDocument/>"), None, "ingen relatedDocument", "relatedDocument uden typeCode"),
    (
        edition(2, related=RPLC, set_id='<setId nullFlavor="NI"/>'),
        FIRST,
        "1.2.208.184^6f7b1c1e-3e0b-4b0e-9c3a-0c1f6c6d00ff",
        "uden root",
    ),
    (edition(2, related=RPLC, version='<versionNumber value="1"/>'), FIRST, "et versionNumber højere end 1", "1"),
    (edition(2, related=RPLC, version=" "), FIRST, "et versionNumber højere end 1", "mangler"),
    (edition(2, related=RPLC, version="<versionNumber/>"), edition(1, related="", version=" "), "et versionNumber", "tomt"),
    (
        edition(
            2,
            related=RPLC.replace("RPLC", "APND")
            + '<relatedDocument><parentDocument><id root="1.2.3"/></parentDocument></relatedDocument>',
        ),
        FIRST,
        f"RPLC af 1.2.208.184^{UUID}1",
        f"APND af 1.2.208.184^{UUID}1, uden typeCode af 1.2.3",
    ),
    (
        edition(2, related='<relatedDocument typeCode="RPLC"/>'),
        FIRST,
        f"RPLC af 1.2.208.184^{UUID}1",
        "relatedDocument uden id på det erstattede",
    ),
]


@pytest.mark.parametrize(("new", "previous", "expected", "actual"), TOLD, ids=[row[3] for row in TOLD])
def test_a_finding_says_what_was_expected_and_found(new: bytes, previous: bytes | None, expected: str, actual: str) -> None:
    (found,) = findings(judge_edition(new, "ny.xml", previous))
    assert (found.expected, found.actual) == (expected, actual)


def test_a_finding_about_the_patient_shows_no_number() -> None:
    found = findings(judge_edition(edition(2, related=RPLC, patient=CPR.replace("2509479989", "2512489996")), "ny.xml", FIRST))
    assert not {"2509479989", "2512489996"} & set(str(found[0]).split())
    assert "9996" not in str(found[0])
    assert "9989" not in str(found[0])
