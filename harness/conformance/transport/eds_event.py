"""What EHMI's delivery status says: what happened, between whom, to which message, and who tells it."""

from __future__ import annotations

import re

from harness.conformance.rule import HOLDS, Breach, NotJudged, Outcome
from harness.conformance.transport.eds_reading import (
    AUDIT_EVENT,
    SOURCE,
    agents_of,
    both_parties,
    codes_of,
    eds_rule,
    entities_of,
    has_text,
    is_one_of,
    is_valid_as,
    listed,
    pointers,
    shown,
)
from harness.domain.grade import Grade
from harness.domain.identifiers import Cpr, Ecpr, Gln, Sor
from harness.standards import oids
from harness.standards.fhir.primitives import is_valid
from harness.standards.json_text import Json, JsonText

SOURCE_TYPES = "medcomdk/dk-ehmi-terminology, EhmiDeliveryStatusSourceType 1.0.0 (01-02-2025)"
OUTCOMES = "medcomdk/dk-ehmi-terminology@00a1e2a, EhmiDeliveryStatusOutcome 1.0.0 (01-02-2025)"
_PERSONS = tuple(f"urn:oid:{each}" for each in oids.PERSON_NUMBERS)
_STATIONS = ("EUA", "EUA-MSH", "MSH", "AP-MSH", "AP", "ehmiEUAPPLICATION", "ehmiMESSAGESERVICEHANDLER", "ehmiEDELIVERY-AP")


@eds_rule(1, "Hændelsen har netop én undertype med en kode", Grade.F2)
def subtype(event: JsonText) -> Outcome:
    """AuditEvent.subtype."""
    found = listed(event, "/subtype")
    if len(found) != 1:
        return (Breach(event.at("/subtype"), "netop én undertype", str(len(found))),)
    return has_text(event, "/subtype/0/code")


@eds_rule(2, "Hændelsens handling er C (oprettet)", Grade.F3)
def action(event: JsonText) -> Outcome:
    """AuditEvent.action."""
    return is_one_of(event, "/action", "C")


@eds_rule(3, "Det står, om det lykkedes", Grade.F2, source=f"{SOURCE}; {OUTCOMES}")
def outcome(event: JsonText) -> Outcome:
    """AuditEvent.outcome: 0 (it did) or 8 (it did not); EHMI leaves HL7's other two out."""
    return is_one_of(event, "/outcome", "0", "8")


@eds_rule(4, "Der er netop én afsender og én modtager", Grade.F2)
def parties(event: JsonText) -> Outcome:
    """Agents of the types ehmiSender and ehmiReceiver."""
    return tuple(
        Breach(event.at(found[1] if found else "/agent"), f"{role} netop én gang", f"{len(found)} gange")
        for role in ("ehmiSender", "ehmiReceiver")
        if len(found := agents_of(event, role)) != 1
    )


@eds_rule(5, "Afsender og modtager står med deres SOR-kode", Grade.F2, "EDS-04", source=f"{SOURCE}; dk-core (hl7dk/dk-core), SOR")
def sor_codes(event: JsonText) -> Outcome:
    """agent.who.identifier.value."""
    return tuple(breach for agent in both_parties(event) for breach in is_valid_as(event, f"{agent}/who/identifier/value", Sor))


@eds_rule(6, "Et lokationsnummer på afsender eller modtager er gyldigt", Grade.F2, "EDS-04", source=f"{SOURCE}; GS1, GLN")
def location_numbers(event: JsonText) -> Outcome:
    """The agent's extension with an identifier of type GLN, where there is one."""
    return tuple(
        breach
        for agent in both_parties(event)
        for extension in pointers(event, f"{agent}/extension")
        if "GLN" in codes_of(event, f"{extension}/valueIdentifier/type")
        for breach in is_valid_as(event, f"{extension}/valueIdentifier/value", Gln)
    )


@eds_rule(7, "Det står, hvilken slags system der melder", Grade.F2)
def source_type(event: JsonText) -> Outcome:
    """AuditEvent.source.type, once, with a code."""
    found = listed(event, "/source/type")
    if len(found) != 1:
        return (Breach(event.at("/source/type"), "netop én slags system", str(len(found))),)
    return has_text(event, "/source/type/0/code")


@eds_rule(8, "Det står, hvilket system (Device) der melder", Grade.F2)
def observer(event: JsonText) -> Outcome:
    """AuditEvent.source.observer points to a Device, by a reference, an identifier or its name; its type alone says of none."""
    found = event.get("/source/observer")
    names = [event.get(f"/source/observer/{name}") for name in ("reference", "identifier/value", "display")]
    if not isinstance(found, dict) or not any(isinstance(each, str) and each.strip() for each in names):
        return (Breach(event.at("/source/observer"), "en henvisning til et Device", "mangler"),)
    reference = event.get("/source/observer/reference")
    said = [found.get("type"), *(str(reference).split("/")[-2:-1] if reference else [])]
    named = [each for each in said if isinstance(each, str) and each != "ehmiDevice"]  # the profile's own word for it
    if all(each == "Device" for each in named):
        return HOLDS
    return (Breach(event.at("/source/observer"), "Device", ", ".join(named)),)


@eds_rule(9, "Hændelsen har mindst to ting, og netop én af dem er meddelelsen", Grade.F2)
def message(event: JsonText) -> Outcome:
    """Entities: two or more, ehmiMessage once, with an identifier."""
    found, messages = listed(event, "/entity"), entities_of(event, "ehmiMessage")
    if len(messages) != 1:
        place = event.at(messages[1] if messages else "/entity")
        return (Breach(place, "ehmiMessage netop én gang", f"{len(messages)} gange"),)
    if len(found) < 2:
        return (Breach(event.at("/entity"), "mindst to", str(len(found))),)
    return has_text(event, f"{messages[0]}/what/identifier/value")


@eds_rule(10, "Meddelelsens type og version står netop én gang", Grade.F2, "EDS-09")
def message_details(event: JsonText) -> Outcome:
    """ehmiMessage's details ehmiMessageType and ehmiMessageVersion."""
    (at,) = entities_of(event, "ehmiMessage")
    breaches: list[Breach] = []
    for name in ("ehmiMessageType", "ehmiMessageVersion"):
        details = [each for each in pointers(event, f"{at}/detail") if event.get(f"{each}/type") == name]
        if len(details) == 1:
            breaches += has_text(event, f"{details[0]}/valueString")
        else:
            place = event.at(details[1] if details else f"{at}/detail")
            breaches.append(Breach(place, f"{name} netop én gang", f"{len(details)} gange"))
    return tuple(breaches)


@eds_rule(11, "En status om en patient siger, hvem patienten er", Grade.F2)
def patient(event: JsonText) -> Outcome:
    """ehmiPatient once, with an identifier, when the event declares EdsPatientDeliveryStatus. The number is never shown."""
    profiles = listed(event, "/meta/profile")
    if not any(str(each).partition("|")[0].endswith("/EdsPatientDeliveryStatus") for each in profiles):
        return NotJudged("status er ikke erklæret som EdsPatientDeliveryStatus")
    found = entities_of(event, "ehmiPatient")
    if len(found) != 1:
        return (Breach(event.at(found[1] if found else "/entity"), "ehmiPatient netop én gang", f"{len(found)} gange"),)
    return has_text(event, f"{found[0]}/what/identifier/value")


@eds_rule(12, "Hændelsen har hverken periode eller beskrivelse af udfaldet", Grade.F3)
def forbidden(event: JsonText) -> Outcome:
    """AuditEvent.period and AuditEvent.outcomeDesc."""
    names = ("period", "outcomeDesc")
    return tuple(Breach(event.at(f"/{name}"), f"ikke {name}", name) for name in names if event.get(f"/{name}") is not None)


@eds_rule(13, "Det står, hvornår hændelsen blev registreret", Grade.F3, source=f"{AUDIT_EVENT}.recorded")
def recorded(event: JsonText) -> Outcome:
    """AuditEvent.recorded 1..1, an instant: a time to the second, with its offset."""
    found = event.get("/recorded")
    if isinstance(found, str) and is_valid("instant", found):
        return HOLDS
    return (Breach(event.at("/recorded"), "et tidspunkt med sekunder og tidszone", shown(found)),)


@eds_rule(14, "Slags system er en af EHMI's", Grade.F3, "EDS-07", source=SOURCE_TYPES)
def known_source_type(event: JsonText) -> Outcome:
    """AuditEvent.source.type.code."""
    found = event.get("/source/type/0/code")
    return HOLDS if found in _STATIONS else (Breach(event.at("/source/type/0/code"), ", ".join(_STATIONS), shown(found)),)


@eds_rule(15, "Et CPR-nummer på patienten kan være et", Grade.F1, source="dk-core (hl7dk/dk-core@8322003), CPR og eCPR")
def patient_number(event: JsonText) -> Outcome:
    """ehmiPatient's identifier, when it says that it is CPR or eCPR, or looks as if. It is never shown; another kind is not
    judged.
    """
    pointers = [f"{entity}/what/identifier" for entity in entities_of(event, "ehmiPatient")]
    return tuple(
        Breach(event.at(f"{each}/value"), "ti cifre, der begynder med en dato (DDMMÅÅ), eller et eCPR-nummer", "noget andet")
        for each in pointers
        if isinstance(value := event.get(f"{each}/value"), str)
        and _is_meant_so(value, event.get(f"{each}/system"))
        and not _is_a_persons(value)
    )


_ALMOST = re.compile(r"\d{9,10}|\d{6}[- ]\w{3,5}", re.ASCII)  # a digit too few, or apart as on paper


def _is_meant_so(value: str, system: Json) -> bool:
    if system in _PERSONS or len(value) == 10:
        return True
    return not system and _ALMOST.fullmatch(value) is not None


def _is_a_persons(value: str) -> bool:
    for kind in (Cpr, Ecpr):
        try:
            return bool(kind(value))
        except ValueError:
            continue
    return False
