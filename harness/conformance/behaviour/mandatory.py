"""What must hold of the letters and documents that every lægepraksissystem sends and receives. Subject `epj`.

The messages themselves have rules of their own, as far as their standards are public.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from harness.conformance.behaviour.seen import RECEIVER, SCREEN, breach, one_line, quoted, rules_about
from harness.conformance.rule import HOLDS, Outcome
from harness.domain.grade import Grade
from harness.domain.patient import Organisation, Patient

_LIST = "MedCom, obligatoriske standarder for lægesystemer, 09-07-2024"
_SEND = f"{_LIST}: sende (EPJ-02)"
_RECEIVE = f"{_LIST}: modtage (EPJ-01)"
_RESENDING = "MedCom, Reliable Messaging (VANS og EHMI): dubletter og genfremsendelse"

_LETTER = "MedCom, oversættelse mellem EDIFACT og OIOXML, Letter: StatusCode"
_NUMBERS = "ISO 9735, UNB 0020: forsendelsens nummer"
_CANCELLED = f"{_RECEIVE}; NSP, Teknisk implementeringsvejledning Aftaleoversigt, 1: oprettede, ændrede og annullerede aftaler"
_ONLY_THERE = "Sundhedsloven, § 40, stk. 1 (tavshed om patientens forhold), og § 41 (til hvem de må videregives)"
_CLOCKS_DIFFER = timedelta(minutes=30)
"""How much the system's clock may differ from ours: less than the hour that a wrong time zone makes. The project's convention."""
_SHORT = 40
"""Characters of what the system wrote that a finding shows."""

_epj = rules_about("epj")

Appointment = tuple[datetime, str]
"""When, on the Danish clock, and what it says besides: why."""


@_epj("OBL-R01", "Det, klinikken sender, kommer frem", Grade.F2, _SEND)
def came(missing: str) -> Outcome:
    """`missing` says what did come instead; empty when it came."""
    return breach(RECEIVER, "beskeden", missing) if missing else HOLDS


@_epj("OBL-R02", "Det, lægen skrev, kommer helt frem, som lægen skrev det", Grade.F2, _SEND)
def text_is_whole(sent: str, text: str) -> Outcome:
    """`sent` is the text of the message as the receiver reads it."""
    return HOLDS if one_line(text) in one_line(sent) else breach(RECEIVER, f"“{text}”", f"“{sent}”")


@_epj("OBL-R03", "Det, klinikken sender eller deler, står under den patient, det handler om", Grade.F1, _SEND)
def for_the_patient(strays: int) -> Outcome:
    """`strays` counts what has this text and stands under another patient's number or name. The patient is not shown."""
    return breach(RECEIVER, "under patienten selv", "under en anden patient") if strays else HOLDS


@_epj("OBL-R04", "Det, lægen skrev én gang, kommer frem som én besked", Grade.F2, _RESENDING)
def sent_once(letters: Collection[str]) -> Outcome:
    """`letters` are the numbers of the letters with this text, however often each was sent."""
    return HOLDS if len(set(letters)) == 1 else breach(RECEIVER, "1 besked", f"{len(set(letters))} beskeder")


@_epj("OBL-R05", "En fil kommer frem sammen med sit brev, byte for byte", Grade.F2, _SEND)
def file_is_unchanged(sent: Sequence[bytes], file: bytes) -> Outcome:
    """`sent` are the files that the letter refers to and that have come."""
    if set(sent) == {file}:  # a message that was sent again is not another file
        return HOLDS
    return breach(RECEIVER, _size(file), _sizes(sent, file))


@_epj("OBL-R06", "To breve har hver sit nummer", Grade.F2, f"{_NUMBERS}; {_RESENDING}")
def own_number(letters: Collection[tuple[str, str]]) -> Outcome:
    """`letters` are number and content of all that was sent: one that has the number of another is dropped as its copy."""
    shared = [
        number for number in {number for number, _ in letters} if len({said for each, said in letters if each == number}) > 1
    ]
    return breach(RECEIVER, "et nummer til hvert brev", f"samme nummer til flere: {quoted(shared, '')}") if shared else HOLDS


@_epj("OBL-R07", "Det, klinikken sender eller deler, siger, hvornår det blev skrevet", Grade.F3, _SEND)
def time_is_now(said: datetime, written: datetime, now: datetime) -> Outcome:
    """On the Danish clock: from when it was written to `now`, with half an hour for a clock that is wrong."""
    if written - _CLOCKS_DIFFER <= said <= now + _CLOCKS_DIFFER:
        return HOLDS
    return breach(RECEIVER, f"{written:%d-%m-%Y %H:%M}", f"{said:%d-%m-%Y %H:%M}")


@_epj("OBL-R08", "Brevets emne kommer frem", Grade.F3, _SEND)
def topic_is_there(sent: str, topic: str) -> Outcome:
    """`sent` is all that the letter says: where its topic stands does not count."""
    return HOLDS if one_line(topic) in one_line(sent) else breach(RECEIVER, f"“{topic}”", f"“{sent}”")


@_epj("OBL-R09", "Et brev om en patient går kun til den, lægen skrev til", Grade.F1, _ONLY_THERE)
def only_to_receiver(elsewhere: Sequence[str]) -> Outcome:
    """`elsewhere` are the messages with this letter, by id and receiver, that went to anybody else: from the clinic that wrote it
    or on from the one that received it. One that quotes it in a later letter is not among them.
    """
    return breach(RECEIVER, "kun til modtageren", f"også til en anden: {', '.join(elsewhere)}") if elsewhere else HOLDS


@_epj("OBL-R10", "Systemet viser det modtagne netop én gang, som det blev skrevet", Grade.F2, f"{_RECEIVE}; {_RESENDING}")
def shown_once(shown: Sequence[str], text: str, mark: str) -> Outcome:
    """`shown` are the letters the system shows of the patient; `mark` tells this one, also when its text came to harm."""
    found = [each for each in shown if mark in one_line(each)]
    if len(found) == 1 and one_line(text) in one_line(found[0]):
        return HOLDS
    return breach(SCREEN, f"“{text}” én gang", quoted(found, "ingenting"))


@_epj("OBL-R11", "Systemet viser den modtagne fil ved sit brev, byte for byte", Grade.F2, _RECEIVE)
def file_is_shown(shown: Sequence[bytes], file: bytes) -> Outcome:
    """`shown` are the files the system shows with the letter."""
    return HOLDS if list(shown) == [file] else breach(SCREEN, _size(file), _sizes(shown, file))


@_epj("OBL-R12", "Brevet har klinikkens egne numre som afsender og modtagerens som modtager", Grade.F2, _SEND)
def numbers_are_their_own(said: Collection[tuple[str, str, str]], ends: Mapping[str, Organisation]) -> Outcome:
    """`said` are the numbers in the letter, each as role, kind and number; `ends` who is in each role. A number of a kind that
    the organisation is not known to have is let be.
    """
    wrong = []
    for role, kind, number in said:
        end = ends[role]
        own = {"ydernummer": end.yder, "sorkode": end.sor, "lokationsnummer": end.gln}.get(kind, "")
        if own and number and number != own:
            wrong.append((f"{role}ens {kind} {own}", number))
    if not wrong:
        return HOLDS
    return breach(RECEIVER, ", ".join(expected for expected, _ in wrong), ", ".join(number for _, number in wrong))


@_epj("OBL-R13", "Brevet siger patientens eget køn og fødselsdato", Grade.F1, _SEND)
def person_is_the_patient(gender: str, born: date | None, patient: Patient) -> Outcome:
    """Only what stands there. Neither is shown."""
    wrong = {
        "køn": gender in ("female", "male") and (gender == "female") != patient.female,
        "fødselsdato": born is not None and born != patient.born,
    }
    other = ", ".join(name for name, broken in wrong.items() if broken)
    return breach(RECEIVER, "patientens eget", f"en andens {other} (vises ikke)") if other else HOLDS


@_epj("OBL-R14", "Brevet siger det samme om filen, som filen selv", Grade.F3, _SEND)
def file_is_as_told(told: Collection[tuple[str, str, str, int]], carried: Collection[tuple[str, str, str, int]]) -> Outcome:
    """`told` are the files as the letter refers to them, each with id, kind, extension and size; `carried` those that came."""
    strays = [each for each in told if each[0] in {one[0] for one in carried} and each not in carried]
    if not strays:
        return HOLDS
    came = [each for each in carried if each[0] in {one[0] for one in strays}]
    return breach(RECEIVER, "; ".join(map(_file_told, came)), "; ".join(map(_file_told, strays)))


@_epj("OBL-R15", "Et nyt brev siger, at det er nyt", Grade.F2, f"{_SEND}; {_LETTER}")
def letter_is_new(status: str, new: str) -> Outcome:
    """`status` is the letter's own, `new` that of a new letter; what it does not say is not judged here."""
    return HOLDS if status in ("", new) else breach(RECEIVER, new, status[:_SHORT])


def _file_told(file: tuple[str, str, str, int]) -> str:
    return f"{file[1]} {file[2]} på {file[3]} byte"


@_epj("OBL-R19", "Systemet afleverer selv aftaler og stamkort til dokumentdelingen", Grade.F2, _SEND, fact="aftale-aflevering")
def handed_in_here(documents: int) -> Outcome:
    """`documents` counts what the system handed in there itself. Asked only where there is nothing to judge."""
    return HOLDS if documents else breach(RECEIVER, "en aflevering fra systemet selv", "ingen")


@_epj("OBL-R20", "Den delte aftale siger, hvornår patienten har en tid og hvorfor", Grade.F2, _SEND)
def appointment_is_shared(shared: Sequence[Appointment], when: datetime, why: str) -> Outcome:
    """`shared` are the current appointments of the patient that this clinic shared."""
    return HOLDS if _among(shared, when, why) else breach(RECEIVER, _told((when, why)), _all(shared))


@_epj("OBL-R21", "Når en aftale bliver flyttet, gælder kun den nye tid", Grade.F2, _SEND)
def only_the_new_time(shared: Sequence[Appointment], when: datetime) -> Outcome:
    """`shared` are the current appointments that tell the same reason."""
    return HOLDS if [each for each, _ in shared] == [when] else breach(RECEIVER, f"kun {when:%d-%m-%Y %H:%M}", _all(shared))


@_epj("OBL-R22", "Systemet viser andres aftale med patienten: hvornår og hvorfor", Grade.F2, _RECEIVE)
def appointment_is_shown(shown: Sequence[Appointment], when: datetime, why: str) -> Outcome:
    """`shown` are the appointments the system shows of the patient."""
    return HOLDS if _among(shown, when, why) else breach(SCREEN, _told((when, why)), _all(shown))


@_epj("OBL-R23", "Når andre flytter en aftale, viser systemet kun den nye tid", Grade.F2, _RECEIVE)
def only_the_new_time_is_shown(shown: Sequence[Appointment], when: datetime) -> Outcome:
    """`shown` are those that tell the same reason."""
    return HOLDS if [each for each, _ in shown] == [when] else breach(SCREEN, f"kun {when:%d-%m-%Y %H:%M}", _all(shown))


@_epj("OBL-R24", "Når andre aflyser en aftale, viser systemet den ikke længere", Grade.F2, _CANCELLED)
def cancelled_is_gone(shown: Sequence[Appointment]) -> Outcome:
    """`shown` are those that tell the same reason."""
    return breach(SCREEN, "ingen aftale", _all(shown)) if shown else HOLDS


@_epj("OBL-R30", "Det delte stamkort har alle oplysninger, som de blev skrevet", Grade.F2, _SEND)
def card_is_shared(shared: Sequence[str], lines: Sequence[str]) -> Outcome:
    """`shared` are the texts of the patient's current cards."""
    lacking = [each for each in lines if one_line(each) not in one_line("\n".join(shared))]
    return breach(RECEIVER, quoted(lines, ""), quoted(shared, "intet stamkort")) if lacking else HOLDS


@_epj("OBL-R31", "Systemet viser alle oplysninger i andres stamkort, som de blev skrevet", Grade.F2, _RECEIVE)
def card_is_shown(shown: Sequence[str], lines: Sequence[str]) -> Outcome:
    """`shown` are the texts of the cards the system shows of the patient."""
    lacking = [each for each in lines if one_line(each) not in one_line("\n".join(shown))]
    return breach(SCREEN, quoted(lines, ""), quoted(shown, "intet stamkort")) if lacking else HOLDS


def _among(appointments: Sequence[Appointment], when: datetime, why: str) -> bool:
    return any(at == when and one_line(why) in one_line(each) for at, each in appointments)


def _told(appointment: Appointment) -> str:
    return f"{appointment[0]:%d-%m-%Y %H:%M}: {appointment[1]}"


def _all(appointments: Sequence[Appointment]) -> str:
    return "; ".join(map(_told, appointments)) or "ingen aftaler"


def is_named(name: str, patient: Patient) -> bool:
    """Whether `name` is the patient's: the first and the family name, and no other's; letter case and order do not count."""
    said, own = set(name.casefold().split()), set(patient.name.casefold().split())
    return {patient.given[0].casefold(), *patient.family.casefold().split()} <= said <= own


def _size(file: bytes) -> str:
    return f"filen på {len(file)} byte" if file else "ingen fil"


def _sizes(files: Sequence[bytes], file: bytes) -> str:
    told = (_size(each) if each == file else f"en fil på {len(each)} byte med et andet indhold" for each in files)
    return ", ".join(told) or "ingen fil"
