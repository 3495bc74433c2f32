"""HL7's own small value sets that MedCom's profiles bind to, so that they are held against without HL7's definition files too.

Source: HL7 FHIR R4 (4.0.1), the value sets of these names; where the tester points at HL7's definitions, those are used.
"""

from __future__ import annotations

from typing import Final

_TERMINOLOGY: Final = ("condition-category", "condition-clinical", "condition-ver-status")
_SETS: Final = {
    "address-type": "postal physical both",
    "address-use": "home work temp old billing",
    "administrative-gender": "male female other unknown",
    "bundle-type": "document message transaction transaction-response batch batch-response history searchset collection",
    "composition-status": "preliminary final amended entered-in-error",
    "condition-category": "problem-list-item encounter-diagnosis",
    "condition-clinical": "active recurrence relapse inactive remission resolved",
    "condition-ver-status": "unconfirmed provisional differential confirmed refuted entered-in-error",
    "contact-point-system": "phone fax email pager url sms other",
    "contact-point-use": "home work temp old mobile",
    "event-status": "preparation in-progress not-done on-hold stopped completed entered-in-error unknown",
    "identifier-use": "usual official temp secondary old",
    "issue-severity": "fatal error warning information",
    "issue-type": (
        "invalid structure required value invariant security login unknown expired forbidden suppressed processing "
        "not-supported duplicate multiple-matches not-found deleted too-long code-invalid extension too-costly "
        "business-rule conflict transient lock-error no-store exception timeout incomplete throttled informational"
    ),
    "name-use": "usual official temp nickname anonymous old maiden",
    "narrative-status": "generated extensions additional empty",
    "provenance-entity-role": "derivation revision quotation source removal",
    "quantity-comparator": "< <= >= >",
    "request-priority": "routine urgent asap stat",
    "response-code": "ok transient-error fatal-error",
    "observation-status": "registered preliminary final amended corrected cancelled entered-in-error unknown",
    "diagnostic-report-status": (
        "registered partial preliminary final amended corrected appended cancelled entered-in-error unknown"
    ),
}


def _system(name: str) -> str:
    return f"http://{'terminology.hl7.org/CodeSystem' if name in _TERMINOLOGY else 'hl7.org/fhir'}/{name}"


VALUE_SETS: Final[dict[str, frozenset[tuple[str, str]]]] = {
    f"http://hl7.org/fhir/ValueSet/{name}": frozenset((_system(name), code) for code in codes.split())
    for name, codes in _SETS.items()
}
"""The codes of each value set, with their system, by its address."""
