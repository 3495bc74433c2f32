"""What the Scopes of EHMI's envelope say: which there are, who it is about, and how a receipt is asked for."""

from __future__ import annotations

from datetime import timedelta

from harness.conformance.rule import HOLDS, Breach, NotJudged, Outcome
from harness.conformance.transport import sbdh_header as header
from harness.conformance.transport.sbdh_envelope import (
    NAMESPACES,
    SBDH,
    SOURCE,
    children,
    header_of,
    identification_of,
    instance_is,
    instances_of,
    is_receipt,
    missing,
    moment_in,
    once,
    sbdh_rule,
    scopes_in,
    text_is,
    valid,
)
from harness.domain.grade import Grade
from harness.domain.identifiers import Cpr, Ecpr, Sor, parse_uuid
from harness.standards.xml import Element, XmlDocument, text_of

_ORIGINAL = (
    "ORIGINALMESSAGEIDENTIFIER",
    "ORIGINALMESSAGEENVELOPEIDENTIFIER",
    "ORIGINALMESSAGESTANDARD",
    "ORIGINALMESSAGEVERSION",
    "ORIGINALENVELOPEIDENTIFIER",
)
BUSINESS_SCOPE = "MedCom, EHMI SBDH, BusinessScope.xsd (medcomdk/dk-ehmi-sbdh@1522236, input/pagecontent)"
_FIXED = {
    "TypeOfServiceTransaction": "RequestingServiceTransaction",
    "IsNonRepudiationRequired": "false",
    "IsAuthenticationRequired": "false",
    "IsNonRepudiationOfReceiptRequired": "false",
    "IsIntelligibleCheckRequired": "false",
    "IsApplicationErrorResponseRequested": "false",
    "TimeToAcknowledgeAcceptance": "0",
    "TimeToPerform": "0",
    "Recurrence": "0",
}
_HCO = "homecareobservation-message"
_HCO_DOCUMENT = (
    "urn:dk:healthcare:medcom:messaging:fhir:structuredefinition::homecareobservation-message"
    "##urn:dk:medcom:fhir:homecareobservation-message::1.2"
)


@sbdh_rule(5, "Kuverten har de oplysninger (Scope), den skal, hver én gang", Grade.F2, header.kind.id)
def scopes_present(envelope: XmlDocument) -> Outcome:
    """A message's envelope has all; a receipt is only asked for those that say what it is and whose."""
    wanted = ["DOCUMENTID", "PROCESSID", "SENDERID", "RECEIVERID"]
    if not is_receipt(envelope):
        wanted += ["MESSAGEIDENTIFIER", "MESSAGEENVELOPEIDENTIFIER", "StatisticalInformation", "EHMI-ReceiptAcknowledgement"]
        wanted += ["PATIENTID"] if is_home_care(envelope) else []
    scopes, found = header_of(envelope).find(f"{{{SBDH}}}BusinessScope"), scopes_in(envelope)
    assert scopes is not None  # SBDH-XML
    names = [name for name, _ in found]
    lacking = [missing(envelope, scopes, f"Scope[Type='{name}']", name) for name in wanted if name not in names]
    twice = [
        Breach(envelope.at(scope), f"{name} netop én gang", f"{names.count(name)} gange")
        for number, (name, scope) in enumerate(found)
        if name in names[:number]
    ]
    unsaid = [
        missing(envelope, scope, "InstanceIdentifier", f"{name} med en InstanceIdentifier")
        for name, scope in found
        if not any(text_of(each) for each in children(scope, "InstanceIdentifier"))
    ]
    return (*lacking, *twice, *unsaid)


@sbdh_rule(6, "Hver oplysning (Scope) har MedComs kendetegn", Grade.F3)
def scope_identifier(envelope: XmlDocument) -> Outcome:
    """Scope/Identifier is dk-medcom-messaging; dk-medcom-DocumentReference on XDS-METADATA."""
    return tuple(
        breach
        for name, scope in scopes_in(envelope)
        for breach in text_is(
            envelope, scope, "Identifier", "dk-medcom-DocumentReference" if name == "XDS-METADATA" else "dk-medcom-messaging"
        )
    )


@sbdh_rule(7, "Et kommunalt prøvesvar kaldes det samme i hele kuverten", Grade.F2, "SBDH-05")
def home_care_names(envelope: XmlDocument) -> Outcome:
    """Standard, TypeVersion, DOCUMENTID and StatisticalInformation, where one of them says homecareobservation-message."""
    if not is_home_care(envelope):
        return NotJudged("kuverten er ikke om et kommunalt prøvesvar")
    names = identification_of(envelope)
    return (
        *text_is(envelope, names, "Standard", _HCO),
        *text_is(envelope, names, "TypeVersion", "1.1"),
        *instance_is(envelope, "DOCUMENTID", _HCO_DOCUMENT),
        *instance_is(envelope, "StatisticalInformation", f"MCM:{_HCO}"),
    )


@sbdh_rule(8, "Processen er EHMI's", Grade.F3, "SBDH-05")
def process(envelope: XmlDocument) -> Outcome:
    """PROCESSID: the spelling of 2025, or that of the draft 0.92."""
    return instance_is(envelope, "PROCESSID", "urn:ehmi:sdn-emergence", "sdn-emergence")


@sbdh_rule(
    9, "Afsender og modtager står med deres SOR-kode", Grade.F2, "SBDH-05", source=f"{SOURCE}; dk-core (hl7dk/dk-core), SOR"
)
def sor_codes(envelope: XmlDocument) -> Outcome:
    """SENDERID and RECEIVERID."""
    return tuple(
        breach
        for name in ("SENDERID", "RECEIVERID")
        for each in instances_of(envelope, name)
        for breach in valid(envelope, each, Sor)
    )


@sbdh_rule(10, "Patienten står med et CPR-nummer eller et UUID i stedet", Grade.F1, "SBDH-05")
def patient(envelope: XmlDocument) -> Outcome:
    """PATIENTID, where there is one: in clear as in 2025, or masked as in the draft of 2024. It is never shown."""

    def cpr_or_mask(text: str) -> None:
        for kind in (Cpr, Ecpr, parse_uuid):
            try:
                kind(text)
            except ValueError:
                continue
            return
        raise ValueError("et CPR-nummer, et eCPR-nummer eller et UUID")

    found = instances_of(envelope, "PATIENTID")
    return tuple(breach for each in found for breach in valid(envelope, each, cpr_or_mask, shown="noget andet"))


@sbdh_rule(
    11,
    "Kuverten beder om kvittering for netop denne forsendelse inden 10 minutter",
    Grade.F3,
    header.identification.id,
    "SBDH-05",
)
def receipt_asked_for(envelope: XmlDocument) -> Outcome:
    """EHMI-ReceiptAcknowledgement of a message's envelope: Request, CorrelationInformation, TimeToAcknowledgeReceipt 600000."""
    if is_receipt(envelope):
        return NotJudged("kuverten er en kvittering")
    if _answers_an_envelope(envelope):
        return NotJudged("kuverten er om en kvittering i FHIR, som MedComs eksempel lader være et svar på den besked, den gælder")
    (scope,) = [scope for name, scope in scopes_in(envelope) if name == "EHMI-ReceiptAcknowledgement"]
    names = identification_of(envelope)
    created = text_of(children(names, "CreationDateAndTime")[0])
    correlation = scope.find("s:CorrelationInformation", NAMESPACES)
    asked = instance_is(envelope, "EHMI-ReceiptAcknowledgement", "Request")
    if correlation is None:
        return (*asked, missing(envelope, scope, "CorrelationInformation", "CorrelationInformation"))
    return (
        *asked,
        *_moment_is(envelope, correlation, "RequestingDocumentCreationDateTime", created),
        *text_is(
            envelope, correlation, "RequestingDocumentInstanceIdentifier", text_of(children(names, "InstanceIdentifier")[0])
        ),
        *_ten_minutes_later(envelope, correlation, created),
        *_time_to_acknowledge(envelope, scope),
    )


@sbdh_rule(20, "Det, der bliver bedt om af kvittering, har EHMI's faste værdier", Grade.F3, "SBDH-11", source=BUSINESS_SCOPE)
def fixed_values(envelope: XmlDocument) -> Outcome:
    """BusinessServiceName 1..1, and the attributes of ServiceTransaction, where they are given."""
    (scope,) = [scope for name, scope in scopes_in(envelope) if name == "EHMI-ReceiptAcknowledgement"]
    (service, *_) = children(scope, "BusinessService")
    transactions = children(service, "ServiceTransaction")
    return (
        *text_is(envelope, service, "BusinessServiceName", "EHMI-ReceiptAcknowledgement-Request"),
        *(
            Breach(envelope.at(each, name), wanted, found)
            for each in transactions
            for name, wanted in _FIXED.items()
            if (found := each.get(name)) not in (None, wanted)
        ),
    )


def _answers_an_envelope(envelope: XmlDocument) -> bool:
    """A FHIR acknowledgement that says Response, as MedCom's example does (medcomdk/dk-ehmi-sbdh@1794621,
    input/pagecontent/TestExampleEmbeddedFHIRAckSBDH.xml.md).
    """
    standards = [text_of(each) for each in children(identification_of(envelope), "Standard")]
    said = [text_of(each) for each in instances_of(envelope, "EHMI-ReceiptAcknowledgement")]
    return (standards, said) == (["acknowledgement-message"], ["Response"])


def _time_to_acknowledge(envelope: XmlDocument, scope: Element) -> tuple[Breach, ...]:
    transactions = scope.findall("s:BusinessService/s:ServiceTransaction", NAMESPACES)
    if not transactions:
        return (missing(envelope, scope, "BusinessService/ServiceTransaction", 'TimeToAcknowledgeReceipt="600000"'),)
    found = transactions[0].get("TimeToAcknowledgeReceipt")
    if found == "600000":
        return HOLDS
    return (Breach(envelope.at(transactions[0], "TimeToAcknowledgeReceipt"), "600000", found or "mangler"),)


@sbdh_rule(12, "Kun kvitteringer henviser til en tidligere forsendelse", Grade.F3, header.kind.id)
def originals(envelope: XmlDocument) -> Outcome:
    """The ORIGINAL… scopes."""
    if is_receipt(envelope):
        return HOLDS
    return tuple(
        Breach(envelope.at(scope), "kun på kvitteringer", name) for name, scope in scopes_in(envelope) if name in _ORIGINAL
    )


@sbdh_rule(13, "Kvitteringer deles ikke som dokumenter", Grade.F3, header.kind.id)
def no_shared_receipts(envelope: XmlDocument) -> Outcome:
    """XDS-METADATA is only for messages on their way to document sharing."""
    if not is_receipt(envelope):
        return HOLDS
    shared = [scope for name, scope in scopes_in(envelope) if name == "XDS-METADATA"]
    return tuple(Breach(envelope.at(each), "ingen XDS-METADATA på en kvittering", "XDS-METADATA") for each in shared)


def _moment_is(envelope: XmlDocument, parent: Element, name: str, *texts: str) -> tuple[Breach, ...]:
    """`name` is the same moment as one of `texts`, in whatever time zone."""
    problem = once(envelope, parent, name)
    if problem:
        return problem
    found = children(parent, name)[0]
    try:
        same = moment_in(text_of(found)) in [moment_in(text) for text in texts]
    except ValueError:
        same = False
    return HOLDS if same else (Breach(envelope.at(found), texts[0], text_of(found) or "tom"),)


def _ten_minutes_later(envelope: XmlDocument, correlation: Element, created: str) -> tuple[Breach, ...]:
    """After the envelope was made, or after what the request says of that: where they differ, that is the fault."""
    starts = [created, *(text_of(each) for each in children(correlation, "RequestingDocumentCreationDateTime"))]
    later = [after for start in starts if (after := _after(start))]
    if not later:
        return once(envelope, correlation, "ExpectedResponseDateTime")  # no time there is comes ten minutes after
    return _moment_is(envelope, correlation, "ExpectedResponseDateTime", *later)


def _after(start: str) -> str:
    """Ten minutes after `start`; empty when that is no moment, or the years end before."""
    try:
        return (moment_in(start) + timedelta(minutes=10)).isoformat()
    except (ValueError, OverflowError):
        return ""


def is_home_care(envelope: XmlDocument) -> bool:
    """Any of the fields that name the message says so; a receipt's do not count."""
    if is_receipt(envelope):
        return False
    said = [
        *children(identification_of(envelope), "Standard"),
        *instances_of(envelope, "DOCUMENTID"),
        *instances_of(envelope, "StatisticalInformation"),
    ]
    return any(_HCO in text_of(each) for each in said)
