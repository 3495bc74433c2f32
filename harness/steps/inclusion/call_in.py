"""The Danish steps about letters that name a pakkeforløb, and calling in. A step's docstring is its text in the catalogue."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import inclusion as rules
from harness.domain.clock import wall_clock
from harness.domain.organisations import CLINIC, HOSPITAL
from harness.lps.driver import Act, View
from harness.services.service import Order
from harness.standards.message_xml import Encoding
from harness.standards.oioxml.build import build_letter
from harness.standards.oioxml.kinds import NO_RECEIPT, XDIS01, XDIS91, Kind
from harness.standards.oioxml.letter import Letter, LetterPatient, Note, Party, Signed
from harness.standards.vans import EndPoint, Envelope, Transport, build_envelope, carrying
from harness.steps.story import Story

_KINDS: Final[Mapping[str, tuple[Kind, Encoding]]] = {
    "en epikrise": (XDIS01, "UTF-8"),
    "et notat": (XDIS91, "UTF-8"),
    "en epikrise fra et ældre system": (XDIS01, "ISO-8859-1"),
}
_LETTER: Final = rf'(?P<kind>{"|".join(_KINDS)}) om "(?P<alias>[^"]+)" med ordene "(?P<text>[^"]+)"'


@dataclass(slots=True)
class Letters:
    """What others wrote to the clinic in this attempt: by patient, the text with its mark."""

    story: Story
    written: dict[str, str] = field(default_factory=dict)

    def send(self, kind: Kind, encoding: Encoding, alias: str, text: str) -> None:
        """Another actor sends the clinic a letter about the patient."""
        patient, now = self.story.patient(alias), self.story.time.now()
        mark = self.story.next_mark(patient)
        self.story.driver.admit_patient(patient)
        self.written[alias] = f"{text} {mark}"
        here = wall_clock(now)
        letter = Letter(
            kind=kind,
            sent=here,
            envelope=_id(mark, "brevkuvert"),
            identifier=_id(mark, "brev"),
            sender=Party(HOSPITAL.gln, HOSPITAL.sor, "sorkode", HOSPITAL.name),
            receiver=Party(CLINIC.gln, CLINIC.yder, "ydernummer", CLINIC.name),
            content=Note(self.written[alias], signed=Signed(here.date(), here.time())),
            patient=LetterPatient.of(patient),
            authorised=here,
            acknowledgement=NO_RECEIPT,
        )
        transport = Transport(type="unreliable")
        message = carrying(build_letter(letter, encoding), "XML", kind.name, kind.version, _id(mark, "meddelelse"), transport)
        envelope = Envelope(EndPoint(HOSPITAL.gln), EndPoint(CLINIC.gln), _id(mark, "kuvert"), now, message)
        body = base64.b64encode(build_envelope(envelope)).decode("ascii")
        self.story.services.order("vans", Order("send", {"konvolut": body}))

    def found(self, word: str) -> list[tuple[str, str]]:
        """The letters the system finds by a word: the patient's name in the feature, and the text."""
        self.story.time.run_due()
        names = {str(each.cpr): alias for alias, each in self.story.patients.items()}
        shown = self.story.driver.show(View("indgaaende-breve", {"ord": word})).rows("breve")
        return [(names.get(row.text("cpr"), "en ukendt patient"), row.text("tekst")) for row in shown]


def _id(mark: str, what: str) -> str:
    """A UUID that is this letter's own, and the same when the attempt is made again."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{mark} {what}"))


@given(parsers.re(rf"at sygehuset har sendt {_LETTER}"))
@when(parsers.re(rf"sygehuset sender {_LETTER}"))
def letter_comes(story: Story, kind: str, alias: str, text: str) -> None:
    """Sygehuset sender klinikken en epikrise (XDIS01) eller et notat (XDIS91) om patienten. Et ældre system skriver det i
    tegnsættet ISO-8859-1.
    """
    story.part(Letters).send(*_KINDS[kind], alias, text)


@when(parsers.parse('klinikken indkalder "{alias}" til behovsvurdering'))
def call_in(story: Story, alias: str) -> None:
    """Klinikken indkalder patienten til en indledende behovsvurdering og skriver det i systemet."""
    story.driver.do(Act("indkald-patient", {"cpr": str(story.patient(alias).cpr)}))


@then(parsers.parse('kan klinikken finde brevet om "{alias}" ved at søge på ordet "{word}"'))
@then(parsers.parse('klinikken kan finde brevet om "{alias}" ved at søge på ordet "{word}"'))
def letter_is_found(story: Story, alias: str, word: str) -> None:
    """Søgningen giver brevet med hele dets tekst, én gang og på den rigtige patient, og ikke de breve, hvor ordet ikke står."""
    letters = story.part(Letters)
    found, text = letters.found(word), letters.written[alias]
    story.check(rules.letter_is_found, found, text)
    story.check(rules.letter_is_the_patients, found, text, alias)
    story.check(rules.search_is_exact, found, letters.written.values(), word)
