"""Letters from others that name a pakkeforløb, and the patients the clinic calls in for a behovsvurdering."""

from __future__ import annotations

from typing import Any, Final

from harness.domain.clock import copenhagen
from harness.lps.reference.capability import Capability, Means
from harness.standards.oioxml.letter import Note
from harness.standards.oioxml.read import read_letter
from harness.standards.vans import Envelope, Message

ONLY_EPIKRISER: Final = "brev-kun-epikriser-kan-findes"
WRONG_PATIENT: Final = "brev-på-den-forrige-patient"
LETTERS_LOST: Final = "brev-danske-bogstaver-tabt"
CALL_IN_LOST: Final = "indkaldelse-gemmes-ikke"
LETTER_GONE: Final = "brev-væk-efter-indkaldelse"
LETTER_CUT: Final = "brev-afkortes"
ANY_WORD: Final = "brev-findes-uanset-ordet"
FAULTS: Final = (ONLY_EPIKRISER, WRONG_PATIENT, LETTERS_LOST, CALL_IN_LOST, LETTER_GONE, LETTER_CUT, ANY_WORD)


class CallIns(Capability):
    """Letters with CPR number and text, oldest first, and the days on which patients were called in."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._letters: list[tuple[str, str]] = []
        self._called: dict[str, str] = {}
        self.acts = {"indkald-patient": self._call_in}
        self.views = {"indgaaende-breve": self._find, "indkaldelser": self._show}
        self.letters = {"XDIS01": self._take} if ONLY_EPIKRISER in means.faults else {"XDIS01": self._take, "XDIS91": self._take}

    def _take(self, envelope: Envelope) -> None:
        assert isinstance(envelope.content, Message), "a letter with a name is a message"
        letter = read_letter(envelope.content.data)
        assert isinstance(letter.content, Note), "an epikrise and a korrespondance are notes"
        text, patient = letter.content.text, letter.patient
        if LETTERS_LOST in self._means.faults and b"ISO-8859-1" in envelope.content.data[:60]:
            text = text.encode("ascii", "replace").decode()
        cpr = str(patient.cpr) if patient else ""
        if WRONG_PATIENT in self._means.faults and self._letters:
            cpr = self._letters[-1][0]
        self._letters.append((cpr, text))

    def _call_in(self, wish: dict[str, Any]) -> dict[str, Any]:
        cpr = str(self._means.clinic.patients[wish["cpr"]].cpr)
        if CALL_IN_LOST not in self._means.faults:
            self._called[cpr] = copenhagen(self._means.clock.now()).date().isoformat()
        if LETTER_GONE in self._means.faults:
            self._letters = [each for each in self._letters if each[0] != cpr]
        return {}

    def _find(self, wish: dict[str, Any]) -> dict[str, Any]:
        word, length = wish["ord"].casefold(), 100 if LETTER_CUT in self._means.faults else None
        found = [each for each in self._letters if word in each[1].casefold() or ANY_WORD in self._means.faults]
        return {"breve": [{"cpr": cpr, "tekst": text[:length]} for cpr, text in found]}

    def _show(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"patienter": [{"cpr": cpr, "dato": day} for cpr, day in self._called.items()]}
