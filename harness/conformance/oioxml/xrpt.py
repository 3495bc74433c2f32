"""What must hold of a laboratory report written as XRPT01 (OIOXML, XR0131K), read from the raw XML.

MedCom's XML schema is not public. Judged are the words and the elements that MedCom's stylesheet from MEDRPT R0131K always gives;
not judged, for want of a source: the order of elements, how many there may be, and lengths. An element that is not named here is
told without a grade, for it is not read.
Grades are the project's convention: F1 where a receiver may show another patient or value or share what was refused, F2 where it
cannot understand the message, F3 where the content survives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, time
from itertools import chain

from lxml import etree

from harness.conformance.rule import HOLDS, Breach, Judgement, Outcome, Rule, judge, rule, rules_for
from harness.conformance.subject import Unreadable, readable, some
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.domain.identifiers import Cpr, Gln, Sor, Yder
from harness.standards.xml import Element, XmlDocument, local_name, parse, text_of

SUBJECT = "xrpt"
OIO = "http://rep.oio.dk/medcom.dk/xml/schemas/2014/10/08/"
MAPPING = "MedComs stilark fra MEDRPT R0131K til LaboratoryReport XR0131K (navnerum 2014/10/08)"
LETTERS = "MedComs OIOXML-breve, offentlige stilarke"
DK_CORE = "dk-core (hl7dk/dk-core)"

_NAMESPACES = {"m": OIO}
_PARTIES = "m:LaboratoryReport/m:Sender|m:LaboratoryReport/m:Receiver|m:LaboratoryReport/m:CCReceiver"
_RESULT = "m:LaboratoryReport/m:LaboratoryResults/m:Result"


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


def _rule(
    number: int, title: str, grade: Grade, *needs: str, source: str = MAPPING, remark: str = ""
) -> Callable[[Callable[..., Outcome]], Rule]:
    return rule(
        f"XRPT-{number:02}",
        subject=SUBJECT,
        title=title,
        grade=grade,
        owner=Owner.SENDER,
        source=source,
        needs=("XRPT-XML", *(("XRPT-01",) if number > 1 else ()), *(("XRPT-18",) if number not in (1, 18) else ()), *needs),
        remark=remark,
    )


@_rule(1, "Meddelelsen er ét laboratoriesvar med alle sine dele", Grade.F2)
def parts(message: XmlDocument) -> Outcome:
    """Each part once, since the stylesheet gives each once: nothing else can be judged without them."""
    whole = _once(message, (message.root,), "Envelope", "LaboratoryReport")
    reports = _at(message, "m:LaboratoryReport")
    inside = _once(message, reports, "Letter", "Sender", "Receiver", "Patient", "RequisitionInformation", "LaboratoryResults")
    general = _once(message, _at(message, "m:LaboratoryReport/m:LaboratoryResults"), "GeneralResultInformation")
    return _first(whole, inside, general)


@_rule(18, "Hvert element, som svaret har, står i svarets navnerum", Grade.F2)
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


@_rule(2, "Brevet er XRPT01 i version XR0131K", Grade.F2)
def version(message: XmlDocument) -> Outcome:
    """Letter's VersionCode, StatisticalCode and TypeCode."""
    wanted = {"VersionCode": "XR0131K", "StatisticalCode": "XRPT01", "TypeCode": "XRPT01"}
    letters = _at(message, "m:LaboratoryReport/m:Letter")
    return _first(*(_word(message, letters, name, word, required=True) for name, word in wanted.items()))


@_rule(3, "Kuverten siger, om der ønskes positiv kvittering", Grade.F3, source=LETTERS)
def acknowledgement(message: XmlDocument) -> Outcome:
    """Envelope/AcknowledgementCode."""
    return _first(
        _word(message, _at(message, "m:Envelope"), "AcknowledgementCode", "pluspositivkvitt", "minuspositivkvitt", required=True)
    )


@_rule(4, "Afsender og modtager har et gyldigt lokationsnummer", Grade.F2, source=f"{MAPPING}; GS1, GLN")
def location_numbers(message: XmlDocument) -> Outcome:
    """EANIdentifier of Sender and Receiver: 13 digits with a check digit."""
    parties = _at(message, "m:LaboratoryReport/m:Sender|m:LaboratoryReport/m:Receiver")
    return _first(_once(message, parties, "EANIdentifier"), _valid(message, parties, "EANIdentifier", Gln))


@_rule(5, "Slags nummer er et ord, der findes", Grade.F3, source=LETTERS)
def identifier_code(message: XmlDocument) -> Outcome:
    """IdentifierCode of Sender, Receiver and CCReceiver; a local number has none."""
    words = ("ydernummer", "lokationsnummer", "kommunenummer", "sygehusafdelingsnummer", "sorkode")
    return _first(_word(message, _at(message, _PARTIES), "IdentifierCode", *words))


@_rule(6, "Nummeret ser ud, som dets slags skal", Grade.F2, "XRPT-05", source=f"{DK_CORE}; MedComs FHIR-eksempler; GS1")
def identifier(message: XmlDocument) -> Outcome:
    """Ydernummer six digits, SOR code at least eleven, location number thirteen with a check digit."""
    kinds: dict[str, _Number] = {"ydernummer": Yder, "sorkode": Sor, "lokationsnummer": Gln}
    coded = [(party, kinds.get(text_of(code))) for party in _at(message, _PARTIES) for code in _named(party, "IdentifierCode")]
    return _first(*(_valid(message, (party,), "Identifier", kind) for party, kind in coded if kind))


@_rule(7, "Patienten har et CPR-nummer eller en anden identifikation", Grade.F1)
def patient_identified(message: XmlDocument) -> Outcome:
    """CivilRegistrationNumber or AlternativeIdentifier."""
    names = ("CivilRegistrationNumber", "AlternativeIdentifier")
    patients = _at(message, "m:LaboratoryReport/m:Patient")
    return _first(
        _missing(message, each, names[0], "CivilRegistrationNumber eller AlternativeIdentifier")
        for each in patients
        if not any(text_of(found) for name in names for found in _named(each, name))
    )


@_rule(8, "CPR-nummeret er ti cifre og begynder med en dato", Grade.F1, "XRPT-07", source=f"{DK_CORE}, CPR")
def cpr_number(message: XmlDocument) -> Outcome:
    """CivilRegistrationNumber, where there is one. It is never shown."""
    return _first(
        _valid(
            message,
            _at(message, "m:LaboratoryReport/m:Patient"),
            "CivilRegistrationNumber",
            Cpr,
            shown="noget andet (vises ikke)",
        )
    )


@_rule(9, "Det står, om patienten har sagt ja eller nej til deling", Grade.F1)
def consent(message: XmlDocument) -> Outcome:
    """Patient/Consent/Given is true or false: MEDRPT with HAN gives false, without gives true."""
    patients = _at(message, "m:LaboratoryReport/m:Patient")
    return _first(
        _once(message, patients, "Consent"),
        _word(message, _at(message, "m:LaboratoryReport/m:Patient/m:Consent"), "Given", "true", "false", required=True),
    )


@_rule(10, "Svarets status er et ord, der findes", Grade.F2)
def report_status(message: XmlDocument) -> Outcome:
    """ReportStatusCode."""
    general = _at(message, "m:LaboratoryReport/m:LaboratoryResults/m:GeneralResultInformation")
    return _first(_word(message, general, "ReportStatusCode", "komplet_svar", "del_svar", "modtaget", required=True))


@_rule(11, "Hvert resultats status er et ord, der findes", Grade.F2)
def result_status(message: XmlDocument) -> Outcome:
    """ResultStatusCode."""
    words = ("svar_endeligt", "svar_rettet", "svar_midlertidigt", "proeve_modtaget")
    return _first(_word(message, _at(message, _RESULT), "ResultStatusCode", *words, required=True))


@_rule(12, "Hvert resultat siger, hvad der er analyseret, og hvis kode det er", Grade.F2)
def analysis(message: XmlDocument) -> Outcome:
    """Analysis with AnalysisCode, and AnalysisCodeType iupac or lokal."""
    analyses = _at(message, f"{_RESULT}/m:Analysis")
    return _first(
        _once(message, _at(message, _RESULT), "Analysis"),
        _once(message, analyses, "AnalysisCode"),
        _word(message, analyses, "AnalysisCodeType", "iupac", "lokal", required=True),
    )


@_rule(13, "Resultatets type er numerisk eller alfanumerisk", Grade.F2)
def result_type(message: XmlDocument) -> Outcome:
    """ResultType; a result may be without a value and a type."""
    return _first(_word(message, _at(message, _RESULT), "ResultType", "numerisk", "alfanumerisk"))


@_rule(14, "Et tegn foran værdien er mindre_end eller stoerre_end", Grade.F1)
def operator(message: XmlDocument) -> Outcome:
    """Operator, where there is one."""
    return _first(_word(message, _at(message, _RESULT), "Operator", "mindre_end", "stoerre_end"))


@_rule(15, "Laboratoriets vurdering er et ord, der findes", Grade.F2)
def validation(message: XmlDocument) -> Outcome:
    """ResultValidation, where there is one."""
    return _first(_word(message, _at(message, _RESULT), "ResultValidation", "for_hoej", "for_lav", "unormal"))


@_rule(16, "Referenceintervallets type er et ord, der findes", Grade.F3)
def interval_type(message: XmlDocument) -> Outcome:
    """ReferenceInterval/TypeOfInterval."""
    intervals = _at(message, f"{_RESULT}/m:ReferenceInterval")
    return _first(_word(message, intervals, "TypeOfInterval", "fysiologisk", "terapeutisk", "uspecificeret"))


@_rule(17, "En modtaget prøve, og kun den, har ***** som foreløbig værdi", Grade.F2, "XRPT-11")
def received_sample(message: XmlDocument) -> Outcome:
    """The stylesheet tells proeve_modtaget from svar_midlertidigt by the value alone."""
    return _first(_received(message))


@_rule(19, "Kuverten har et id og siger, hvornår den er sendt", Grade.F2, source=LETTERS)
def envelope(message: XmlDocument) -> Outcome:
    """Envelope/Identifier, Sent/Date and Sent/Time."""
    envelopes = _at(message, "m:Envelope")
    return _first(
        _said(message, envelopes, "Identifier"),
        _once(message, envelopes, "Sent"),
        _said(message, _at(message, "m:Envelope/m:Sent"), "Date", "Time"),
    )


@_rule(20, "Brevet har et id", Grade.F2, source=LETTERS)
def letter_identifier(message: XmlDocument) -> Outcome:
    """Letter/Identifier, by which a receipt names it."""
    return _first(_said(message, _at(message, "m:LaboratoryReport/m:Letter"), "Identifier"))


@_rule(21, "Datoer og klokkeslæt kan læses", Grade.F3, source=LETTERS)
def dates(message: XmlDocument) -> Outcome:
    """Every Date that says something is ÅÅÅÅ-MM-DD and a day there is, and every Time TT:MM, with seconds or without."""
    forms = (("Date", _DATE, date, "en dato, fx 2026-10-05"), ("Time", _TIME, time, "et klokkeslæt, fx 10:15"))
    return _first(
        Breach(message.at(each), expected, text)
        for name, form, kind, expected in forms
        for each in message.root.iter(f"{{{OIO}}}{name}")
        if (text := text_of(each)) and not (form.fullmatch(text) and _is(kind, text))
    )


@_rule(22, "Svaret har kun elementer, som reglerne kender", Grade.F4, remark="elementet er ikke læst")
def known_elements(message: XmlDocument) -> Outcome:
    """An element that MedCom's stylesheet does not give is told, so that a misspelt one is seen; the schema is not public."""
    return _first(
        Breach(message.at(each), "et element fra MedComs stilark", local_name(each)[:60])
        for each in message.root.iter("*")
        if local_name(each) not in _ELEMENTS
    )


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


def _received(message: XmlDocument) -> Iterator[Breach]:
    for result in _at(message, _RESULT):
        values = _named(result, "Value")
        statuses = _named(result, "ResultStatusCode")
        status = text_of(statuses[0])
        starred = any(text_of(each) == "*****" for each in values)
        if (status == "proeve_modtaget" and not starred) or (status == "svar_midlertidigt" and starred):
            place = message.at(statuses[0])
            expected = "svar_midlertidigt" if status == "proeve_modtaget" else "proeve_modtaget"
            yield Breach(place, f"{expected}, når værdien {'er' if starred else 'ikke er'} *****", status)


def _first(*breaches: Iterable[Breach]) -> tuple[Breach, ...]:
    """The first ten: enough to mend a message by, and where an element stands is dear to find in a huge one."""
    return some(chain.from_iterable(breaches), 10)


def _at(message: XmlDocument, paths: str) -> list[Element]:
    """The elements at one or more paths from the root, in the order of the paths."""
    return [each for path in paths.split("|") for each in message.root.findall(path, _NAMESPACES)]


def _named(parent: Element, name: str) -> list[Element]:
    return parent.findall(f"{{{OIO}}}{name}")


def _missing(message: XmlDocument, parent: Element, name: str, expected: str) -> Breach:
    place = message.at(parent)
    return Breach(replace(place, path=f"{place.path}/{name}"), expected, "mangler")


def _once(message: XmlDocument, parents: Iterable[Element], *names: str) -> Iterator[Breach]:
    for parent in parents:
        for name in names:
            found = _named(parent, name)
            if not found:
                yield _missing(message, parent, name, name)
            elif len(found) > 1:
                yield Breach(message.at(found[1]), f"{name} netop én gang", f"{len(found)} gange")


def _said(message: XmlDocument, parents: Iterable[Element], *names: str) -> Iterator[Breach]:
    """Each name once, with a text."""
    parents = list(parents)
    yield from _once(message, parents, *names)
    for each in (found for parent in parents for name in names for found in _named(parent, name)[:1]):
        if not text_of(each):
            yield Breach(message.at(each), f"{local_name(each)} med indhold", "tom")


def _word(message: XmlDocument, parents: Iterable[Element], name: str, *words: str, required: bool = False) -> Iterator[Breach]:
    """`name` at most once in each parent (once, when `required`), and one of `words`."""
    expected = " eller ".join(filter(None, (", ".join(words[:-1]), words[-1])))
    for parent in parents:
        found = _named(parent, name)
        if not found and required:
            yield _missing(message, parent, name, expected)
        elif len(found) > 1:
            yield Breach(message.at(found[1]), f"{name} én gang", f"{len(found)} gange")
        elif found and text_of(found[0]) not in words:
            yield Breach(message.at(found[0]), expected, text_of(found[0]) or "tom")


_Number = type[Cpr] | type[Gln] | type[Sor] | type[Yder]
_NUMBERS: dict[_Number, str] = {
    Cpr: "ti cifre, der begynder med en dato (DDMMÅÅ)",
    Gln: "et lokationsnummer: 13 cifre med rigtigt kontrolciffer",
    Sor: "en SOR-kode: mindst 11 cifre",
    Yder: "et ydernummer: seks cifre, med nuller foran",
}


def _valid(message: XmlDocument, parents: Iterable[Element], name: str, kind: _Number, shown: str = "") -> Iterator[Breach]:
    for each in (found for parent in parents for found in _named(parent, name)):
        try:
            kind(text_of(each))
        except ValueError as wrong:
            said = text_of(each) or "tom"
            yield Breach(message.at(each), _NUMBERS[kind], shown or f"{said} ({wrong})")
