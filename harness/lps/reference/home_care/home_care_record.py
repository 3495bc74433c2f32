"""The municipality's results in the record: whom they are for, what was measured, corrections and cancellations."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from harness.lps.reference.capability import Means
from harness.standards.fhir import codes
from harness.standards.fhir.messages import Attachment, HomeCareObservation, Measurement

TO_ALL: Final = "prøvesvar-ligger-hos-alle-læger"
NEVER_ROUTED: Final = "prøvesvar-altid-under-ukendte-initialer"
UNKNOWN_LOST: Final = "prøvesvar-uden-initialer-forsvinder"
UNKNOWN_TO_FIRST: Final = "prøvesvar-uden-initialer-til-den-første-læge"
ALSO_LATEST: Final = "prøvesvar-også-på-den-senest-oprettede-patient"
NAMES_LATEST: Final = "prøvesvar-med-den-senest-oprettede-patients-navn-og-nummer"
REFUSES_ECPR: Final = "prøvesvar-med-erstatnings-cpr-vises-ikke"
HIDES_NAME: Final = "prøvesvar-uden-patientens-navn"
HIDES_PRODUCER: Final = "prøvesvar-uden-producent"
DROPS_COMPARATOR: Final = "prøvesvar-uden-tegnet-foran-tallet"
TURNS_COMPARATOR: Final = "prøvesvar-mindre-end-bliver-til-større-end"
DROPS_UNIT: Final = "prøvesvar-uden-enhed"
ROUNDS: Final = "prøvesvar-decimaler-tabt"
LOSES_TEXT: Final = "prøvesvar-resultat-som-tekst-tabt"
FIRST_ONLY: Final = "prøvesvar-kun-det-første-resultat"
SHIFTS_RESULTS: Final = "prøvesvar-resultater-forskudt-mod-analyserne"
NO_LONG_NAME: Final = "prøvesvar-uden-langt-analysenavn"
NO_SHORT_NAME: Final = "prøvesvar-uden-kort-analysenavn"
HIDES_NOT_INTERPRETED: Final = "prøvesvar-siger-ikke-at-det-ikke-er-fortolket"
MERGES_COMMENTS: Final = "prøvesvar-kommentarer-slået-sammen"
LOSES_NOTE: Final = "prøvesvar-analysekommentar-tabt"
MISREADS: Final = "prøvesvar-tegnsæt-overset"
NOT_SAVED: Final = "prøvesvar-gemmes-ikke"
OVERWRITES: Final = "prøvesvar-nyt-svar-fjerner-det-gamle-på-kortet"
SWALLOWS_CORRECTION: Final = "prøvesvar-rettelse-overset"
CORRECTION_BESIDE: Final = "prøvesvar-rettelse-ved-siden-af"
CORRECTION_UNMARKED: Final = "prøvesvar-rettelse-uden-mærke"
ERASES_HISTORY: Final = "prøvesvar-rettelse-sletter-det-tidligere"
SWALLOWS_CANCELLATION: Final = "prøvesvar-annullering-overset"
CANCELLATION_DELETES: Final = "prøvesvar-annullering-sletter-svaret"
CANCELLATION_UNEXPLAINED: Final = "prøvesvar-annullering-uden-grund"
CANCELS_ALL: Final = "prøvesvar-annullering-gælder-alle"
HIDES_REFUSAL: Final = "prøvesvar-skjuler-nægtet-samtykke"
ALL_REFUSED: Final = "prøvesvar-nægtet-samtykke-på-alle"
LOSES_FILE: Final = "prøvesvar-bilag-tabt"
CUTS_FILE: Final = "prøvesvar-bilag-klippet"
CORRECTS_NEWEST: Final = "prøvesvar-rettelse-på-patientens-nyeste"
CORRECTS_FIRST: Final = "prøvesvar-rettelse-på-patientens-første"
CANCELS_NEWEST: Final = "prøvesvar-annullering-på-patientens-nyeste"
CANCELS_OWN: Final = "prøvesvar-annullering-gælder-alle-patientens"
REFUSES_OWN: Final = "prøvesvar-nægtet-samtykke-på-alle-patientens"
EARLIER_BESIDE: Final = "prøvesvar-med-patientens-tidligere-resultater"
EXPONENT: Final = "prøvesvar-tal-som-potens"
THREE_ONLY: Final = "prøvesvar-højst-tre-resultater"
KEEPS_TWO: Final = "prøvesvar-kun-patientens-to-nyeste"
INBOX_NEWEST: Final = "prøvesvar-indbakken-viser-kun-det-nyeste"
UNKNOWN_DOCTOR_LOST: Final = "prøvesvar-til-ukendt-læge-forsvinder"
FIRST_LETTERS: Final = "prøvesvar-initialer-læst-på-de-to-første-bogstaver"
INBOX_OTHER_NAME: Final = "prøvesvar-indbakken-viser-en-anden-patient"
NOTES_SWAPPED: Final = "prøvesvar-analysekommentarer-byttet-om"
CUTS_COMMENT: Final = "prøvesvar-klinisk-kommentar-klippet"
UNSAVED_BY_CORRECTION: Final = "prøvesvar-rettelse-fjerner-fra-kortet"
CANCELLED_BLANK: Final = "prøvesvar-annulleret-vises-uden-resultat"
ALWAYS_CPR: Final = "prøvesvar-annullering-altid-på-grund-af-cpr"
HISTORY_BARE: Final = "prøvesvar-tidligere-resultat-uden-tegnet"
WRONG_TYPE: Final = "prøvesvar-bilag-med-forkert-filtype"
ONE_FILE: Final = "prøvesvar-kun-det-første-bilag"
NOT_INTERPRETED_BY_SIGN: Final = "prøvesvar-ikke-fortolket-kun-ved-tegn"
CARD_OTHER_VALUE: Final = "laboratoriekort-med-patientens-første-resultat"
CARD_INTERPRETED: Final = "laboratoriekort-uden-ikke-fortolket"
CARD_REFUSED: Final = "laboratoriekort-viser-nægtet-samtykke-hos-alle"
CARD_OTHER_NAME: Final = "laboratoriekort-med-den-senest-oprettede-patient"
CORRECTION_BENEATH: Final = "blind-hco-rettelse-under-det-gamle"
COMMENT_GIVES_WAY: Final = "blind-hco-kommentar-vaek"
FAULTS: Final = (
    CORRECTS_NEWEST,
    CORRECTS_FIRST,
    CANCELS_NEWEST,
    CANCELS_OWN,
    REFUSES_OWN,
    EARLIER_BESIDE,
    EXPONENT,
    THREE_ONLY,
    KEEPS_TWO,
    INBOX_NEWEST,
    UNKNOWN_DOCTOR_LOST,
    FIRST_LETTERS,
    INBOX_OTHER_NAME,
    NOTES_SWAPPED,
    CUTS_COMMENT,
    UNSAVED_BY_CORRECTION,
    CANCELLED_BLANK,
    ALWAYS_CPR,
    HISTORY_BARE,
    WRONG_TYPE,
    ONE_FILE,
    NOT_INTERPRETED_BY_SIGN,
    CARD_OTHER_VALUE,
    CARD_INTERPRETED,
    CARD_REFUSED,
    CARD_OTHER_NAME,
    TO_ALL,
    NEVER_ROUTED,
    UNKNOWN_LOST,
    UNKNOWN_TO_FIRST,
    ALSO_LATEST,
    NAMES_LATEST,
    REFUSES_ECPR,
    HIDES_NAME,
    HIDES_PRODUCER,
    DROPS_COMPARATOR,
    TURNS_COMPARATOR,
    DROPS_UNIT,
    ROUNDS,
    LOSES_TEXT,
    FIRST_ONLY,
    SHIFTS_RESULTS,
    NO_LONG_NAME,
    NO_SHORT_NAME,
    HIDES_NOT_INTERPRETED,
    MERGES_COMMENTS,
    LOSES_NOTE,
    MISREADS,
    NOT_SAVED,
    OVERWRITES,
    SWALLOWS_CORRECTION,
    CORRECTION_BESIDE,
    CORRECTION_UNMARKED,
    ERASES_HISTORY,
    SWALLOWS_CANCELLATION,
    CANCELLATION_DELETES,
    CANCELLATION_UNEXPLAINED,
    CANCELS_ALL,
    HIDES_REFUSAL,
    ALL_REFUSED,
    LOSES_FILE,
    CUTS_FILE,
    CORRECTION_BENEATH,
    COMMENT_GIVES_WAY,
)
_TURNED: Final = {"<": ">"}
_REASONS: Final = {code: danish for code, _, danish in codes.CANCELLATION_REASONS}


@dataclass(slots=True)
class Answer:
    """One answer in the record, under the patient with number `cpr`: its editions, oldest first, and what became of it.

    `headers` are the ids of the messages that brought it.
    """

    key: str
    cpr: str
    editions: list[HomeCareObservation]
    headers: list[str]
    saved: bool = False
    corrected: bool = False
    cancelled: bool = False
    reason: str = ""

    @property
    def newest(self) -> HomeCareObservation:
        """The edition that counts."""
        return self.editions[-1]


@dataclass(slots=True)
class Record:
    """Every answer, oldest first. `doctors` are the initials of the clinic's own."""

    means: Means
    doctors: list[str] = field(default_factory=list)
    _answers: list[Answer] = field(default_factory=list)
    _count: int = 0

    def file(self, message: HomeCareObservation, header: str) -> None:
        """Put in the message with that header: a new answer, or what changes one."""
        faults = self.means.faults
        if MISREADS in faults:
            message = replace(message, conclusion=message.conclusion.encode().decode("iso-8859-1"))
        earlier = self._changed(message)
        match message.activity:
            case codes.RETRACT if earlier:
                self._cancel(earlier[0], message)
            case codes.RETRACT:
                return  # there is nothing to cancel, and it is no result of its own
            case codes.MODIFIED if earlier and CORRECTION_BESIDE not in faults:
                self._correct(earlier[0], message, header)
            case _:
                self._add(message, header)

    def _changed(self, message: HomeCareObservation) -> list[Answer]:
        """The answer the message says that it changes; none where there is none."""
        faults, own = self.means.faults, self.of(message.patient.cpr)
        corrects, cancels = message.activity == codes.MODIFIED, message.activity == codes.RETRACT
        if (CORRECTS_NEWEST in faults and corrects) or (CANCELS_NEWEST in faults and cancels):
            return own[-1:]
        if CORRECTS_FIRST in faults and corrects:
            return own[:1]
        return [each for each in self._answers if message.earlier in each.headers]

    def _add(self, message: HomeCareObservation, header: str) -> None:
        faults, cpr = self.means.faults, message.patient.cpr
        if REFUSES_ECPR in faults and not cpr.isdigit():
            return
        if KEEPS_TWO in faults:
            for old in self.of(cpr)[:-1]:
                self._answers.remove(old)
        for each in {cpr: None, list(self.means.clinic.patients)[-1]: None} if ALSO_LATEST in faults else [cpr]:
            self._count += 1
            self._answers.append(Answer(f"k{self._count}", each, [message], [header]))

    def _correct(self, answer: Answer, message: HomeCareObservation, header: str) -> None:
        answer.headers.append(header)
        if SWALLOWS_CORRECTION in self.means.faults:
            return
        answer.corrected = CORRECTION_UNMARKED not in self.means.faults
        answer.editions.insert(0 if CORRECTION_BENEATH in self.means.faults else len(answer.editions), message)
        answer.saved = answer.saved and UNSAVED_BY_CORRECTION not in self.means.faults
        if ERASES_HISTORY in self.means.faults:
            del answer.editions[:-1]

    def _cancel(self, answer: Answer, message: HomeCareObservation) -> None:
        faults = self.means.faults
        if CANCELLATION_DELETES in faults:
            self._answers.remove(answer)
            return
        reason = "incorrect-cpr" if ALWAYS_CPR in faults else message.conclusion
        own = self.of(answer.cpr) if CANCELS_OWN in faults else [answer]
        for each in self._answers if CANCELS_ALL in faults else own:
            each.cancelled = SWALLOWS_CANCELLATION not in faults
            each.reason = "" if CANCELLATION_UNEXPLAINED in faults else _REASONS.get(reason, reason)

    def save(self, key: str) -> dict[str, Any]:
        """The doctor puts an answer on the patient's laboratoriekort. Raises KeyError for one there is not."""
        answer = next((each for each in self._answers if each.key == key), None)
        if answer is None:
            raise KeyError(key)
        if OVERWRITES in self.means.faults:
            for each in self.of(answer.cpr):
                each.saved = False
        answer.saved = NOT_SAVED not in self.means.faults
        return {"svar": key}

    def of(self, cpr: str) -> list[Answer]:
        """The answers that stand under the patient."""
        return [each for each in self._answers if each.cpr == cpr]

    def inbox(self, initials: str) -> list[dict[str, Any]]:
        """The answers that wait for the doctor with these initials; without initials those whose doctor is not known."""
        waiting = [each for each in self._answers if not each.saved and self._is_for(each, initials)]
        found = [{"svar": each.key, **self._who(each)} for each in waiting]
        if INBOX_OTHER_NAME in self.means.faults:
            found = [{**each, "navn": found[0]["navn"], "cpr": found[0]["cpr"]} for each in found]
        return found[-1:] if INBOX_NEWEST in self.means.faults else found

    def _is_for(self, answer: Answer, initials: str) -> bool:
        faults, wanted = self.means.faults, answer.newest.receiver.initials
        if FIRST_LETTERS in faults:
            wanted = next((each for each in self.doctors if wanted and each[:2] == wanted[:2]), wanted)
        if UNKNOWN_DOCTOR_LOST in faults and wanted and wanted not in self.doctors:
            return False
        known = wanted if wanted in self.doctors and NEVER_ROUTED not in faults else ""
        if not known and UNKNOWN_TO_FIRST in faults and self.doctors:
            known = self.doctors[0]
        if not initials and not known:
            return UNKNOWN_LOST not in faults
        return known == initials or (TO_ALL in faults and initials in self.doctors)

    def _who(self, answer: Answer) -> dict[str, Any]:
        person, cpr = answer.newest.patient, answer.cpr
        name = "" if HIDES_NAME in self.means.faults else f"{person.given} {person.family}"
        if NAMES_LATEST in self.means.faults:
            latest = list(self.means.clinic.patients.values())[-1]
            cpr, name = str(latest.cpr), latest.name
        return {"cpr": cpr, "navn": name, "kliniskKommentar": answer.editions[0].conclusion}

    def card(self, cpr: str) -> list[dict[str, Any]]:
        """What stands on the patient's laboratoriekort."""
        saved = [self.row(each) for each in self.of(cpr) if each.saved]
        if CARD_OTHER_VALUE in self.means.faults:
            saved = [{**each, "resultater": self._said(self.of(cpr)[0].newest)["resultater"]} for each in saved]
        if CARD_OTHER_NAME in self.means.faults:
            latest = list(self.means.clinic.patients.values())[-1]
            saved = [{**each, "cpr": str(latest.cpr), "navn": latest.name} for each in saved]
        if CARD_INTERPRETED in self.means.faults:
            saved = [{**each, "ikkeFortolket": False} for each in saved]
        if CARD_REFUSED in self.means.faults:
            saved = [{**each, "nægtetSamtykke": True} for each in saved]
        return saved

    def row(self, answer: Answer) -> dict[str, Any]:
        """The answer as a user sees it."""
        faults, newest = self.means.faults, answer.newest
        earlier = answer.editions[:-1]
        of_patient = REFUSES_OWN in faults and any(each.newest.refused_consent for each in self.of(answer.cpr))
        refused = newest.refused_consent or of_patient or (ALL_REFUSED in faults)
        signed = any(each.comparator for each in newest.results)
        return {
            "svar": answer.key,
            **self._who(answer),
            "producent": "" if HIDES_PRODUCER in faults else newest.sender.name,
            "gemt": answer.saved,
            "status": self._status(answer),
            "grund": answer.reason,
            "ikkeFortolket": HIDES_NOT_INTERPRETED not in faults and (signed or NOT_INTERPRETED_BY_SIGN not in faults),
            "nægtetSamtykke": refused and HIDES_REFUSAL not in faults,
            **self._shown_now(answer),
            "bilag": self._files(newest.attachments),
            "tidligere": [self._said(_bare(each) if HISTORY_BARE in faults else each) for each in earlier],
        }

    def _shown_now(self, answer: Answer) -> dict[str, Any]:
        faults, said = self.means.faults, self._said(answer.newest)
        if EARLIER_BESIDE in faults:
            before = self.of(answer.cpr)
            said["resultater"] += [
                row for each in before[: before.index(answer)] for row in self._said(each.newest)["resultater"]
            ]
        if CANCELLED_BLANK in faults and answer.cancelled:
            said["resultater"] = [{**each, "resultat": ""} for each in said["resultater"]]
        return said

    def _files(self, files: Sequence[Attachment]) -> list[dict[str, str]]:
        faults = self.means.faults
        kept = () if LOSES_FILE in faults else files[:1] if ONE_FILE in faults else files
        return [self._file(each.title, "text/plain" if WRONG_TYPE in faults else each.type, each.data) for each in kept]

    def _status(self, answer: Answer) -> str:
        if answer.cancelled:
            return "annulleret"
        return "rettet" if answer.corrected else "nyt"

    def _file(self, title: str, kind: str, data: bytes) -> dict[str, str]:
        shown = data[:-1] if CUTS_FILE in self.means.faults else data
        return {"titel": title, "type": kind, "indhold": base64.b64encode(shown).decode("ascii")}

    def _said(self, message: HomeCareObservation) -> dict[str, Any]:
        faults = self.means.faults
        results = message.results[: 1 if FIRST_ONLY in faults else 3 if THREE_ONLY in faults else None]
        if NOTES_SWAPPED in faults:
            results = tuple(replace(each, note=other.note) for each, other in zip(results, results[::-1], strict=True))
        if SHIFTS_RESULTS in faults:
            moved = [*results[1:], *results[:1]]
            results = tuple(
                replace(each, value=other.value, comparator=other.comparator) for each, other in zip(results, moved, strict=True)
            )
        comment = message.conclusion[:70] if CUTS_COMMENT in faults else message.conclusion
        if COMMENT_GIVES_WAY in faults and all(each.note for each in results):
            comment = ""
        if MERGES_COMMENTS in faults:
            comment = " ".join((comment, *(each.note for each in results))).strip()
        return {"kliniskKommentar": comment, "resultater": [self._result(each) for each in results]}

    def _result(self, result: Measurement) -> dict[str, str]:
        faults = self.means.faults
        comparator = "" if DROPS_COMPARATOR in faults else result.comparator
        if TURNS_COMPARATOR in faults:
            comparator = _TURNED.get(comparator, comparator)
        value = str(result.value)
        if EXPONENT in faults and isinstance(result.value, Decimal):
            value = str(result.value.normalize())
        if ROUNDS in faults and isinstance(result.value, Decimal):
            value = str(int(result.value))
        if LOSES_TEXT in faults and not isinstance(result.value, Decimal):
            value = ""
        return {
            "analyse": "" if NO_SHORT_NAME in faults else _short(result.display),
            "langtNavn": "" if NO_LONG_NAME in faults else result.display,
            "resultat": f"{comparator} {value}".strip(),
            "enhed": "" if DROPS_UNIT in faults else result.unit,
            "kommentar": "" if faults & {LOSES_NOTE, MERGES_COMMENTS} else result.note,
        }


def _bare(message: HomeCareObservation) -> HomeCareObservation:
    return replace(message, results=tuple(replace(each, comparator="") for each in message.results))


def _short(name: str) -> str:
    """The component of an NPU name: `Glucose` of `P(kB)—Glucose; stofk. = ? mmol/L`."""
    return name.partition(";")[0].rpartition("—")[2]
