"""What must hold of every MedCom letter in OIOXML: envelope, ids, sender, receiver and patient. Subject `oioxml`.

Not judged, since no public source says it: the order of elements, StatisticalCode, TypeCode and StatusCode, and the namespaces
of other letters than XREF15 and XDIS15.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from lxml import etree

from harness.conformance.oioxml.letter import Received, text_in
from harness.conformance.rule import HOLDS, Breach, NotJudged, Outcome, Rule, rule
from harness.conformance.subject import some
from harness.conformance.transport.vans import GLN_SOURCE, GLN_WANTED, gln_problem
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.domain.identifiers import Cpr, Sor, Yder
from harness.standards.oioxml.kinds import IDENTIFIER_CODES, NO_RECEIPT, PLEASE_RECEIPT, RECEIPTS
from harness.standards.xml import Element, local_name

SUBJECT = "oioxml"
LISTS = "MedCom, Godkendte systemer, 09-07-2026; MedCom, EHMI, DK_EDEL Code Lists, Document types v7.2"
MUNICIPAL = "MedCom, visning af MunicipalityReferral og MunicipalityLetter, navnerum 2016/12/01"
ENVELOPE = "MedCom, oversættelse mellem EDIFACT og OIOXML, Envelope"
PARTIES = "MedCom, oversættelse mellem EDIFACT og OIOXML, Sender, Receiver og IdentifierCode"
PATIENT = "MedCom, oversættelse mellem EDIFACT og OIOXML, Patient"
IDENTIFIERS = "dk-core (hl7dk/dk-core@8322003), SOR og kommunekoder; MedComs FHIR-eksempler, ydernummer"

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", re.ASCII)
_KNOWN_CODES = (*IDENTIFIER_CODES, "amt", "lokalt_nummer")  # the last two are seen in use, so they are no fault


def _municipality(text: str) -> None:
    if not re.fullmatch(r"\d{3,4}", text, re.ASCII):
        raise ValueError("et kommunenummer har tre cifre, eller fire med et nul foran")


_FORMS: dict[str, Callable[[str], object]] = {"ydernummer": Yder, "sorkode": Sor, "kommunenummer": _municipality}


def _head_rule(id: str, title: str, grade: Grade, source: str, *needs: str) -> Callable[[Callable[..., Outcome]], Rule]:
    return rule(id, subject=SUBJECT, title=title, grade=grade, owner=Owner.SENDER, source=source, needs=needs)


@_head_rule("OIO-01", "Brevet er et MedCom-brev i OIOXML (Emessage), der kan læses", Grade.F2, MUNICIPAL)
def is_emessage(received: Received) -> Outcome:
    """XML without DOCTYPE, with Emessage as its root."""
    return (Breach(received.place, "Emessage", received.problem),) if received.problem else HOLDS


@_head_rule("OIO-02", "Brevet er netop ét brev, og navn og navnerum er brevtypens", Grade.F2, f"{MUNICIPAL}; {LISTS}", "OIO-01")
def letter_and_namespace(received: Received) -> Outcome:
    """The letter's element, and Emessage's namespace where it is public. A letter the harness does not know is not judged."""
    if not received.letters:
        return (received.breach(received.root, "et brev", "mangler"),)
    kind = received.kind
    if kind is None:
        return NotJudged(f"ikke kontrolleret: brevtypen {local_name(received.letter)[:60]} er ikke en, testen kender")
    if len(received.letters) > 1:
        return some(received.breach(each, "netop ét brev", f"også {local_name(each)}") for each in received.letters[1:])
    if local_name(received.letter) != kind.element:
        return (received.breach(received.letter, f"{kind.element} ({kind.name})", local_name(received.letter)),)
    found = etree.QName(received.root).namespace or "intet navnerum"
    if kind.sourced and found != kind.namespace:
        return (received.breach(received.root, f"navnerummet {kind.namespace}", found),)
    if etree.QName(received.letter).namespace != etree.QName(received.root).namespace:
        return (
            received.breach(received.letter, "samme navnerum som Emessage", etree.QName(received.letter).namespace or "intet"),
        )
    return HOLDS


@_head_rule("OIO-03", "VersionCode er brevtypens", Grade.F3, LISTS, "OIO-02")
def version(received: Received) -> Outcome:
    """By this code the receiver knows how to read the letter."""
    assert received.kind
    wanted = f"{received.kind.version} ({received.kind.name})"
    found = received.all(received.letter, "Letter/VersionCode")
    if len(found) != 1:
        return (received.breach(received.letter, f"Letter/VersionCode {wanted}", f"{len(found)} af dem"),)
    text = text_in(found[0])
    return HOLDS if text == received.kind.version else (received.breach(found[0], wanted, text or "intet"),)


@_head_rule("OIO-04", "Envelope har afsendelsestidspunkt og id", Grade.F2, ENVELOPE, "OIO-02")
def envelope(received: Received) -> Outcome:
    """One Envelope with Sent/Date, Sent/Time and Identifier."""
    found = received.all(received.root, "Envelope")
    if len(found) != 1:
        return (received.breach(received.root, "netop én Envelope", f"{len(found)} af dem"),)
    return tuple(received.lacking(found[0], "Sent/Date", "Sent/Time", "Identifier"))


@_head_rule("OIO-05", "Datoer og klokkeslæt kan læses", Grade.F3, ENVELOPE, "OIO-02")
def dates(received: Received) -> Outcome:
    """Every Date that says something is ÅÅÅÅ-MM-DD and a day there is, and every Time TT:MM, with seconds or without."""
    return some(_unreadable(received))


def _unreadable(received: Received) -> Iterator[Breach]:
    for each in received.all(received.root, ".//Date"):
        if (text := text_in(each)) and not _is_date(text):
            yield received.breach(each, "en dato, fx 2026-10-05", text[:60])
    for each in received.all(received.root, ".//Time"):
        if (text := text_in(each)) and not _TIME.fullmatch(text):
            yield received.breach(each, "et klokkeslæt, fx 10:15", text[:60])


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and datetime.strptime(text, "%Y-%m-%d"))  # noqa: DTZ007 - a date has no offset
    except ValueError:
        return False


@_head_rule("OIO-06", "Envelope siger, om afsenderen ønsker positiv kvittering", Grade.F3, ENVELOPE, "OIO-04")
def acknowledgement(received: Received) -> Outcome:
    """AcknowledgementCode; a receipt may leave it out."""
    (found_envelope,) = received.all(received.root, "Envelope")
    codes = received.all(found_envelope, "AcknowledgementCode")
    wanted = f"{PLEASE_RECEIPT} eller {NO_RECEIPT}"
    if not codes and received.kind not in RECEIPTS:
        return (received.breach(found_envelope, f"AcknowledgementCode {wanted}", "mangler"),)
    wrong = ((each, text_in(each)) for each in codes if text_in(each) not in (PLEASE_RECEIPT, NO_RECEIPT))
    return some(received.breach(each, wanted, text[:60] or "intet") for each, text in wrong)


@_head_rule("OIO-07", "Brevet har et id", Grade.F2, PARTIES, "OIO-02")
def letter_identifier(received: Received) -> Outcome:
    """Letter/Identifier, by which a receipt names it."""
    return tuple(received.lacking(received.letter, "Letter/Identifier"))


@_head_rule("OIO-08", "Afsender og modtager har et lokationsnummer", Grade.F2, PARTIES, "OIO-02")
def parties(received: Received) -> Outcome:
    """Sender/EANIdentifier and Receiver/EANIdentifier."""
    return tuple(received.lacking(received.letter, "Sender/EANIdentifier", "Receiver/EANIdentifier"))


@_head_rule("OIO-09", "Lokationsnumre har 13 cifre og rigtigt kontrolciffer", Grade.F2, GLN_SOURCE, "OIO-02")
def check_digits(received: Received) -> Outcome:
    """Every EANIdentifier that says something, and every Identifier that is a lokationsnummer."""
    numbers = [each for each in received.all(received.letter, ".//EANIdentifier") if text_in(each)]
    numbers += [identifier for identifier, code in _identified(received) if code == "lokationsnummer"]
    problems = ((each, gln_problem(text_in(each))) for each in numbers)
    return some(received.breach(each, GLN_WANTED, problem) for each, problem in problems if problem)


@_head_rule("OIO-10", "IdentifierCode er en af MedComs", Grade.F3, PARTIES, "OIO-02")
def identifier_codes(received: Received) -> Outcome:
    """What the sender's and the receiver's Identifier is."""
    codes = [each for party in ("Sender", "Receiver") for each in received.all(received.letter, f"{party}/IdentifierCode")]
    wrong = ((each, text_in(each)) for each in codes if text_in(each) not in _KNOWN_CODES)
    return some(received.breach(each, ", ".join(IDENTIFIER_CODES), text[:60] or "intet") for each, text in wrong)


@_head_rule("OIO-11", "Ydernumre har 6 cifre, SOR-koder mindst 11, og kommunenumre 3 eller 4", Grade.F3, IDENTIFIERS, "OIO-10")
def identifier_forms(received: Received) -> Outcome:
    """Identifier, by its IdentifierCode, leading zeros included."""
    return some(_misformed(received))


def _misformed(received: Received) -> Iterator[Breach]:
    for identifier, code in _identified(received):
        text = text_in(identifier)
        if code in _FORMS:
            try:
                _FORMS[code](text)
            except ValueError as error:
                yield received.breach(identifier, code, f"{text[:60] or 'intet'} ({error})")


def _identified(received: Received) -> Iterator[tuple[Element, str]]:
    """The Identifiers of sender and receiver with their codes."""
    for party in ("Sender", "Receiver"):
        codes = received.texts(received.letter, f"{party}/IdentifierCode")
        identifiers = received.all(received.letter, f"{party}/Identifier")
        if len(codes) == len(identifiers) == 1:
            yield identifiers[0], codes[0]


@_head_rule("OIO-12", "Brevet har netop én patient med CPR-nummer eller andet id", Grade.F2, PATIENT, "OIO-02")
def patient(received: Received) -> Outcome:
    """Patient/CivilRegistrationNumber or Patient/AlternativeIdentifier. A receipt has no patient."""
    if received.kind in RECEIPTS:
        return NotJudged("en kvittering har ingen patient")
    found = received.all(received.letter, "Patient")
    if len(found) != 1:
        return (received.breach(received.letter, "netop én Patient", f"{len(found)} af dem"),)
    numbers = [*received.texts(found[0], "CivilRegistrationNumber"), *received.texts(found[0], "AlternativeIdentifier")]
    return HOLDS if numbers else (received.breach(found[0], "CivilRegistrationNumber eller AlternativeIdentifier", "mangler"),)


@_head_rule(
    "OIO-13", "CPR-nummeret er ti cifre og begynder med en dato", Grade.F2, "dk-core (hl7dk/dk-core@8322003), CPR", "OIO-12"
)
def cpr(received: Received) -> Outcome:
    """Without modulus 11. The number is not shown."""
    numbers = [each for each in received.all(received.letter, "Patient/CivilRegistrationNumber") if text_in(each)]
    return some(
        received.breach(each, "ti cifre, der begynder med en dato", "noget andet (vises ikke)")
        for each in numbers
        if not _is_cpr(text_in(each))
    )


def _is_cpr(text: str) -> bool:
    try:
        Cpr(text)
    except ValueError:
        return False
    return True
