"""Sorts messages that were laid down to the scenarios they are of, by what stands in them and nothing else.

A scenario says what its LPS sends by its tags (`@kræver:Sende:XREF15`, MedCom's use case) and its steps; a message says what it
is, whom it is about, and of a plan for which disease. What the doctor is to write in a scenario narrows the choice further: a
message with that text in it is of that scenario.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from harness.conformance.files.content import first_elements
from harness.conformance.files.formats import FORMATS, Report
from harness.domain.careplan import Disease
from harness.domain.errors import BadInput
from harness.domain.organisations import CLINIC
from harness.domain.patient import Patient
from harness.domain.scenario import Scenario
from harness.record.guard import Guard
from harness.standards.cda.read import read_cpd
from harness.standards.oioxml import kinds
from harness.standards.sbdh.envelope import Envelope
from harness.standards.sbdh.read import read_sbdh
from harness.standards.vans import read_envelope
from harness.standards.xml import parse
from harness.steps.diseases import CODED_AS, DISEASES


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message that an LPS sends: what people call it, the formats it has, and how a scenario says that it is sent.

    `letter`: the OIOXML letter it is. `about`: it names its patient.
    """

    danish: str
    formats: tuple[str, ...]
    said: re.Pattern[str]
    letter: str = ""
    about: bool = True


def _kind(danish: str, formats: str, said: str, letter: str = "", *, about: bool = True) -> Kind:
    return Kind(danish, tuple(FORMATS[name].danish for name in formats.split()), re.compile(said), letter, about)


KINDS: Final = (
    _kind("behandlingsplan", "cpd-1.0.1 cpd-2.0", r"deler planen|plan(?:en)? er delt|delte? plan|deler behandlingsplan"),
    _kind("diagnosekort", "conditionlist", r"@brug:ConditionList:S"),
    _kind("henvisning til kommunen", "oioxml", r"@kræver:Sende:XREF15", kinds.XREF15.name),
    _kind("henvisning til kommunens akutfunktion", "oioxml", r"@kræver:Sende:XREF22", kinds.XREF22.name),
    _kind("kvittering for et brev", "oioxml", r"@kræver:Sende:XCTL03", kinds.XCTL03.name, about=False),
    _kind("korrespondancebrev", "edi-brev", r"@kræver:Sende:(?:DIS91|BIN01)"),
    _kind("aftale", "apd", r"@kræver:Sende:APD-DK"),
    _kind("stamkort", "pdc", r"@kræver:Sende:PDC-DK"),
    _kind(
        "korrespondance", "carecommunication", r"@brug:Acknowledgement:S|@brug:CareCommunication|@kræver:Sende:CareCommunication"
    ),
    _kind(
        "kvittering", "acknowledgement", r"@brug:Acknowledgement:R|@kræver:Sende:Acknowledgement|@brug:HomeCareObs", about=False
    ),
    _kind("leveringsstatus", "eds", r"@EHM-04", about=False),
    _kind("laboratoriesvar", "xrpt", r"@LAB-\d"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a scenario's LPS sends: a kind of message, about which of the scenario's patients, for which of its diseases."""

    kind: Kind
    aliases: tuple[str, ...]
    diseases: frozenset[Disease]
    texts: tuple[str, ...]

    def __str__(self) -> str:
        """In Danish: `behandlingsplan om Elmer (KOL)`."""
        names = [name for name, disease in DISEASES.items() if disease in self.diseases]
        about = f" om {' og '.join(self.aliases)}" if self.kind.about and self.aliases else ""
        return f"{self.kind.danish}{about}" + (f" ({', '.join(names)})" if names else "")


def wanted_of(scenario: Scenario, patients: Iterable[str]) -> list[Wanted]:
    """What the LPS sends in `scenario`; `patients` are the names of the test persons."""
    steps = "\n".join(scenario.steps)
    said = "\n".join((*(f"@{tag}" for tag in sorted(scenario.tags)), steps))
    quoted = re.findall(r'"([^"\n]+)"', steps)
    known = set(patients)
    aliases = tuple(dict.fromkeys(each for each in quoted if each in known))
    texts = tuple(dict.fromkeys(each for each in quoted if each not in known))
    diseases = frozenset(disease for name, disease in DISEASES.items() if name in steps)
    return [
        Wanted(kind, aliases, diseases if kind is KINDS[0] else frozenset(), texts) for kind in KINDS if kind.said.search(said)
    ]


@dataclass(frozen=True, slots=True)
class Told:
    """What a message says of itself. `why_not` says in Danish why it can be of no scenario, `kind` then being None.

    `aliases` are the test persons it is about; `texts` is all that it says.
    """

    kind: Kind | None
    aliases: frozenset[str] = frozenset()
    disease: Disease | None = None
    text: str = field(default="", repr=False)
    why_not: str = ""


def told_by(report: Report, patients: Iterable[Patient]) -> Told:
    """What the judged message says of itself."""
    parts = list(report.every())
    if not any(each.format for each in parts):
        return Told(None, why_not=report.problem)
    receiver = next(filter(None, map(_receiver, parts)), "")
    if receiver in (CLINIC.gln, CLINIC.sor):
        return Told(None, why_not="Den er sendt til klinikken, ikke af den")
    found = [(kind, part) for part in parts for kind in KINDS if part.format in kind.formats and _is_letter(kind, part)]
    if not found:
        formats = ", ".join(dict.fromkeys(each.format for each in parts if each.format))
        broken = next((f", og den kan ikke læses: {each.actual} ({each.location})" for each in report.findings[:1]), "")
        return Told(None, why_not=f"{formats}: sådan en beder scenarierne ikke systemet om at sende{broken}")
    kind, part = found[0]
    numbers = {number for each in parts for number in _patients_in(each.data)}
    by_number = {str(each.cpr): each.alias for each in patients}
    text = "\n".join(each.data.decode("utf-8", "replace") for each in parts)
    if numbers and not numbers & by_number.keys():
        return Told(None, why_not="Den handler om en, der ikke er med i scenarierne")
    if len(numbers) > 1:
        return Told(None, why_not="Den nævner flere patienter, og det kan ikke ses, hvem den handler om")
    if kind.about and not numbers:
        return Told(None, why_not="Det kan ikke ses, hvem den handler om")
    return Told(kind, frozenset(by_number[each] for each in numbers), _disease_of(part) if kind is KINDS[0] else None, text)


def fitting(told: Told, wanted: dict[str, list[Wanted]]) -> list[str]:
    """The scenarios that the message is of, of those `wanted` says something of.

    Where it has in it what the doctor is to write in some of them, it is of those.
    """
    fits = {name: each for name, several in wanted.items() for each in several if _fits(told, each)}
    plain = _plain(told.text)
    written = [name for name, each in fits.items() if any(_plain(text) in plain for text in each.texts)]
    return written or [name for name, each in fits.items() if not each.texts] or list(fits)


def _fits(told: Told, wanted: Wanted) -> bool:
    return (
        told.kind is wanted.kind
        and (not told.aliases or told.aliases <= set(wanted.aliases))
        and (told.disease is None or not wanted.diseases or told.disease in wanted.diseases)
    )


def _plain(text: str) -> str:
    """`text` as it is compared: XML's own signs as themselves, and any break a space."""
    for sign, plain in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(sign, plain)
    return " ".join(text.split())


_DIGITS = re.compile(rb"\d{6}[- ]?\d{4}")
_NOBODY = Guard(frozenset())


def _patients_in(data: bytes) -> set[str]:
    """Every CPR number that stands in `data` as a person's, outside security headers."""
    places = [each for each in _NOBODY.inspect(data) if each.typed and not each.security]
    found = (_DIGITS.search(data, each.start, each.end) for each in places)
    return {re.sub(rb"\D", b"", number[0]).decode() for number in found if number}


def _receiver(part: Report) -> str:
    """Whom an envelope is to, by GLN or SOR; empty when the part is none that can be read."""
    try:
        if part.format == FORMATS["vans"].danish:
            return read_envelope(part.data).receiver.value
        if part.format == FORMATS["sbdh"].danish:
            envelope = read_sbdh(parse(part.data, part.file))
            return envelope.receiver.sor if isinstance(envelope, Envelope) else ""
    except BadInput:
        return ""
    return ""


def _is_letter(kind: Kind, part: Report) -> bool:
    """Whether the part is the letter the kind is, where it is one."""
    if not kind.letter:
        return True
    element = next(each.element for each in kinds.KINDS if each.name == kind.letter)
    return any(each.depth == 1 and each.tag.endswith(f"}}{element}") for each in first_elements(part.data))


def _disease_of(part: Report) -> Disease | None:
    """The one disease a plan's diagnoses are of; None when they are of none, or of several."""
    try:
        coded = [code for code, _ in read_cpd(parse(part.data, part.file)).diagnoses]
    except BadInput:
        return None
    found = {disease for disease, codes in CODED_AS.items() if any(code.startswith(codes) for code in coded)}
    return found.pop() if len(found) == 1 else None
