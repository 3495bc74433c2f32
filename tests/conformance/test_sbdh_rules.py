"""The rules of EHMI's envelope: each breaks alone, at the right element, and harmless differences break none."""

from __future__ import annotations

import base64
from pathlib import Path
from uuid import NAMESPACE_DNS, uuid5

import pytest

from harness.conformance.rule import Judgement, Result, rules_for
from harness.conformance.transport.sbdh import judge_sbdh
from harness.domain.finding import Finding
from harness.domain.grade import Grade

EXAMPLES = Path(__file__).parents[1] / "examples"
MESSAGE = (EXAMPLES / "sbdh_haandskrevet.xml").read_text(encoding="utf-8")
RECEIPT = (EXAMPLES / "sbdh_kvittering_haandskrevet.xml").read_text(encoding="utf-8")
CREATED = "2026-10-05T10:15:00+02:00"
UUID = "7c596b9a-112e-4386-ae71-5ecdd3ed7c50"


def findings(judgements: list[Judgement]) -> list[Finding]:
    return [finding for judgement in judgements for finding in judgement.findings]


def line_of(text: str, mark: str) -> int:
    assert mark in text
    return text[: text.index(mark)].count("\n") + 1


def scope(name: str, text: str = MESSAGE) -> str:
    """A Scope as it stands."""
    start = text.rindex("<Scope>", 0, text.index(f"<Type>{name}</Type>"))
    return text[start : text.index("</Scope>", start) + len("</Scope>")]


def inner(text: str) -> str:
    start = text.index('"UTF-8">', text.index("BinaryContent")) + len('"UTF-8">')
    return text[start : text.index("</bc:BinaryContent>")]


def packed(payload: str) -> str:
    return base64.b64encode(payload.encode("utf-8")).decode("ascii")


SENDER = '<Identifier Authority="iso6523-actorid-upis">0088:5790000123117</Identifier>'
TRANSACTION = '<ServiceTransaction TypeOfServiceTransaction="RequestingServiceTransaction" TimeToAcknowledgeReceipt="600000"/>'
TYPE = "<Type>Bundle</Type>"
HCO = "homecareobservation-message"
FHIR_XML = (
    '<Bundle xmlns="http://hl7.org/fhir"><id value="b"/>'
    '<entry><resource><MessageHeader><id value="{}"/></MessageHeader></resource></entry></Bundle>'
)
SHARED = scope("SENDERID").replace("SENDERID", "XDS-METADATA")
SHARED_RECEIPT = SHARED.replace("dk-medcom-messaging", "dk-medcom-DocumentReference")

PERSON = '{"resourceType": "Patient", "identifier": [{"system": "urn:oid:1.2.208.176.1.2", "value": "2512489996"}]}'
IN_JSON = (
    f'{{"id": "401cbc36-0000-4000-8000-000000000001", "entry": [{{"resource": {{"id": "HEADER"}}}}, {{"resource": {PERSON}}}]}}'
)
IN_XML = FHIR_XML.format("HEADER").replace(
    "</Bundle>",
    "<entry><resource><Patient><identifier><system value='urn:oid:1.2.208.176.1.2'/><value value='2512489996'/>"
    "</identifier></Patient></resource></entry></Bundle>",
)


def about_nancy(payload: str) -> str:
    """The message with a Bundle about Nancy in it, under her number and the Bundle's own ids."""
    text = MESSAGE.replace(inner(MESSAGE), packed(payload)).replace("2509479989", "2512489996")
    text = text.replace("fhir+json", "fhir+xml") if payload is IN_XML else text
    for name, own in (
        ("MESSAGEIDENTIFIER", "HEADER"),
        ("MESSAGEENVELOPEIDENTIFIER", "b" if payload is IN_XML else IN_JSON[8:44]),
    ):
        old = scope(name, text)
        start = old.index("<InstanceIdentifier>") + len("<InstanceIdentifier>")
        text = text.replace(old, old[:start] + own + old[old.index("</InstanceIdentifier>") :])
    return text


BOX = '<bc:BinaryContent mimeType="application/fhir+json" encoding="UTF-8">'
SERVICE = "<BusinessServiceName>EHMI-ReceiptAcknowledgement-Request</BusinessServiceName>"
OTHERS = about_nancy(IN_JSON)
TOLD = '{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "MessageHeader", %s"eventCoding": {"code": "%s"}}}]}'
ACKNOWLEDGEMENT = "acknowledgement-message"
FHIR_RECEIPT = (
    MESSAGE.replace(scope("PATIENTID"), "")
    .replace(HCO, ACKNOWLEDGEMENT)
    .replace("<TypeVersion>1.1", "<TypeVersion>2.0")
    .replace("message::1.2", "message::2.0")
    .replace(inner(MESSAGE), packed(TOLD % ("", ACKNOWLEDGEMENT)))
)
OTHERS_IN_XML = about_nancy(IN_XML)

# rule, envelope, what is changed, into what, the text whose line the finding must point to (as it then is), end of its path
BREAKS: list[tuple[str, str, str, str, str, str]] = [
    ("SBDH-18", MESSAGE, ' mimeType="application/fhir+json"', "", "<bc:Binary", "/BinaryContent/@mimeType"),
    ("SBDH-18", MESSAGE, "fhir+json", "fhir+xml", "<bc:Binary", "/BinaryContent/@mimeType"),
    ("SBDH-18", RECEIPT, ' mimeType="application/xml"', "", "<bc:Binary", "/BinaryContent/@mimeType"),
    ("SBDH-18", MESSAGE, BOX, BOX.replace("UTF-8", "UTF-7"), "<bc:Binary", "/BinaryContent/@encoding"),
    ("SBDH-19", FHIR_RECEIPT, f"<Standard>{ACKNOWLEDGEMENT}", "<Standard>kvittering", "<Standard>", "/Standard"),
    ("SBDH-19", FHIR_RECEIPT, "<TypeVersion>2.0", "<TypeVersion>1.0", "<TypeVersion>", "/TypeVersion"),
    (
        "SBDH-19",
        FHIR_RECEIPT.replace(inner(FHIR_RECEIPT), packed(TOLD % ('"definition": "x|2.1", ', ACKNOWLEDGEMENT))).replace(
            "<TypeVersion>2.0", "<TypeVersion>2.1"
        ),
        "<TypeVersion>2.1",
        "<TypeVersion>2.0",
        "<TypeVersion>",
        "/TypeVersion",
    ),
    ("SBDH-19", FHIR_RECEIPT, f"MCM:{ACKNOWLEDGEMENT}", "MCM:x", ">MCM:x<", "/Scope[7]/InstanceIdentifier"),
    (
        "SBDH-19",
        FHIR_RECEIPT,
        f"{ACKNOWLEDGEMENT}##urn:dk:medcom:fhir:{ACKNOWLEDGEMENT}",
        "kvittering",
        "kvittering",
        "/Scope[1]/InstanceIdentifier",
    ),
    ("SBDH-19", FHIR_RECEIPT, "message::2.0", "message::2.1", "message::2.1", "/Scope[1]/InstanceIdentifier"),
    ("SBDH-20", MESSAGE, SERVICE, "", "<BusinessService>", "/BusinessService/BusinessServiceName"),
    ("SBDH-20", MESSAGE, SERVICE, SERVICE.replace("Request", "Response"), "<BusinessServiceName", "/BusinessServiceName"),
    ("SBDH-20", MESSAGE, '"RequestingService', '"RespondingService', "<ServiceTransaction", "/@TypeOfServiceTransaction"),
    ("SBDH-20", MESSAGE, TRANSACTION, TRANSACTION.replace("/>", ' Recurrence="1"/>'), "<ServiceTransaction", "/@Recurrence"),
    ("SBDH-XML", MESSAGE, "</StandardBusinessDocument>", "", "</StandardBusinessDocumentHeader>", ""),
    (
        "SBDH-XML",
        MESSAGE,
        'StandardBusinessDocumentHeader"\n',
        'Andet"\n',
        "<StandardBusinessDocument ",
        "/StandardBusinessDocument",
    ),
    ("SBDH-01", MESSAGE, "<HeaderVersion>1.0", "<HeaderVersion>1.3", "<HeaderVersion", "/HeaderVersion"),
    ("SBDH-01", MESSAGE, "<HeaderVersion>1.0</HeaderVersion>", "", "<StandardBusinessDocumentHeader>", "/HeaderVersion"),
    ("SBDH-02", MESSAGE, "0088:5790000123117", "0088:5790000123118", "0088:5790000123118", "/Sender/Identifier"),
    ("SBDH-02", MESSAGE, SENDER, "", "<StandardBusinessDocumentHeader>", "/Sender/Identifier"),
    ("SBDH-02", MESSAGE, SENDER, SENDER * 2, "<StandardBusinessDocumentHeader>", "/Sender/Identifier"),
    ("SBDH-02", MESSAGE, ">0088:5790000127092", ">5790000127092", ">5790000127092", "/Receiver/Identifier"),
    (
        "SBDH-02",
        RECEIPT,
        'Authority="iso6523-actorid-upis">0088:5790000127092',
        ">0088:5790000127092",
        ">0088:5790000127092",
        "/Sender/Identifier/@Authority",
    ),
    (
        "SBDH-03",
        MESSAGE,
        f"<InstanceIdentifier>{UUID}",
        "<InstanceIdentifier>17",
        ">17<",
        "/DocumentIdentification/InstanceIdentifier",
    ),
    (
        "SBDH-03",
        MESSAGE,
        "<CreationDateAndTime>2026-10-05T10:15:00+02:00",
        "<CreationDateAndTime>2026-10-05T10:15:00",
        "<CreationDateAndTime",
        "/CreationDateAndTime",
    ),
    ("SBDH-03", MESSAGE, "<MultipleType>false", "<MultipleType>true", "<MultipleType", "/MultipleType"),
    (
        "SBDH-03",
        MESSAGE,
        "<MultipleType>false</MultipleType>",
        "<MultipleType>false</MultipleType><MultipleType>false</MultipleType>",
        "<MultipleType",
        "/MultipleType[2]",
    ),
    ("SBDH-04", MESSAGE, TYPE, "<Type>bundle</Type>", "<Type>bundle", "/DocumentIdentification/Type"),
    (
        "SBDH-04",
        RECEIPT,
        "<Type>ReceiptAcknowledgement</Type>",
        "<Type>AcceptanceAcknowledgement</Type>",
        "<Type>Acc",
        "/DocumentIdentification/Type",
    ),
    ("SBDH-05", MESSAGE, scope("PATIENTID"), "", "<BusinessScope>", "/BusinessScope/Scope[Type='PATIENTID']"),
    ("SBDH-05", MESSAGE, scope("SENDERID"), scope("SENDERID") * 2, "</Scope><Scope>", "/Scope[5]"),
    ("SBDH-05", RECEIPT, scope("RECEIVERID", RECEIPT), "", "<BusinessScope>", "/Scope[Type='RECEIVERID']"),
    (
        "SBDH-05",
        MESSAGE,
        "<InstanceIdentifier>52581000016005</InstanceIdentifier>",
        "",
        "<Scope>\n        <Type>RECEIVERID",
        "/Scope[5]/InstanceIdentifier",
    ),
    (
        "SBDH-05",
        MESSAGE,
        scope("PROCESSID"),
        scope("PROCESSID").replace("<Scope>", '<Scope xmlns="urn:andet">'),
        "<BusinessScope>",
        "/Scope[Type='PROCESSID']",
    ),
    (
        "SBDH-06",
        MESSAGE,
        scope("SENDERID"),
        scope("SENDERID").replace("dk-medcom-messaging", "medcom"),
        ">medcom<",
        "/Scope[4]/Identifier",
    ),
    (
        "SBDH-06",
        MESSAGE,
        "</BusinessScope>",
        SHARED + "</BusinessScope>",
        "dk-medcom-messaging</Identifier>\n      </Scope></BusinessScope>",
        "/Scope[10]/Identifier",
    ),
    ("SBDH-07", MESSAGE, f"<Standard>{HCO}", "<Standard>HomeCareObservation", "<Standard>", "/DocumentIdentification/Standard"),
    ("SBDH-07", MESSAGE, "<TypeVersion>1.1", "<TypeVersion>1.0", "<TypeVersion>", "/DocumentIdentification/TypeVersion"),
    ("SBDH-07", MESSAGE, "message::1.2", "message::1.1", "message::1.1", "/Scope[1]/InstanceIdentifier"),
    ("SBDH-07", MESSAGE, f"MCM:{HCO}", HCO, f">{HCO}</InstanceIdentifier>", "/Scope[8]/InstanceIdentifier"),
    ("SBDH-08", MESSAGE, "urn:ehmi:sdn-emergence", "peppol", ">peppol<", "/Scope[2]/InstanceIdentifier"),
    ("SBDH-09", MESSAGE, "1144561000016002", "5790000123", ">5790000123<", "/Scope[4]/InstanceIdentifier"),
    ("SBDH-09", MESSAGE, "52581000016005", "5258100001", ">5258100001<", "/Scope[5]/InstanceIdentifier"),
    ("SBDH-10", MESSAGE, "2509479989", "250947-9989", "250947-9989", "/Scope[3]/InstanceIdentifier"),
    (
        "SBDH-11",
        MESSAGE,
        "<InstanceIdentifier>Request<",
        "<InstanceIdentifier>Response<",
        ">Response<",
        "/Scope[9]/InstanceIdentifier",
    ),
    (
        "SBDH-11",
        MESSAGE,
        f"<RequestingDocumentInstanceIdentifier>{UUID}",
        "<RequestingDocumentInstanceIdentifier>x",
        ">x<",
        "/RequestingDocumentInstanceIdentifier",
    ),
    ("SBDH-11", MESSAGE, "2026-10-05T08:25:00Z", "2026-10-05T10:25:00Z", "<ExpectedResponse", "/ExpectedResponseDateTime"),
    ("SBDH-11", MESSAGE, TRANSACTION, "", scope("EHMI-ReceiptAcknowledgement")[:30], "/BusinessService/ServiceTransaction"),
    ("SBDH-11", MESSAGE, '"600000"', '"600"', "<ServiceTransaction", "/ServiceTransaction/@TimeToAcknowledgeReceipt"),
    (
        "SBDH-11",
        MESSAGE,
        "<CreationDateAndTime>2026-10-05T10:15:00",
        "<CreationDateAndTime>2026-10-05T11:15:00",
        "<RequestingDocumentCreation",
        "/RequestingDocumentCreationDateTime",
    ),
    (
        "SBDH-12",
        MESSAGE,
        "</BusinessScope>",
        scope("ORIGINALMESSAGEVERSION", RECEIPT) + "</BusinessScope>",
        "<Scope>\n        <Type>ORIGINAL",
        "/Scope[10]",
    ),
    ("SBDH-13", RECEIPT, scope("ORIGINALMESSAGEVERSION", RECEIPT), SHARED_RECEIPT, "<Scope>\n        <Type>XDS", "/Scope[9]"),
    ("SBDH-14", MESSAGE, inner(MESSAGE), "ikke base64!", "<bc:BinaryContent", "/BinaryContent"),
    ("SBDH-14", MESSAGE, inner(MESSAGE), "ikke base!", "<bc:BinaryContent", "/BinaryContent"),
    ("SBDH-14", MESSAGE, "bc:BinaryContent mime", "bc:Andet mime", "<StandardBusinessDocument ", "Document/BinaryContent"),
    (
        "SBDH-15",
        MESSAGE,
        "<InstanceIdentifier>489de4f2",
        "<InstanceIdentifier>589de4f2",
        ">589de4f2",
        "/Scope[6]/InstanceIdentifier",
    ),
    (
        "SBDH-15",
        MESSAGE,
        "<InstanceIdentifier>401cbc36",
        "<InstanceIdentifier>501cbc36",
        ">501cbc36",
        "/Scope[7]/InstanceIdentifier",
    ),
    ("SBDH-17", OTHERS, ">2512489996<", ">2509479989<", ">2509479989<", "/Scope[3]/InstanceIdentifier"),
    ("SBDH-17", OTHERS_IN_XML, ">2512489996<", ">2509479989<", ">2509479989<", "/Scope[3]/InstanceIdentifier"),
    ("SBDH-16", RECEIPT, inner(RECEIPT), packed("<ReceiptAcknowledgement/>"), "<bc:BinaryContent", "/BinaryContent"),
    (
        "SBDH-16",
        RECEIPT,
        "<Type>ReceiptAcknowledgement</Type>",
        "<Type>ReceiptException</Type>",
        "<bc:BinaryContent",
        "/BinaryContent",
    ),
    ("SBDH-16", RECEIPT, inner(RECEIPT), packed("{}"), "<bc:BinaryContent", "/BinaryContent"),
    ("SBDH-01", RECEIPT, "<HeaderVersion>1.0", "<HeaderVersion>2.0", "<HeaderVersion", "/HeaderVersion"),
    ("SBDH-02", RECEIPT, "0088:5790000123117", "0088:5790000123171", "0088:5790000123171", "/Receiver/Identifier"),
    ("SBDH-03", RECEIPT, "2026-10-05T10:16:30+02:00", "2026-10-05T10:16:30", "<CreationDateAndTime", "/CreationDateAndTime"),
    ("SBDH-03", RECEIPT, "<MultipleType>false", "<MultipleType>nej", "<MultipleType", "/MultipleType"),
    ("SBDH-05", RECEIPT, scope("SENDERID", RECEIPT), "", "<BusinessScope>", "/Scope[Type='SENDERID']"),
    ("SBDH-08", RECEIPT, "urn:ehmi:sdn-emergence", "sdn", ">sdn<", "/Scope[2]/InstanceIdentifier"),
    ("SBDH-09", RECEIPT, "1144561000016002", "114456", ">114456<", "/Scope[4]/InstanceIdentifier"),
    (
        "SBDH-06",
        RECEIPT,
        scope("SENDERID", RECEIPT),
        scope("SENDERID", RECEIPT).replace("dk-medcom-messaging", "medcom"),
        ">medcom<",
        "/Scope[3]/Identifier",
    ),
    ("SBDH-14", RECEIPT, inner(RECEIPT), "ikke base64!", "<bc:BinaryContent", "/BinaryContent"),
]


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old} står {text.count(old)} gange"
    changed = text.replace(old, new)
    return changed.replace("</bc:BinaryContent>", "</bc:Andet>") if new.startswith("bc:Andet") else changed


@pytest.mark.parametrize(
    ("rule", "text", "old", "new", "mark", "ending"), BREAKS, ids=[f"{row[0]} {number}" for number, row in enumerate(BREAKS)]
)
def test_one_fault_gives_one_finding(rule: str, text: str, old: str, new: str, mark: str, ending: str) -> None:
    data = changed(text, old, new)
    found = findings(judge_sbdh(data.encode("utf-8"), "kuvert.xml"))
    assert [each.rule for each in found] == [rule], [str(each) for each in found]
    assert found[0].grade is not None
    assert found[0].location.path.endswith(ending)
    if ending:
        assert found[0].location.line == line_of(data, mark)


def test_every_rule_has_a_fault_that_breaks_it() -> None:
    assert {row[0] for row in BREAKS} == {rule.id for rule in rules_for("sbdh")}


def results(text: str) -> dict[Result, set[str]]:
    judgements = judge_sbdh(text.encode("utf-8"), "kuvert.xml")
    return {result: {each.rule.id for each in judgements if each.result is result} for result in Result}


def test_the_hand_written_envelopes_keep_every_rule() -> None:
    assert results(MESSAGE)[Result.NOT_JUDGED] == {"SBDH-16", "SBDH-17", "SBDH-19"}
    assert results(RECEIPT)[Result.NOT_JUDGED] == {"SBDH-07", "SBDH-11", "SBDH-15", "SBDH-17", "SBDH-19", "SBDH-20"}
    assert results(MESSAGE)[Result.BROKEN] | results(RECEIPT)[Result.BROKEN] == set()


HARMLESS = {
    "the draft's process": changed(MESSAGE, "urn:ehmi:sdn-emergence", "sdn-emergence"),
    "another's message": OTHERS,
    "another's message in XML": OTHERS_IN_XML,
    "a patient masked as the draft says": changed(OTHERS, ">2512489996<", f">{uuid5(NAMESPACE_DNS, '2512489996')}<"),
    "a masked patient": changed(MESSAGE, "2509479989", "3f2504e0-4f89-51d3-9a0c-0305e82c3301"),
    "an eCPR": changed(MESSAGE, "2509479989", "0703921VJ5"),
    "content in the header's namespace": MESSAGE.replace("bc:BinaryContent", "BinaryContent"),
    "content that is no Bundle": changed(MESSAGE, inner(MESSAGE), packed('{"a": 1}')),
    "a Bundle whose id is a number": changed(MESSAGE, inner(MESSAGE), packed('{"id": 1, "entry": []}')),
    "a Bundle of odd things": changed(MESSAGE, inner(MESSAGE), packed('{"entry": [1, {"resource": []}, {"resource": 2}]}')),
    "a Bundle whose entries are a number": changed(MESSAGE, inner(MESSAGE), packed('{"entry": 7}')),
    "a Bundle with nothing in it": changed(
        FHIR_RECEIPT, inner(FHIR_RECEIPT), packed('{"resourceType": "Bundle", "type": "message"}')
    ),
    "content that is neither JSON nor XML": changed(changed(MESSAGE, inner(MESSAGE), packed('X{"a": 1}')), "fhir+json", "x"),
    "a patient in XML whose number is not said": changed(
        OTHERS_IN_XML, inner(OTHERS_IN_XML), packed(IN_XML.replace("<value value='2512489996'/>", ""))
    ),
    "content that is not JSON": changed(MESSAGE, inner(MESSAGE), packed("Hej")),
    "metadata of a shared document": changed(MESSAGE, "</BusinessScope>", SHARED_RECEIPT + "</BusinessScope>"),
    "broken FHIR XML": changed(changed(MESSAGE, inner(MESSAGE), packed("<Bundle>")), "fhir+json", "fhir+xml"),
    "a FHIR acknowledgement": changed(MESSAGE.replace(HCO, "acknowledgement-message"), scope("PATIENTID"), ""),
    "a FHIR acknowledgement that answers an envelope": changed(
        changed(MESSAGE.replace(HCO, "acknowledgement-message"), scope("PATIENTID"), ""),
        "<InstanceIdentifier>Request<",
        "<InstanceIdentifier>Response<",
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_differences_break_nothing(name: str) -> None:
    assert [str(each) for each in findings(judge_sbdh(HARMLESS[name].encode("utf-8"), "kuvert.xml"))] == []


ORIGINALS = [
    "ORIGINALMESSAGEIDENTIFIER", "ORIGINALMESSAGEENVELOPEIDENTIFIER", "ORIGINALMESSAGESTANDARD", "ORIGINALMESSAGEVERSION",
    "ORIGINALENVELOPEIDENTIFIER",
]  # fmt: skip
FIXED = {
    "IsNonRepudiationRequired": "false",
    "IsAuthenticationRequired": "false",
    "IsNonRepudiationOfReceiptRequired": "false",
    "IsIntelligibleCheckRequired": "false",
    "IsApplicationErrorResponseRequested": "false",
    "TimeToAcknowledgeAcceptance": "0",
    "TimeToPerform": "0",
    "Recurrence": "0",
}
OF_A_MESSAGE = (
    "DOCUMENTID", "PROCESSID", "SENDERID", "RECEIVERID", "PATIENTID", "MESSAGEIDENTIFIER", "MESSAGEENVELOPEIDENTIFIER",
    "StatisticalInformation", "EHMI-ReceiptAcknowledgement",
)  # fmt: skip
OF_A_RECEIPT = ("DOCUMENTID", "PROCESSID", "SENDERID", "RECEIVERID")


@pytest.mark.parametrize(
    ("text", "name"), [*((MESSAGE, name) for name in OF_A_MESSAGE), *((RECEIPT, name) for name in OF_A_RECEIPT)]
)
def test_each_scope_that_an_envelope_needs_is_missed(text: str, name: str) -> None:
    (found,) = findings(judge_sbdh(changed(text, scope(name, text), "").encode(), "kuvert.xml"))
    assert (found.rule, found.expected, found.actual) == ("SBDH-05", name, "mangler")
    assert found.location.path.endswith(f"/BusinessScope/Scope[Type='{name}']")


EXPECTED = "<ExpectedResponseDateTime>2026-10-05T08:25:00Z</ExpectedResponseDateTime>"
# What is exchanged in the message, the rule, what it says was expected and found
TOLD = [
    (scope("SENDERID"), scope("SENDERID") * 2, "SBDH-05", "SENDERID netop én gang", "2 gange"),
    ("2509479989", "", "SBDH-05", "PATIENTID med en InstanceIdentifier", "mangler"),
    ("2509479989", "250947-9989", "SBDH-10", "et CPR-nummer, et eCPR-nummer eller et UUID", "noget andet"),
    (TRANSACTION, "", "SBDH-11", 'TimeToAcknowledgeReceipt="600000"', "mangler"),
    (' TimeToAcknowledgeReceipt="600000"', "", "SBDH-11", "600000", "mangler"),
    ('"600000"', '"600"', "SBDH-11", "600000", "600"),
    (EXPECTED, "<ExpectedResponseDateTime/>", "SBDH-11", "2026-10-05T10:25:00+02:00", "tom"),
    (EXPECTED, EXPECTED.replace("Z", ""), "SBDH-11", "2026-10-05T10:25:00+02:00", "2026-10-05T08:25:00"),
    (EXPECTED, "", "SBDH-11", "ExpectedResponseDateTime", "mangler"),
    ("</BusinessScope>", SHARED + "</BusinessScope>", "SBDH-06", "dk-medcom-DocumentReference", "dk-medcom-messaging"),
    (
        "</BusinessScope>",
        scope("ORIGINALMESSAGEVERSION", RECEIPT) + "</BusinessScope>",
        "SBDH-12",
        "kun på kvitteringer",
        "ORIGINALMESSAGEVERSION",
    ),
]


@pytest.mark.parametrize(("old", "new", "rule", "expected", "actual"), TOLD)
def test_a_finding_says_what_was_expected_and_found(old: str, new: str, rule: str, expected: str, actual: str) -> None:
    (found,) = findings(judge_sbdh(changed(MESSAGE, old, new).encode(), "kuvert.xml"))
    assert (found.rule, found.expected, found.actual) == (rule, expected, actual)


def test_an_envelope_that_does_not_say_what_receipt_it_asks_for_is_told_so() -> None:
    asked = scope("EHMI-ReceiptAcknowledgement")
    correlation = asked[asked.index("<CorrelationInformation>") : asked.index("</CorrelationInformation>")]
    told = MESSAGE.replace(f"{correlation}</CorrelationInformation>", "").replace(">Request<", ">Response<")
    found = findings(judge_sbdh(told.encode(), "kuvert.xml"))
    assert [(each.rule, each.expected) for each in found] == [("SBDH-11", "Request"), ("SBDH-11", "CorrelationInformation")]
    assert found[1].location.path.endswith("/Scope[9]/CorrelationInformation")


@pytest.mark.parametrize("only", [f"<Standard>{HCO}", f"structuredefinition::{HCO}##urn:dk:medcom:fhir:{HCO}", f"MCM:{HCO}"])
def test_one_field_alone_says_that_it_is_about_a_home_care_observation(only: str) -> None:
    assert MESSAGE.count(only) == 1
    text = MESSAGE.replace(only, "HER").replace(HCO, "andet").replace("HER", only)
    assert {"SBDH-07"} == {each.rule for each in findings(judge_sbdh(text.encode(), "kuvert.xml"))}


def test_no_moment_after_the_last_is_waited_for() -> None:
    for old, last in ((f">{CREATED}</Req", "9999-12-31T23:55:00Z"), (f">{CREATED}</Creation", "9999-12-31T23:59:59-14:00")):
        found = findings(judge_sbdh(MESSAGE.replace(old, old.replace(CREATED, last)).encode(), "kuvert.xml"))
        line = line_of(MESSAGE, "<RequestingDocumentCreation")
        assert ("SBDH-11", line) in [(each.rule, each.location.line) for each in found]
    never = MESSAGE.replace(CREATED, "9999-12-31T23:59:59-14:00")
    assert findings(judge_sbdh(never.encode(), "kuvert.xml")) == []
    lacking = never.replace("ExpectedResponseDateTime", "Andet")
    assert [each.rule for each in findings(judge_sbdh(lacking.encode(), "kuvert.xml"))] == ["SBDH-11"]


def test_the_ids_of_a_bundle_in_fhir_xml_are_compared_too() -> None:
    text = changed(changed(MESSAGE, inner(MESSAGE), packed(FHIR_XML.format("h"))), "fhir+json", "fhir+xml")
    assert [(each.rule, each.expected) for each in findings(judge_sbdh(text.encode("utf-8"), "kuvert.xml"))] == [
        ("SBDH-15", "h"),
        ("SBDH-15", "b"),
    ]


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"<!DOCTYPE a><a/>", b"<a>" * 100_000, b"<StandardBusinessDocument/>"],
    ids=["empty", "json", "doctype", "deep", "no namespace"],
)
def test_what_is_no_envelope_is_one_graded_finding(data: bytes) -> None:
    judgements = judge_sbdh(data, "kuvert.xml")
    assert [(each.rule, each.grade) for each in findings(judgements)] == [("SBDH-XML", Grade.F2)]
    assert {each.result for each in judgements if each.rule.id != "SBDH-XML"} == {Result.NOT_JUDGED}


def test_an_empty_header_is_told_and_nothing_else() -> None:
    text = '<StandardBusinessDocument xmlns="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader">'
    for header in ("", "<StandardBusinessDocumentHeader/>"):
        found = findings(judge_sbdh(f"{text}{header}</StandardBusinessDocument>".encode(), "kuvert.xml"))
        assert {each.rule for each in found} == {"SBDH-XML"}


def test_a_finding_shows_nobodys_number() -> None:
    (found,) = findings(judge_sbdh(changed(MESSAGE, "2509479989", "250947-9989").encode(), "kuvert.xml"))
    assert "9989" not in str(found)


@pytest.mark.parametrize("name", ORIGINALS)
def test_what_a_receipt_says_of_the_original_stands_on_receipts_alone(name: str) -> None:
    text = changed(MESSAGE, "</BusinessScope>", scope(name, RECEIPT) + "</BusinessScope>")
    assert [(each.rule, each.actual) for each in findings(judge_sbdh(text.encode(), "kuvert.xml"))] == [("SBDH-12", name)]


@pytest.mark.parametrize(("name", "right"), FIXED.items())
def test_an_attribute_of_the_transaction_has_the_one_value_there_is(name: str, right: str) -> None:
    def told(value: str) -> list[tuple[str, str, str]]:
        text = changed(MESSAGE, TRANSACTION, TRANSACTION.replace("/>", f' {name}="{value}"/>'))
        return [(each.rule, each.expected, each.actual) for each in findings(judge_sbdh(text.encode(), "kuvert.xml"))]

    assert told(right) == []
    assert told("andet") == [("SBDH-20", right, "andet")]


def test_a_hundred_scopes_are_read_and_no_more() -> None:
    there = MESSAGE.count("<Scope>")
    for more, refused in ((100 - there, False), (101 - there, True)):
        text = changed(MESSAGE, "</BusinessScope>", "<Scope><Type>ANDET</Type></Scope>" * more + "</BusinessScope>")
        rules = {each.rule for each in findings(judge_sbdh(text.encode(), "kuvert.xml"))}
        assert ("SBDH-XML" in rules) is refused


def test_an_envelope_with_a_hundred_thousand_scopes_is_refused() -> None:
    text = changed(MESSAGE, "</BusinessScope>", "<Scope/>" * 100_000 + "</BusinessScope>")
    found = findings(judge_sbdh(text.encode("utf-8"), "kuvert.xml"))
    assert [(each.rule, each.actual) for each in found] == [("SBDH-XML", "kuverten har flere end 100 Scope")]
    assert found[0].location.path.endswith("/Scope[101]")
