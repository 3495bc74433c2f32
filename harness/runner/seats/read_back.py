"""Finds at the real service what the LPS sent there by itself, and has it recorded as an arrival.

XDS tells no time of arrival, and the clocks of senders differ. So what a patient had when the attempt first spoke of them is
noted, and what was not there then has come since. All systems have the same test persons: only documents of the clinic that the
system is set up as are fetched.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from harness.domain.errors import BadInput
from harness.domain.exchange import Request
from harness.domain.patient import Patient
from harness.services.plan_facts import plan_facts
from harness.standards.cda.read import read_cpd
from harness.standards.xds.metadata import DocumentEntry
from harness.standards.xml import parse
from harness.steps.messages.judging import READ_BACK_PATHS
from harness.steps.reader import Ask, documents_of, entries_of, sor_of

Found = Callable[[Request, dict[str, str]], bool]
"""Records a document that was found; whether it may be kept."""


class ReadBack:
    """What one run reads back. `receiver` takes plans by the system's rute; `sor` is the clinic the system is set up as."""

    def __init__(self, ask: Ask, found: Found, receiver: str, sor: str) -> None:
        self._ask = ask
        self._found = found
        self._path = READ_BACK_PATHS[receiver]
        self._sor = sor
        self._known: dict[str, set[str]] = {}
        self._own = 0
        self._others: set[str] = set()

    def begin(self) -> None:
        """A new attempt: nobody has been spoken of."""
        self._known.clear()
        self._others.clear()

    def watch(self, patient: Patient) -> None:
        """From now on what comes for `patient` is an arrival. Raises EnvironmentFault when the real service cannot be read."""
        cpr = str(patient.cpr)
        if cpr not in self._known:
            self._known[cpr] = {entry.unique_id for entry in entries_of(self._ask, cpr)}

    def look(self) -> None:
        """Record what has come since, oldest first. Raises EnvironmentFault when the real service cannot be read."""
        for cpr, known in self._known.items():
            new = [entry for entry in entries_of(self._ask, cpr) if entry.unique_id not in known]
            own = [entry for entry in new if sor_of(entry) == self._sor]
            self._others |= {sor_of(entry) or "uden SOR-kode" for entry in new if entry not in own}
            documents = documents_of(self._ask, own)
            for entry in sorted(own, key=lambda each: each.creation_time):
                self._take_in(entry, documents[entry.unique_id])
            known |= {entry.unique_id for entry in new}

    @property
    def doubt(self) -> str:
        """That it may be the wrong clinic: others' documents have come, and in the whole run none of its own."""
        if self._own or not self._others:
            return ""
        seen = ", ".join(sorted(self._others))
        return (
            f"Der er ikke set noget dokument fra klinikken med SOR-koden {self._sor}, men nye fra {seen}. "
            "Er det den klinik, systemet er sat op til (pladser, sor)?"
        )

    def _take_in(self, entry: DocumentEntry, document: bytes) -> None:
        self._own += 1
        facts = {"transaction": "Aflæst dokument", "taken": "ja", "entry": entry.id, "patient": entry.cpr}
        with suppress(BadInput):  # the rules of the document speak of it
            facts |= plan_facts(read_cpd(parse(document, "dokument")))
        facts |= {"unique_id": entry.unique_id, "format_code": entry.format_code.code if entry.format_code else ""}
        told = {name: value for name, value in facts.items() if value}
        self._found(Request("AFLÆST", self._path, (("content-type", entry.mime_type or "text/xml"),), document), told)
