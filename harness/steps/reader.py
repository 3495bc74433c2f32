"""Reads what the receiver of plans holds, through the receiver's own transactions, as another user of it would."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

from harness.domain.exchange import Answer, Request, Response
from harness.domain.patient import Patient
from harness.domain.sharing import SharedEdition
from harness.standards import oids
from harness.standards.cda.read import CpdFacts, read_cpd
from harness.standards.xds import build, codes, read
from harness.standards.xds.metadata import Code, DocumentRequest
from harness.standards.xml import parse

Ask = Callable[[Request], Answer]


class Reader(Protocol):
    """Finds a patient's plans at the receiver."""

    def editions(self, patient: Patient) -> tuple[SharedEdition, ...]:
        """Every edition the receiver holds under the patient, current or not, oldest first."""
        ...


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

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def editions(self, patient: Patient) -> tuple[SharedEdition, ...]:
        """Every edition the receiver holds under the patient, current or not, oldest first."""
        query = build.find_documents(
            codes.patient_id(str(patient.cpr)),
            statuses=(codes.APPROVED, codes.DEPRECATED),
            type_codes=(Code(codes.CARE_PLAN, oids.LOINC),),
        )
        found = read.read_query_answer(self._post("/dds/iti18", codes.ITI_18, query)).entries
        if not found:
            return ()
        wanted = [DocumentRequest(entry.repository_id, entry.unique_id, entry.home) for entry in found]
        answer = read.read_retrieve_answer(self._post("/dds/iti43", codes.ITI_43, build.retrieve(wanted)))
        documents = {document.unique_id: document.content for document in answer.documents}
        return tuple(_edition(documents[entry.unique_id], entry.status == codes.APPROVED) for entry in found)

    def _post(self, path: str, action: str, body: bytes) -> bytes:
        headers = (("content-type", "text/xml; charset=utf-8"), ("soapaction", f'"{action}"'))
        return _answered(self._ask(Request("POST", path, headers, body))).body


def _answered(answer: Answer) -> Response:
    assert isinstance(answer, Response), "our own service is read while it answers"
    return answer


@lru_cache(maxsize=128)
def _facts(document: bytes) -> CpdFacts:
    # What a receiver holds is read again and again while a scenario waits.
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
    )
