"""The rules of EHMI's delivery status: each breaks alone, at the right value, and harmless differences break none."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.conformance.files.formats import judge_file
from harness.conformance.rule import Judgement, Result, rules_for
from harness.conformance.transport.eds import IN_XML, judge_eds
from harness.domain.finding import Finding
from harness.domain.grade import Grade

HAND_WRITTEN = (Path(__file__).parents[1] / "examples" / "eds_haandskrevet.json").read_text(encoding="utf-8")


def findings(judgements: list[Judgement]) -> list[Finding]:
    return [finding for judgement in judgements for finding in judgement.findings]


def changed(old: str, new: str) -> str:
    assert HAND_WRITTEN.count(old) == 1, f"{old} står {HAND_WRITTEN.count(old)} gange"
    return HAND_WRITTEN.replace(old, new)


def line_of(text: str, mark: str) -> int:
    assert mark in text
    return text[: text.index(mark)].count("\n") + 1


SUBTYPE = HAND_WRITTEN[
    HAND_WRITTEN.index('{ "system": "http://medcomehmi.dk/ig/terminology/CodeSystem/ehmi-delivery-status-sub') :
]
SUBTYPE = SUBTYPE[: SUBTYPE.index("}") + 1]
PATIENT = HAND_WRITTEN[HAND_WRITTEN.index(',\n    {\n      "what": {\n        "identifier": { "value": "2509479989"') :]
PATIENT = PATIENT[: PATIENT.index("\n  ]")]
SENDER_SOR, GLN, ID = '"1144561000016002"', '"5790000123117"', '"489de4f2-0d8d-4de2-a7ce-ccb93568799f"'

SYSTEM = "http://medcomehmi.dk/ig/terminology/CodeSystem/ehmi-delivery-status"
RECEIVER = (
    f'{{"type": {{"coding": [{{"system": "{SYSTEM}-participationroletype", "code": "ehmiReceiver"}}]}}, "requestor": false}}'
)
STATION = f'{{ "system": "{SYSTEM}-source-type", "code": "EUA" }}'
EXTENSION = HAND_WRITTEN[HAND_WRITTEN.index(',\n      "extension"') :]
EXTENSION = EXTENSION[: EXTENSION.index("]\n") + 1]
EXTENSION = EXTENSION if EXTENSION.rstrip().endswith("]") else ""
OTHER_TYPE = HAND_WRITTEN[HAND_WRITTEN.index('"type": { "coding"', HAND_WRITTEN.index('"valueIdentifier"')) :]
OTHER_TYPE = OTHER_TYPE[: OTHER_TYPE.index(",\n") + 1]
ROLE = '"role": { "system": "http://terminology.hl7.org/CodeSystem/object-role", "code": "1" }'
BY_CPR = '"system": "urn:oid:1.2.208.176.1.2", "value": '

CVR = (  # IHE's extension for a party's other numbers
    '{"url": "https://profiles.ihe.net/ITI/BALP/StructureDefinition/ihe-otherId", "valueIdentifier": '
    '{"type": {"coding": [{"system": "https://x-lps.test/numre", "code": "CVR"}]}, "value": "1"}}'
)

# rule, what is changed, into what, the text whose line the finding must point to (as it then is), its path
BREAKS: list[tuple[str, str, str, str, str]] = [
    ("EDS-JSON", '"AuditEvent"', '"Provenance"', '"Provenance"', "/resourceType"),
    ("EDS-JSON", '"resourceType": "AuditEvent",', "", "{", "/resourceType"),
    ("EDS-JSON", '"action": "C",', '"action": "C"', '"recorded"', ""),
    ("EDS-01", SUBTYPE, "", '"subtype"', "/subtype"),
    ("EDS-01", SUBTYPE, f"{SUBTYPE}, {SUBTYPE}", '"subtype"', "/subtype"),
    ("EDS-01", ', "code": "msg-received"', "", "sub-types", "/subtype/0/code"),
    ("EDS-02", '"action": "C"', '"action": "U"', '"action"', "/action"),
    ("EDS-02", '"action": "C",', "", "{", "/action"),
    ("EDS-03", '"outcome": "0",', "", "{", "/outcome"),
    ("EDS-03", '"outcome": "0"', '"outcome": 0', '"outcome"', "/outcome"),
    ("EDS-04", '"ehmiReceiver"', '"ehmiDevice"', '"agent"', "/agent"),
    (
        "EDS-04",
        '"agent": [',
        f'"agent": [{RECEIVER}, ',
        f'{{\n      "type": {{ "coding": [{{ "system": "{SYSTEM}-participationroletype", "code": "ehmiReceiver"',
        "/agent/2",
    ),
    (
        "EDS-05",
        f'"who": {{ "identifier": {{ "value": {SENDER_SOR} }} }},',
        "",
        '{\n      "type": { "coding": [{ "system"',
        "/agent/0/who/identifier/value",
    ),
    ("EDS-05", SENDER_SOR, '"5790000123"', '"5790000123"', "/agent/0/who/identifier/value"),
    ("EDS-06", GLN, '"5790000123118"', '"5790000123118"', "/agent/0/extension/0/valueIdentifier/value"),
    ("EDS-06", GLN, "5790000123117", '"value": 5790000123117', "/agent/0/extension/0/valueIdentifier/value"),
    ("EDS-07", STATION, "", '"type": [\n      \n    ]', "/source/type"),
    ("EDS-07", '"code": "EUA"', '"display": "EUA"', '"display": "EUA"', "/source/type/0/code"),
    ("EDS-08", '"reference": "Device/LPS-EUA"', "", '"observer"', "/source/observer"),
    ("EDS-08", '"Device/LPS-EUA"', '"Organization/LPS-EUA"', '"observer"', "/source/observer"),
    ("EDS-09", '"code": "ehmiMessage"', '"code": "ehmiOrigMessage"', '"entity"', "/entity"),
    ("EDS-09", f'"value": {ID}', "", '"identifier": {  }', "/entity/0/what/identifier/value"),
    ("EDS-10", '"ehmiMessageVersion"', '"ehmiVersion"', '"detail"', "/entity/0/detail"),
    ("EDS-10", ', "valueString": "1.1"', "", "ehmiMessageVersion", "/entity/0/detail/1/valueString"),
    (
        "EDS-11",
        '"code": "ehmiPatient", "display": "Patient"',
        '"code": "ehmiMessageEnvelope", "display": "Message Envelope"',
        '"entity"',
        "/entity",
    ),
    ("EDS-13", '"recorded": "2026-10-05T10:16:00+02:00",', "", "{", "/recorded"),
    ("EDS-13", '"recorded": "2026-10-05T10:16:00+02:00"', '"recorded": "2026-10-05"', '"recorded"', "/recorded"),
    ("EDS-14", '"code": "EUA"', '"code": "BANAN"', "BANAN", "/source/type/0/code"),
    ("EDS-15", '"value": "2509479989"', '"value": "9909479989"', "9909479989", "/entity/1/what/identifier/value"),
    ("EDS-15", '"value": "2509479989"', '"value": "250947-998"', "250947-998", "/entity/1/what/identifier/value"),
    ("EDS-15", '"value": "2509479989"', '"value": "250947-9989"', "250947-9989", "/entity/1/what/identifier/value"),
    ("EDS-15", '"value": "2509479989"', '"value": "250947998"', "250947998", "/entity/1/what/identifier/value"),
    ("EDS-15", '"value": "2509479989"', f'{BY_CPR}"250947-9989"', "250947-9989", "/entity/1/what/identifier/value"),
    ("EDS-15", '"value": "2509479989"', f'{BY_CPR}"Elmer"', "Elmer", "/entity/1/what/identifier/value"),
    ("EDS-12", '"action": "C"', '"period": {}, "action": "C"', '"period"', "/period"),
    ("EDS-12", '"action": "C"', '"outcomeDesc": "fejl", "action": "C"', '"outcomeDesc"', "/outcomeDesc"),
    ("EDS-03", '"outcome": "0"', '"outcome": "4"', '"outcome"', "/outcome"),
    ("EDS-16", '"code": "ehmiMessaging"', '"code": "rest"', '"rest"', "/type/code"),
    ("EDS-16", f"{SYSTEM}-types", f"{SYSTEM}-type", '-type"', "/type/system"),
    ("EDS-17", f'"system": "{SYSTEM}-sub-types", ', "", '"msg-received"', "/subtype/0/system"),
    (
        "EDS-17",
        f'"system": "{SYSTEM}-participationroletype", "code": "ehmiSender"',
        '"code": "ehmiSender"',
        '"ehmiSender"',
        "/agent/0/type/coding/0/system",
    ),
    ("EDS-17", f"{SYSTEM}-source-type", SYSTEM, '"code": "EUA"', "/source/type/0/system"),
    (
        "EDS-17",
        f'"system": "{SYSTEM}-entity-type", "code": "ehmiMessage"',
        '"code": "ehmiMessage"',
        '"ehmiMessage"',
        "/entity/0/type/system",
    ),
    ("EDS-17", '"display": "Patient" }', f'"display": "Patient" }}, {ROLE.replace("1", "2")}', '"role"', "/entity/1/role/code"),
    (
        "EDS-17",
        '"display": "Patient" }',
        f'"display": "Patient" }}, {ROLE.replace("object", "subject")}',
        '"role"',
        "/entity/1/role/system",
    ),
    ("EDS-18", '"requestor": true,', "", '{\n      "type": { "coding"', "/agent/0/requestor"),
    ("EDS-18", '"requestor": true', '"requestor": "true"', '"requestor": "true"', "/agent/0/requestor"),
    (
        "EDS-19",
        '"name": "Lægepraksissen Skæringen",',
        "",
        f'{{\n      "type": {{ "coding": [{{ "system": "{SYSTEM}-participationroletype", "code": "ehmiReceiver"',
        "/agent/1/name",
    ),
    (
        "EDS-20",
        '"who": { "identifier": { "value": "52581000016005"',
        '"who": { "type": "Device", "identifier": { "value": "52581000016005"',
        '"Device"',
        "/agent/1/who/type",
    ),
    (
        "EDS-08",
        '"reference": "Device/LPS-EUA"',
        '"type": "Organization", "identifier": {"value": "x"}',
        '"observer"',
        "/source/observer",
    ),
    ("EDS-21", OTHER_TYPE, "", '"valueIdentifier"', "/agent/0/extension/0/valueIdentifier/type"),
    ("EDS-21", "eds-otherId", "noget-andet", "noget-andet", "/agent/0/extension/0/url"),
    ("EDS-21", '"code": "GLN"', '"code": "SOR"', '"SOR"', "/agent/0/extension/0/valueIdentifier/type/coding/0/code"),
    (
        "EDS-21",
        f"{SYSTEM}-agent-who-identifier-types",
        SYSTEM,
        '"code": "GLN"',
        "/agent/0/extension/0/valueIdentifier/type/coding/0/system",
    ),
    (
        "EDS-22",
        '"entity": [',
        f'"entity": [{{"type": {{"system": "{SYSTEM}-entity-type", "code": "bil", "display": "Bil"}}}}, ',
        '"bil"',
        "/entity/0/type/code",
    ),
    (
        "EDS-22",
        '"entity": [',
        f'"entity": [{{"type": {{"system": "{SYSTEM}-entity-type", "code": ["x"]}}}}, ',
        '["x"]',
        "/entity/0/type/code",
    ),
    ("EDS-22", '"detail": [', '"detail": [ { "type": "x", "valueString": "y" },', '"x"', "/entity/0/detail/0/type"),
    ("EDS-22", '"detail": [', '"detail": [ { "type": {}, "valueString": "y" },', "{}", "/entity/0/detail/0/type"),
    (
        "EDS-22",
        '"detail": [',
        '"detail": [ { "type": "ehmiStatisticalInfo" },',
        '"ehmiStatisticalInfo"',
        "/entity/0/detail/0/valueString",
    ),
    (
        "EDS-22",
        '"detail": [',
        '"detail": [ { "type": "ehmiTransportEnvelopeType", "valueString": "VANS" },',
        '"VANS"',
        "/entity/0/detail/0/valueString",
    ),
    ("EDS-23", '"display": "Message"', '"display": "Besked"', '"Besked"', "/entity/0/type/display"),
]


@pytest.mark.parametrize(
    ("rule", "old", "new", "mark", "path"), BREAKS, ids=[f"{row[0]} {number}" for number, row in enumerate(BREAKS)]
)
def test_one_fault_gives_one_finding(rule: str, old: str, new: str, mark: str, path: str) -> None:
    text = changed(old, new)
    found = findings(judge_eds(text.encode("utf-8"), "status.json"))
    assert [each.rule for each in found] == [rule], [str(each) for each in found]
    assert (found[0].grade is None) == (rule == "EDS-23")  # a remark
    assert found[0].location.path == path
    assert found[0].location.line == line_of(text, mark)


@pytest.mark.parametrize(
    ("old", "new", "actual"),
    [
        ('"action": "C",', "", "mangler"),
        ('"action": "C"', '"action": "U"', "U"),
        ('"action": "C"', '"action": "  "', "kun mellemrum"),
        ('"action": "C"', '"action": ["C", "2509479989"]', "noget andet"),
        ('"agent": [', f'"agent": [{RECEIVER}, ', "2 gange"),
    ],
)
def test_a_finding_says_what_was_found(old: str, new: str, actual: str) -> None:
    (found,) = findings(judge_eds(changed(old, new).encode("utf-8"), "status.json"))
    assert found.actual == actual


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    assert {row[0] for row in BREAKS} == {rule.id for rule in rules_for("eds")}


def test_the_hand_written_status_keeps_every_rule() -> None:
    assert {each.result for each in judge_eds(HAND_WRITTEN.encode("utf-8"), "status.json")} == {Result.HOLDS}


BASIC = changed("EdsPatientDeliveryStatus", "EdsBasicDeliveryStatus")
HARMLESS = {
    "on one line": HAND_WRITTEN.replace("\n", ""),
    "a basic status with a patient": BASIC,
    "a profile with its version": changed('EdsPatientDeliveryStatus"', 'EdsPatientDeliveryStatus|1.0.2"'),
    "a contained Device": changed('"Device/LPS-EUA"', '"#lps"'),
    "a Device by its type": changed('"reference": "Device/LPS-EUA"', '"type": "Device", "identifier": {"value": "x"}'),
    "the profile's own word for a Device": changed('"reference": "Device/LPS-EUA"', '"type": "ehmiDevice", "display": "LPS"'),
    "an eCPR": changed('"value": "2509479989"', '"value": "0703921VJ5"'),
    "the system of CPR": changed('"value": "2509479989"', f'{BY_CPR}"2509479989"'),
    "a local number": changed('"value": "2509479989"', '"system": "urn:oid:1.2.3", "value": "250947998"'),
    "a masked number": changed('"value": "2509479989"', '"value": "5f0c6c1e-7f5b-5b0e-9a57-6a3f0b9c2d11"'),
    "another kind of system": changed('"code": "EUA"', '"code": "AP-MSH"'),
    "no location number": changed(EXTENSION, ""),
    "another extension": changed("eds-otherId", "noget-andet").replace('"valueIdentifier": {', '"valueReference": {'),
    "a device by its name": changed('"reference": "Device/LPS-EUA"', '"display": "LPS"'),
    "an organisation by its type": changed(
        f'"identifier": {{ "value": {SENDER_SOR}', f'"type": "Organization", "identifier": {{ "value": {SENDER_SOR}'
    ),
    **{
        f"a thing of HL7's ({code})": changed(
            '"entity": [',
            f'"entity": [{{"type": {{"system": "http://terminology.hl7.org/CodeSystem/audit-entity-type", "code": "{code}"}}}}, ',
        )
        for code in "1234"
    },
    "a number more of another kind": changed('"extension": [', f'"extension": [{CVR}, '),
    "a location number by its second code": changed(
        '"type": { "coding": [{ "system": "' + SYSTEM + "-agent-who",
        '"type": { "coding": [{ "system": "https://x-lps.test/numre", "code": "lok" }, { "system": "' + SYSTEM + "-agent-who",
    ),
    "a detail of a thing of HL7's": changed(
        '"entity": [',
        '"entity": [{"type": {"system": "http://terminology.hl7.org/CodeSystem/audit-entity-type", "code": "2"}, '
        '"detail": [{"type": "X-Request-Id", "valueString": "1"}]}, ',
    ),
    "a detail of the patient": changed(
        '"display": "Patient" }', '"display": "Patient" }, "detail": [{"type": "X-Request-Id", "valueString": "1"}]'
    ),
    "a thing of no kind": changed('"entity": [', '"entity": [{"what": {"display": "x"}}, '),
    "a patient in its role": changed('"entity": [', '"entity": [').replace(
        '"display": "Patient" }', f'"display": "Patient" }}, {ROLE}'
    ),
    "another agent": changed('"agent": [', '"agent": [{"requestor": false}, '),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_differences_break_nothing(name: str) -> None:
    assert [str(each) for each in findings(judge_eds(HARMLESS[name].encode("utf-8"), "status.json"))] == []


NAMES = {
    "ehmiPatient": "Patient",
    "ehmiMessageEnvelope": "Message Envelope",
    "ehmiTransportEnvelope": "Transport Envelope",
    "ehmiOrigMessage": "Original Message",
    "ehmiOrigMessageEnvelope": "Original Message Envelope",
    "ehmiOrigTransportEnvelope": "Original Transport Envelope",
}


@pytest.mark.parametrize(("code", "name"), NAMES.items())
def test_each_thing_has_its_code_and_its_name(code: str, name: str) -> None:
    def told(display: str) -> list[tuple[str, str]]:
        type_ = f'{{"system": "{SYSTEM}-entity-type", "code": "{code}", "display": "{display}"}}'
        whole = PATIENT if code == "ehmiPatient" else ""
        text = changed('"entity": [', f'"entity": [{{"what": {{"identifier": {{"value": "2509479989"}}}}, "type": {type_}}}, ')
        found = findings(judge_eds(text.replace(whole, "").encode("utf-8"), "status.json"))
        return [(each.rule, each.expected) for each in found]

    assert told(name) == []
    assert told("x") == [("EDS-23", name)]


DETAILS = ("ehmiStatisticalInfo", "ehmiMessageEnvelopeType", "ehmiTransportEnvelopeType", "ehmiTransportEnvelopeVersion")


@pytest.mark.parametrize("kind", DETAILS)
def test_each_kind_of_detail_is_known_and_says_something(kind: str) -> None:
    def told(said: str) -> list[str]:
        text = changed('"detail": [', f'"detail": [ {{ "type": "{kind}", "valueString": "{said}" }},')
        return [each.rule for each in findings(judge_eds(text.encode("utf-8"), "status.json"))]

    assert told("SBDH") == []
    assert told(" ") == ["EDS-22"]


STATIONS = ("EUA", "EUA-MSH", "MSH", "AP-MSH", "AP", "ehmiEUAPPLICATION", "ehmiMESSAGESERVICEHANDLER", "ehmiEDELIVERY-AP")


@pytest.mark.parametrize("station", STATIONS)
def test_each_kind_of_station_is_known(station: str) -> None:
    text = changed('"code": "EUA"', f'"code": "{station}"')
    assert findings(judge_eds(text.encode("utf-8"), "status.json")) == []


def test_a_status_that_does_not_say_it_is_about_a_patient_is_not_judged_on_it() -> None:
    (patient,) = [each for each in judge_eds(BASIC.encode("utf-8"), "status.json") if each.rule.id == "EDS-11"]
    assert (patient.result, patient.reason) == (Result.NOT_JUDGED, "status er ikke erklæret som EdsPatientDeliveryStatus")


def test_a_lone_entity_is_too_few() -> None:
    text = BASIC.replace(PATIENT, "")
    found = findings(judge_eds(text.encode("utf-8"), "status.json"))
    assert [(each.rule, each.expected, each.actual) for each in found] == [("EDS-09", "mindst to", "1")]


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"null", b"{", b"[" * 100_000, '{"æ"'.encode("latin-1"), b'{"resourceType": ["AuditEvent"]}'],
    ids=["empty", "list", "null", "cut off", "deep", "latin-1", "a list of it"],
)
def test_what_is_no_audit_event_is_one_graded_finding(data: bytes) -> None:
    judgements = judge_eds(data, "status.json")
    assert [(each.rule, each.grade) for each in findings(judgements)] == [("EDS-JSON", Grade.F2)]
    assert {each.result for each in judgements if each.rule.id != "EDS-JSON"} == {Result.NOT_JUDGED}


@pytest.mark.parametrize("start", ["", "\ufeff<?xml version='1.0'?>\n"])
def test_a_status_in_xml_is_not_judged_and_that_is_said(start: str) -> None:
    judgements = judge_eds(f"{start}<AuditEvent xmlns='http://hl7.org/fhir'/>".encode(), "status.xml")
    assert {(each.result, each.reason) for each in judgements} == {(Result.NOT_JUDGED, IN_XML)}
    report = judge_file(f"{start}<AuditEvent xmlns='http://hl7.org/fhir'/>".encode(), "status.xml")
    assert (report.format, report.problem.partition(":")[0], report.findings) == ("", "Ikke kontrolleret", ())


def test_a_finding_shows_nobodys_number() -> None:
    (found,) = findings(judge_eds(changed('"value": "2509479989"', '"value": "9909479989"').encode("utf-8"), "status.json"))
    assert "9989" not in str(found)


@pytest.mark.parametrize(
    "value", ["null", "1", '"x"', "[]", "{}", "[null]", "[1]", "[[]]", '[{"type": 1}]', '[{"type": {"coding": 1}}]']
)
@pytest.mark.parametrize("name", ["meta", "subtype", "agent", "source", "entity"])
def test_a_value_of_another_kind_never_raises(name: str, value: str) -> None:
    text = HAND_WRITTEN.replace(f'"{name}": ', f'"{name}": {value}, "x-{name}": ')
    assert judge_eds(text.encode("utf-8"), "status.json")
