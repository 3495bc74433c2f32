"""What the clinic has with the municipality's acute team: its results through EHMI, and letters to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from harness.lps.reference.capability import Capability, Handler, Means
from harness.lps.reference.home_care import acute_letters, home_care_line, home_care_record
from harness.lps.reference.home_care.acute_letters import AcuteLetters
from harness.lps.reference.home_care.home_care_line import Line
from harness.lps.reference.home_care.home_care_record import Answer, Record

FAULTS: Final = (*home_care_line.FAULTS, *home_care_record.FAULTS, *acute_letters.FAULTS)


class AcuteTeam(Capability):
    """The acute team's results and the letters to it. What waits at EHMI is fetched when somebody looks."""

    def __init__(self, means: Means) -> None:
        log: list[str] = []
        self._record = Record(means)
        self._line = Line(means, self._record.file, log)
        letters = AcuteLetters(means, log)
        self.acts = {
            "opret-laege": self._employ,
            "forstyr-modtagelse": self._disturb,
            "gem-proevesvar": self._fresh(lambda wish: self._record.save(wish["svar"])),
            "skriv-til-akutteam": letters.write,
            "gensend-til-akutteam": letters.send_again,
        }
        self.views = {
            "indbakke-proevesvar": self._fresh(lambda wish: {"indbakke": self._record.inbox(wish["initialer"])}),
            "kommunale-proevesvar": self._fresh(lambda wish: self._answers(self._record.of(wish["cpr"]))),
            "laboratoriekort": self._fresh(lambda wish: {"prøvesvar": self._record.card(wish["cpr"])}),
            "breve-til-akutteam": letters.show,
            "modtagelseslog": self._fresh(lambda _: {"dubletter": list(log)}),
        }
        self.letters = {"MCM:FCTL": letters.take}

    def _fresh(self, handler: Handler) -> Callable[[dict[str, Any]], dict[str, Any]]:
        """The handler, after what waits was fetched."""

        def fetched(wish: dict[str, Any]) -> dict[str, Any]:
            self._line.fetch()
            return handler(wish)

        return fetched

    def _answers(self, found: Iterable[Answer]) -> dict[str, Any]:
        return {"prøvesvar": [self._record.row(each) for each in found]}

    def _employ(self, wish: dict[str, Any]) -> dict[str, Any]:
        if wish["initialer"] not in self._record.doctors:
            self._record.doctors.append(wish["initialer"])
        return {}

    def _disturb(self, wish: dict[str, Any]) -> dict[str, Any]:
        self._line.fetch()
        self._line.disturbed = wish["forstyrret"]
        return {}
