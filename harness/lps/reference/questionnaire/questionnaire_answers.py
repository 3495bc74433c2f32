"""The patients' answers from Web-patient (RPT01 and QRD): taken in once, receipted every time, and shown as they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from harness.domain.clock import copenhagen, wall_clock
from harness.domain.errors import BadInput
from harness.domain.questionnaire import BY_CODE
from harness.lps.reference.capability import Means
from harness.lps.reference.questionnaire.questionnaire_record import Said, Score, number_of
from harness.standards.cda.qfdd import Choice
from harness.standards.cda.qrd import QuestionnaireResponse, read_qrd
from harness.standards.medrpt.read import read_medrpt
from harness.standards.medrpt.report import LabReport, Result, ResultStatus
from harness.standards.vans import Envelope, Message
from harness.standards.xml import parse

SWAPS_PROMIS: Final = "pro-fysisk-og-mentalt-byttet"
FIRST_ONLY: Final = "pro-kun-den-første-score"
LOSES_ZERO: Final = "pro-score-nul-tabt"
REFUSES_HIGHEST: Final = "pro-højeste-score-afvist"
CUTS_DECIMALS: Final = "pro-decimaler-tabt"
AS_UTC: Final = "pro-dato-læst-som-utc"
TO_UTC: Final = "pro-dato-vist-i-utc"
DAY_OF_RECEIPT: Final = "pro-dato-for-modtagelsen"
DROPS_LATE: Final = "pro-sent-svar-kasseres"
READS_AS_UTF8: Final = "pro-tegnsæt-overset"
KEEPS_RELEASE: Final = "pro-skilletegn-ikke-læst"
CUTS_REMARK: Final = "pro-bemærkning-klippet"
OVERWRITES: Final = "pro-nyt-svar-sletter-det-gamle"
SWALLOWS_CORRECTION: Final = "pro-rettelse-overset"
CORRECTION_BESIDE: Final = "pro-rettelse-ved-siden-af"
CORRECTION_ERASES: Final = "pro-rettelse-sletter-historikken"
CORRECTS_OTHERS: Final = "pro-rettelse-rammer-andre-patienter"
SHOWS_COPY: Final = "pro-svar-vist-igen-i-ny-kuvert"
SHOWS_EVERY: Final = "pro-svar-vist-hver-gang-det-kommer"
NO_RECEIPT: Final = "pro-svar-kvitteres-ikke"
COPY_UNRECEIPTED: Final = "pro-dublet-kvitteres-ikke"
STRANGER_LOST: Final = "pro-svar-uden-patient-tabt"
STRANGER_ON_LATEST: Final = "pro-svar-uden-patient-på-en-anden"
ALL_ON_LATEST: Final = "pro-svar-på-den-senest-bestilte"
CLAMPS: Final = "pro-umulig-score-rettet-til"
DROPS_IMPOSSIBLE: Final = "pro-umulig-score-tabt"
HIDES_DOUBT: Final = "pro-umulig-score-uden-advarsel"
OLDEST_AT_ASSESSMENT: Final = "pro-behovsvurdering-viser-det-første-svar"
LAST_RECEIVED: Final = "pro-behovsvurdering-viser-det-senest-modtagne"
OTHERS_AT_ASSESSMENT: Final = "pro-behovsvurdering-viser-andres-svar"
NEXT_DAY_AT_ASSESSMENT: Final = "pro-en-dag-senere-ved-behovsvurderingen"
PAST_AT_ASSESSMENT: Final = "pro-seneste-score-vist-som-rettet-ved-behovsvurderingen"
CUT_AT_ASSESSMENT: Final = "pro-bemærkning-klippet-ved-behovsvurderingen"
NOT_AT_ASSESSMENT: Final = "pro-svar-mangler-ved-behovsvurderingen"
QRD_AS_LATIN: Final = "pro-skema-tegnsæt-overset"
QRD_CODES: Final = "pro-skema-viser-koder"
QRD_NO_NUMBERS: Final = "pro-skema-uden-tal"
QRD_ON_LATEST: Final = "pro-skema-på-en-anden"
QRD_TO_ITSELF: Final = "pro-skema-kvitteres-til-klinikken-selv"
BY_BIRTHDAY: Final = "blind-svar-lagt-efter-foedselsdag"
FIRST_FORM_ONLY: Final = "blind-kun-foerste-af-to-skemaer"
FAULTS: Final = (
    SWAPS_PROMIS,
    FIRST_ONLY,
    LOSES_ZERO,
    REFUSES_HIGHEST,
    CUTS_DECIMALS,
    AS_UTC,
    TO_UTC,
    DAY_OF_RECEIPT,
    DROPS_LATE,
    READS_AS_UTF8,
    KEEPS_RELEASE,
    CUTS_REMARK,
    OVERWRITES,
    SWALLOWS_CORRECTION,
    CORRECTION_BESIDE,
    CORRECTION_ERASES,
    CORRECTS_OTHERS,
    SHOWS_COPY,
    SHOWS_EVERY,
    NO_RECEIPT,
    COPY_UNRECEIPTED,
    STRANGER_LOST,
    STRANGER_ON_LATEST,
    ALL_ON_LATEST,
    CLAMPS,
    DROPS_IMPOSSIBLE,
    HIDES_DOUBT,
    OLDEST_AT_ASSESSMENT,
    LAST_RECEIVED,
    OTHERS_AT_ASSESSMENT,
    NEXT_DAY_AT_ASSESSMENT,
    PAST_AT_ASSESSMENT,
    CUT_AT_ASSESSMENT,
    NOT_AT_ASSESSMENT,
    QRD_AS_LATIN,
    QRD_CODES,
    QRD_NO_NUMBERS,
    QRD_ON_LATEST,
    QRD_TO_ITSELF,
    BY_BIRTHDAY,
    FIRST_FORM_ONLY,
)
_SWAPPED: Final = {"MCS88195": "MCS88196", "MCS88196": "MCS88195"}
_TOO_LATE: Final = timedelta(days=14)
"""How long the faulty system waits for an answer."""


@dataclass(slots=True)
class Answers:
    """What patients answered. `ordered` are the CPR numbers packages were ordered for, oldest first."""

    means: Means
    ordered: Sequence[str]
    _scores: list[Score] = field(default_factory=list)
    _said: list[Said] = field(default_factory=list)
    _envelopes: set[str] = field(default_factory=set)
    _messages: set[str] = field(default_factory=set)

    def take(self, envelope: Envelope) -> None:
        """File an answer that is new; receipt it, new or not. One that cannot be read is refused."""
        assert isinstance(envelope.content, Message)
        faults, message = self.means.faults, envelope.content
        seen = message.meta.identifier in self._messages
        copied = envelope.identifier in self._envelopes if SHOWS_COPY in faults else seen
        self._envelopes.add(envelope.identifier)
        self._messages.add(message.meta.identifier)
        error = ""
        if not copied or SHOWS_EVERY in faults:
            error = self._filed(message)
        if NO_RECEIPT not in faults and not (seen and COPY_UNRECEIPTED in faults):
            astray = QRD_TO_ITSELF in faults and message.meta.document.name != "RPT01"
            self.means.receipt(replace(envelope, sender=envelope.receiver) if astray else envelope, error)

    def _filed(self, message: Message) -> str:
        """Why the message cannot be used; empty when it is filed."""
        data = message.data
        try:
            if message.meta.document.name == "RPT01":
                self._file_report(read_medrpt(self._misread(data)))
            else:
                wrong = QRD_AS_LATIN in self.means.faults
                self._file_questionnaire(read_qrd(parse(data.decode("iso-8859-1").encode() if wrong else data, "svar.xml")))
        except BadInput as error:
            return f"Svaret kan ikke læses: {error}."[:500]
        return ""

    def _misread(self, data: bytes) -> bytes:
        if READS_AS_UTF8 in self.means.faults:
            return data.decode("utf-8", "replace").encode("iso-8859-1", "replace")
        if KEEPS_RELEASE in self.means.faults:
            return data.replace(b"?+", b"??").replace(b"?:", b"??")
        return data

    # Scores

    def _file_report(self, report: LabReport) -> None:
        faults, cpr = self.means.faults, self._owner(report.patient.cpr)
        answered = self._answered(report)
        now = wall_clock(self.means.clock.now())
        if STRANGER_LOST in faults and not self._known(cpr):
            return
        if DROPS_LATE in faults and now - answered > _TOO_LATE:
            return
        asked = {result.analysis.code for result in report.results}
        if FIRST_FORM_ONLY in faults and any(each.cpr == cpr and each.code not in asked for each in self._scores):
            return
        for result in report.results[:1] if FIRST_ONLY in faults else report.results:
            score = self._score(result, cpr, report.production, answered)
            if not self._is_lost(result, score):
                self._correct(result, score)

    def _owner(self, cpr: str) -> str:
        faults = self.means.faults
        if self.ordered and (ALL_ON_LATEST in faults or (STRANGER_ON_LATEST in faults and not self._known(cpr))):
            return self.ordered[-1]
        if BY_BIRTHDAY in faults:
            return next((each for each in self.means.clinic.patients if each[:6] == cpr[:6]), cpr)
        return cpr

    def _known(self, cpr: str) -> bool:
        return cpr in self.means.clinic.patients

    def _answered(self, report: LabReport) -> datetime:
        faults, taken = self.means.faults, report.sample.taken
        if DAY_OF_RECEIPT in faults:
            return wall_clock(self.means.clock.now())
        if AS_UTC in faults:
            return wall_clock(taken.replace(tzinfo=UTC))
        if TO_UTC in faults:
            return taken - (copenhagen(taken.replace(tzinfo=UTC)).utcoffset() or timedelta())
        return taken

    def _score(self, result: Result, cpr: str, answer: str, answered: datetime) -> Score:
        faults, value, code = self.means.faults, result.value, result.analysis.code
        remark = "\n".join(result.comments)
        known = BY_CODE.get(code)
        number = number_of(value)
        if number is not None and CLAMPS in faults and known and known.limits:
            value = str(min(int(number), known.limits[1]))
        if number is not None and CUTS_DECIMALS in faults:
            value = str(int(number))
        if SWAPS_PROMIS in faults:
            code = _SWAPPED.get(code, code)
        if CUTS_REMARK in faults:
            remark = remark[:70]
        return Score(cpr, code, result.analysis.short_name, value, remark, answer, answered)

    def _is_lost(self, result: Result, score: Score) -> object:
        faults = self.means.faults
        known = BY_CODE.get(result.analysis.code)
        number = number_of(score.value)
        return (
            (LOSES_ZERO in faults and number == 0)
            or (REFUSES_HIGHEST in faults and known and known.limits and number == known.limits[1])
            or (DROPS_IMPOSSIBLE in faults and score.doubtful)
            or (SWALLOWS_CORRECTION in faults and result.status is ResultStatus.CORRECTED)
        )

    def _correct(self, result: Result, score: Score) -> None:
        """File the score. One that corrects another takes its place; the other stays in the history."""
        faults = self.means.faults
        earlier = [each for each in self._scores if (each.cpr, each.code) == (score.cpr, score.code)]
        corrected = [each for each in earlier if each.answer == score.answer and result.status is ResultStatus.CORRECTED]
        for each in corrected:
            each.current = CORRECTION_BESIDE in faults
        if CORRECTS_OTHERS in faults and corrected:
            for each in self._scores:
                each.value = score.value if each.code == score.code and each.cpr != score.cpr else each.value
        gone = corrected if CORRECTION_ERASES in faults else earlier if OVERWRITES in faults and not corrected else []
        self._scores = [*(each for each in self._scores if not any(each is other for other in gone)), score]

    # Questionnaires

    def _file_questionnaire(self, response: QuestionnaireResponse) -> None:
        faults, cpr = self.means.faults, str(response.header.patient.cpr)
        if QRD_ON_LATEST in faults and self.ordered and not self._known(cpr):
            cpr = self.ordered[-1]
        if STRANGER_LOST in faults and not self._known(cpr):
            return
        for each in response.answers:
            match each.said:
                case Choice(options):
                    said = ", ".join(option.code if QRD_CODES in faults else option.text for option in options)
                case Decimal():
                    said = "" if QRD_NO_NUMBERS in faults else f"{each.said:f}"
                case text:
                    said = text
            self._said.append(Said(cpr, each.question, said))

    # What the user sees

    def show(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The patient's scores and answers, oldest first, those that were corrected too."""
        return {
            "scorer": [self._row(each) for each in self._scores if each.cpr == wish["cpr"]],
            "svar": [{"spørgsmål": each.question, "svar": each.said} for each in self._said if each.cpr == wish["cpr"]],
        }

    def show_basis(self, wish: dict[str, Any]) -> dict[str, Any]:
        """The latest current score of each kind: what the doctor has at hand at the behovsvurdering."""
        faults = self.means.faults
        everybody = OTHERS_AT_ASSESSMENT in faults
        own = [each for each in self._scores if (everybody or each.cpr == wish["cpr"]) and each.current]
        if LAST_RECEIVED not in faults:
            own.sort(key=lambda each: each.answered, reverse=OLDEST_AT_ASSESSMENT in faults)
        latest = {each.code: each for each in own}
        return {"scorer": [] if NOT_AT_ASSESSMENT in faults else [self._at_assessment(each) for each in latest.values()]}

    def _at_assessment(self, score: Score) -> dict[str, Any]:
        faults, row = self.means.faults, self._row(score)
        if NEXT_DAY_AT_ASSESSMENT in faults:
            row["besvaret"] = (score.answered.date() + timedelta(days=1)).isoformat()
        if PAST_AT_ASSESSMENT in faults:
            row["gældende"] = False
        if CUT_AT_ASSESSMENT in faults:
            row["bemærkning"] = score.remark[:12]
        return row

    def show_strangers(self) -> dict[str, Any]:
        """The answers of people who are not patients in the clinic."""
        scores = [self._row(each) for each in self._scores if not self._known(each.cpr)]
        said = [{"spørgsmål": each.question, "svar": each.said} for each in self._said if not self._known(each.cpr)]
        return {"scorer": scores, "svar": said}

    def _row(self, score: Score) -> dict[str, Any]:
        return {
            "kode": score.code,
            "navn": score.name,
            "værdi": score.value,
            "bemærkning": score.remark,
            "besvaret": score.answered.date().isoformat(),
            "gældende": score.current,
            "advarsel": score.doubtful and HIDES_DOUBT not in self.means.faults,
        }
