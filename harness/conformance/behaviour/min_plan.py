"""What must hold of what patient and professionals see, and of what must stay in the clinic. Subject `minplan`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from harness.conformance.behaviour.seen import MODEL, SCREEN, breach, one_line, quoted, rules_about, stands_in
from harness.conformance.rule import HOLDS, Outcome
from harness.domain.grade import Grade
from harness.domain.sharing import SharedEdition

_minplan = rules_about("minplan")

VIEW: Final = "i Min Læge og Sundhedsjournalen"
_OVERVIEW: Final = f"{MODEL}, Fælles digitalt overblik – MinPlan"
_CIVIL: Final = f"{MODEL}, Civilsamfund (KP-10)"
_CLOSING: Final = "MedCom, styregruppen for digitale forløbsplaner, Lukning af forløbsplansvisning på Sundhedsmappe"
_NEW_VIEW: Final = "sundhed.dk"


@_minplan("MINP-R01", "En ændring kan ses med det samme", Grade.F2, f"{MODEL}, Behandlingsplan, i realtid (KP-09)")
def change_is_seen(editions: Sequence[SharedEdition], new_mark: str, old_mark: str) -> Outcome:
    """`editions` are read once the plan had time to arrive: the new goal stands in a current one, and the old one alone in none.

    A plan may tell its history: the old goal beside the new one is not two versions.
    """
    seen = [each.text for each in editions if each.current]
    if not any(new_mark in text for text in seen):
        return breach(VIEW, "det nye mål", "det nye mål mangler")
    stale = any(old_mark in text and new_mark not in text for text in seen)
    return breach(VIEW, "kun det nye mål", "også det gamle mål") if stale else HOLDS


@_minplan("MINP-R02", "Alle ser den samme plan", Grade.F2, f"{_OVERVIEW} (KP-10, KP-18)")
def all_see_the_same(editions: Sequence[SharedEdition], text: str) -> Outcome:
    """What the doctor wrote is in the plan, and in each edition of it that is current: nobody's is another."""
    current = [each for each in editions if each.current]
    lacking = [each for each in current if one_line(text) not in one_line(each.text)]
    if not current or lacking:
        return breach(VIEW, f"“{text}” i hver gældende udgave", f"mangler i {len(lacking)} af {len(current)}")
    return HOLDS


@_minplan(
    "MINP-R03", "Det, der kun er til klinikken, bliver i klinikken", Grade.F1, f"{_OVERVIEW}, grad af tilgang (KP-10, KP-18)"
)
def note_stays(messages_with_it: int) -> Outcome:
    """`messages_with_it` counts what the LPS sent with the note in it. The note is not shown: it is private."""
    return breach("uden for klinikken", "ingen besked med noten", f"{messages_with_it} med noten") if messages_with_it else HOLDS


@_minplan("MINP-R04", "Klinikken kan læse sin egen note", Grade.F2, f"{_OVERVIEW}, grad af tilgang (KP-10, KP-18)")
def note_is_kept(notes: Sequence[str], text: str) -> Outcome:
    """`notes` are those the system shows of the patient."""
    return stands_in(text, notes, SCREEN, "ingen note")


@_minplan("MINP-R05", "En aktivitet, patienten har registreret, står én gang i systemet", Grade.F3, _CIVIL)
def activity_is_shown(shown: Sequence[tuple[str, str]], text: str) -> Outcome:
    """`shown` are the patient's activities: text, and who registered each."""
    if len(_about(shown, text)) == 1:
        return HOLDS
    return breach(SCREEN, f"“{text}” én gang", quoted((said for said, _ in shown), "ingen aktivitet"))


@_minplan("MINP-R06", "Det fremgår, at aktiviteten er patientens egen", Grade.F3, _CIVIL)
def activity_is_the_patients(shown: Sequence[tuple[str, str]], text: str) -> Outcome:
    """`shown` as in MINP-R05."""
    others = [who for who in _about(shown, text) if who != "patienten"]
    return breach(SCREEN, "registreret af patienten", f"registreret af {others[0]}") if others else HOLDS


def _about(shown: Sequence[tuple[str, str]], text: str) -> list[str]:
    return [who for said, who in shown if one_line(text) in one_line(said)]


@_minplan("MINP-R08", "Systemet bruger ikke Sundhedsmappen", Grade.F3, _CLOSING)
def closed_is_not_used(calls: int) -> Outcome:
    """`calls` counts what the LPS asked of Sundhedsmappen."""
    return breach("hos Sundhedsmappen", "ingen kald", f"{calls} kald") if calls else HOLDS


@_minplan("MINP-R09", "Linket til patientens plan fører til sundhed.dk", Grade.F3, _CLOSING)
def link_leads_to_the_new_view(address: str) -> Outcome:
    """`address` is where the system sends the patient."""
    host = urlsplit(address).hostname or ""
    return HOLDS if host == _NEW_VIEW or host.endswith(f".{_NEW_VIEW}") else breach(SCREEN, _NEW_VIEW, host or "intet link")
