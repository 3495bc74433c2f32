"""The patients' diagnosekort: which diagnoses are on it, what of it is shared through PLSP, and what other clinics share."""

from __future__ import annotations

import base64
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import httpx

from harness.domain.clock import copenhagen
from harness.domain.diagnosis_card import CardDiagnosis, CardStatus, CardType, SharedCard
from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.diagnosis_card import card_documents
from harness.lps.reference.diagnosis_card.card_documents import CardWriter, Row
from harness.standards.fhir.diagnosis_card import read_card

SHARES_OTHERS: Final = "diagnosekort-deler-andre-klinikkers-diagnoser"
SHARES_PRIVATE: Final = "diagnosekort-deler-private-diagnoser"
SHARES_ALL: Final = "diagnosekort-deler-det-der-ikke-er-på-kortet"
KEEPS_PRIVATE: Final = "diagnosekort-privat-virker-kun-på-nye-diagnoser"
NEVER_SHARES: Final = "diagnosekort-bliver-ikke-delt"
ONE_AT_A_TIME: Final = "diagnosekort-kun-den-seneste-diagnose"
KEEPS_STATUS: Final = "diagnosekort-ændret-status-deles-ikke"
KEEPS_DELETED: Final = "diagnosekort-slettet-diagnose-bliver-stående"
KEEPS_LAST: Final = "diagnosekort-den-sidste-diagnose-bliver-stående"
EMPTY_DOCUMENT: Final = "diagnosekort-tomt-kort-som-dokument"
MOVES_ALONG: Final = "diagnosekort-egen-diagnose-skjules-af-den-forriges"
ONE_OF_A_KIND: Final = "diagnosekort-én-diagnose-pr-icpc-2-kode"
ONE_DOCTOR: Final = "diagnosekort-kun-den-første-læges-diagnoser"
MIXES_PATIENTS: Final = "diagnosekort-med-en-anden-patients-diagnoser"
OLD_CHANGE: Final = "diagnosekort-tid-for-ændring-bliver-stående"
ONLY_CODED: Final = "diagnosekort-udelader-diagnoser-uden-kode"
FETCHES_ONCE: Final = "diagnosekort-andres-hentes-kun-én-gang"
ADDS_UP: Final = "diagnosekort-andres-lægges-sammen"
SHOWS_INVALID: Final = "diagnosekort-ugyldigt-bliver-vist"
HIDES_INCOMPLETE: Final = "diagnosekort-andres-ufuldstændige-udelades"
HIDES_OTHERS: Final = "diagnosekort-andres-bliver-ikke-vist"
OTHERS_CUT: Final = "diagnosekort-andres-tekst-klippet"
SHOWS_AS_CURRENT: Final = "diagnosekort-andres-vises-altid-som-aktuelle"
LEAVES_LAST_PRIVATE: Final = "diagnosekort-den-sidste-bliver-ikke-privat"
STAYS_PRIVATE: Final = "diagnosekort-privat-kan-ikke-ændres"
DELETES_KIND: Final = "diagnosekort-sletter-alle-med-samme-icpc-2-kode"
ROOM_FOR_THREE: Final = "diagnosekort-plads-til-tre-diagnoser"
LOSES_START: Final = "diagnosekort-debut-tabt-ved-ny-status"
KEEPS_END: Final = "diagnosekort-gammel-afslutning-bliver-stående"
NEVER_AGAIN: Final = "diagnosekort-sendes-ikke-igen"
EMPTY_ONCE: Final = "diagnosekort-tomt-kort-siges-kun-én-gang"
OTHERS_TYPE: Final = "diagnosekort-andres-vises-altid-som-forløb"
OTHERS_ICPC: Final = "diagnosekort-andres-uden-icpc-2-kode"
OWN_AS_OTHERS: Final = "diagnosekort-eget-vises-som-andres"
CHANGED_NOW: Final = "blind-diag-dato-er-altid-nu"
ROOM_FOR_FIVE: Final = "blind-diagkort-kun-de-foerste"
SHOWS_FORMER: Final = "blind-diagkort-forrige-patient"
FAULTS: Final = (
    *card_documents.FAULTS,
    SHARES_OTHERS,
    SHARES_PRIVATE,
    SHARES_ALL,
    KEEPS_PRIVATE,
    NEVER_SHARES,
    ONE_AT_A_TIME,
    KEEPS_STATUS,
    KEEPS_DELETED,
    KEEPS_LAST,
    EMPTY_DOCUMENT,
    MOVES_ALONG,
    ONE_OF_A_KIND,
    ONE_DOCTOR,
    MIXES_PATIENTS,
    OLD_CHANGE,
    ONLY_CODED,
    FETCHES_ONCE,
    ADDS_UP,
    SHOWS_INVALID,
    HIDES_INCOMPLETE,
    HIDES_OTHERS,
    OTHERS_CUT,
    SHOWS_AS_CURRENT,
    LEAVES_LAST_PRIVATE,
    STAYS_PRIVATE,
    DELETES_KIND,
    ROOM_FOR_THREE,
    LOSES_START,
    KEEPS_END,
    NEVER_AGAIN,
    EMPTY_ONCE,
    OTHERS_TYPE,
    OTHERS_ICPC,
    OWN_AS_OTHERS,
    CHANGED_NOW,
    ROOM_FOR_FIVE,
    SHOWS_FORMER,
)

RETRY_SECONDS: Final = 300.0
"""What PLSP did not take is handed over again after five minutes."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A diagnosis in the record, and whether and by whom it is shared."""

    row: Row
    on_card: bool
    private: bool
    own: bool
    doctor: str

    @property
    def said(self) -> CardDiagnosis:
        """What is said of it."""
        return self.row.said

    @property
    def may_be_shared(self) -> bool:
        """Only what the clinic itself has put on the card, and nothing private."""
        return self.on_card and self.own and not self.private


class DiagnosisCards(Capability):
    """Every diagnosis by its key, oldest first; each patient's card is handed over when what is shared of it has changed."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._writer = means.made(CardWriter)
        self._cards: defaultdict[str, dict[str, Registered]] = defaultdict(dict)
        self._handed: dict[str, tuple[Registered, ...]] = {}
        self._changed: dict[str, datetime] = {}
        self._since: dict[str, tuple[tuple[Registered, ...], datetime]] = {}
        self._count = 0
        self._fetched: dict[str, tuple[SharedCard, ...]] = {}
        self._seen: defaultdict[str, list[CardDiagnosis]] = defaultdict(list)
        self._looked_at = ""
        self.acts = {
            "skriv-diagnose": self._write,
            "ret-diagnose": self._change,
            "slet-diagnose": self._delete,
            "ryd-diagnosekort": self._clear,
            "gensend-diagnosekort": self._send_again,
        }
        self.views = {"diagnosekort": self._show, "andres-diagnosekort": self._show_others}

    def _write(self, wish: dict[str, Any]) -> dict[str, Any]:
        cpr = str(self._means.clinic.patients[wish["cpr"]].cpr)
        icpc, icd = wish.get("icpc", {}), wish.get("icd", {})
        self._count += 1
        key = f"d{self._count}"
        said = CardDiagnosis(
            icpc=icpc.get("kode", ""),
            icd=icd.get("kode", ""),
            text=wish.get("tekst", ""),
            status=CardStatus(wish["status"]),
            type=CardType(wish["type"]),
            began=_day(wish.get("debut")),
        )
        today = copenhagen(self._means.clock.now()).date()
        self._cards[cpr][key] = Registered(
            row=Row(said, today, wish.get("note", ""), icpc.get("tekst", ""), icd.get("tekst", "")),
            on_card=wish["paaKortet"],
            private=wish["privat"],
            own=wish["klinik"] == "egen",
            doctor=wish["laege"],
        )
        self._hand_over(cpr)
        return {"diagnose": key}

    def _change(self, wish: dict[str, Any]) -> dict[str, Any]:
        cpr, key = self._whose(wish["diagnose"]), wish["diagnose"]
        old = self._cards[cpr][key]
        said = old.said
        if "status" in wish and KEEPS_STATUS not in self._means.faults:
            said = replace(said, status=CardStatus(wish["status"]), ended=_day(wish.get("afsluttet")))
            if KEEPS_END in self._means.faults:
                said = replace(said, ended=said.ended or old.said.ended)
            if LOSES_START in self._means.faults:
                said = replace(said, began=None)
        private = old.private if KEEPS_PRIVATE in self._means.faults else wish.get("privat", old.private)
        private |= STAYS_PRIVATE in self._means.faults and old.private
        self._cards[cpr][key] = replace(old, row=replace(old.row, said=said), private=private)
        if self._shared(cpr) or not (private and LEAVES_LAST_PRIVATE in self._means.faults):
            self._hand_over(cpr)
        return {}

    def _delete(self, wish: dict[str, Any]) -> dict[str, Any]:
        cpr = self._whose(wish["diagnose"])
        gone = self._cards[cpr].pop(wish["diagnose"])
        if DELETES_KIND in self._means.faults:
            self._cards[cpr] = {key: each for key, each in self._cards[cpr].items() if each.said.icpc != gone.said.icpc}
        if not (KEEPS_DELETED in self._means.faults and self._cards[cpr]):
            self._hand_over(cpr)
        return {}

    def _clear(self, wish: dict[str, Any]) -> dict[str, Any]:
        self._cards[wish["cpr"]].clear()
        self._hand_over(wish["cpr"])
        return {}

    def _send_again(self, wish: dict[str, Any]) -> dict[str, Any]:
        if NEVER_AGAIN not in self._means.faults:
            self._hand_over(wish["cpr"])
        return {}

    def _whose(self, key: str) -> str:
        found = (cpr for cpr, card in self._cards.items() if key in card)
        return next(found, "") or _unknown(key)

    # What is shared

    def _hand_over(self, cpr: str) -> None:
        """Nothing is sent when what is shared is as before."""
        shared, now = self._shared(cpr), self._means.clock.now()
        since = self._changed_at(cpr, shared, now)
        if shared == self._handed.get(cpr, ()) or NEVER_SHARES in self._means.faults:
            return
        changed = self._changed.setdefault(cpr, now) if OLD_CHANGE in self._means.faults else since
        if shared or EMPTY_DOCUMENT in self._means.faults:
            rows = tuple(each.row for each in shared)
            document = self._writer.write(self._means.clinic.patients[cpr], rows, changed)
            taken = self._post("dokumenter", content=document, headers={"content-type": "application/fhir+json"})
        else:
            taken = KEEPS_LAST in self._means.faults or self._post("tomme-kort", json={"cpr": cpr})
        if taken or (EMPTY_ONCE in self._means.faults and not shared):
            self._handed[cpr] = shared
        elif NEVER_AGAIN not in self._means.faults:
            self._try_later(cpr)

    def _try_later(self, cpr: str) -> None:
        self._means.clock.call_in(RETRY_SECONDS, lambda: self._hand_over(cpr))

    def _changed_at(self, cpr: str, shared: tuple[Registered, ...], now: datetime) -> datetime:
        """When the doctor changed what is shared: before `now`, where it is handed over again."""
        before = self._since.get(cpr)
        if before is None or before[0] != shared or CHANGED_NOW in self._means.faults:
            before = self._since[cpr] = (shared, now)
        return before[1]

    def _shared(self, cpr: str) -> tuple[Registered, ...]:
        faults = self._means.faults
        own = list(self._cards[cpr].values())
        if MIXES_PATIENTS in faults:
            own = [each for card in self._cards.values() for each in card.values()]
        excused = {
            SHARES_OTHERS: lambda each: replace(each, own=True),
            SHARES_PRIVATE: lambda each: replace(each, private=False),
            SHARES_ALL: lambda each: replace(each, on_card=True),
        }
        for fault in faults & excused.keys():
            own = [excused[fault](each) for each in own]
        shared = [each for each in own if each.may_be_shared]
        if MOVES_ALONG in faults:
            others = [each.said for each in own if not each.own]
            shared = [each for each in shared if not each.said.among(others)]
        if ONE_OF_A_KIND in faults:
            shared = list({each.said.icpc or each.said.name: each for each in shared}.values())
        if ONE_DOCTOR in faults:
            shared = [each for each in shared if each.doctor == shared[0].doctor]
        if ONLY_CODED in faults:
            shared = [each for each in shared if each.said.icd]
        if ROOM_FOR_THREE in faults:
            shared = shared[:3]
        return tuple(shared[-1:] if ONE_AT_A_TIME in faults else shared)

    def _post(self, where: str, **body: Any) -> bool:
        """Whether PLSP took it."""
        try:
            return self._means.client.post(f"{self._means.services}/plsp-diagnosekort/{where}", **body).is_success
        except httpx.TransportError:
            return False

    # What is shown

    def _show(self, wish: dict[str, Any]) -> dict[str, Any]:
        return {"diagnoser": [_row(each.said) | _sharing(each) for each in self._cards[wish["cpr"]].values()]}

    def _show_others(self, wish: dict[str, Any]) -> dict[str, Any]:
        cpr, faults = wish["cpr"], self._means.faults
        former, self._looked_at = self._looked_at, cpr
        if SHOWS_FORMER in faults and former:
            cpr = former
        if not (FETCHES_ONCE in faults and self._fetched.get(cpr)):
            self._fetched[cpr] = self._fetch(cpr)
        rows = [each for card in self._fetched[cpr] if _valid(card) or SHOWS_INVALID in faults for each in card.diagnoses]
        if ADDS_UP in faults:
            self._seen[cpr] += [each for each in rows if not each.among(self._seen[cpr])]
            rows = self._seen[cpr]
        if HIDES_INCOMPLETE in faults:
            rows = [each for each in rows if each.icd]
        if OTHERS_CUT in faults:
            rows = [replace(each, text=each.text[:20]) for each in rows]
        if ROOM_FOR_FIVE in faults:
            rows = rows[:5]
        if SHOWS_AS_CURRENT in faults:
            rows = [replace(each, status=CardStatus.CURRENT) for each in rows]
        if OTHERS_TYPE in faults:
            rows = [replace(each, type=CardType.COURSE) for each in rows]
        if OTHERS_ICPC in faults:
            rows = [replace(each, icpc="") if each.icd else each for each in rows]
        return {"diagnoser": [] if HIDES_OTHERS in faults else [_row(each) for each in rows]}

    def _fetch(self, cpr: str) -> tuple[SharedCard, ...]:
        try:
            response = self._means.client.post(f"{self._means.services}/plsp-diagnosekort/opslag", json={"cpr": cpr})
            found = response.raise_for_status().json()["dokumenter"]
        except httpx.HTTPError as error:
            raise ValueError("PLSP svarer ikke om andres diagnosekort") from error
        left_out = () if OWN_AS_OTHERS in self._means.faults else ("klinikken",)
        return tuple(read_card(base64.b64decode(each["dokument"])) for each in found if each["afsender"] not in left_out)


def _valid(card: SharedCard) -> bool:
    """Each diagnosis is Aktuel or Relevant, as the standard demands."""
    return all(each.status for each in card.diagnoses)


def _row(said: CardDiagnosis) -> dict[str, Any]:
    row: dict[str, Any] = {"icpc": said.icpc, "icd": said.icd, "tekst": said.text, "status": said.status, "type": said.type}
    days = {"debut": said.began, "afsluttet": said.ended}
    return row | {name: day.isoformat() for name, day in days.items() if day}


def _sharing(registered: Registered) -> dict[str, Any]:
    return {"paaKortet": registered.on_card, "privat": registered.private}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _unknown(key: str) -> str:
    raise KeyError(key)
