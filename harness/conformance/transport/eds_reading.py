"""EHMI's delivery status as its rules see it: the raw JSON, how they read it, and how they tell what they found."""

from __future__ import annotations

from collections.abc import Callable

from harness.conformance.rule import HOLDS, Breach, Outcome, Rule, rule
from harness.conformance.subject import Unreadable
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards.json_text import Json, JsonText

SUBJECT = "eds"
SOURCE = "MedCom, EHMI Delivery Status 1.0.2 (http://medcomehmi.dk/ig/eds), EdsBasicDeliveryStatus og EdsPatientDeliveryStatus"
AUDIT_EVENT = "HL7 FHIR R4 (4.0.1), AuditEvent"


@rule("EDS-JSON", subject=SUBJECT, title="Status er en AuditEvent i JSON", grade=Grade.F2, owner=Owner.SENDER, source=SOURCE)
def is_audit_event(event: JsonText | Unreadable) -> Outcome:
    """A JSON object with resourceType AuditEvent."""
    if isinstance(event, Unreadable):
        return (Breach(event.location, "en AuditEvent i JSON", event.reason),)
    return is_one_of(event, "/resourceType", "AuditEvent")


def eds_rule(
    number: int, title: str, grade: Grade, *needs: str, source: str = SOURCE, remark: str = ""
) -> Callable[[Callable[..., Outcome]], Rule]:
    """Rule `EDS-{number}` of the status, whose sender it belongs to; it stands on `EDS-JSON` and `needs`."""
    return rule(
        f"EDS-{number:02}",
        subject=SUBJECT,
        title=title,
        grade=grade,
        owner=Owner.SENDER,
        source=source,
        needs=("EDS-JSON", *needs),
        remark=remark,
    )


def agents_of(event: JsonText, role: str) -> list[str]:
    """Pointers to the agents of a role: `ehmiSender`."""
    return [agent for agent in pointers(event, "/agent") if role in codes_of(event, f"{agent}/type")]


def both_parties(event: JsonText) -> list[str]:
    """Pointers to sender and receiver."""
    return [*agents_of(event, "ehmiSender"), *agents_of(event, "ehmiReceiver")]


def entities_of(event: JsonText, type: str) -> list[str]:
    """Pointers to the entities of a type: `ehmiMessage`."""
    return [entity for entity in pointers(event, "/entity") if event.get(f"{entity}/type/code") == type]


def codes_of(event: JsonText, pointer: str) -> list[Json]:
    """The codes of the CodeableConcept at `pointer`."""
    return [event.get(f"{coding}/code") for coding in pointers(event, f"{pointer}/coding")]


def listed(event: JsonText, pointer: str) -> list[Json]:
    """The list at `pointer`; empty where there is none."""
    found = event.get(pointer)
    return found if isinstance(found, list) else []


def pointers(event: JsonText, pointer: str) -> list[str]:
    """A pointer to each item of the list at `pointer`."""
    return [f"{pointer}/{number}" for number in range(len(listed(event, pointer)))]


def is_one_of(event: JsonText, pointer: str, *expected: str) -> tuple[Breach, ...]:
    """One breach unless `pointer` has one of these texts."""
    found = event.get(pointer)
    return HOLDS if found in expected else (Breach(event.at(pointer), " eller ".join(expected), shown(found)),)


def has_text(event: JsonText, pointer: str) -> tuple[Breach, ...]:
    """One breach unless `pointer` has a text that says something. The text is not shown."""
    found = event.get(pointer)
    if isinstance(found, str) and found.strip():
        return HOLDS
    return (Breach(event.at(pointer), "en tekst", "mangler" if found in (None, "") else "noget andet"),)


def is_valid_as(event: JsonText, pointer: str, kind: Callable[[str], object]) -> tuple[Breach, ...]:
    """One breach where `kind` refuses the text at `pointer` by a ValueError."""
    found = event.get(pointer)
    try:
        kind(found if isinstance(found, str) else "")
    except ValueError as wrong:
        return (Breach(event.at(pointer), str(wrong), shown(found)),)
    return HOLDS


def shown(found: Json) -> str:
    """A value as a finding tells it."""
    return "mangler" if found is None else found if isinstance(found, str) else "noget andet"
