"""What a service notes about a plan it received, the same way whichever service it was."""

from __future__ import annotations

from harness.standards.cda.read import CpdFacts


def plan_facts(cpd: CpdFacts) -> dict[str, str]:
    """The facts of `Exchange.facts` for a message that carries this plan; `text` is its goals, interventions and results."""
    return {
        "document": "CPD-DK",
        "patient": cpd.patient_cpr,
        "document_id": cpd.document_id,
        "unique_id": cpd.unique_id,
        "set_id": cpd.set_id,
        "version": "" if cpd.version is None else str(cpd.version),
        "replaces": cpd.replaces or "",
        "text": "\n".join((*cpd.goals, *cpd.interventions, *cpd.results)),
    }
