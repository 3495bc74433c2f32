"""What must hold of a VANSEnvelope 1.0.4. Subject `vans`.

Read from the raw XML. What it says of the letter inside has rules of its own.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from lxml import etree

from harness.conformance.rule import HOLDS, Breach, Judgement, Outcome, Rule, judge, rule, rules_for
from harness.conformance.subject import MOST, some
from harness.domain.errors import BadInput
from harness.domain.finding import Location, Owner
from harness.domain.grade import Grade
from harness.domain.identifiers import Cvr, Gln, parse_uuid
from harness.standards.xml import Element, XmlDocument, local_name, parse

SUBJECT = "vans"
XSD = "MedCom, VANSEnvelope 1.0.4, VANSEnvelope.xsd (trifork/nsp-fhir-gateway@e6f7b80)"

NAMESPACE = "urn:oio:medcom:vans-envelope:1.0.4"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_FORMATS = ("XML", "EDIFACT", "HL7", "Binary", "Other")
_END_POINTS = ("EAN", "CVR", "VANS")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)?", re.ASCII)

Part = tuple[tuple[str, ...], int, int]  # one of these names, at least, at most
_META: tuple[Part, ...] = ((("Identifier",), 1, 1), (("Processing",), 0, 1), (("Document",), 1, 1), (("Transport",), 0, 1))
_REFUSED: tuple[Part, ...] = ((("Error",), 1, 1), (("OriginalEnvelopeIdentifier",), 1, 1))
_CONTENTS: dict[str, tuple[Part, ...]] = {
    "VANSEnvelope": (
        (("SenderID",), 1, 1),
        (("ReceiverID",), 1, 1),
        (("EnvelopeIdentifier",), 1, 1),
        (("SentDateTime",), 1, 1),
        (("Message", "Receipt"), 1, 1),
    ),
    "Message": ((("MetaInformation",), 1, 1), (("Data",), 1, 1)),
    "MetaInformation": _META,
    "OriginalMessage": _META,
    "Processing": ((("ProviderIdentifier",), 1, 1), (("ServiceIdentifier",), 1, 1)),
    "Document": ((("Format",), 1, 1), (("Name",), 1, 1), (("Version",), 0, 1), (("SizeInBytes",), 1, 1)),
    "Transport": ((("Type",), 0, 1), (("TransformMessage",), 1, 1), (("ServiceTag",), 0, 5)),
    "Receipt": ((("NegativeVans", "NegativeMessage", "PositiveMessage"), 1, 1),),
    "NegativeVans": (*_REFUSED, (("OriginalMessage",), 0, 1)),
    "NegativeMessage": (*_REFUSED, (("OriginalMessage",), 1, 1)),
    "PositiveMessage": ((("OriginalEnvelopeIdentifier",), 1, 1), (("OriginalMessage",), 1, 1)),
    "Error": ((("Code",), 0, 1), (("Description",), 1, 1)),
}
_ATTRIBUTES = {"SenderID": "EndPointType", "ReceiverID": "EndPointType", "ServiceTag": "name"}
_LENGTHS = {
    "ProviderIdentifier": 255,
    "ServiceIdentifier": 255,
    "Name": 255,
    "Version": 255,
    "Description": 512,
    "ServiceTag": 70,
}


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A received envelope. `problem` says why it is none (then `document` is None), and `place` where."""

    place: Location
    problem: str = ""
    document: XmlDocument | None = None

    def named(self, *names: str) -> Iterator[Element]:
        """The envelope's own elements of these names, in the order they stand."""
        if self.document:
            yield from self.document.root.iter(*(f"{{{NAMESPACE}}}{name}" for name in names))

    def breach(self, element: Element, expected: str, actual: str, attribute: str = "") -> Breach:
        """A breach at `element`."""
        assert self.document, "a breach is of an envelope that could be read"
        return Breach(self.document.at(element, attribute), expected, actual)


def judge_vans(data: bytes, file: str) -> list[Judgement]:
    """Every rule's result on the envelope in `data`; `file` is its name in findings. Never raises for what the bytes contain."""
    return judge(rules_for(SUBJECT), _received(data, file))


def _received(data: bytes, file: str) -> Enclosed:
    try:
        document = parse(data, file)
    except BadInput as problem:
        return Enclosed(Location(file, problem.line, problem.column), problem.reason)
    if document.root.tag != f"{{{NAMESPACE}}}VANSEnvelope":
        found = etree.QName(document.root)
        return Enclosed(document.at(document.root), f"{found.localname} i navnerummet {found.namespace or '(intet)'}")
    return Enclosed(document.at(document.root), document=document)


def _vans_rule(
    id: str, title: str, grade: Grade, needs: tuple[str, ...] = ("VANS-01",), source: str = XSD
) -> Callable[..., Rule]:
    return rule(id, subject=SUBJECT, title=title, grade=grade, owner=Owner.SENDER, source=source, needs=needs)


def _text(element: Element) -> str:
    return str(element.xpath("string()"))


def _said(text: str) -> str:
    """A value as a finding shows it: short, and never empty."""
    return (text if len(text) <= 60 else f"{text[:57]}…") or "intet"


@_vans_rule("VANS-01", "Kuverten er en VANSEnvelope 1.0.4, der kan læses", Grade.F2, needs=())
def is_envelope(envelope: Enclosed) -> Outcome:
    """XML without DOCTYPE, with the schema's root element."""
    return (Breach(envelope.place, f"VANSEnvelope i {NAMESPACE}", envelope.problem),) if envelope.problem else HOLDS


@_vans_rule("VANS-02", "Kuvertens elementer er de rigtige, i den rigtige rækkefølge", Grade.F2)
def structure(envelope: Enclosed) -> Outcome:
    """The schema's sequences and choices. An element with a wrong name is one breach, not also a missing one."""
    assert envelope.document
    return some(found for element in envelope.document.root.iter("*") for found in _misplaced(envelope, element))


def _misplaced(envelope: Enclosed, element: Element) -> list[Breach]:
    if not str(element.tag).startswith(f"{{{NAMESPACE}}}"):
        return []  # its parent has told of it
    name = local_name(element)
    parts = _CONTENTS.get(name, ())
    children = [(child, _part_of(child, parts)) for child in element.iterchildren("*")]
    breaches = [
        envelope.breach(element, "kun attributter fra skemaet", f"attributten {key}")
        for key in map(str, element.attrib)
        if key != _ATTRIBUTES.get(name) and not key.startswith(_XSI)
    ]
    allowed = ", ".join(" eller ".join(names) for names, _, _ in parts) or "kun tekst"
    unknown = [child for child, part in children if part is None]
    breaches += [envelope.breach(child, allowed, f"{local_name(child)} i {name}") for child in unknown[:MOST]]
    lacking = []
    for index, (names, least, most) in enumerate(parts):
        these = [child for child, part in children if part == index]
        if len(these) < least:
            lacking.append(envelope.breach(element, f"{' eller '.join(names)} i {name}", "mangler"))
        breaches += [
            envelope.breach(each, f"højst {most} {' eller '.join(names)}", "flere") for each in these[most : most + MOST]
        ]
    breaches += lacking[len(unknown) :]
    known = [(child, part) for child, part in children if part is not None]
    late = [child for (_, before), (child, part) in pairwise(known) if part < before]
    return breaches or [envelope.breach(child, f"rækkefølgen {allowed}", f"{local_name(child)} for sent") for child in late[:1]]


def _part_of(child: Element, parts: tuple[Part, ...]) -> int | None:
    """Which of `parts` the child is; None for an element that does not belong here."""
    found = etree.QName(child)
    if found.namespace != NAMESPACE:
        return None
    return next((index for index, (names, _, _) in enumerate(parts) if found.localname in names), None)


@_vans_rule("VANS-03", "Afsender og modtager er på 1 til 18 tegn", Grade.F2)
def end_point_length(envelope: Enclosed) -> Outcome:
    """The schema's token of 1–18 characters."""
    ends = [(each, " ".join(_text(each).split())) for each in envelope.named("SenderID", "ReceiverID")]
    return some(envelope.breach(each, "1 til 18 tegn", _said(text)) for each, text in ends if not 1 <= len(text) <= 18)


@_vans_rule("VANS-04", "Afsender og modtager siger, om de er EAN, CVR eller VANS", Grade.F3)
def end_point_type(envelope: Enclosed) -> Outcome:
    """The attribute EndPointType."""
    return some(
        envelope.breach(each, "EAN, CVR eller VANS", _said(each.get("EndPointType", "")), "EndPointType")
        for each in envelope.named("SenderID", "ReceiverID")
        if each.get("EndPointType") not in _END_POINTS
    )


@_vans_rule("VANS-05", "Kuvertens og meddelelsens id'er er UUID'er", Grade.F3)
def identifiers(envelope: Enclosed) -> Outcome:
    """EnvelopeIdentifier, Identifier and OriginalEnvelopeIdentifier, without white space around."""
    found = envelope.named("EnvelopeIdentifier", "Identifier", "OriginalEnvelopeIdentifier")
    return some(envelope.breach(each, "et UUID", _said(_text(each))) for each in found if not _is_uuid(_text(each)))


def _is_uuid(text: str) -> bool:
    try:
        parse_uuid(text)
    except ValueError:
        return False
    return not text.startswith("urn:")


@_vans_rule("VANS-06", "Afsendelsestidspunktet er en dato og et klokkeslæt", Grade.F3)
def sent(envelope: Enclosed) -> Outcome:
    """xs:dateTime, with or without an offset from UTC."""
    times = [(each, _text(each).strip()) for each in envelope.named("SentDateTime")]
    form = "dato og klokkeslæt, fx 2026-10-05T10:15:00"
    return some(envelope.breach(each, form, _said(text)) for each, text in times if not _is_date_time(text))


def _is_date_time(text: str) -> bool:
    if not _DATE_TIME.fullmatch(text):
        return False
    try:
        datetime.strptime(text[:19].replace("T24:00:00", "T00:00:00"), "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007 - is it a real one?
    except ValueError:
        return False
    return True


@_vans_rule("VANS-07", "Dokumentets format er XML, EDIFACT, HL7, Binary eller Other", Grade.F3)
def document_format(envelope: Enclosed) -> Outcome:
    """Document/Format."""
    found = [(each, _text(each)) for each in envelope.named("Format")]
    return some(envelope.breach(each, ", ".join(_FORMATS), _said(text)) for each, text in found if text not in _FORMATS)


@_vans_rule("VANS-08", "Størrelser og fejlkoder er hele tal", Grade.F3)
def numbers(envelope: Enclosed) -> Outcome:
    """SizeInBytes (xs:int) and Error/Code (xs:positiveInteger)."""
    return some(
        envelope.breach(each, "et helt tal" if local_name(each) == "SizeInBytes" else "et helt tal over 0", _said(_text(each)))
        for each in envelope.named("SizeInBytes", "Code")
        if not _is_number(_text(each).strip(), size=local_name(each) == "SizeInBytes")
    )


def _is_number(text: str, *, size: bool) -> bool:
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        return False
    return -(2**31) <= int(text) < 2**31 if size else int(text) > 0


@_vans_rule("VANS-09", "Transporten er reliable eller unreliable, og TransformMessage er true eller false", Grade.F3)
def transport(envelope: Enclosed) -> Outcome:
    """Transport/Type when it is given, and Transport/TransformMessage."""
    allowed = {"Type": ("reliable", "unreliable"), "TransformMessage": ("true", "false", "1", "0")}
    found = [(each, _text(each), allowed[local_name(each)]) for each in envelope.named(*allowed)]
    return some(
        envelope.breach(each, " eller ".join(values[:2]), _said(text))
        for each, text, values in found
        if (text.strip() if len(values) > 2 else text) not in values
    )


@_vans_rule("VANS-10", "Navne og tekster er udfyldt og ikke for lange", Grade.F3)
def lengths(envelope: Enclosed) -> Outcome:
    """The schema's lengths: 255 characters, 512 for an error, 70 for a ServiceTag and its name."""
    found = [(each, _text(each), _LENGTHS[local_name(each)], "") for each in envelope.named(*_LENGTHS)]
    found += [(each, each.get("name", ""), 70, "name") for each in envelope.named("ServiceTag")]
    return some(
        envelope.breach(each, f"1 til {most} tegn", f"{len(text)} tegn", attribute)
        for each, text, most, attribute in found
        if not 1 <= len(text) <= most
    )


@_vans_rule("VANS-11", "Indholdet er base64", Grade.F2)
def data(envelope: Enclosed) -> Outcome:
    """Message/Data; white space between does not count."""
    return some(envelope.breach(each, "base64", "noget andet") for each in envelope.named("Data") if not _is_base64(_text(each)))


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


GLN_SOURCE = "dk-core (hl7dk/dk-core@8322003), GLN; GS1, kontrolciffer med vægtene 1 og 3"
GLN_WANTED = "et lokationsnummer med 13 cifre og rigtigt kontrolciffer"


@_vans_rule("VANS-12", "Lokationsnumre (EAN) har 13 cifre og rigtigt kontrolciffer", Grade.F2, ("VANS-03",), GLN_SOURCE)
def check_digit(envelope: Enclosed) -> Outcome:
    """Of the ends that say they are EAN."""
    return _ends_valid(envelope, "EAN", GLN_WANTED, gln_problem)


@_vans_rule("VANS-13", "CVR-numre har 8 cifre og rigtigt kontrolciffer", Grade.F2, ("VANS-03",), "dk-core (hl7dk/dk-core), CVR")
def cvr_check_digit(envelope: Enclosed) -> Outcome:
    """Of the ends that say they are CVR."""
    return _ends_valid(envelope, "CVR", "et CVR-nummer med 8 cifre og rigtigt kontrolciffer", lambda text: _problem(Cvr, text))


def _ends_valid(envelope: Enclosed, kind: str, wanted: str, problem_of: Callable[[str], str]) -> Outcome:
    ends = [each for each in envelope.named("SenderID", "ReceiverID") if each.get("EndPointType") == kind]
    problems = ((each, problem_of(_text(each).strip())) for each in ends)
    return some(envelope.breach(each, wanted, problem) for each, problem in problems if problem)


def gln_problem(text: str) -> str:
    """What is wrong with a lokationsnummer, with the number; empty when nothing is."""
    return _problem(Gln, text)


def _problem(kind: Callable[[str], object], text: str) -> str:
    try:
        kind(text)
    except ValueError as error:
        return f"{_said(text)} ({error})"
    return ""
