"""Every rule over an ITI-41 holds on an honest request, and breaks alone on a request with one defect."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree

from harness.conformance.rule import Judgement, Result, rules_for
from harness.conformance.xds.packed import judge_packed
from harness.conformance.xds.submission import (
    carries_plan,
    declared_in,
    declared_version,
    documents_in,
    documents_of,
    judge_submission,
    judge_submitted,
)
from harness.conformance.xds.submitted import read_submitted
from harness.domain.finding import Location, Owner
from harness.domain.grade import Grade
from harness.standards.mtom import XOP, Package, Part, build_package, href
from harness.standards.soap import SOAP, SOAP_12, Version
from harness.standards.xds import codes

EXAMPLE = (Path(__file__).parent.parent / "examples" / "iti41_haandskrevet.xml").read_bytes()
KNOWN = {"1.2.208.184^c0ffee00-1111-4222-8333-444455556601": "urn:uuid:11111111-AAAA-4bbb-8ccc-dddddddddd01"}
Change = Callable[[bytes], bytes]


def said(old: str, new: str) -> Change:
    """The message with one text exchanged for another; `old` stands there exactly once."""

    def change(message: bytes) -> bytes:
        assert message.decode().count(old) == 1, old
        return message.decode().replace(old, new).encode()

    return change


def written(old: str, new: str, count: int = 1) -> Change:
    """The message with one text of its document exchanged, honestly measured and encoded anew."""

    def change(message: bytes) -> bytes:
        document = documents_in(message)[0]
        assert document.decode().count(old) == count, old
        changed = document.decode().replace(old, new).encode()
        message = re.sub(rb"(?<=<Document id='plan'>)[^<]*", base64.b64encode(changed), message)
        sizes = (f">{len(document)}<", f">{len(changed)}<")
        old_hash, new_hash = (hashlib.sha1(each).hexdigest() for each in (document, changed))
        message, found = re.subn(old_hash.encode(), new_hash.encode(), message, flags=re.IGNORECASE)
        assert found == 1
        return said(*sizes)(message) if len(document) != len(changed) else message

    return change


def carrying(document: bytes) -> bytes:
    """The message with another document, its hash and size as they were."""
    return re.sub(rb"(?<=<Document id='plan'>)[^<]*", base64.b64encode(document), EXAMPLE)


def without(pattern: str) -> Change:
    """The message without the one part that matches."""

    def change(message: bytes) -> bytes:
        changed, count = re.subn(pattern, "", message.decode(), flags=re.DOTALL)
        assert count == 1, pattern
        return changed.encode()

    return change


def twice(pattern: str) -> Change:
    """The message with the part that matches once more after it, up to the end of what they are in."""

    def change(message: bytes) -> bytes:
        found = re.search(rf"({pattern})\s*", message.decode(), flags=re.DOTALL)
        assert found
        return f"{message.decode()[: found.end()]}{' '.join(found[1].split())}{message.decode()[found.end() :]}".encode()

    return change


def as_answers(message: bytes) -> bytes:
    """The message with answers to a questionnaire (QRD) in place of the plan."""
    message = written('<templateId root="1.2.208.184.15.1"/>', '<templateId root="1.2.208.184.13.1"/>')(message)
    message = written('<code code="81215-6"', '<code code="74465-6"')(message)
    message = said(
        "classifiedObject='plan' nodeRepresentation='81215-6'", "classifiedObject='plan' nodeRepresentation='74465-6'"
    )(message)
    return said("nodeRepresentation='urn:ad:dk:medcom:cpd-v1.0.1:full'", "nodeRepresentation='urn:ad:dk:medcom:qrd-v1.3:full'")(
        message
    )


def slot(name: str) -> str:
    """The pattern of a slot of the entry."""
    return rf"<Slot name='{name}'>.*?</Slot>"


def classification(id: str) -> str:
    """The pattern of a classification of the entry."""
    return rf"<Classification id='{id}'.*?</Classification>"


def in_other_case(message: bytes) -> bytes:
    """The message with UUIDs for ids, written with small letters where they are given and with capitals where they are used."""
    text = message.decode()
    for name, uuid in (("plan", f"urn:uuid:{LOWER}1"), ("saet", f"urn:uuid:{LOWER}2")):
        for attribute in ("targetObject", "sourceObject", "classifiedObject", "registryObject"):
            text = text.replace(f"{attribute}='{name}'", f"{attribute}='{uuid.upper().replace('URN:UUID', 'urn:uuid')}'")
        text = text.replace(f"<Document id='{name}'", f"<Document id='{uuid.upper()}'").replace(f" id='{name}'", f" id='{uuid}'")
    return text.encode()


LOWER = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeee"
CPR = "1502829995^^^&amp;1.2.208.176.1.2&amp;ISO"
OTHER = CPR.replace("1502829995", "2509479989")
SCHEME = "<Slot name='codingScheme'><ValueList><Value>{}</Value>"
BREAKING: list[tuple[str, Change]] = [
    ("XDSM-XML", lambda message: message[:-20]),
    ("XDSM-XML", said("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2099/soap-envelope")),
    ("XDSM-XML", lambda message: message.replace(b"ProvideAndRegisterDocumentSetRequest", b"RetrieveDocumentSetRequest")),
    ("XDSM-XML", said("<s:Envelope", "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><s:Envelope")),
    ("XDSM-01", without(r"<Classification id='s5'[^>]*/>")),
    ("XDSM-02", without(r"<Document id='plan'>.*?</Document>")),
    ("XDSM-02", said("<Document id='plan'>", "<Document id='ekstra'/><Document id='plan'>")),
    ("XDSM-03", said("<Document id='plan'>", "<Document id='plan'>*")),
    ("XDSM-04", without(r"(?<=<Value>)[0-9A-Fa-f]{39}(?=[0-9A-Fa-f]</Value>)")),
    ("XDSM-05", said("<Slot name='size'><ValueList><Value>", "<Slot name='size'><ValueList><Value>1")),
    ("XDSM-06", without(r"<ExternalIdentifier id='e1'[^>]*/>")),
    ("XDSM-06", without(r"<ExternalIdentifier id='e2'[^>]*/>")),
    *(
        ("XDSM-07", without(pattern))
        for pattern in (
            *map(slot, ("sourcePatientInfo", "sourcePatientId", "languageCode", "creationTime", "authorInstitution")),
            *map(classification, ("c1", "c7")),
            "(?<=value=')Min forløbsplan for KOL",
        )
    ),
    ("XDSM-08", said("classifiedObject='plan' nodeRepresentation='81215-6'", "classifiedObject='plan' nodeRepresentation='1'")),
    ("XDSM-09", said("cpd-v1.0.1:full", "cpd-v1.0.1:maternity")),
    ("XDSM-09", said(SCHEME.format("1.2.208.184.100.10"), SCHEME.format("1.2.208.184.100.9"))),
    ("XDSM-10", said("nodeRepresentation='001'", "nodeRepresentation='005'")),
    ("XDSM-10", said(SCHEME.format("1.2.208.184.100.9"), SCHEME.format("1.2.208.184.100.10"))),
    ("XDSM-11", said("nodeRepresentation='N'", "nodeRepresentation='R'")),
    ("XDSM-12", said("nodeRepresentation='394761003'", "nodeRepresentation='408443003'")),
    ("XDSM-13", said("nodeRepresentation='408443003'", "nodeRepresentation='394761003'")),
    ("XDSM-14", said("<Value>da</Value>", "<Value>en-US</Value>")),
    ("XDSM-15", said("mimeType='text/xml'", "mimeType='application/xml'")),
    ("XDSM-16", said("urn:oid:1.2.208.176.8.1", "urn:oid:1.2.208.176.8.2")),
    ("XDSM-17", said("ISO^^^^73091000016008", "ISO")),
    ("XDSM-17", said("lægepraksis^^^^^&amp;1.2.208.176.1.1", "lægepraksis^^^^^&amp;1.2.208.176.1.4")),
    ("XDSM-18", said("<Value> Original </Value>", "<Value>Reference</Value>")),
    ("XDSM-18", without(r"<Association associationType='[^']*HasMember'.*?</Association>")),
    ("XDSM-19", said(f"98427'\n      value='{CPR}", f"98427'\n      value='{OTHER}")),
    ("XDSM-19", said(f"<Value>{CPR}", f"<Value>{OTHER}")),
    ("XDSM-19", said(f"b38446'\n      value='{CPR}", f"b38446'\n      value='{OTHER}")),
    ("XDSM-19", said(f"<Value>{CPR}", f"<Value>{OTHER.replace('250947', '250947-')}")),
    ("XDSM-20", said(f"98427'\n      value='{CPR}", "98427'\n      value='1502829995")),
    ("XDSM-20", said(f"98427'\n      value='{CPR}", f"98427'\n      value='{CPR.replace('150282', '150282-')}")),
    ("XDSM-20", said(f"b38446'\n      value='{CPR}", "b38446'\n      value='1502829995^^^&amp;1.2.208.176.1.1&amp;ISO")),
    ("XDSM-21", said("1.2.208.184^c0ffee00", "1.2.208.184^c0ffee01")),
    ("XDSM-22", said("'Min forløbsplan for KOL'", "'Min forlobsplan for KOL'")),
    ("XDSM-22", written("Min forløbsplan   for KOL", "Min forløbsplan for KOL 2")),
    ("XDSM-23", said("20261025013000", "20261025023000")),
    ("XDSM-23", said("20261025013000", "202610250230")),
    ("XDSM-23", said("20261025013000", "20261025013001")),
    ("XDSM-23", said("20261025013000", "20261025")),
    ("XDSM-24", said("20260101070000", "20260101080000")),
    ("XDSM-24", said("20260101070000", "202601010800")),
    ("XDSM-25", said("^^^^73091000016008", "^^^^325381000016008")),
    ("XDSM-25", said("Agerskov lægepraksis^", "Andeby lægepraksis^")),
    ("XDSM-37", said("Sørensen^Åse", "Sørensen^Anders")),
    ("XDSM-37", said("Sørensen^Åse", "Åse^Sørensen")),
    ("XDSM-26", said("Mosebryggersen^Knut", "Knut^Mosebryggersen")),
    ("XDSM-26", said("^Odvar&amp;Test^^", "^Odvar^^Hr.")),
    ("XDSM-26", said("^Odvar&amp;Test^^", "^Odvar&amp;Test&amp;Pia^^")),
    ("XDSM-26", said("PID-7|19820215", "PID-7|19820502")),
    ("XDSM-26", said("PID-8|M", "PID-8|F")),
    ("XDSM-27", said("nodeRepresentation='ALAL21'", "nodeRepresentation='ALAL99'")),
    ("XDSM-28", written('code="R95"', 'code="L84"')),
    ("XDSM-28", written('code="R95" codeSystem="1.2.208.176.2.31"', 'code="DM545" codeSystem="1.2.208.176.2.4.12"')),
    ("XDSM-28", lambda message: written('code="R95"', 'code="L84"')(
        written("<component><structuredBody>", "<observation><value code='R95'/></observation><component><structuredBody>")(
            message))),
    ("XDSM-29", without(r"<Association targetObject=[^>]*/>")),
    ("XDSM-29", said("AssociationType:RPLC'", "AssociationType:APND'")),
    ("XDSM-29", said("AssociationType:RPLC'", "AssociationType:RPLCE'")),
    ("XDSM-30", said("dddddddddd01", "dddddddddd02")),
    ("XDSM-31", written('languageCode code="da-DK"', 'languageCode code="en-US"')),
    ("XDSM-32", written('confidentialityCode code="N"', 'confidentialityCode code="R"')),
    ("XDSM-33", lambda message: said("classifiedObject='plan' nodeRepresentation='74465-6'",
        "classifiedObject='plan' nodeRepresentation='74468-0'")(as_answers(message))),
    ("XDSM-34", said("7edca82f-054d-47f2-a032-9b2a5b5186c1", "7edca82f-054d-47f2-a032-9b2a5b5186c9")),
    ("XDSM-35", said("classificationScheme='urn:uuid:f0306f51-975f-434e-a61c-c59651d33983' classifiedObject='plan'",
        "classificationScheme='urn:uuid:f0306f51-975f-434e-a61c-c59651d33983' classifiedObject='saet'")),
    ("XDSM-35", said("id='e1' registryObject='plan'", "id='e1' registryObject='saet'")),
    ("XDSM-35", said("id='e1' registryObject='plan'", "id='e1'")),
    ("XDSM-35", said("classifiedObject='plan' nodeRepresentation='N'", "nodeRepresentation='N'")),
    ("XDSM-35", said("id='s4' registryObject='saet'", "id='s4' registryObject='plan'")),
    ("XDSM-36", said("targetObject='urn:uuid:11111111-aaaa-4bbb-8ccc-dddddddddd01'", "targetObject='plan'")),
    ("XDSM-36", said("targetObject='urn:uuid:11111111-aaaa-4bbb-8ccc-dddddddddd01'", "targetObject='1.2.3'")),
    ("XDSM-36", said("='urn:uuid:11111111-aaaa-4bbb-8ccc-dddddddddd01' sourceObject='plan'",
        "='plan' sourceObject='urn:uuid:11111111-aaaa-4bbb-8ccc-dddddddddd01'")),
    ("XDSM-36", said("sourceObject='plan'", "sourceObject='planen'")),
    ("XDSM-36", said("sourceObject='plan'", "sourceObject='saet'")),
    ("XDSM-36", said("sourceObject='plan' id='a2'", "id='a2'")),
    ("XDSM-02", said("</Document>", "</Document><Document id='plan'/>")),
    ("XDSM-02", twice("<ExtrinsicObject.*</ExtrinsicObject>")),
    ("XDSM-23", said("20261025013000\n    </Value>", "20261025013000</Value><Value>20261025023000</Value>")),
    ("XDSM-27", said(SCHEME.format("1.2.208.176.2.4"), SCHEME.format("1.2.3"))),
    ("XDSM-28", said("nodeRepresentation='ALAL21'", "nodeRepresentation='ALAL22'")),
    ("XDSM-28", said("nodeRepresentation='ALAL21'", "nodeRepresentation='ALAL02'")),
    ("XDSM-28", lambda message: said("nodeRepresentation='ALAL21'", "nodeRepresentation='ALAL22'")(
        written('code="R95"', 'code="L84"')(message))),
    ("XDSM-26", lambda message: said("PID-7|19820215", "PID-7|19820216")(
        written('birthTime value="19820215"', 'birthTime value="19820214230000+0000"')(message))),
]  # fmt: skip

ENTRY, AUTHOR, LABEL = "<ExtrinsicObject", "<Slot name='authorInstitution'", "<Classification id='c5'"
PATIENT, SOURCE_ID, PACKAGE_PATIENT = "<ExternalIdentifier id='e2'", "<Slot name='sourcePatientId'", "<ExternalIdentifier id='s4'"
PLACES: dict[str, tuple[str, ...]] = {
    "XDSM-XML": ("", "<s:Envelope", "<s:Envelope", "<!DOCTYPE"),
    "XDSM-01": ("<ProvideAndRegister",),
    "XDSM-02": (ENTRY, "<Document id='ekstra'", "</Document><Document id='plan'/>", "</RegistryObjectList"),
    "XDSM-03": ("<Document id='plan'>",),
    "XDSM-04": ("<Slot name='hash'",),
    "XDSM-05": ("<Slot name='size'",),
    "XDSM-06": (ENTRY,),
    "XDSM-07": (ENTRY,),
    "XDSM-08": ("<Classification id='c1'",),
    "XDSM-09": ("<Classification id='c4'",),
    "XDSM-10": ("<Classification id='c8'",),
    "XDSM-11": ("<Classification id='c7'",),
    "XDSM-12": ("<Classification id='c3'",),
    "XDSM-13": ("<Classification id='c2'",),
    "XDSM-14": ("<Slot name='languageCode'",),
    "XDSM-15": (ENTRY,),
    "XDSM-16": (ENTRY,),
    "XDSM-17": (AUTHOR,),
    "XDSM-18": (ENTRY,),
    "XDSM-19": (PATIENT, SOURCE_ID, PACKAGE_PATIENT, SOURCE_ID),
    "XDSM-20": (PATIENT, PATIENT, PACKAGE_PATIENT),
    "XDSM-21": ("<ExternalIdentifier id='e1'",),
    "XDSM-22": ("<Name><LocalizedString xml:lang='da-DK' value='Min",),
    "XDSM-23": ("<Slot name='creationTime'",),
    "XDSM-24": ("<Slot name='serviceStartTime'",),
    "XDSM-25": (AUTHOR,),
    "XDSM-26": ("<Slot name='sourcePatientInfo'",),
    "XDSM-27": (LABEL,),
    "XDSM-28": (LABEL,),
    "XDSM-29": (ENTRY, "<Association targetObject="),
    "XDSM-30": ("<Association targetObject=",),
    "XDSM-31": ("<Slot name='languageCode'",),
    "XDSM-32": ("<Classification id='c7'",),
    "XDSM-33": ("<Classification id='c1'",),
    "XDSM-34": (ENTRY,),
    "XDSM-35": (
        "<Classification id='c1'",
        "<ExternalIdentifier id='e1'",
        "<ExternalIdentifier id='e1'",
        "<Classification id='c7'",
        "<ExternalIdentifier id='s4'",
    ),
    "XDSM-37": ("<Slot name='authorPerson'",),
    "XDSM-36": ("<Association targetObject=",),
}
"""What stands first on the line of the finding, for each of the rule's changes in turn, the last for the rest; "" for the end.

What is said twice stands on one line with the end of what it is in.
"""


def placed() -> Iterator[tuple[str, Change, str]]:
    """Each change that breaks a rule, with what stands on the line of its finding."""
    times: Counter[str] = Counter()
    for rule, change in BREAKING:
        places = PLACES[rule]
        yield rule, change, places[min(times[rule], len(places) - 1)]
        times[rule] += 1


PLACED = list(placed())

HARMLESS: list[tuple[str, Change]] = [
    ("uden authorPerson", without(slot("authorPerson"))),
    ("forfatterens efternavn alene", said("^Sørensen^Åse^Test^^", "^Sørensen^^^^")),
    ("forfatteren med store bogstaver", said("^Sørensen^Åse^Test^^", "^SØRENSEN^ÅSE^TEST^^")),
    ("patienten med store bogstaver", said("Mosebryggersen^Knut", "MOSEBRYGGERSEN^KNUT")),
    ("forfatterens fornavne samlet", said("^Sørensen^Åse^Test^^", "^Sørensen^Åse^&amp;Test^^")),
    ("forfatteren med suffiks og titel", said("^Sørensen^Åse^Test^^", "^Sørensen^Åse^Test^jr.^Dr.")),
    ("klinikkens navn klippet", said("Agerskov lægepraksis^", "Agerskov læge^")),
    ("hash og size udeladt", lambda message: without(slot("hash"))(without(slot("size"))(message))),
    ("uden homeCommunityId", without(" home='urn:oid:1.2.208.176.8.1'")),
    ("testmiljø", said("urn:oid:1.2.208.176.8.1", "urn:oid:1.2.208.176.43210.8.10")),
    ("da-DK", said("<Value>da</Value>", "<Value>da-DK</Value>")),
    ("CPD-DK 2.0", said("cpd-v1.0.1:full", "cpd-v2.0:full")),
    ("uden forløbslabel", without(classification("c5"))),
    ("MCS skrevet på den anden måde", said(SCHEME.format("1.2.208.184.100.1"), SCHEME.format("1.2.208.184.100.8"))),
    ("kodesystem som urn:oid", said(SCHEME.format("1.2.208.184.100.9"), SCHEME.format("urn:oid:1.2.208.184.100.9"))),
    ("SKS-diagnose", written('code="R95" codeSystem="1.2.208.176.2.31"', 'code="DJ449" codeSystem="1.2.208.176.2.4.12"')),
    ("en diagnose, der ikke er en kode", written('code="R95"', 'code="KOL"')),
    ("en diagnose i det andet system", written('code="R95"', 'code="DR95"')),
    ("ICPC-2 med eksemplets OID", written('codeSystem="1.2.208.176.2.31"', 'codeSystem="1.2.208.176.99.99.99"')),
    ("id kun med root", lambda message: said("'1.2.208.184^c0ffee00-1111-4222-8333-444455556602'", "'1.2.3'")(
        written('extension="c0ffee00-1111-4222-8333-444455556602" root="1.2.208.184"', 'root="1.2.3"')(message))),
    *(("sourcePatientId som " + name, said(f"<Value>{CPR}", f"<Value>{text}")) for name, text in (
        ("et lokalt id", "2509479989^^^&amp;1.2.3&amp;ISO"), ("et nummer alene", "4711"),
        ("CPR med bindestreg", CPR.replace("150282", "150282-")))),
    *((f"et andet sted ({code})", said("'394761003'", f"'{code}'")) for code in codes.FACILITY_TYPES if code != "394761003"),
    *((f"andet speciale ({code})", said("'408443003'", f"'{code}'")) for code in codes.PRACTICE_SETTINGS if code != "408443003"),
    ("navn med præfiks", said("^Odvar&amp;Test^^", "^Odvar&amp;Test^^Hr.")),
    ("navn med suffiks og præfiks", said("^Odvar&amp;Test^^", "^Odvar Test^jr.^Hr.^cand.med.")),
    ("fornavne hver for sig", said("^Odvar&amp;Test^^", "^Odvar^Test")),
    ("creationTime uden sekunder", said("20261025013000", "202610250130")),
    ("serviceStartTime uden sekunder", said("20260101070000", "202601010700")),
    ("id'er med andre bogstaver", in_other_case),
    ("minutter uden sekunder", lambda message: written("20261025023000+0100", "202610250230+0100")(message)),
    ("fødselstid med klokkeslæt", written('birthTime value="19820215"', 'birthTime value="19820215000000+0000"')),
    ("id med store bogstaver", said("1.2.208.184^c0ffee00", "1.2.208.184^C0FFEE00")),
    ("skema med store bogstaver", said("f0306f51-975f-434e-a61c-c59651d33983", "F0306F51-975F-434E-A61C-C59651D33983")),
    ("submission set med store bogstaver", said("a54d6aa5-d40d-43f9-88c5-b4633d873bdd", "A54D6AA5-D40D-43F9-88C5-B4633D873BDD")),
    ("patientId med store bogstaver", said("58a6f841-87b3-4a3e-92fd-a8ffeff98427", "58A6F841-87B3-4A3E-92FD-A8FFEFF98427")),
    ("objectType med store bogstaver", said("7edca82f-054d-47f2-a032-9b2a5b5186c1", "7EDCA82F-054D-47F2-A032-9B2A5B5186C1")),
    ("omformet og afløst", said("AssociationType:RPLC'", "AssociationType:XFRM_RPLC'")),
    ("on-demand", said("7edca82f-054d-47f2-a032-9b2a5b5186c1", "34268e47-fdf5-41a6-ba33-82133c465248")),
    ("fødselstid i UTC", written('birthTime value="19820215"', 'birthTime value="19820214230000+0000"')),
    ("fødselstid i UTC, datoen som skrevet", lambda message: said("PID-7|19820215", "PID-7|19820214")(
        written('birthTime value="19820215"', 'birthTime value="19820214230000+0000"')(message))),
    ("minutter uden sekunder, men med sekunder i metadata", lambda message: said("20261025013000", "20261025013042")(
        written("20261025023000+0100", "202610250230+0100")(message))),
    ("alle fornavne i samme led", said("^Knut^Odvar&amp;Test^^", "^Knut&amp;Odvar&amp;Test^^^")),
    ("fødselstid, der er for sent i Danmark", lambda message: said("PID-7|19820215", "PID-7|99991231")(
        written('birthTime value="19820215"', 'birthTime value="99991231235959+0000"')(message))),
    ("fødselstid i det sidste øjeblik", lambda message: said("PID-7|19820215", "PID-7|99991231")(
        written('birthTime value="19820215"', 'birthTime value="99991231235959-1200"')(message))),
    ("en label, hvis sygdom ikke er kendt", said("nodeRepresentation='ALAL21'", "nodeRepresentation='ALAL01'")),
    ("svar på et spørgeskema", as_answers),
    ("svar med en anden klasse", lambda message: said("tation='001'", "tation='005'")(as_answers(message))),
    ("ISO-8859-1", lambda message: message.decode().replace("'UTF-8'", "'ISO-8859-1'", 1).encode("iso-8859-1")),
    ("CRLF", lambda message: message.replace(b"\n", b"\r\n")),
    ("første udgave", lambda message: without(r"<Association targetObject=[^>]*/>")(
        written("relatedDocument", "informant", count=2)(message))),
]  # fmt: skip


def broken(judgements: list[Judgement]) -> list[str]:
    return [each.rule.id for each in judgements if each.result is Result.BROKEN]


def test_the_handwritten_request_holds() -> None:
    judgements = judge_submission(EXAMPLE, "iti41.xml", KNOWN)
    assert {each.rule.id: each.reason for each in judgements if each.result is not Result.HOLDS} == {}
    assert declared_version(EXAMPLE) == "CPD-DK 1.0.1"
    assert [document[:5] for document in documents_in(EXAMPLE)] == [b"<?xml"]


@pytest.mark.parametrize(("rule", "change", "place"), PLACED, ids=[f"{row[0]}-{number}" for number, row in enumerate(PLACED)])
def test_one_defect_gives_one_finding_at_its_line(rule: str, change: Change, place: str) -> None:
    message = change(EXAMPLE)
    judgements = judge_submission(message, "iti41.xml", KNOWN)
    assert broken(judgements) == [rule]
    [finding] = [finding for each in judgements for finding in each.findings]
    assert finding.location.file == "iti41.xml"
    before = message.partition(place.encode())[0] if place else message
    assert finding.location.line == 1 + before.count(b"\n")
    assert finding.expected
    assert finding.actual


def test_every_rule_has_a_breaking_example() -> None:
    assert {broken_rule for broken_rule, _ in BREAKING} == {each.id for each in rules_for("iti41") if each.id.startswith("XDSM-")}


@pytest.mark.parametrize(("name", "change"), HARMLESS, ids=[name for name, _ in HARMLESS])
def test_harmless_differences_break_nothing(name: str, change: Change) -> None:
    changed = change(EXAMPLE)
    assert changed != EXAMPLE
    assert broken(judge_submission(changed, "iti41.xml", KNOWN)) == []


DOCUMENT = re.compile(rb"(?<=<Document id='plan'>)[^<*]+(?=</Document>)")


def packed(message: bytes, version: Version) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    """The message with its document as a part of its own."""
    document = base64.b64decode(b"".join(DOCUMENT.findall(message)))
    include = f'<x:Include xmlns:x="{XOP}" href="{href("plan@lps")}"/>'.encode()
    parts = (Part("plan@lps", document, "text/xml"),) if document else ()
    body, content_type = build_package(Package(DOCUMENT.sub(include, message), parts, version))
    return body, (("content-type", content_type),)


@pytest.mark.parametrize("version", Version)
def test_a_packed_request_holds_too(version: Version) -> None:
    message = EXAMPLE.replace(SOAP.encode(), version.namespace.encode())
    for body, headers in ((message, ()), packed(message, version)):
        judgements = judge_submission(body, "iti41.xml", KNOWN, headers)
        assert {each.rule.id: each.reason for each in judgements if each.result is not Result.HOLDS} == {}
        assert documents_in(body, headers) == documents_in(EXAMPLE)


@pytest.mark.parametrize(("rule", "change"), BREAKING, ids=[f"{breaks[0]}-{number}" for number, breaks in enumerate(BREAKING)])
def test_a_defect_is_found_in_soap_1_2_and_packed_at_the_same_place_of_the_envelope(rule: str, change: Change) -> None:
    changed = DOCUMENT.sub(lambda text: b"".join(text[0].split()), change(EXAMPLE))
    [expected] = [each for judgement in judge_submission(changed, "b1.xml", KNOWN) for each in judgement.findings]
    newer = changed.replace(SOAP.encode(), SOAP_12.encode())
    body, headers = packed(newer, Version.SOAP_12)
    for message, said_of_it in ((newer, ()), (body, headers)):
        [found] = [each for judgement in judge_submission(message, "b1.xml", KNOWN, said_of_it) for each in judgement.findings]
        assert (found.rule, found.location.line, found.location.path) == (rule, expected.location.line, expected.location.path)


def test_what_cannot_be_unpacked_breaks_one_rule() -> None:
    body, headers = packed(EXAMPLE, Version.SOAP_11)
    judgements = judge_submission(body[:-9], "b1.xml", KNOWN, headers)
    assert broken(judgements) == ["XDSM-XML"]
    assert documents_in(body[:-9], headers) == []


def test_a_message_that_lacks_anything_is_judged_all_the_same() -> None:
    """Every element and every attribute left out in turn, of the message and of its document: rules never raise."""
    for source, wrap in ((EXAMPLE, bytes), (documents_in(EXAMPLE)[0], carrying)):
        for number, element in enumerate(etree.fromstring(source).iter("*")):
            for attribute in ("", *element.attrib):
                root = etree.fromstring(source)
                victim = list(root.iter("*"))[number]
                parent = victim.getparent()
                if attribute:
                    del victim.attrib[attribute]
                elif parent is not None:
                    parent.remove(victim)
                assert len(judge_submission(wrap(etree.tostring(root)), "iti41.xml", KNOWN)) == len(rules_for("iti41"))


def test_a_wrong_patient_is_critical_and_no_number_is_shown() -> None:
    changed = EXAMPLE.replace(b"1502829995", b"2509479989")
    judgements = judge_submission(changed, "iti41.xml", KNOWN)
    findings = [finding for each in judgements for finding in each.findings]
    assert [(finding.rule, finding.grade, finding.owner) for finding in findings] == [("XDSM-19", Grade.F1, Owner.LPS)] * 3
    assert not [finding for finding in findings if re.search(r"\d{10}", finding.expected + finding.actual)]


X_ECPR, AS_CPR = "0703921VJ5^^^&amp;1.2.208.176.1.6.1.1&amp;ISO", "0703921VJ5^^^&amp;1.2.208.176.1.2&amp;ISO"
IN_PLAN = '1.2.208.176.1.2" extension="{}"'
OF_PLAN = (IN_PLAN.format("1502829995"), '1.2.208.176.1.6.1.1" extension="0703921VJ5"')


OF_REGION, REGIONAL = (text.replace("1.6.1.1", "1.6.1.3.177").replace("0703921", "0703920") for text in (OF_PLAN[1], X_ECPR))


@pytest.mark.parametrize(
    ("document", "metadata", "expected"),
    [
        (OF_PLAN[1], X_ECPR, []),
        (OF_PLAN[1], AS_CPR, ["XDSM-20"] * 2),
        (OF_PLAN[1], X_ECPR.replace("VJ", ""), ["XDSM-19", "XDSM-20", "XDSM-20"]),
        (OF_PLAN[1], X_ECPR.replace("VJ", "AB"), ["XDSM-19"] * 3),
        (OF_PLAN[1], CPR, ["XDSM-19"] * 2),
        (OF_REGION, REGIONAL, []),
        (OF_REGION, REGIONAL.replace("VJ", "AB"), ["XDSM-19"] * 3),
        (OF_REGION, REGIONAL.replace(".177", ".178"), ["XDSM-20"] * 2),
        (OF_PLAN[0], X_ECPR, ["XDSM-19"] * 2),
        (IN_PLAN.format("0703921VJ5"), AS_CPR, []),
        (IN_PLAN.format("0703921VJ5"), "0703921VJ5", ["XDSM-20"] * 2),
    ],
    ids=[
        "alike",
        "under CPR's root",
        "no letters",
        "other letters",
        "CPR for eCPR",
        "a region's",
        "a region's, other letters",
        "no region's",
        "eCPR for CPR",
        "as the plan",
        "bare",
    ],
)
def test_a_patient_without_cpr_is_compared_by_the_ecpr_and_its_root(document: str, metadata: str, expected: list[str]) -> None:
    """Of what the document itself writes wrongly, CDA-H04 speaks alone."""
    message = EXAMPLE if document == OF_PLAN[0] else written(OF_PLAN[0], document)(EXAMPLE)
    message = message.replace(CPR.encode(), metadata.encode())
    found = [each for judgement in judge_submission(message, "iti41.xml", KNOWN) for each in judgement.findings]
    assert [each.rule for each in found] == expected
    assert not re.search(r"070392[01]|1502829995", "".join(f"{each.expected} {each.actual}" for each in found))


def test_without_xml_nothing_else_is_judged() -> None:
    judgements = judge_submission(b"\xff\xfe ikke XML", "iti41.xml")
    assert [each.rule.id for each in judgements if each.result is not Result.NOT_JUDGED] == ["XDSM-XML"]
    assert documents_in(b"") == []
    assert declared_version(b"<a/>") == ""


@pytest.mark.parametrize("diagnosis", ["L02", "L03", "L84", "L86"])
def test_the_label_for_back_pain_awaits_its_publication(diagnosis: str) -> None:
    ours = written('code="R95"', f'code="{diagnosis}"')
    changed = said("nodeRepresentation='ALAL21'", "nodeRepresentation='ALAL24'")(ours(EXAMPLE))
    judged = {each.rule.id: each for each in judge_submission(changed, "iti41.xml", KNOWN)}
    assert judged["XDSM-27"].result is Result.NOT_JUDGED
    assert "lænderyg" in judged["XDSM-27"].reason


def test_the_replaced_edition_is_not_judged_when_nobody_saw_it_registered() -> None:
    judged = {each.rule.id: each for each in judge_submission(EXAMPLE, "iti41.xml")}
    assert judged["XDSM-29"].result is Result.HOLDS
    assert judged["XDSM-30"].result is Result.NOT_JUDGED


def test_no_association_is_asked_for_to_what_was_never_registered() -> None:
    changed = without(r"<Association targetObject=[^>]*/>")(EXAMPLE)
    judged = {each.rule.id: each.result for each in judge_submission(changed, "iti41.xml")}
    assert (judged["XDSM-29"], judged["XDSM-30"]) == (Result.NOT_JUDGED, Result.NOT_JUDGED)


def test_a_document_that_is_no_xml_is_left_to_its_own_rules() -> None:
    changed = without(slot("hash"))(without(slot("size"))(carrying(b"ikke xml")))
    assert broken(judge_submission(changed, "iti41.xml", KNOWN)) == []
    assert documents_in(changed) == [b"ikke xml"]


def test_ids_that_are_no_uuids_are_told_apart_by_case() -> None:
    changed = said("<Document id='plan'>", "<Document id='PLAN'>")(EXAMPLE)
    assert broken(judge_submission(changed, "iti41.xml", KNOWN)) == ["XDSM-02"]


def test_one_view_is_read_by_all() -> None:
    view = read_submitted(EXAMPLE, "iti41.xml", KNOWN)
    assert judge_submitted(view) == judge_submission(EXAMPLE, "iti41.xml", KNOWN)
    assert documents_of(view) == documents_in(EXAMPLE)
    assert declared_in(view) == declared_version(EXAMPLE)


OTHER_TYPE = said("classifiedObject='plan' nodeRepresentation='81215-6'", "classifiedObject='plan' nodeRepresentation='39289-4'")
OTHER_CODE = written('<code code="81215-6"', '<code code="39289-4"')
OTHER_TEMPLATE = written('<templateId root="1.2.208.184.15.1"/>', '<templateId root="1.2.208.184.14.1"/>')
OTHER_ROOT = carrying(b"<Bundle xmlns='urn:hl7-org:v3'><code code='81215-6'/></Bundle>")


@pytest.mark.parametrize(
    ("message", "plan"),
    [
        (EXAMPLE, True),
        (OTHER_CODE(OTHER_TEMPLATE(EXAMPLE)), True),
        (OTHER_TYPE(OTHER_TEMPLATE(EXAMPLE)), True),
        (OTHER_TYPE(OTHER_CODE(EXAMPLE)), True),
        (without(classification("c1"))(EXAMPLE), True),
        (without(r"<ExtrinsicObject.*</ExtrinsicObject>")(EXAMPLE), True),
        (EXAMPLE[:-20], True),
        (b"", True),
        (OTHER_TYPE(OTHER_CODE(OTHER_TEMPLATE(EXAMPLE))), False),
        (OTHER_TYPE(OTHER_ROOT), False),
        (OTHER_TYPE(carrying(b"%PDF")), False),
        (without(r"<Document id='plan'>.*?</Document>")(without(r"<ExtrinsicObject.*</ExtrinsicObject>")(EXAMPLE)), False),
    ],
    ids=[
        "a plan", "by typeCode", "by the document's code", "by the document's template", "without typeCode", "without metadata",
        "torn", "empty", "an appointment", "another XML", "no XML", "nothing at all",
    ],
)  # fmt: skip
def test_a_message_carries_a_plan_or_something_else(message: bytes, plan: bool) -> None:
    assert carries_plan(read_submitted(message, "iti41.xml")) is plan


@pytest.mark.parametrize(
    ("rule", "change"),
    [row for row in BREAKING if row[0] in ("XDSM-03", "XDSM-04", "XDSM-05", "XDSM-06", "XDSM-07", "XDSM-11", "XDSM-14", "XDSM-15",
        "XDSM-16", "XDSM-17", "XDSM-18", "XDSM-19", "XDSM-20", "XDSM-21", "XDSM-22", "XDSM-23", "XDSM-24", "XDSM-25", "XDSM-26",
        "XDSM-31", "XDSM-32")],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_document_that_is_no_plan_is_held_against_its_metadata_by_the_same_rules(rule: str, change: Change) -> None:
    """But not by what is asked of a plan's: typeCode, formatCode, classCode and forløbslabel."""
    message = change(as_answers(EXAMPLE)) if rule != "XDSM-07" else change(EXAMPLE)
    assert broken(judge_submission(message, "iti41.xml", KNOWN)) == [rule]


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        *((slot(name), name) for name in ("authorInstitution", "creationTime", "languageCode", "sourcePatientId")),
        (slot("sourcePatientInfo"), "sourcePatientInfo"),
        (classification("c7"), "confidentialityCode"),
        ("(?<=value=')Min forløbsplan for KOL", "title"),
    ],
)
def test_metadata_that_are_missing_are_named_of_any_cda(pattern: str, name: str) -> None:
    for whole in (EXAMPLE, as_answers(EXAMPLE)):
        [finding] = [each for judged in judge_submission(without(pattern)(whole), "iti41.xml", KNOWN) for each in judged.findings]
        assert (finding.rule, finding.expected, finding.actual) == ("XDSM-07", name, "mangler")


def test_the_form_of_an_institution_is_told_as_it_is_written() -> None:
    for _, change in (row for row in BREAKING if row[0] == "XDSM-17"):
        [finding] = [each for judged in judge_submission(change(EXAMPLE), "iti41.xml", KNOWN) for each in judged.findings]
        assert finding.expected == "navn^^^^^&1.2.208.176.1.1&ISO^^^^SOR"


def test_a_code_is_shown_with_its_system() -> None:
    changed = said("classifiedObject='plan' nodeRepresentation='81215-6'", "classifiedObject='plan' nodeRepresentation='1'")
    [finding] = [each for judged in judge_submission(changed(EXAMPLE), "iti41.xml", KNOWN) for each in judged.findings]
    assert (finding.expected, finding.actual) == ("81215-6 (2.16.840.1.113883.6.1)", "1 (2.16.840.1.113883.6.1)")


def test_of_several_documents_only_the_plan_is_judged_as_one() -> None:
    answers = as_answers(EXAMPLE).decode()
    entry = re.search("<ExtrinsicObject.*</ExtrinsicObject>", answers, re.DOTALL)
    document = re.search("<Document id='plan'>.*</Document>", answers, re.DOTALL)
    member = re.search(r"<Association associationType='[^']*HasMember'.*?</Association>", answers, re.DOTALL)
    replacing = re.search(r"<Association targetObject=[^>]*/>", answers)
    found = [each[0].replace("'plan'", "'svar'") for each in (entry, document, member, replacing) if each]
    added, enclosed, joined, after = found
    both = (
        EXAMPLE.decode()
        .replace("<ExtrinsicObject", f"{joined}{after}{added}<ExtrinsicObject")
        .replace("<Document ", f"{enclosed}<Document ")
    )
    assert broken(judge_submission(both.encode(), "iti41.xml", KNOWN)) == []
    assert len(documents_in(both.encode())) == 2


def test_damaged_base64_is_shown_where_it_stands() -> None:
    judgements = judge_submission(said("<Document id='plan'>", "<Document id='plan'>*")(EXAMPLE), "iti41.xml", KNOWN)
    [finding] = [finding for each in judgements for finding in each.findings]
    assert finding.location.path.endswith("/Document")
    assert finding.actual == "noget, der ikke kan læses som base64"


def test_a_relation_is_judged_without_knowing_what_is_registered() -> None:
    for rule, change in BREAKING:
        if rule in ("XDSM-29", "XDSM-36") and change is not BREAKING[[row[0] for row in BREAKING].index("XDSM-29")][1]:
            assert broken(judge_submission(change(EXAMPLE), "iti41.xml")) == [rule]


def test_a_message_that_can_be_unpacked_keeps_its_rule() -> None:
    place = Location("besked.txt", line=1)
    (holds,) = judge_packed(place, "")
    (broken,) = judge_packed(place, "delen mangler")
    assert (holds.result, broken.result) == (Result.HOLDS, Result.BROKEN)
    assert [(each.location, each.actual) for each in broken.findings] == [(place, "delen mangler")]
