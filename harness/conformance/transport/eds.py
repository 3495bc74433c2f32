"""What must hold of EHMI's delivery status (EDS), read from the raw JSON.

Not judged: a status in XML, which FHIR allows; and for want of a source FHIR R4's other rules for AuditEvent, other code lists,
and what the profile says of optional entities.
Grades are the project's convention: F2 where the status cannot be tied to its message or its parties, F3 where the content
survives.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, Result, Rule, judge, rule, rules_for
from harness.conformance.subject import Unreadable, readable
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.domain.identifiers import Cpr, Ecpr, Gln, Sor
from harness.standards import oids
from harness.standards.fhir.primitives import is_valid
from harness.standards.json_text import Json, JsonText, parse_json

SUBJECT = "eds"
SOURCE = "MedCom, EHMI Delivery Status 1.0.2 (http://medcomehmi.dk/ig/eds), EdsBasicDeliveryStatus og EdsPatientDeliveryStatus"
AUDIT_EVENT = "HL7 FHIR R4 (4.0.1), AuditEvent"
SOURCE_TYPES = "medcomdk/dk-ehmi-terminology, EhmiDeliveryStatusSourceType 1.0.0 (01-02-2025)"
IN_XML = "ikke kontrolleret: leveringsstatus i XML, for reglerne læser kun JSON"
_PERSONS = tuple(f"urn:oid:{each}" for each in oids.PERSON_NUMBERS)
_STATIONS = ("EUA", "EUA-MSH", "MSH", "AP-MSH", "AP", "ehmiEUAPPLICATION", "ehmiMESSAGESERVICEHANDLER", "ehmiEDELIVERY-AP")


def judge_eds(data: bytes, file: str) -> list[Judgement]:
    """Every rule's result on the AuditEvent in `data`; `file` is its name in findings. Never raises for what `data` holds.

    A status written in XML is not judged, and the reason says so.

    judge_eds(body, "status.json")
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return [Judgement(each, Result.NOT_JUDGED, reason=IN_XML) for each in rules_for(SUBJECT)]
    return judge(rules_for(SUBJECT), readable(lambda: parse_json(data, file), file))


@rule("EDS-JSON", subject=SUBJECT, title="Status er en AuditEvent i JSON", grade=Grade.F2, owner=Owner.SENDER, source=SOURCE)
def is_audit_event(event: JsonText | Unreadable) -> Outcome:
    """A JSON object with resourceType AuditEvent."""
    if isinstance(event, Unreadable):
        return (Breach(event.location, "en AuditEvent i JSON", event.reason),)
    return _is(event, "/resourceType", "AuditEvent")


def _rule(number: int, title: str, grade: Grade, *needs: str, source: str = SOURCE) -> Callable[[Callable[..., Outcome]], Rule]:
    return rule(
        f"EDS-{number:02}",
        subject=SUBJECT,
        title=title,
        grade=grade,
        owner=Owner.SENDER,
        source=source,
        needs=("EDS-JSON", *needs),
    )


@_rule(1, "Hændelsen har netop én undertype med en kode", Grade.F2)
def subtype(event: JsonText) -> Outcome:
    """AuditEvent.subtype."""
    found = _list(event, "/subtype")
    if len(found) != 1:
        return (Breach(event.at("/subtype"), "netop én undertype", str(len(found))),)
    return _text(event, "/subtype/0/code")


@_rule(2, "Hændelsens handling er C (oprettet)", Grade.F3)
def action(event: JsonText) -> Outcome:
    """AuditEvent.action."""
    return _is(event, "/action", "C")


@_rule(3, "Det står, om det lykkedes", Grade.F2)
def outcome(event: JsonText) -> Outcome:
    """AuditEvent.outcome."""
    return _text(event, "/outcome")


@_rule(4, "Der er netop én afsender og én modtager", Grade.F2)
def parties(event: JsonText) -> Outcome:
    """Agents of the types ehmiSender and ehmiReceiver."""
    return tuple(
        Breach(event.at(found[1] if found else "/agent"), f"{role} netop én gang", f"{len(found)} gange")
        for role in ("ehmiSender", "ehmiReceiver")
        if len(found := _agents(event, role)) != 1
    )


@_rule(5, "Afsender og modtager står med deres SOR-kode", Grade.F2, "EDS-04", source=f"{SOURCE}; dk-core (hl7dk/dk-core), SOR")
def sor_codes(event: JsonText) -> Outcome:
    """agent.who.identifier.value."""
    return tuple(breach for agent in _both(event) for breach in _valid(event, f"{agent}/who/identifier/value", Sor))


@_rule(6, "Et lokationsnummer på afsender eller modtager er gyldigt", Grade.F2, "EDS-04", source=f"{SOURCE}; GS1, GLN")
def location_numbers(event: JsonText) -> Outcome:
    """The agent's extension with an identifier of type GLN, where there is one."""
    return tuple(
        breach
        for agent in _both(event)
        for extension in _pointers(event, f"{agent}/extension")
        if "GLN" in _codes(event, f"{extension}/valueIdentifier/type")
        for breach in _valid(event, f"{extension}/valueIdentifier/value", Gln)
    )


@_rule(7, "Det står, hvilken slags system der melder", Grade.F2)
def source_type(event: JsonText) -> Outcome:
    """AuditEvent.source.type, once, with a code."""
    found = _list(event, "/source/type")
    if len(found) != 1:
        return (Breach(event.at("/source/type"), "netop én slags system", str(len(found))),)
    return _text(event, "/source/type/0/code")


@_rule(8, "Det står, hvilket system (Device) der melder", Grade.F2)
def observer(event: JsonText) -> Outcome:
    """AuditEvent.source.observer points to a Device: by its type, by its reference, or by one that is contained."""
    found = event.get("/source/observer")
    if not isinstance(found, dict) or not found:
        return (Breach(event.at("/source/observer"), "en henvisning til et Device", "mangler"),)
    reference = event.get("/source/observer/reference")
    said = [found.get("type"), *(str(reference).split("/")[-2:-1] if reference else [])]
    named = [each for each in said if isinstance(each, str) and each != "ehmiDevice"]  # the profile's own word for it
    if all(each == "Device" for each in named):
        return HOLDS
    return (Breach(event.at("/source/observer"), "Device", ", ".join(named)),)


@_rule(9, "Hændelsen har mindst to ting, og netop én af dem er meddelelsen", Grade.F2)
def message(event: JsonText) -> Outcome:
    """Entities: two or more, ehmiMessage once, with an identifier."""
    found, messages = _list(event, "/entity"), _entities(event, "ehmiMessage")
    if len(messages) != 1:
        place = event.at(messages[1] if messages else "/entity")
        return (Breach(place, "ehmiMessage netop én gang", f"{len(messages)} gange"),)
    if len(found) < 2:
        return (Breach(event.at("/entity"), "mindst to", str(len(found))),)
    return _text(event, f"{messages[0]}/what/identifier/value")


@_rule(10, "Meddelelsens type og version står netop én gang", Grade.F2, "EDS-09")
def message_details(event: JsonText) -> Outcome:
    """ehmiMessage's details ehmiMessageType and ehmiMessageVersion."""
    (at,) = _entities(event, "ehmiMessage")
    breaches: list[Breach] = []
    for name in ("ehmiMessageType", "ehmiMessageVersion"):
        details = [each for each in _pointers(event, f"{at}/detail") if event.get(f"{each}/type") == name]
        if len(details) == 1:
            breaches += _text(event, f"{details[0]}/valueString")
        else:
            place = event.at(details[1] if details else f"{at}/detail")
            breaches.append(Breach(place, f"{name} netop én gang", f"{len(details)} gange"))
    return tuple(breaches)


@_rule(11, "En status om en patient siger, hvem patienten er", Grade.F2)
def patient(event: JsonText) -> Outcome:
    """ehmiPatient once, with an identifier, when the event declares EdsPatientDeliveryStatus. The number is never shown."""
    profiles = _list(event, "/meta/profile")
    if not any(str(each).partition("|")[0].endswith("/EdsPatientDeliveryStatus") for each in profiles):
        return NotJudged("status er ikke erklæret som EdsPatientDeliveryStatus")
    found = _entities(event, "ehmiPatient")
    if len(found) != 1:
        return (Breach(event.at(found[1] if found else "/entity"), "ehmiPatient netop én gang", f"{len(found)} gange"),)
    return _text(event, f"{found[0]}/what/identifier/value")


@_rule(12, "Hændelsen har hverken periode eller beskrivelse af udfaldet", Grade.F3)
def forbidden(event: JsonText) -> Outcome:
    """AuditEvent.period and AuditEvent.outcomeDesc."""
    names = ("period", "outcomeDesc")
    return tuple(Breach(event.at(f"/{name}"), f"ikke {name}", name) for name in names if event.get(f"/{name}") is not None)


@_rule(13, "Det står, hvornår hændelsen blev registreret", Grade.F3, source=f"{AUDIT_EVENT}.recorded")
def recorded(event: JsonText) -> Outcome:
    """AuditEvent.recorded 1..1, an instant: a time to the second, with its offset."""
    found = event.get("/recorded")
    if isinstance(found, str) and is_valid("instant", found):
        return HOLDS
    return (Breach(event.at("/recorded"), "et tidspunkt med sekunder og tidszone", _shown(found)),)


@_rule(14, "Slags system er en af EHMI's", Grade.F3, "EDS-07", source=SOURCE_TYPES)
def known_source_type(event: JsonText) -> Outcome:
    """AuditEvent.source.type.code."""
    found = event.get("/source/type/0/code")
    return HOLDS if found in _STATIONS else (Breach(event.at("/source/type/0/code"), ", ".join(_STATIONS), _shown(found)),)


@_rule(15, "Et CPR-nummer på patienten kan være et", Grade.F1, source="dk-core (hl7dk/dk-core@8322003), CPR og eCPR")
def patient_number(event: JsonText) -> Outcome:
    """ehmiPatient's identifier, when it says that it is CPR or eCPR, or looks as if. It is never shown; another kind is not
    judged.
    """
    pointers = [f"{entity}/what/identifier" for entity in _entities(event, "ehmiPatient")]
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


def _agents(event: JsonText, role: str) -> list[str]:
    return [agent for agent in _pointers(event, "/agent") if role in _codes(event, f"{agent}/type")]


def _both(event: JsonText) -> list[str]:
    return [*_agents(event, "ehmiSender"), *_agents(event, "ehmiReceiver")]


def _entities(event: JsonText, type: str) -> list[str]:
    return [entity for entity in _pointers(event, "/entity") if event.get(f"{entity}/type/code") == type]


def _codes(event: JsonText, pointer: str) -> list[Json]:
    return [event.get(f"{coding}/code") for coding in _pointers(event, f"{pointer}/coding")]


def _list(event: JsonText, pointer: str) -> list[Json]:
    found = event.get(pointer)
    return found if isinstance(found, list) else []


def _pointers(event: JsonText, pointer: str) -> list[str]:
    return [f"{pointer}/{number}" for number in range(len(_list(event, pointer)))]


def _is(event: JsonText, pointer: str, expected: str) -> tuple[Breach, ...]:
    found = event.get(pointer)
    return HOLDS if found == expected else (Breach(event.at(pointer), expected, _shown(found)),)


def _text(event: JsonText, pointer: str) -> tuple[Breach, ...]:
    found = event.get(pointer)
    if isinstance(found, str) and found.strip():
        return HOLDS
    return (Breach(event.at(pointer), "en tekst", "mangler" if found in (None, "") else "noget andet"),)


def _valid(event: JsonText, pointer: str, kind: Callable[[str], object]) -> tuple[Breach, ...]:
    found = event.get(pointer)
    try:
        kind(found if isinstance(found, str) else "")
    except ValueError as wrong:
        return (Breach(event.at(pointer), str(wrong), _shown(found)),)
    return HOLDS


def _shown(found: Json) -> str:
    return "mangler" if found is None else found if isinstance(found, str) else "noget andet"
