"""Every rule over a DocumentReference and its document holds on honest ones, and breaks alone where one thing is wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.conformance.rule import Judgement, Result, rules_for
from harness.conformance.xds.document_reference import judge_document_reference
from harness.conformance.xds.referenced import Document, read_referenced
from harness.domain.grade import Grade
from harness.standards.xds.document_reference import read_document_reference

EXAMPLES = Path(__file__).parent.parent / "examples"


def example(name: str) -> str:
    """Its text with line feeds, whatever git made of them: the hash is of those."""
    return (EXAMPLES / name).read_bytes().decode().replace("\r\n", "\n")


REFERENCE = example("documentreference_haandskrevet.json")
BUNDLE = example("documentreference_bundle.json")
PLAN = example("cpd_haandskrevet.xml")
HASH = base64.b64encode(hashlib.sha1(BUNDLE.encode()).digest()).decode()
SIZE = f'"size": {len(BUNDLE.encode())}'
Change = Callable[[str], str]


def said(old: str, new: str) -> Change:
    """The metadata with one text exchanged for another; `old` stands there exactly once."""

    def change(text: str) -> str:
        assert text.count(old) == 1, old
        return text.replace(old, new)

    return change


def without(*path: str | int) -> Change:
    """The metadata without one member, each other on the line it had in the JSON that Python writes."""

    def change(text: str) -> str:
        whole = json.loads(text)
        inner = whole
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]
        return json.dumps(whole, indent=1, ensure_ascii=False)

    return change


def broken(judgements: list[Judgement]) -> list[str]:
    return [each.rule.id for each in judgements if each.result is Result.BROKEN]


def line_of(text: str, mark: str) -> int:
    """Where it stands first."""
    return text[: text.index(mark)].count("\n") + 1


OWN_CPR = '"identifier": [{ "system": "urn:oid:1.2.208.176.1.2", "value": "2509479989" }]'
SOURCE_CPR = '"identifier": { "system": "urn:oid:1.2.208.176.1.2", "value": "2509479989" }'
SOURCE = '"sourcePatientInfo": {\n      "reference": "#patient"'
SECOND = '{ "resourceType": "Patient", "id": "samme", "identifier": [] },\n    {\n      "resourceType": "Practitioner"'

# The rule, the change, a text on the line where the finding must stand (in the changed metadata), and where it points
OF_BUNDLE: list[tuple[str, Change, str, str]] = [
    ("DREF-01", said('"resourceType": "DocumentReference"', '"resourceType": "DocumentManifest"'), "{\n  ", ""),
    ("DREF-01", said('"status": "current",', '"status": "current"'), '"type": { "coding"', ""),
    ("DREF-01", said('"status": "current",', '"status": "current", "status": "current",'), '"status": "current", "s', ""),
    ("DREF-02", said(OWN_CPR, OWN_CPR.replace("2509479989", "2512489996")), "2512489996", "/contained/0/identifier/0/value"),
    ("DREF-02", said(OWN_CPR, OWN_CPR.replace("2509479989", "250947-9989")), "250947-9989", "/contained/0/identifier/0/value"),
    (
        "DREF-02",
        said(OWN_CPR, OWN_CPR.replace("1.2.208.176.1.2", "1.2.208.176.1.6.1.1").replace("2509479989", "0703921VJ5")),
        "0703921VJ5",
        "/contained/0/identifier/0/value",
    ),
    (
        "DREF-02",
        said(SOURCE_CPR, SOURCE_CPR.replace("2509479989", "2512489996")),
        "2512489996",
        "/context/sourcePatientInfo/identifier/value",
    ),
    (
        "DREF-03",
        lambda text: said('{\n      "resourceType": "Practitioner"', SECOND)(
            said(SOURCE, SOURCE.replace("#patient", "#samme"))(text)
        ),
        "#samme",
        "/context/sourcePatientInfo/reference",
    ),
    ("DREF-04", said(HASH, base64.b64encode(hashlib.sha1(b"andet").digest()).decode()), '"hash"', "/content/0/attachment/hash"),
    ("DREF-15", said(HASH, hashlib.sha1(BUNDLE.encode()).hexdigest()), '"hash"', "/content/0/attachment/hash"),
    ("DREF-15", said(HASH, "æøå"), '"hash"', "/content/0/attachment/hash"),
    ("DREF-05", said(SIZE, SIZE + "0"), '"size"', "/content/0/attachment/size"),
    (
        "DREF-05",
        lambda text: said(SIZE, '"size": 1')(said(f'"hash": "{HASH}",', "")(text)),
        '"size"',
        "/content/0/attachment/size",
    ),
    ("DREF-06", said("application/fhir+json", "application/fhir+xml"), "contentType", "/content/0/attachment/contentType"),
    ("DREF-06", said("application/fhir+json", "text/xml"), "contentType", "/content/0/attachment/contentType"),
    ("DREF-07", said("Diagnoseoversigt", "Diagnoseoversigt æøå"), '"title"', "/content/0/attachment/title"),
    ("DREF-08", said('"11450-4"', '"81215-6"'), '"type": { "coding"', "/type/coding/0/code"),
    ("DREF-09", said('"da-DK"', '"en"'), '"language"', "/content/0/attachment/language"),
    ("DREF-10", said('"code": "N"', '"code": "R"'), '"code": "R"', "/securityLabel/0/coding/0/code"),
    ("DREF-11", said("73091000016008", "325381000016008"), "325381000016008", "/contained/1/identifier/1/value"),
    ("DREF-13", without("masterIdentifier"), "{", "/masterIdentifier"),
    ("DREF-13", without("masterIdentifier", "value"), '"masterIdentifier"', "/masterIdentifier"),
    *(("DREF-13", without(name), "{", f"/{name}") for name in ("identifier", "status", "type", "category")),
    *(("DREF-13", without(name), "{", f"/{name}") for name in ("author", "securityLabel", "context", "extension")),
    ("DREF-13", without("subject"), "{", "/subject"),
    ("DREF-13", without("extension", 0), ' "extension"', "/extension"),
    ("DREF-13", without("content", 0, "attachment", "language"), '"attachment"', "/content/0/attachment/language"),
    ("DREF-13", without("content", 0, "attachment", "title"), '"attachment"', "/content/0/attachment/title"),
    ("DREF-13", without("content", 0, "attachment", "creation"), '"attachment"', "/content/0/attachment/creation"),
    ("DREF-13", without("content", 0, "format"), '{\n   "attachment"', "/content/0/format"),
    ("DREF-13", without("context", "facilityType"), '"context"', "/context/facilityType"),
    ("DREF-13", without("context", "practiceSetting"), '"context"', "/context/practiceSetting"),
    ("DREF-13", without("context", "sourcePatientInfo"), '"context"', "/context/sourcePatientInfo"),
    ("DREF-13", without("content", 0, "attachment", "contentType"), '"attachment"', "/content/0/attachment/contentType"),
    (
        "DREF-13",
        said(
            '"masterIdentifier": { "value": "urn:uuid:2b7e2c0e-5a54-4f54-9e0f-6f5b0d2c4e22" }',
            '"masterIdentifier": {"use": "old"}',
        ),
        '"masterIdentifier"',
        "/masterIdentifier/value",
    ),
    (
        "DREF-13",
        said('"identifier": [{ "value": "urn:uuid:7a1d3f65-4f5c-4cb0-8a9e-1c2d3e4f5a33" }]', '"identifier": [{"use": "old"}]'),
        '"identifier": [{"use"',
        "/identifier/0/value",
    ),
    ("DREF-14", said('"status": "current"', '"status": "ok"'), '"status": "ok"', "/status"),
    ("DREF-15", said(SIZE, f'"size": "{len(BUNDLE.encode())}"'), '"size"', "/content/0/attachment/size"),
    ("DREF-15", said(SIZE, '"size": -1'), '"size"', "/content/0/attachment/size"),
    (
        "DREF-15",
        said('"creation": "2026-10-05T09:30:00+02:00"', '"creation": "i går"'),
        '"creation"',
        "/content/0/attachment/creation",
    ),
]
ALONE = ("DREF-01", "DREF-03", "DREF-13", "DREF-14", "DREF-15", "DREF-16")
"""The rules that need no document."""

# The same beside a CDA: the rule, and the text exchanged
OF_PLAN = [
    ("DREF-12", '"creation": "2026-10-24T23:30:00Z"', '"creation": "2026-10-25T01:30:00Z"'),
    ("DREF-12", '"creation": "2026-10-24T23:30:00Z"', '"creation": "2026-10-24T23:31:00Z"'),
    ("DREF-07", "Min forløbsplan for KOL", "Min forløbsplan"),
    ("DREF-08", '"81215-6"', '"53576-5"'),
    ("DREF-06", "text/xml", "application/fhir+json"),
    ("DREF-09", '"da-DK"', '"sv"'),
]

# Where no document says who the patient is: the rule, the change, a text on the finding's line, and where it points
OF_NOTHING: list[tuple[str, Change, str, str]] = [
    (
        "DREF-16",
        said(SOURCE_CPR, SOURCE_CPR.replace("2509479989", "2512489996")),
        "2512489996",
        "/context/sourcePatientInfo/identifier/value",
    ),
    (
        "DREF-16",
        said(OWN_CPR, OWN_CPR.replace("2509479989", "2512489996")),
        SOURCE_CPR,
        "/context/sourcePatientInfo/identifier/value",
    ),
]
BREAKING = [(row[0],) for row in (*OF_BUNDLE, *OF_PLAN, *OF_NOTHING)]


@pytest.mark.parametrize(("rule", "change", "mark", "pointer"), OF_NOTHING)
def test_metadata_alone_name_one_patient(rule: str, change: Change, mark: str, pointer: str) -> None:
    changed = change(REFERENCE)
    judgements = judge_document_reference(changed.encode(), None, "ref.json")
    [finding] = [finding for each in judgements for finding in each.findings]
    assert (finding.rule, finding.grade, finding.location.path) == (rule, Grade.F1, pointer)
    assert finding.location.line == line_of(changed, mark)
    assert "2509479989" not in str(finding) + finding.expected


@pytest.mark.parametrize(
    "new",
    [
        SOURCE_CPR.replace("250947", "250947-"),
        SOURCE_CPR.replace("1.2.208.176.1.2", "1.2.208.176.1.6.1.1").replace("2509479989", "0703921VJ5"),
        SOURCE_CPR.replace("urn:oid:1.2.208.176.1.2", "https://eksempel.test/journal").replace("2509479989", "17"),
    ],
    ids=["a hyphen", "another kind of number", "a journal number"],
)
def test_another_number_of_one_patient_breaks_nothing(new: str) -> None:
    assert broken(judge_document_reference(said(SOURCE_CPR, new)(REFERENCE).encode(), None)) == []


@pytest.mark.parametrize(
    ("rule", "change", "mark", "pointer"), OF_BUNDLE, ids=[f"{row[0]}-{number}" for number, row in enumerate(OF_BUNDLE)]
)
def test_one_defect_gives_one_finding_at_its_line(rule: str, change: Change, mark: str, pointer: str) -> None:
    changed = change(REFERENCE)
    judgements = judge_document_reference(changed.encode(), BUNDLE.encode(), "ref.json")
    assert broken(judgements) == [rule]
    [finding] = [finding for each in judgements for finding in each.findings]
    assert (finding.location.file, finding.location.path) == ("ref.json", pointer)
    assert finding.location.line == line_of(changed, mark)
    assert finding.expected
    assert finding.actual


def test_an_honest_reference_holds_in_all_but_the_time_that_no_source_tells() -> None:
    judgements = judge_document_reference(REFERENCE.encode(), BUNDLE.encode())
    assert {each.rule.id: each.result for each in judgements} == {
        each.id: Result.NOT_JUDGED if each.id == "DREF-12" else Result.HOLDS for each in rules_for("documentreference")
    }


def test_a_wrong_patient_is_critical() -> None:
    judgements = judge_document_reference(
        said(OWN_CPR, OWN_CPR.replace("2509479989", "2512489996"))(REFERENCE).encode(), BUNDLE.encode()
    )
    assert [finding.grade for each in judgements for finding in each.findings] == [Grade.F1]
    assert "2512489996" not in str([each.findings for each in judgements])


HARMLESS: list[tuple[str, Change]] = [
    ("compact", lambda text: json.dumps(json.loads(text))),
    ("loinc", said('"urn:oid:2.16.840.1.113883.6.1"', '"http://loinc.org"')),
    ("da", said('"da-DK"', '"da"')),
    (
        "a journal number",
        said(OWN_CPR, OWN_CPR.replace("[{", '[{ "system": "https://eksempel.test/journal", "value": "17" }, {')),
    ),
    (
        "the version as R5 has it",
        said(
            "http://medcomfhir.dk/ig/document/StructureDefinition/medcom-document-version-id-extension",
            "http://hl7.org/fhir/5.0/StructureDefinition/extension-DocumentReference.version",
        ),
    ),
    ("no hash", said(f'"hash": "{HASH}",', "")),
    ("no size", said(f"{SIZE},", "")),
    ("white space", said("oversigt for 2509479989", "oversigt  for  2509479989 ")),
    ("other time", said('"creation": "2026-10-05T09:30:00+02:00"', '"creation": "2026-10-05T07:30:00Z"')),
]


@pytest.mark.parametrize(("name", "change"), HARMLESS, ids=[name for name, _ in HARMLESS])
def test_harmless_differences_break_nothing(name: str, change: Change) -> None:
    changed = change(REFERENCE)
    assert changed != REFERENCE
    assert broken(judge_document_reference(changed.encode(), BUNDLE.encode())) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('"value": "2509479989"', '"value": "2512489996"', "DREF-02"),
        ('"title": "Diagnose', '"title": "Problem', "DREF-07"),
        ('"11450-4"', '"81215-6"', "DREF-08"),
        ('"language": "da"', '"language": "en"', "DREF-09"),
        ('"confidentiality": "N"', '"confidentiality": "R"', "DREF-10"),
        ('"73091000016008"', '"325381000016008"', "DREF-11"),
    ],
)
def test_the_document_may_be_the_one_that_differs(old: str, new: str, rule: str) -> None:
    """Honestly measured: hash and size are the changed document's."""
    document = said(old, new)(BUNDLE).encode()
    reference = said(SIZE, f'"size": {len(document)}')(
        said(HASH, base64.b64encode(hashlib.sha1(document).digest()).decode())(REFERENCE)
    )
    found = broken(judge_document_reference(reference.encode(), document))
    assert found == [rule]


def of_plan(reference: str) -> str:
    """The metadata made to fit the hand-written CDA, for what a CDA says too."""
    plan = PLAN.encode()
    for old, new in (
        ("Diagnoseoversigt for 2509479989", "Min forløbsplan for KOL"),
        ("2509479989", "2512489996"),
        ('"11450-4"', '"81215-6"'),
        ("application/fhir+json", "text/xml"),
        (SIZE, f'"size": {len(plan)}'),
        (HASH, base64.b64encode(hashlib.sha1(plan).digest()).decode()),
        ('"creation": "2026-10-05T09:30:00+02:00"', '"creation": "2026-10-24T23:30:00Z"'),
    ):
        assert old in reference
        reference = reference.replace(old, new)
    return reference


def test_a_cda_is_held_against_its_metadata_too() -> None:
    judgements = judge_document_reference(of_plan(REFERENCE).encode(), PLAN.encode())
    assert broken(judgements) == []
    assert {each.rule.id for each in judgements if each.result is Result.NOT_JUDGED} == {
        "DREF-11"
    }  # its author has no organisation


SAID = """<ClinicalDocument xmlns="urn:hl7-org:v3">
  <code{type}/><title>{title}</title><effectiveTime{time}/><confidentialityCode{level}/><languageCode{language}/>
  <recordTarget><patientRole><id root="1.2.208.176.1.2"{cpr}/><id root="1.2.3" extension="17"/></patientRole></recordTarget>
  <author><assignedAuthor><representedOrganization><id root="1.2.208.176.1.1"{sor}/></representedOrganization></assignedAuthor>
  </author>
</ClinicalDocument>"""
WHOLE = Document(
    content_type="text/xml",
    patients=frozenset({"2509479989"}),
    title="Plan",
    type="81215-6",
    language="da-DK",
    organisations=frozenset({"325381000016008"}),
    confidentiality="N",
    created="20261005101500+0200",
)


@pytest.mark.parametrize(
    ("said", "document"),
    [
        (
            {
                "type": ' code="81215-6"',
                "title": "Plan",
                "time": ' value="20261005101500+0200"',
                "level": ' code="N"',
                "language": ' code="da-DK"',
                "cpr": ' extension="250947-9989"',
                "sor": ' extension="325381000016008"',
            },
            WHOLE,
        ),
        (dict.fromkeys(("type", "title", "time", "level", "language", "cpr", "sor"), ""), Document("text/xml")),
    ],
    ids=["everything", "nothing"],
)
def test_what_a_cda_says_of_itself_is_read(said: dict[str, str], document: Document) -> None:
    assert read_referenced(REFERENCE.encode(), SAID.format(**said).encode(), "ref.json").document == document


def test_a_patient_without_a_number_in_the_document_is_not_another_patient() -> None:
    """That it is missing is the document's own fault (CDA-H04), not the metadata's."""
    number = "extension='2512489996'"
    assert PLAN.count(number) == 1
    judgements = judge_document_reference(of_plan(REFERENCE).encode(), PLAN.replace(number, "").encode())
    (own,) = [each for each in judgements if each.rule.id == "DREF-02"]
    assert own.result is Result.NOT_JUDGED


@pytest.mark.parametrize(("rule", "old", "new"), OF_PLAN)
def test_one_defect_beside_a_cda_gives_one_finding(rule: str, old: str, new: str) -> None:
    changed = said(old, new)(of_plan(REFERENCE))
    judgements = judge_document_reference(changed.encode(), PLAN.encode())
    assert broken(judgements) == [rule]
    [finding] = [finding for each in judgements for finding in each.findings]
    assert finding.location.line == line_of(changed, new)


def test_every_rule_has_a_breaking_example() -> None:
    assert {row[0] for row in BREAKING} == {each.id for each in rules_for("documentreference")}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"<",
        b"[]",
        b"\xff\xfe",
        b"<a/>",
        b'{"resourceType":"Bundle"}',
        b"<!DOCTYPE a><a/>",
        b"[" * 100_000,
        b"<a>" * 10_000,
    ],
    ids=["empty", "brace", "less-than", "list", "bytes", "other xml", "empty bundle", "doctype", "deep json", "deep xml"],
)
def test_what_cannot_be_read_is_told_and_never_raises(content: bytes) -> None:
    of_reference = judge_document_reference(content, BUNDLE.encode())
    assert broken(of_reference) == ["DREF-01"]
    assert {each.result for each in of_reference[1:]} == {Result.NOT_JUDGED}
    of_document = judge_document_reference(REFERENCE.encode(), content)
    assert set(broken(of_document)) <= {"DREF-04", "DREF-06"}
    assert "DREF-04" in broken(of_document)


def test_many_of_everything_takes_no_square_of_time() -> None:
    """Ten thousand authors, each with a resource of its own, on both sides."""
    many = range(10_000)
    people = [{"resourceType": "Organization", "id": f"o{number}"} for number in many]
    reference = {
        "resourceType": "DocumentReference",
        "contained": people,
        "author": [{"reference": f"#o{number}"} for number in reversed(many)],
    }
    composition = {
        "resourceType": "Composition",
        "author": [{"reference": f"Organization/o{number}"} for number in reversed(many)],
    }
    bundle = {"resourceType": "Bundle", "entry": [{"resource": each} for each in (composition, *people)]}
    judgements = judge_document_reference(json.dumps(reference).encode(), json.dumps(bundle).encode())
    assert broken(judgements) == ["DREF-13"]
    assert read_document_reference(json.dumps(reference).encode()).authors[0].institutions[0].startswith("^")


def test_a_reference_that_lacks_anything_is_judged_all_the_same() -> None:
    """Every member left out, and every one made null, in turn, of the metadata and of the document: rules never raise."""

    def spoiled(text: str) -> list[str]:
        made = []

        def walk(node: object) -> None:
            if isinstance(node, dict | list):
                for key in list(node) if isinstance(node, dict) else range(len(node)):
                    kept = node[key]  # type: ignore[index]
                    for new in (None, [], {}, "x", 7):
                        node[key] = new  # type: ignore[index]
                        made.append(json.dumps(root))
                    node[key] = kept  # type: ignore[index]
                    walk(kept)

        root = json.loads(text)
        walk(root)
        return made

    for changed in spoiled(REFERENCE):
        assert judge_document_reference(changed.encode(), BUNDLE.encode())
    for changed in spoiled(BUNDLE):
        assert judge_document_reference(REFERENCE.encode(), changed.encode())


@pytest.mark.parametrize(
    ("rule", "change"),
    [(row[0], row[1]) for row in OF_BUNDLE if row[0] in ALONE],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_metadata_alone_are_judged_by_what_they_say(rule: str, change: Change) -> None:
    assert broken(judge_document_reference(change(REFERENCE).encode(), None)) == [rule]


def test_without_the_document_what_compares_with_it_is_not_judged_and_says_so() -> None:
    judgements = judge_document_reference(REFERENCE.encode(), None)
    assert {each.rule.id for each in judgements if each.result is Result.HOLDS} == set(ALONE)
    assert {each.reason for each in judgements if each.result is Result.NOT_JUDGED} == {"dokumentet er der ikke"}


def test_nothing_but_its_name_lacks_everything() -> None:
    judgements = judge_document_reference(b'{"resourceType":"DocumentReference"}', None)
    assert broken(judgements) == ["DREF-13"]
    assert len([finding for each in judgements for finding in each.findings]) == 11


@pytest.mark.skipif("LPS_ARTEFACTS" not in os.environ, reason="LPS_ARTEFACTS peger ikke på MedComs FHIR-pakker")
def test_medcoms_profiles_require_what_the_rule_does_and_their_examples_have_it() -> None:
    from harness.conformance.xds.document_reference import _REQUIRED
    from harness.standards.fhir.packages import read_packages

    packages = read_packages([Path(os.environ["LPS_ARTEFACTS"]) / "fhir-packages"])
    profiles = [
        each
        for package in packages
        for each in package.definitions
        if each.get("resourceType") == "StructureDefinition"
        and each.get("type") == "DocumentReference"
        and "medcom" in each["url"]
    ]
    assert len(profiles) == 3
    for profile in profiles:
        least = {each["id"]: each.get("min", 0) for each in profile["snapshot"]["element"]}
        for path in _REQUIRED:
            name = ".".join(("DocumentReference", *path))
            assert least.get(name, least.get(name.replace("identifier.", "identifier:entryUUID."))) == 1, (profile["url"], name)
    examples = [data for package in packages for name, data in package.examples if name.startswith("DocumentReference")]
    assert len(examples) == 2
    for data in examples:
        assert broken(judge_document_reference(data, None)) == []
