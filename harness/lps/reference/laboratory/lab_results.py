"""The laboratory results in the record: what the clinic made itself goes to Health Hub, unless the patient has said no."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import httpx

from harness.domain.clock import wall_clock
from harness.domain.errors import BadInput
from harness.domain.laboratory import Kind
from harness.lps.reference.capability import Capability, Means
from harness.lps.reference.laboratory import lab_messages
from harness.lps.reference.laboratory.lab_messages import Edition, LabResult, message
from harness.standards.medrpt.read import read_medrpt
from harness.standards.vans import Envelope, Message

NUMBERS_ONLY: Final = "lab-kun-talværdier-sendes"
LEAVES_NO_TRACE: Final = "lab-gårsdagens-svar-hverken-deles-eller-vises"
RESENDS_AS_NEW: Final = "lab-svar-sendes-igen-som-nyt"
NEVER_RESENDS: Final = "lab-svar-sendes-ikke-igen"
DOUBLES_WHEN_SLOW: Final = "lab-svar-sendt-som-to-når-hub-er-langsom"
OLD_IN_QUEUE: Final = "lab-kø-sender-det-gamle-svar"
FORWARDS_RECEIVED: Final = "lab-laboratoriets-svar-sendes-videre"
TO_PORTAL: Final = "lab-svar-sendes-direkte-til-portalen"
ONE_A_DAY: Final = "lab-kun-ét-svar-om-dagen-pr-analyse"
IGNORES_NO: Final = "lab-nej-til-deling-overses"
NO_WITHOUT_REMARK: Final = "lab-nej-fjerner-kun-bemærkningen"
NO_IS_LOST: Final = "lab-nej-vises-ikke-i-systemet"
NO_DROPS_RESULT: Final = "lab-nej-sletter-svaret-i-systemet"
NO_FOR_ALL: Final = "lab-nej-fra-én-gælder-alle"
NO_FOR_OWN: Final = "lab-nej-gælder-alle-patientens-svar"
NO_FORGOTTEN_IN_QUEUE: Final = "lab-nej-overses-når-svaret-venter"
NO_STAYS_HERE: Final = "lab-nej-efter-afsendelse-bliver-i-systemet"
YES_IS_LOST: Final = "lab-ja-efter-nej-virker-ikke"
CORRECTION_SHARES: Final = "lab-rettelse-glemmer-nej-til-deling"
CORRECTION_STAYS_HERE: Final = "lab-rettelse-sendes-ikke"
CORRECTION_AS_NEW: Final = "lab-rettelse-sendes-som-nyt-svar"
MICROBIOLOGY_AS_NEW: Final = "lab-rettet-mikrobiologi-får-nyt-nummer"
ONE_CORRECTION: Final = "lab-kun-én-rettelse"
CORRECTION_REPLACES: Final = "lab-rettelse-sletter-og-sender-nyt"
CORRECTION_LOST_IN_QUEUE: Final = "lab-rettelse-tabt-når-hub-er-optaget"
CORRECTS_OTHERS: Final = "lab-rettelse-rammer-andre-patienter"
OVERWRITES: Final = "lab-rettelse-skjuler-det-der-stod-før"
WITHDRAWAL_STAYS_HERE: Final = "lab-fjernet-svar-trækkes-ikke-tilbage"
WITHDRAWAL_LOST: Final = "lab-tilbagetrækning-tabt-når-hub-er-optaget"
REFUSED_IS_SENT: Final = "lab-afvist-svar-regnes-for-sendt"
KEEPS_LAST: Final = "lab-kun-det-sidste-svar-venter"
EQUAL_IS_ONE: Final = "lab-samme-værdi-to-gange-er-ét-svar"
ASKS_FOR_DENIED: Final = "lab-nægtet-svar-spørges-efter-hos-laba"
YES_FOR_ALL: Final = "lab-ja-fra-én-gælder-alle"
NO_STAYS_AFTER_CORRECTION: Final = "lab-nej-efter-rettelse-bliver-i-systemet"
TELLS_WHAT_IS_TAKEN_BACK: Final = "lab-tilbagetrækning-fortæller-svaret"
CORRECTION_SHARES_WAITING: Final = "lab-rettelse-glemmer-nej-når-svaret-venter"
CORRECTION_DROPPED: Final = "lab-rettelse-tabt-når-patienten-har-sagt-nej"
NO_HIDDEN_WHEN_CORRECTED: Final = "lab-nej-vises-ikke-når-svaret-er-rettet"
CORRECTS_NEWEST: Final = "lab-rettelse-rammer-det-nyeste-svar"
REMOVED_IS_SHOWN: Final = "lab-fjernet-svar-står-stadig-i-systemet"
REMOVES_ALL: Final = "lab-fjernelse-tager-alle-patientens-svar"
REMOVED_IS_SENT: Final = "lab-fjernet-svar-sendes-fra-køen"
WITHDRAWS_FOR_ANOTHER: Final = "lab-tilbagetrækning-nævner-en-anden-patient"
NO_MICROBIOLOGY: Final = "blind-lab-mikrobiologi-glemt"
FIRST_OF_SAMPLE: Final = "blind-lab-kun-foerste-analyse"
NO_STICKS: Final = "blind-lab-naegtelse-haenger-ved"
CORRECTS_FIRST_OF_SAMPLE: Final = "blind-lab-rettelse-af-det-forkerte"
FAULTS: Final = (
    *lab_messages.FAULTS,
    NUMBERS_ONLY,
    LEAVES_NO_TRACE,
    RESENDS_AS_NEW,
    NEVER_RESENDS,
    DOUBLES_WHEN_SLOW,
    OLD_IN_QUEUE,
    FORWARDS_RECEIVED,
    TO_PORTAL,
    ONE_A_DAY,
    IGNORES_NO,
    NO_WITHOUT_REMARK,
    NO_IS_LOST,
    NO_DROPS_RESULT,
    NO_FOR_ALL,
    NO_FOR_OWN,
    NO_FORGOTTEN_IN_QUEUE,
    NO_STAYS_HERE,
    YES_IS_LOST,
    CORRECTION_SHARES,
    CORRECTION_STAYS_HERE,
    CORRECTION_AS_NEW,
    MICROBIOLOGY_AS_NEW,
    ONE_CORRECTION,
    CORRECTION_REPLACES,
    CORRECTION_LOST_IN_QUEUE,
    CORRECTS_OTHERS,
    OVERWRITES,
    WITHDRAWAL_STAYS_HERE,
    WITHDRAWAL_LOST,
    REFUSED_IS_SENT,
    KEEPS_LAST,
    EQUAL_IS_ONE,
    ASKS_FOR_DENIED,
    YES_FOR_ALL,
    NO_STAYS_AFTER_CORRECTION,
    TELLS_WHAT_IS_TAKEN_BACK,
    CORRECTION_SHARES_WAITING,
    CORRECTION_DROPPED,
    NO_HIDDEN_WHEN_CORRECTED,
    CORRECTS_NEWEST,
    REMOVED_IS_SHOWN,
    REMOVES_ALL,
    REMOVED_IS_SENT,
    WITHDRAWS_FOR_ANOTHER,
    NO_MICROBIOLOGY,
    FIRST_OF_SAMPLE,
    NO_STICKS,
    CORRECTS_FIRST_OF_SAMPLE,
)


class LabResults(Capability):
    """Every result the clinic made or received, oldest first, by its key."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._results: dict[str, LabResult] = {}
        self._waiting: dict[str, dict[str, Any]] = {}
        self._seen: set[str] = set()
        self.acts = {
            "registrer-laboratoriesvar": self._register,
            "gensend-laboratoriesvar": lambda wish: self._resend(self._results[wish["svar"]]),
            "ret-laboratoriesvar": lambda wish: self._correct(self._results[wish["svar"]], wish),
            "registrer-nej-til-deling": lambda wish: self._say(self._results[wish["svar"]], wish["nægtet"]),
            "fjern-laboratoriesvar": lambda wish: self._withdraw(self._results[wish["svar"]]),
        }
        self.views = {"egne-laboratoriesvar": self._show}
        self.letters = {"RPT01": self._receive}

    def _has(self, *faults: str) -> bool:
        return not self._means.faults.isdisjoint(faults)

    # What people do

    def _register(self, wish: dict[str, Any]) -> dict[str, Any]:
        result = LabResult(
            key=f"l{len(self._results) + 1}",
            patient=self._means.clinic.patients[wish["cpr"]],
            kind=Kind(wish["art"]),
            code=wish["kode"],
            name=wish["navn"],
            unit=wish["enhed"],
            taken=datetime.fromisoformat(wish["taget"]),
            number=self._means.new_id(),
            denied=wish["nægtet"] or self._sticks(wish["cpr"]),
            editions=[Edition(wish["værdi"], wish["tegn"], wish["bemærkning"])],
        )
        self._results[result.key] = result
        if not self._is_dropped(result):
            self._send(result)
        return self._row(result)

    def _is_dropped(self, result: LabResult) -> bool:
        """Whether a defect neither shares nor shows what was not made today."""
        return self._has(LEAVES_NO_TRACE) and result.taken.date() < wall_clock(self._means.clock.now()).date()

    def _sticks(self, cpr: str) -> bool:
        """Whether a defect takes the no of the patient before for this one's."""
        former = list(self._results.values())[-1:] if self._has(NO_STICKS) else []
        return any(each.denied and str(each.patient.cpr) != cpr for each in former)

    def _correct(self, result: LabResult, wish: dict[str, Any]) -> dict[str, Any]:
        corrected = Edition(wish["værdi"], wish["tegn"], wish["bemærkning"])
        if self._has(CORRECTION_DROPPED) and result.denied:
            return self._row(result)
        if self._has(CORRECTS_NEWEST):
            same = (each for each in self._results.values() if (each.patient, each.code) == (result.patient, result.code))
            *_, result = same
        if self._has(CORRECTS_FIRST_OF_SAMPLE):
            result = self._of_sample(result)[0]
        for each in self._results.values():
            if self._has(CORRECTS_OTHERS) and each.code == result.code and each is not result:
                each.editions.append(corrected)
        first = len(result.editions) == 1
        result.editions.append(corrected)
        if self._has(CORRECTION_SHARES) or (self._has(CORRECTION_SHARES_WAITING) and result.key in self._waiting):
            result.denied = False
        if self._has(CORRECTION_STAYS_HERE) or (self._has(ONE_CORRECTION) and not first):
            return self._row(result)
        told = {"svar": result.number, "cpr": str(result.patient.cpr), "grund": "rettet"}
        replaced = self._has(CORRECTION_REPLACES) and result.held and self._call("tilbagetraekning", told)
        renumbered = self._has(MICROBIOLOGY_AS_NEW) and result.kind is Kind.MICROBIOLOGY
        if replaced or renumbered or self._has(CORRECTION_AS_NEW):
            result.number = self._means.new_id()
        self._send(result)
        if self._has(CORRECTION_LOST_IN_QUEUE) and result.held:
            result.held = (len(result.editions), result.denied)
        return self._row(result)

    def _say(self, result: LabResult, denied: bool) -> dict[str, Any]:
        """The patient says no to sharing this result, or takes the no back."""
        if not denied and self._has(YES_IS_LOST):
            return self._row(result)
        for each in self._results.values() if self._has(YES_FOR_ALL) and not denied else [result]:
            each.denied = denied
            if not (denied and (self._has(NO_STAYS_HERE) or (self._has(NO_STAYS_AFTER_CORRECTION) and each.is_corrected))):
                self._send(each)
        return self._row(result)

    def _withdraw(self, result: LabResult) -> dict[str, Any]:
        result.withdrawn = True
        if not self._has(WITHDRAWAL_STAYS_HERE):
            self._send(result)
        for each in self._results.values() if self._has(REMOVES_ALL) else ():
            if each.patient == result.patient and each.held:
                self._call("tilbagetraekning", {"svar": each.number, "cpr": str(each.patient.cpr), "grund": "forkert patient"})
        return self._row(result)

    def _resend(self, result: LabResult) -> dict[str, Any]:
        if self._has(KEEPS_LAST) and result.key != list(self._waiting)[-1]:
            return self._row(result)
        if result.held or not self._has(NEVER_RESENDS):
            if self._has(RESENDS_AS_NEW) and not result.held:
                result.number = self._means.new_id()
            if not (self._has(WITHDRAWAL_LOST) and result.withdrawn):
                self._send(result)
        return self._row(result)

    # What a laboratory sends

    def _receive(self, envelope: Envelope) -> None:
        """A laboratory's results for the clinic's patients; what cannot be read, another part refuses."""
        assert isinstance(envelope.content, Message)
        try:
            report = read_medrpt(envelope.content.data)
        except BadInput:
            return
        patient = self._means.clinic.patients.get(report.patient.cpr)
        if envelope.content.meta.identifier in self._seen:
            return
        self._seen.add(envelope.content.meta.identifier)
        for each in report.results if patient else ():
            assert patient is not None
            key = f"l{len(self._results) + 1}"
            self._results[key] = LabResult(
                key=key,
                patient=patient,
                kind=Kind.BIOCHEMISTRY,
                code=each.analysis.code,
                name=each.analysis.short_name,
                unit=each.unit,
                taken=report.sample.taken,
                number=self._means.new_id(),
                own=self._has(FORWARDS_RECEIVED),
                editions=[Edition(each.value, "", " ".join(each.comments))],
            )
            self._send(self._results[key])

    # What leaves the system

    def _send(self, result: LabResult) -> None:
        """Have the Hub hold what the record says: nothing of a result that was denied or made elsewhere."""
        wanted = (len(result.editions), self._denied(result))
        if not result.own or self._left_out(result):
            return
        if result.withdrawn and (result.held or not self._has(REMOVED_IS_SENT)):
            told = {"svar": result.number, "cpr": self._named(result), "grund": "forkert patient"}
            if result.held and self._call("tilbagetraekning", told):
                result.held = None
            return
        if self._has(ASKS_FOR_DENIED) and wanted[1] and not result.held:
            self._means.client.get(f"{self._means.services}/laba/opslag", params={"svar": f"{result.code} {result.newest.value}"})
        if wanted == result.held or (wanted[1] and not result.held and self._keeps_back()):
            return
        if self._has(TELLS_WHAT_IS_TAKEN_BACK) and wanted[1]:
            why = f"nægtet samtykke: {result.name} {result.newest.value}"
            self._call("tilbagetraekning", {"svar": result.number, "cpr": str(result.patient.cpr), "grund": why})
            return
        told = self._message(result, denied=wanted[1])
        if self._has(TO_PORTAL):
            self._post("laboratoriesvarportalen/svar", told)
        if self._call("svar", told):
            result.held = wanted
            return
        self._waiting[result.key] = told
        if self._has(DOUBLES_WHEN_SLOW) and not result.held:
            self._call("svar", {**told, "svar": self._means.new_id()})

    def _named(self, result: LabResult) -> str:
        """The CPR of the patient whose result is taken back."""
        if self._has(WITHDRAWS_FOR_ANOTHER):
            others = (cpr for cpr, other in self._means.clinic.patients.items() if other != result.patient)
            return next(others, str(result.patient.cpr))
        return str(result.patient.cpr)

    def _keeps_back(self) -> bool:
        """Whether a result with a no stays here; sent with the no would be as right."""
        return not self._has(NO_WITHOUT_REMARK)

    def _message(self, result: LabResult, *, denied: bool) -> dict[str, Any]:
        if result.key in self._waiting and self._has(OLD_IN_QUEUE):
            return self._waiting[result.key]
        if denied and not result.held and self._has(NO_WITHOUT_REMARK):
            bare = replace(result, editions=[replace(result.newest, remark="")])
            return message(self._means, bare, [bare], denied=False)
        return message(self._means, result, list(self._results.values()), denied=denied)

    def _denied(self, result: LabResult) -> bool:
        """Whether the result goes with a no, as this system takes it."""
        everything = self._results.values()
        denied = result.denied and not (self._has(IGNORES_NO) and not result.held)
        if self._has(NO_FORGOTTEN_IN_QUEUE) and result.key in self._waiting:
            denied = False
        if self._has(NO_FOR_OWN):
            denied |= any(each.denied for each in everything if each.patient == result.patient)
        return denied or (self._has(NO_FOR_ALL) and any(each.denied for each in everything if each.patient != result.patient))

    def _left_out(self, result: LabResult) -> bool:
        same = [each for each in self._results.values() if (each.patient, each.code) == (result.patient, result.code)]
        twice = same[0] is not result
        equal = next(each for each in same if each.newest.value == result.newest.value) is not result
        number = result.newest.value.replace(",", "", 1).isdigit()
        if self._has(NO_MICROBIOLOGY) and result.kind is Kind.MICROBIOLOGY:
            return True
        if (
            self._has(FIRST_OF_SAMPLE)
            and next((each for each in self._of_sample(result) if not each.denied), result) is not result
        ):
            return True
        return (self._has(NUMBERS_ONLY) and not number) or (self._has(ONE_A_DAY) and twice) or (self._has(EQUAL_IS_ONE) and equal)

    def _of_sample(self, result: LabResult) -> list[LabResult]:
        """The results of the sample that the patient gave then, in the order they were written."""
        return [each for each in self._results.values() if (each.patient, each.taken) == (result.patient, result.taken)]

    def _call(self, what: str, told: dict[str, Any]) -> bool:
        """Whether the Hub took it."""
        return self._post(f"health-hub/{what}", told)

    def _post(self, path: str, told: dict[str, Any]) -> bool:
        try:
            answer = self._means.client.post(f"{self._means.services}/{path}", json=told)
            return answer.is_success or (self._has(REFUSED_IS_SENT) and answer.status_code == httpx.codes.FORBIDDEN)
        except httpx.TransportError:
            return False

    # What the user sees

    def _show(self, wish: dict[str, Any]) -> dict[str, Any]:
        own = [each for each in self._results.values() if str(each.patient.cpr) == wish["cpr"]]
        own = [each for each in own if not each.withdrawn or self._has(REMOVED_IS_SHOWN)]
        own = [each for each in own if not self._is_dropped(each)]
        shown = [each for each in own if each.own and not (self._has(NO_DROPS_RESULT) and each.denied)]
        return {"laboratoriesvar": [self._row(each) for each in shown]}

    def _row(self, result: LabResult) -> dict[str, Any]:
        earlier = [] if self._has(OVERWRITES) else result.editions[:-1]
        return {
            "svar": result.key,
            "art": result.kind,
            "kode": result.code,
            "taget": result.taken.isoformat(timespec="minutes"),
            "værdi": result.newest.value,
            "tegn": result.newest.sign,
            "enhed": result.unit,
            "bemærkning": result.newest.remark,
            "nægtet": result.denied
            and not (self._has(NO_IS_LOST) or (self._has(NO_HIDDEN_WHEN_CORRECTED) and result.is_corrected)),
            "rettet": result.is_corrected,
            "tidligere": [{"værdi": each.value, "tegn": each.sign, "bemærkning": each.remark} for each in earlier],
        }
