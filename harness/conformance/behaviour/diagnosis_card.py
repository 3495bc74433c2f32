"""What must hold of a diagnosekort that the clinic shares, and of one that is shown. Subject `diagnosekort`.

The document itself is judged by the rules of ConditionList (`fhir-diagnosekort`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from harness.conformance.behaviour.seen import RECEIVER, SCREEN, breach, one_line, quoted, rules_about
from harness.conformance.rule import HOLDS, Outcome
from harness.domain.diagnosis_card import CardDiagnosis, SharedCard
from harness.domain.grade import Grade
from harness.domain.patient import Patient
from harness.standards.fhir import codes

_SEND: Final = "MedCom, ConditionList testprotokol 1.0.2, Send"
_RECEIVE: Final = "MedCom, ConditionList testprotokol 1.0.2, Modtag"
_CODES: Final = "MedCom, ConditionList (medcomdk/dk-medcom-conditionlist@0a297d5), Condition codes"
_TIMES: Final = "MedCom, ConditionList (medcomdk/dk-medcom-conditionlist@0134341), Timestamps"
_PATIENT: Final = "MedCom, MedComDocumentPatient (medcomdk/dk-medcom-document@686786d); MedCom, Nationale test-CPR-numre"
_MOVED: Final = f"{_SEND}, S1(1): kun klinikkens egne diagnoser"
_SLACK: Final = timedelta(seconds=1)
"""Times are written to the second."""

_CLOCKS: Final = timedelta(minutes=30)
"""How much the system's clock may differ from ours: less than the hour that a wrong time zone makes. The project's convention."""

_diagnosekort = rules_about("diagnosekort")

Rows = Sequence[CardDiagnosis]


@_diagnosekort("DIAG-R01", "Diagnosekortet kommer frem til PLSP", Grade.F2, f"{_SEND}, S1(1)")
def card_came(documents: int) -> Outcome:
    """`documents` are the cards about the patient that PLSP has taken in since the doctor changed the card, and an empty one."""
    return HOLDS if documents else breach(RECEIVER, "patientens diagnosekort", "intet diagnosekort")


@_diagnosekort("DIAG-R02", "Hver diagnose på kortet bliver delt, netop én gang", Grade.F2, f"{_SEND}, S1(1)–S1(3)")
def all_are_shared(shared: Rows, wanted: Rows) -> Outcome:
    """`wanted` are the clinic's own diagnoses that are on the card and not private."""
    counted = {each.name: len(each.among(shared)) for each in wanted}
    wrong = [f"{name}: {count} gange" for name, count in counted.items() if count != 1]
    return breach(RECEIVER, f"{', '.join(counted)}, hver én gang", ", ".join(wrong)) if wrong else HOLDS


@_diagnosekort("DIAG-R03", "Andre klinikkers diagnoser bliver ikke delt", Grade.F2, _MOVED)
def only_own_are_shared(shared: Rows, others: Rows) -> Outcome:
    """`others` are the diagnoses that another clinic made, which came with the patient's record."""
    return _without(shared, others, "kun klinikkens egne diagnoser", RECEIVER)


@_diagnosekort("DIAG-R04", "Private diagnoser og diagnoser uden for kortet bliver ikke delt", Grade.F1, f"{_SEND}, S1(3)")
def none_is_disclosed(shared: Rows, hidden: Rows) -> Outcome:
    """`shared` is what stands in any document since the diagnosis was not to be shared, not only in the last one."""
    return _without(shared, hidden, "intet privat, og intet uden for kortet", RECEIVER)


@_diagnosekort("DIAG-R05", "En diagnose, der er slettet, bliver ikke delt længere", Grade.F1, f"{_SEND}, S1(6) og S1(7)")
def deleted_are_gone(shared: Rows, deleted: Rows) -> Outcome:
    """`shared` is what PLSP holds now."""
    return _without(shared, deleted, "ingen slettede diagnoser", RECEIVER)


@_diagnosekort("DIAG-R06", "Er kortet tomt, er der intet dokument", Grade.F2, f"{_SEND}, S1(7)")
def empty_card_is_none(documents: int) -> Outcome:
    """`documents` is how many PLSP holds about the patient from this clinic."""
    return breach(RECEIVER, "intet diagnosekort", f"{documents} diagnosekort") if documents else HOLDS


@_diagnosekort("DIAG-R07", "Begge koder bliver delt, som de er registreret", Grade.F2, _CODES)
def codes_are_as_entered(shared: Rows, wanted: Rows) -> Outcome:
    """A diagnosis with one code, or none, is shared so: nothing is made up."""
    wrong = [f"{found.name} for {each.name}" for each in wanted for found in each.among(shared) if _codes(found) != _codes(each)]
    return breach(RECEIVER, ", ".join(each.name for each in wanted), ", ".join(wrong)) if wrong else HOLDS


@_diagnosekort("DIAG-R08", "Diagnosens tekst er SKS-kodens, ellers ICPC-2-kodens", Grade.F3, f"{_SEND}, S1(1) og S1(2)")
def text_is_the_codes(shared: Rows, wanted: CardDiagnosis, text: str) -> Outcome:
    """`text` is the code's own Danish text."""
    said = [one_line(each.text) for each in wanted.among(shared)]
    return HOLDS if said == [one_line(text)] else breach(RECEIVER, f"“{text}”", quoted(said, "ingen diagnose"))


@_diagnosekort("DIAG-R09", "Det, lægen skrev om diagnosen, bliver delt helt", Grade.F2, _CODES)
def own_text_is_whole(shared: Rows, text: str) -> Outcome:
    """`text` is what the doctor wrote of a diagnosis that has no code."""
    if any(one_line(text) in one_line(each.text) for each in shared):
        return HOLDS
    return breach(RECEIVER, f"“{text}”", quoted((each.text for each in shared), "ingen diagnose"))


@_diagnosekort("DIAG-R10", "Diagnosens status er den, lægen valgte", Grade.F2, f"{_SEND}, S1(4) og S1(5)")
def status_is_as_entered(shared: Rows, wanted: Rows) -> Outcome:
    """Aktuel or Relevant."""
    return _same(shared, wanted, lambda each: each.status, RECEIVER)


@_diagnosekort("DIAG-R11", "Diagnosens type er den, lægen valgte", Grade.F3, f"{_SEND}, testdiagnoser")
def type_is_as_entered(shared: Rows, wanted: Rows) -> Outcome:
    """Forløb or Kontakt."""
    return _same(shared, wanted, lambda each: each.type, RECEIVER)


@_diagnosekort("DIAG-R12", "Diagnosens debut og afslutning er, som lægen skrev dem", Grade.F3, f"{_SEND}, S1(4) og S1(5)")
def days_are_as_entered(shared: Rows, wanted: Rows) -> Outcome:
    """Both days; one that is not known is not there."""
    return _same(shared, wanted, lambda each: f"{each.began or 'ingen debut'} til {each.ended or 'ingen afslutning'}", RECEIVER)


@_diagnosekort("DIAG-R13", "Lægens note til diagnosen bliver ikke delt", Grade.F1, f"{_SEND}, S1(1)")
def note_stays(messages: int) -> Outcome:
    """`messages` counts what the system sent with the note in it, wherever. The note is not shown."""
    return breach("i beskederne", "ingen note", f"noten i {messages}") if messages else HOLDS


@_diagnosekort("DIAG-R14", "Kortet siger, hvornår lægen sidst ændrede det", Grade.F3, _TIMES)
def change_has_its_time(card: SharedCard, begun: datetime, ended: datetime) -> Outcome:
    """The doctor changed the card between `begun` and `ended`, by the clock of the services."""
    said = _moment(card.changed)
    if said and begun - _CLOCKS <= said <= ended + _CLOCKS:
        return HOLDS
    return breach(RECEIVER, f"{begun.isoformat()}, da lægen ændrede kortet", card.changed or "intet tidspunkt")


@_diagnosekort("DIAG-R15", "Når kortet bliver ændret, får det begge sine tidspunkter på ny", Grade.F3, f"{_SEND}, S1(4) og S1(5)")
def both_times_are_new(before: SharedCard, after: SharedCard) -> Outcome:
    """The time of the last change, and the time the document was put together, which is not before it."""
    times = [_moment(each) for each in (before.changed, after.changed, before.assembled, after.assembled)]
    if None not in times:
        changed_before, changed, assembled_before, assembled = (each for each in times if each)
        if changed > changed_before and assembled > assembled_before and assembled + _SLACK >= changed:
            return HOLDS
    old, new = (f"{each.changed} og {each.assembled}" for each in (before, after))
    return breach(RECEIVER, f"begge senere end {old}", new)


@_diagnosekort("DIAG-R16", "Hvert diagnosekort er et nyt dokument", Grade.F3, f"{_SEND}, tekniske krav")
def documents_are_new(cards: Sequence[SharedCard]) -> Outcome:
    """`cards` are the different documents the system sent, oldest first."""
    ids = [each.id for each in cards]
    again = sorted({each for each in ids if ids.count(each) > 1})
    return breach(RECEIVER, "et nyt id hver gang", f"{', '.join(again)} igen") if again else HOLDS


@_diagnosekort("DIAG-R17", "Kortet er patientens eget", Grade.F1, f"{_SEND}, tekniske krav")
def card_is_the_patients(strays: Collection[str]) -> Outcome:
    """`strays` are diagnoses that stand on the card of another than the patient they were made for."""
    return breach(RECEIVER, "kun patientens egne diagnoser", f"også en andens: {', '.join(strays)}") if strays else HOLDS


@_diagnosekort("DIAG-R18", "Kortet siger patientens eget navn, køn og fødselsdato", Grade.F1, _PATIENT)
def person_is_the_patient(card: SharedCard, patient: Patient) -> Outcome:
    """Only what stands there. A name is wrong when no word of it is the patient's: sources spell some persons differently."""
    said, known = _words(card.name), _words(patient.name)
    wrong = {
        "navn": bool(said and known and not said & known),
        "køn": card.gender in ("female", "male") and (card.gender == "female") != patient.female,
        "fødselsdato": bool(card.born) and not patient.born.isoformat().startswith(card.born[:10]),
    }
    other = ", ".join(name for name, broken in wrong.items() if broken)
    return breach(RECEIVER, "patientens eget", f"en andens {other} (vises ikke)") if other else HOLDS


@_diagnosekort("DIAG-R19", "Kortet har klinikken selv som afsender", Grade.F2, f"{_SEND}, tekniske krav")
def sender_is_the_clinic(card: SharedCard, sor: str, yder: str) -> Outcome:
    """The clinic's own SOR code and ydernummer, each in its own system. CL-08 speaks of a card that has no SOR code."""
    own = {codes.SOR: sor, codes.YDERNUMMER: yder}
    wrong = [
        f"{value} ({system or 'uden system'})"
        for system, value in card.senders
        if value and (own.get(system, value) != value or (value in own.values() and system not in own))
    ]
    return breach(RECEIVER, f"SOR-kode {sor}, ydernummer {yder}", ", ".join(wrong)) if wrong else HOLDS


@_diagnosekort("DIAG-R20", "Ingen diagnose har en anden diagnoses tekst", Grade.F1, f"{_SEND}, S1(1) og S1(2)")
def texts_are_their_own(shared: Rows, wanted: Rows, texts: Mapping[str, str]) -> Outcome:
    """`wanted` are the diagnoses on the card, `texts` codes' own Danish texts by code, as far as they are known."""
    told = {each.name: {texts[code] for code in (each.icpc, each.icd) if code in texts} for each in wanted}
    wrong = []
    for each in shared:
        own = {text for other in wanted if other.same_as(each) for text in told[other.name]}
        others = {text for other in wanted if not other.same_as(each) for text in told[other.name]}
        if one_line(each.text) in others - own:
            wrong.append(f"{each.name}: “{each.text}”")
    return breach(RECEIVER, "hver diagnoses egen tekst", ", ".join(wrong)) if wrong else HOLDS


@_diagnosekort("DIAG-R21", "Diagnosens registreringsdato er den dag, lægen skrev den", Grade.F3, _CODES)
def recorded_when_entered(shared: Rows, entered: Sequence[tuple[CardDiagnosis, Collection[date]]]) -> Outcome:
    """Condition.recordedDate; CL-12 speaks of one that has none. With each diagnosis the days it was while it was entered."""
    wrong = [
        f"{each.name}: {found.recorded}"
        for each, days in entered
        for found in each.among(shared)
        if found.recorded and found.recorded not in days
    ]
    told = ", ".join(f"{each.name}: {' eller '.join(map(str, sorted(days)))}" for each, days in entered)
    return breach(RECEIVER, told, ", ".join(wrong)) if wrong else HOLDS


@_diagnosekort(
    "DIAG-R30", "Andres diagnosekort bliver vist, hver diagnose netop én gang med sin tekst", Grade.F2, f"{_RECEIVE}, R1(1)–R1(5)"
)
def all_are_shown(shown: Rows, wanted: Rows) -> Outcome:
    """`wanted` are the diagnoses of the newest document, however little it says of them."""
    lacking = [each.name or "en diagnose uden kode og tekst" for each in wanted if len(_shown(each, shown)) != 1]
    if not lacking and len(shown) >= len(wanted):
        return HOLDS
    what = ", ".join(lacking) or "en diagnose uden kode og tekst"
    return breach(SCREEN, "hver diagnose én gang", f"ikke, eller flere gange: {what}")


@_diagnosekort("DIAG-R31", "En diagnose, der ikke er på andres kort, bliver ikke vist som deres", Grade.F2, f"{_RECEIVE}, R1(5)")
def gone_are_not_shown(shown: Rows, gone: Rows) -> Outcome:
    """`gone` stood in an earlier document and not in the newest, or are the clinic's own."""
    return _without(shown, gone, "kun det nyeste kort", SCREEN)


@_diagnosekort("DIAG-R32", "Status bliver vist, som det nyeste kort siger den", Grade.F2, f"{_RECEIVE}, R1(3) og R1(4)")
def newest_status_is_shown(shown: Rows, wanted: Rows) -> Outcome:
    """Aktuel or Relevant, of each diagnosis in the newest document."""
    return _same(shown, wanted, lambda each: each.status, SCREEN)


@_diagnosekort("DIAG-R33", "Et ugyldigt diagnosekort bliver ikke vist", Grade.F1, f"{_RECEIVE}, R1(1)–R1(5) og R1.A1")
def invalid_is_not_shown(shown: Rows, invalid: Rows) -> Outcome:
    """`invalid` are the diagnoses of a document that breaks its standard."""
    return _without(shown, invalid, "intet fra et ugyldigt kort", SCREEN)


@_diagnosekort("DIAG-R34", "Koder og type bliver vist, som det nyeste kort siger dem", Grade.F3, f"{_RECEIVE}, R1(1)–R1(5)")
def codes_and_type_are_shown(shown: Rows, wanted: Rows) -> Outcome:
    """Of each diagnosis in the newest document."""
    return _same(shown, wanted, lambda each: f"{'/'.join(_codes(each)).upper()} {each.type}", SCREEN)


def _without(rows: Rows, unwanted: Rows, expected: str, place: str) -> Outcome:
    found = [each.name for each in unwanted if each.among(rows)]
    return breach(place, expected, f"også {', '.join(found)}") if found else HOLDS


def _shown(wanted: CardDiagnosis, shown: Rows) -> Rows:
    """What is shown of it, with its text; of a diagnosis without code and text one stands for another."""
    text = one_line(wanted.text)
    return [each for each in wanted.among(shown) if text in one_line(each.text)] if wanted.name else [wanted]


def _same(rows: Rows, wanted: Rows, what: Callable[[CardDiagnosis], str], place: str) -> Outcome:
    wrong = [
        f"{each.name}: {what(found) or 'intet'}" for each in wanted for found in each.among(rows) if what(found) != what(each)
    ]
    expected = ", ".join(f"{each.name}: {what(each)}" for each in wanted)
    return breach(place, expected, ", ".join(wrong)) if wrong else HOLDS


def _codes(diagnosis: CardDiagnosis) -> tuple[str, str]:
    return diagnosis.icpc.casefold(), diagnosis.icd.casefold()


def _words(name: str) -> set[str]:
    """The words of a name, in small letters and without the `Test` that every test person is called."""
    return set(re.findall(r"\w+", name.casefold())) - {"test"}


def _moment(text: str) -> datetime | None:
    """The time, with its offset; None for what is none, or has none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
