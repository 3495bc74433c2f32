"""Reads what the receiver of plans holds, through the receiver's own transactions, as another user of it would."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Protocol

from harness.domain.exchange import Answer, Request, Response
from harness.domain.patient import Patient
from harness.domain.sharing import SharedEdition
from harness.standards import oids
from harness.standards.cda.read import CpdFacts, read_cpd
from harness.standards.xds import build, codes, read
from harness.standards.xds.metadata import Code, DocumentEntry, DocumentRequest
from harness.standards.xml import parse

Ask = Callable[[Request], Answer]


class Reader(Protocol):
    """Finds a patient's plans at the receiver."""

    def editions(self, patient: Patient) -> tuple[SharedEdition, ...]:
        """Every edition the receiver holds under the patient, current or not, oldest first."""
        ...


class ReadingBack(Protocol):
    """Finds at the real service what the LPS sent there by itself."""

    def watch(self, patient: Patient) -> None:
        """From now on what comes for `patient` is an arrival; told of each before anything happens to them."""
        ...

    @property
    def doubt(self) -> str:
        """Why it may be the harness that looks in the wrong place when nothing came, in Danish; empty when there is none."""
        ...


def everyones(_entry: DocumentEntry) -> bool:
    """Whose document it is does not count: the simulators hold no others'."""
    return True


class PlspReader:
    """Reads PLSP's forløbsplandatabase."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def editions(self, patient: Patient) -> tuple[SharedEdition, ...]:
        """Every edition the receiver holds under the patient, current or not, oldest first."""
        body = json.dumps({"patient": str(patient.cpr)}).encode()
        answer = _answered(self._ask(Request("POST", "/plsp/soegning", (("content-type", "application/json"),), body)))
        return tuple(
            _edition(base64.b64decode(plan["dokument"]), bool(plan["gaeldende"])) for plan in json.loads(answer.body)["planer"]
        )


class DdsReader:
    """Reads the national document sharing by ITI-18 and ITI-43."""

    def __init__(self, ask: Ask, ours: Callable[[DocumentEntry], bool] = everyones) -> None:
        self._ask = ask
        self._ours = ours

    def editions(self, patient: Patient) -> tuple[SharedEdition, ...]:
        """Every edition the receiver holds under the patient, current or not, oldest first; of those that are `ours`."""
        plans = entries_of(self._ask, str(patient.cpr), Code(codes.CARE_PLAN, oids.LOINC))
        found = [entry for entry in plans if self._ours(entry)]
        documents = documents_of(self._ask, found)
        return tuple(_edition(documents[entry.unique_id], entry.status == codes.APPROVED) for entry in found)


def entries_of(ask: Ask, cpr: str, *types: Code) -> tuple[DocumentEntry, ...]:
    """What the national document sharing has under a patient, current or not; of these types, where any are given."""
    query = build.find_documents(codes.patient_id(cpr), statuses=(codes.APPROVED, codes.DEPRECATED), type_codes=types)
    return read.read_query_answer(_post(ask, "/dds/iti18", codes.ITI_18, query)).entries


def documents_of(ask: Ask, entries: Sequence[DocumentEntry]) -> dict[str, bytes]:
    """The documents of `entries`, by uniqueId."""
    if not entries:
        return {}
    wanted = [DocumentRequest(entry.repository_id, entry.unique_id, entry.home) for entry in entries]
    answer = read.read_retrieve_answer(_post(ask, "/dds/iti43", codes.ITI_43, build.retrieve(wanted)))
    return {document.unique_id: document.content for document in answer.documents}


def sor_of(entry: DocumentEntry) -> str:
    """The SOR code of the organisation that wrote a document, as its metadata say: the last part of an XON; empty without one."""
    institutions = (name for author in entry.authors for name in author.institutions)
    return next(institutions, "").rpartition("^")[2]


def _post(ask: Ask, path: str, action: str, body: bytes) -> bytes:
    headers = (("content-type", "text/xml; charset=utf-8"), ("soapaction", f'"{action}"'))
    return _answered(ask(Request("POST", path, headers, body))).body


def _answered(answer: Answer) -> Response:
    assert isinstance(answer, Response), "our own service is read while it answers"
    return answer


@lru_cache(maxsize=1024)
def _facts(document: bytes) -> CpdFacts:
    # What a receiver holds is read again and again while a scenario waits: all of it, so that a day's documents must have room.
    return read_cpd(parse(document, "dokument"))


def _edition(document: bytes, current: bool) -> SharedEdition:
    facts = _facts(document)
    return SharedEdition(
        document_id=facts.document_id,
        set_id=facts.set_id,
        version=facts.version,
        current=current,
        patient=facts.patient_cpr,
        replaces=facts.replaces or "",
        goals=facts.goals,
        interventions=facts.interventions,
        diagnoses=tuple(code for code, _ in facts.diagnoses),
        effective_time=facts.effective_time,
        results=facts.results,
        authored=facts.authored,
        diagnosed=facts.diagnosed,
        doubled=facts.doubled,
        coded_goals=facts.coded_goals,
        coded_rest=facts.coded_rest,
        timed=facts.timed,
    )
