"""What must hold of a laboratory report written as XRPT01 (OIOXML, XR0131K), read from the raw XML.

MedCom's XML schema is not public. Judged are the words and the elements that MedCom's stylesheet from MEDRPT R0131K always gives;
not judged, for want of a source: the order of elements, how many there may be, and lengths. An element that is not named here is
told without a grade, for it is not read.
Grades are the project's convention: F1 where a receiver may show another patient or value or share what was refused, F2 where it
cannot understand the message, F3 where the content survives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from lxml import etree

from harness.conformance.oioxml.xrpt_reading import (
    MAPPING,
    OIO,
    SUBJECT,
    Number,
    at,
    first_ten,
    missing,
    named,
    once,
    said,
    valid,
    word,
    xrpt_rule,
)
from harness.conformance.rule import HOLDS, Breach, Judgement, Outcome, judge, rule, rules_for
from harness.conformance.subject import Unreadable, readable, some
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.domain.identifiers import Cpr, Gln, Sor, Yder
from harness.standards.xml import Element, XmlDocument, local_name, parse, text_of

LETTERS = "MedComs OIOXML-breve, offentlige stilarke"
DK_CORE = "dk-core (hl7dk/dk-core)"

_PARTIES = "m:LaboratoryReport/m:Sender|m:LaboratoryReport/m:Receiver|m:LaboratoryReport/m:CCReceiver"
_RESULT = "m:LaboratoryReport/m:LaboratoryResults/m:Result"
_PRODUCER = f"{_RESULT}/m:ProducerOfLabResult"


def judge_xrpt(data: bytes, file: str) -> list[Judgement]:
    """Every rule's result on the Emessage in `data`; `file` is its name in findings. Never raises for what `data` holds.

    judge_xrpt(body, "svar.xml")
    """
    return judge(rules_for(SUBJECT), readable(lambda: parse(data, file), file))


@rule(
    "XRPT-XML",
    subject=SUBJECT,
    title="Meddelelsen er en Emessage i XML",
    grade=Grade.F2,
    owner=Owner.SENDER,
    source=MAPPING,
)
def is_emessage(message: XmlDocument | Unreadable) -> Outcome:
    """The bytes are XML, and the root is Emessage in the namespace of 2014/10/08."""
    expected = f"Emessage i navnerummet {OIO}"
    if isinstance(message, Unreadable):
        return (Breach(message.location, expected, message.reason),)
    if message.root.tag != f"{{{OIO}}}Emessage":
        return (Breach(message.at(message.root), expected, str(message.root.tag)),)
    return HOLDS


@xrpt_rule(1, "Meddelelsen er ét laboratoriesvar med alle sine dele", Grade.F2)
def parts(message: XmlDocument) -> Outcome:
    """Each part once, since the stylesheet gives each once: nothing else can be judged without them."""
    whole = once(message, (message.root,), "Envelope", "LaboratoryReport")
    reports = at(message, "m:LaboratoryReport")
    inside = once(message, reports, "Letter", "Sender", "Receiver", "Patient", "RequisitionInformation", "LaboratoryResults")
    general = once(message, at(message, "m:LaboratoryReport/m:LaboratoryResults"), "GeneralResultInformation")
    return first_ten(whole, inside, general)


@xrpt_rule(18, "Hvert element, som svaret har, står i svarets navnerum", Grade.F2)
def namespace(message: XmlDocument) -> Outcome:
    """An element of a report's own, by its name, is in the namespace of 2014/10/08; elsewhere a receiver does not find it."""
    return some(
        (
            Breach(message.at(each), f"{local_name(each)} i navnerummet {OIO}", etree.QName(each).namespace or "intet navnerum")
            for each in message.root.iter("*")
            if local_name(each) in _ELEMENTS and each.tag != f"{{{OIO}}}{local_name(each)}"
        ),
        10,
    )


@xrpt_rule(2, "Brevet er XRPT01 i version XR0131K", Grade.F2)
def version(message: XmlDocument) -> Outcome:
    """Letter's VersionCode, StatisticalCode and TypeCode."""
    wanted = {"VersionCode": "XR0131K", "StatisticalCode": "XRPT01", "TypeCode": "XRPT01"}
    letters = at(message, "m:LaboratoryReport/m:Letter")
    return first_ten(*(word(message, letters, name, each, required=True) for name, each in wanted.items()))


@xrpt_rule(3, "Kuverten siger, om der ønskes positiv kvittering", Grade.F3, source=LETTERS)
def acknowledgement(message: XmlDocument) -> Outcome:
    """Envelope/AcknowledgementCode."""
    return first_ten(
        word(message, at(message, "m:Envelope"), "AcknowledgementCode", "pluspositivkvitt", "minuspositivkvitt", required=True)
    )


@xrpt_rule(4, "Afsender og modtager har et gyldigt lokationsnummer", Grade.F2, source=f"{MAPPING}; GS1, GLN")
def location_numbers(message: XmlDocument) -> Outcome:
    """EANIdentifier of Sender and Receiver: 13 digits with a check digit."""
    parties = at(message, "m:LaboratoryReport/m:Sender|m:LaboratoryReport/m:Receiver")
    return first_ten(once(message, parties, "EANIdentifier"), valid(message, parties, "EANIdentifier", Gln))


@xrpt_rule(5, "Slags nummer er et ord, der findes", Grade.F3, source=LETTERS)
def identifier_code(message: XmlDocument) -> Outcome:
    """IdentifierCode of Sender, Receiver and CCReceiver; a local number has none."""
    words = ("ydernummer", "lokationsnummer", "kommunenummer", "sygehusafdelingsnummer", "sorkode")
    return first_ten(word(message, at(message, _PARTIES), "IdentifierCode", *words))


@xrpt_rule(6, "Nummeret ser ud, som dets slags skal", Grade.F2, "XRPT-05", source=f"{DK_CORE}; MedComs FHIR-eksempler; GS1")
def identifier(message: XmlDocument) -> Outcome:
    """Ydernummer six digits, SOR code at least eleven, location number thirteen with a check digit; a producer's too."""
    kinds: dict[str, Number] = {"ydernummer": Yder, "sorkode": Sor, "lokationsnummer": Gln}
    numbered = at(message, f"{_PARTIES}|{_PRODUCER}")
    coded = [(party, kinds.get(text_of(code))) for party in numbered for code in named(party, "IdentifierCode")]
    return first_ten(*(valid(message, (party,), "Identifier", kind) for party, kind in coded if kind))


@xrpt_rule(7, "Patienten har et CPR-nummer eller en anden identifikation", Grade.F1)
def patient_identified(message: XmlDocument) -> Outcome:
    """CivilRegistrationNumber or AlternativeIdentifier."""
    names = ("CivilRegistrationNumber", "AlternativeIdentifier")
    patients = at(message, "m:LaboratoryReport/m:Patient")
    return first_ten(
        missing(message, each, names[0], "CivilRegistrationNumber eller AlternativeIdentifier")
        for each in patients
        if not any(text_of(found) for name in names for found in named(each, name))
    )


@xrpt_rule(8, "CPR-nummeret er ti cifre og begynder med en dato", Grade.F1, "XRPT-07", source=f"{DK_CORE}, CPR")
def cpr_number(message: XmlDocument) -> Outcome:
    """CivilRegistrationNumber, where there is one. It is never shown."""
    return first_ten(
        valid(
            message,
            at(message, "m:LaboratoryReport/m:Patient"),
            "CivilRegistrationNumber",
            Cpr,
            shown="noget andet (vises ikke)",
        )
    )


@xrpt_rule(9, "Det står, om patienten har sagt ja eller nej til deling", Grade.F1)
def consent(message: XmlDocument) -> Outcome:
    """Patient/Consent/Given is true or false: MEDRPT with HAN gives false, without gives true."""
    patients = at(message, "m:LaboratoryReport/m:Patient")
    return first_ten(
        once(message, patients, "Consent"),
        word(message, at(message, "m:LaboratoryReport/m:Patient/m:Consent"), "Given", "true", "false", required=True),
    )


@xrpt_rule(10, "Svarets status er et ord, der findes", Grade.F2)
def report_status(message: XmlDocument) -> Outcome:
    """ReportStatusCode."""
    general = at(message, "m:LaboratoryReport/m:LaboratoryResults/m:GeneralResultInformation")
    return first_ten(word(message, general, "ReportStatusCode", "komplet_svar", "del_svar", "modtaget", required=True))


@xrpt_rule(11, "Hvert resultats status er et ord, der findes", Grade.F2)
def result_status(message: XmlDocument) -> Outcome:
    """ResultStatusCode."""
    words = ("svar_endeligt", "svar_rettet", "svar_midlertidigt", "proeve_modtaget")
    return first_ten(word(message, at(message, _RESULT), "ResultStatusCode", *words, required=True))


@xrpt_rule(12, "Hvert resultat siger, hvad der er analyseret, og hvis kode det er", Grade.F2)
def analysis(message: XmlDocument) -> Outcome:
    """Analysis with AnalysisCode, and AnalysisCodeType iupac or lokal: an NPU code (IFCC and IUPAC) is no laboratory's own."""
    analyses = at(message, f"{_RESULT}/m:Analysis")
    international = [each for each in analyses if any(_NPU.fullmatch(text_of(code)) for code in named(each, "AnalysisCode"))]
    return first_ten(
        once(message, at(message, _RESULT), "Analysis"),
        once(message, analyses, "AnalysisCode"),
        word(message, [each for each in analyses if each not in international], "AnalysisCodeType", *_TYPES, required=True),
        word(message, international, "AnalysisCodeType", "iupac", required=True),
    )


@xrpt_rule(13, "Resultatets type er numerisk, og så er værdien et tal, eller alfanumerisk", Grade.F2)
def result_type(message: XmlDocument) -> Outcome:
    """ResultType; a result may be without a value and a type. A sample that has been received has ***** for a value."""
    results = at(message, _RESULT)
    numeric = [each for each in results if [text_of(found) for found in named(each, "ResultType")] == ["numerisk"]]
    values = [value for each in numeric for value in named(each, "Value") if text_of(value) not in ("", "*****")]
    return first_ten(
        word(message, results, "ResultType", "numerisk", "alfanumerisk"),
        (
            Breach(message.at(each), "et tal, når typen er numerisk", text_of(each))
            for each in values
            if not _NUMBER.fullmatch(text_of(each))
        ),
    )


@xrpt_rule(14, "Et tegn foran værdien er mindre_end eller stoerre_end", Grade.F1)
def operator(message: XmlDocument) -> Outcome:
    """Operator, where there is one."""
    return first_ten(word(message, at(message, _RESULT), "Operator", "mindre_end", "stoerre_end"))


@xrpt_rule(15, "Laboratoriets vurdering er et ord, der findes", Grade.F2)
def validation(message: XmlDocument) -> Outcome:
    """ResultValidation, where there is one."""
    return first_ten(word(message, at(message, _RESULT), "ResultValidation", "for_hoej", "for_lav", "unormal"))


@xrpt_rule(16, "Referenceintervallets type er et ord, der findes", Grade.F3)
def interval_type(message: XmlDocument) -> Outcome:
    """ReferenceInterval/TypeOfInterval."""
    intervals = at(message, f"{_RESULT}/m:ReferenceInterval")
    return first_ten(word(message, intervals, "TypeOfInterval", "fysiologisk", "terapeutisk", "uspecificeret"))


@xrpt_rule(17, "En modtaget prøve, og kun den, har ***** som foreløbig værdi", Grade.F2, "XRPT-11")
def received_sample(message: XmlDocument) -> Outcome:
    """The stylesheet tells proeve_modtaget from svar_midlertidigt by the value alone."""
    return first_ten(_received(message))


@xrpt_rule(19, "Kuverten har et id og siger, hvornår den er sendt", Grade.F2, source=LETTERS)
def envelope(message: XmlDocument) -> Outcome:
    """Envelope/Identifier, Sent/Date and Sent/Time."""
    envelopes = at(message, "m:Envelope")
    return first_ten(
        said(message, envelopes, "Identifier"),
        once(message, envelopes, "Sent"),
        said(message, at(message, "m:Envelope/m:Sent"), "Date", "Time"),
    )


@xrpt_rule(20, "Brevet har et id", Grade.F2, source=LETTERS)
def letter_identifier(message: XmlDocument) -> Outcome:
    """Letter/Identifier, by which a receipt names it."""
    return first_ten(said(message, at(message, "m:LaboratoryReport/m:Letter"), "Identifier"))


@xrpt_rule(21, "Datoer og klokkeslæt kan læses", Grade.F3, source=LETTERS)
def dates(message: XmlDocument) -> Outcome:
    """Every Date that says something is ÅÅÅÅ-MM-DD and a day there is, and every Time TT:MM, with seconds or without."""
    forms = (("Date", _DATE, date, "en dato, fx 2026-10-05"), ("Time", _TIME, time, "et klokkeslæt, fx 10:15"))
    return first_ten(
        Breach(message.at(each), expected, text)
        for name, form, kind, expected in forms
        for each in message.root.iter(f"{{{OIO}}}{name}")
        if (text := text_of(each)) and not (form.fullmatch(text) and _is(kind, text))
    )


@xrpt_rule(22, "Svaret har kun elementer, som reglerne kender", Grade.F4, remark="elementet er ikke læst")
def known_elements(message: XmlDocument) -> Outcome:
    """An element that MedCom's stylesheet does not give is told, so that a misspelt one is seen; the schema is not public."""
    return first_ten(
        Breach(message.at(each), "et element fra MedComs stilark", local_name(each)[:60])
        for each in message.root.iter("*")
        if local_name(each) not in _ELEMENTS
    )


@xrpt_rule(23, "Den, der har lavet resultatet, har et nummer, og det står, hvilken slags", Grade.F3)
def producer(message: XmlDocument) -> Outcome:
    """ProducerOfLabResult, where there is one: Identifier and IdentifierCode."""
    return first_ten(said(message, at(message, _PRODUCER), "Identifier", "IdentifierCode"))


@xrpt_rule(24, "Svaret er ikke sendt og ikke underskrevet, før prøven er taget", Grade.F3, "XRPT-19", "XRPT-21", source=LETTERS)
def after_the_sample(message: XmlDocument) -> Outcome:
    """Sent, Authorisation and ResultsDateTime, held against the first SamplingDateTime: an answer to some of the samples may be
    sent before the others are taken. Within an hour they can be in either order: clocks differ, and one night in October the
    hour comes twice.
    """
    taken = [when for each in at(message, _SAMPLED) if (when := _moment(each))]
    later = [(each, when) for each in at(message, _WRITTEN) if (when := _moment(each))]
    return first_ten(
        Breach(message.at(each), f"efter prøven ({min(taken):%d-%m-%Y %H:%M})", f"{when:%d-%m-%Y %H:%M}")
        for each, when in later
        if taken and min(taken) - when >= timedelta(hours=1)
    )


_SAMPLED = "m:LaboratoryReport/m:RequisitionInformation/m:Sample/m:SamplingDateTime"
_WRITTEN = (
    "m:Envelope/m:Sent|m:LaboratoryReport/m:Letter/m:Authorisation|"
    "m:LaboratoryReport/m:LaboratoryResults/m:GeneralResultInformation/m:ResultsDateTime"
)
_TYPES = ("iupac", "lokal")
_NPU = re.compile(r"NPU\d{5}", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d(:\d\d)?", re.ASCII)
_NAMES = """
    Emessage Envelope Sent Date Time Identifier AcknowledgementCode LaboratoryReport Letter VersionCode StatisticalCode
    Authorisation TypeCode StatusCode Sender Receiver CCReceiver EANIdentifier IdentifierCode
    IdentifierLocal OrganisationName DepartmentName UnitName MedicalSpecialityCode FromLabIdentifier ToLabIdentifier Physician
    PersonInitials Patient CivilRegistrationNumber AlternativeIdentifier PersonSurnameName PersonGivenName Consent Given
    RequisitionInformation Comments Break Sample LaboratoryInternalSampleIdentifier RequesterSampleIdentifier SamplingDateTime
    Volume UnitOfVolume SamplingInterval StartDateTime EndDateTime LaboratoryResults GeneralResultInformation ReportStatusCode
    LaboratoryInternalProductionIdentifier ResultsDateTime Result ResultStatusCode Analysis AnalysisCode AnalysisCodeType
    AnalysisCodeResponsible AnalysisShortName AnalysisCompleteName ProducerOfLabResult ReferenceInterval TypeOfInterval
    LowerLimit UpperLimit IntervalText ResultType Operator Value Unit ResultValidation ResultTextValue ResultComments
"""
_ELEMENTS = frozenset(_NAMES.split())
"""What the elements of a report are called."""


def _is(kind: type[date] | type[time], text: str) -> bool:
    try:
        kind.fromisoformat(text)
    except ValueError:
        return False
    return True


def _moment(element: Element) -> datetime | None:
    """Its Date and Time; None where one of them is missing or cannot be read."""
    parts = ["".join(text_of(each) for each in named(element, name)) for name in ("Date", "Time")]
    try:
        return datetime.fromisoformat("T".join(parts)).replace(tzinfo=None) if all(parts) else None
    except ValueError:
        return None


def _received(message: XmlDocument) -> Iterator[Breach]:
    for result in at(message, _RESULT):
        values = named(result, "Value")
        statuses = named(result, "ResultStatusCode")
        status = text_of(statuses[0])
        starred = any(text_of(each) == "*****" for each in values)
        if (status == "proeve_modtaget" and not starred) or (status == "svar_midlertidigt" and starred):
            place = message.at(statuses[0])
            expected = "svar_midlertidigt" if status == "proeve_modtaget" else "proeve_modtaget"
            yield Breach(place, f"{expected}, når værdien {'er' if starred else 'ikke er'} *****", status)
