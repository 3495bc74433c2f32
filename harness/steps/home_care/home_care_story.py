"""What one attempt knows of the municipality's results: what was sent, and how the system shows and acknowledges it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

from harness.conformance.behaviour import home_care as rules
from harness.conformance.behaviour.home_care import Comments, Measured
from harness.domain.organisations import ACUTE_TEAM
from harness.lps.driver import Act, CannotAct, Shown, View
from harness.services.service import Order
from harness.standards.fhir import codes
from harness.steps.home_care.home_care_rows import (
    File,
    Sent,
    Wanted,
    digest,
    has,
    measured,
    shown_comments,
    shown_results,
    wished,
)
from harness.steps.messages.fhir_line import message_in, same_id, sbdh_in
from harness.steps.story import ARRIVAL_SECONDS, Story

EOJ: Final = "eoj"
_COMMENT: Final = "Besøg i hjemmet"
_USUAL: Final = (("glukose", "", "7.1"),)
TOO_LONG: Final = (("leukocytter i urinen", "", "Svagt positiv"),)
"""One character more than a result may have."""

_FILES: Final = (
    ("EKG", "ekg.pdf", "application/pdf", b"%PDF-1.4 "),
    ("Foto", "foto.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 "),
)


@dataclass(slots=True)
class HomeCare:
    """The results of one attempt, oldest first. `doctors` are the initials the scenario speaks of."""

    story: Story
    sent: list[Sent] = field(default_factory=list)
    doctors: list[str] = field(default_factory=list)
    reason: str = ""
    _logged: Shown | None = None

    @property
    def last(self) -> Sent:
        """The answer the next steps speak of. Raises CannotAct before there is one."""
        if not self.sent:
            raise CannotAct("Kommunen har ikke sendt et svar endnu.")
        return self.sent[-1]

    # What people do

    def employ(self, initials: str) -> None:
        """A doctor with these initials works in the clinic."""
        self.story.driver.do(Act("opret-laege", {"initialer": initials}))
        self.doctors.append(initials)

    def disturb(self, disturbed: bool) -> None:
        """The system cannot store what comes, or can again; always again when the attempt is over."""
        self.story.driver.do(Act("forstyr-modtagelse", {"forstyrret": disturbed}))
        self.story.put_back("forstyr-modtagelse", Act("forstyr-modtagelse", {"forstyrret": False}))

    def save(self) -> None:
        """The doctor puts the answer on the patient's laboratoriekort. That it is not shown is for the steps to judge."""
        shown = self.look(self.last)
        key = shown.key_of("prøvesvar", "svar", lambda row: has(row, self.last.mark), f"svaret mærket {self.last.mark}")
        self.story.check(rules.is_shown_once, 1 if key else 0)
        self.story.driver.do(Act("gem-proevesvar", {"svar": key}))
        self.last.saved = True

    # What the municipality does

    def send(
        self,
        alias: str,
        *,
        initials: str = "",
        results: Wanted = _USUAL,
        comments: tuple[str, ...] = (_COMMENT,),
        files: bool = False,
        **more: Any,
    ) -> None:
        """The municipality sends an answer about the patient; every text gets a mark.

        `comments` are the clinical one and one of each analysis, as far as they go; `more` is for the order `prøvesvar`.
        """
        patient = self.story.patient(alias)
        mark = self.story.next_mark(patient)
        clinical, *notes = comments
        noted = {name: self.story.marked(note, patient) for name, note in zip(measured(results), notes, strict=False)}
        sent = Sent(alias, patient, initials, results, Comments(f"{clinical} {mark}", noted), mark, bool(more.get("nægtet")))
        if files:
            sent.files = tuple(
                (self.story.marked(title, patient), kind, self.story.example_file(name, data + mark.encode(), mark))
                for title, name, kind, data in _FILES
            )
            more["bilag"] = [_attached(each) for each in sent.files]
        self.sent.append(sent)
        self._order(
            "prøvesvar",
            {
                "cpr": str(patient.cpr),
                "fornavne": list(patient.given),
                "efternavn": patient.family,
                "initialer": initials,
                "konklusion": sent.comments.clinical,
                "resultater": wished(results, noted),
                **more,
            },
        )

    def speak_of(self, before: int) -> dict[str, Any]:
        """The answer so many `before` the latest is what the next steps speak of. Returns what an order says of it."""
        if len(self.sent) <= before:
            raise CannotAct("Kommunen har ikke sendt så mange svar endnu.")
        self.sent.append(self.sent.pop(-1 - before))
        return {"før": before}

    def send_again(self, envelope: str, before: int = 0) -> None:
        """An answer once more, in the `samme` envelope or a `ny` one. The log is read before."""
        chosen = self.speak_of(before)
        self._logged = self._log()
        self._order("igen", {"kuvert": envelope, **chosen})

    def correct(self, results: Wanted, before: int = 0) -> None:
        """The municipality corrects an answer's results."""
        chosen, last = self.speak_of(before), self.last
        last.earlier, last.results = last.results, results
        self._order("ret", {"resultater": wished(results, last.comments.analyses), **chosen})

    def cancel(self, reason: str, before: int = 0) -> None:
        """The municipality cancels an answer for that reason: a code of MedCom's, or a text of its own."""
        chosen = self.speak_of(before)
        known = any(code == reason for code, _, _ in codes.CANCELLATION_REASONS)
        self.reason = reason if known else self.story.marked(reason, self.last.patient)
        self._order("annuller", {"grund": self.reason, **chosen})

    def _order(self, name: str, wish: dict[str, Any]) -> None:
        since = len(self.story.attempt.inbox.received)
        self.story.services.order(EOJ, Order(name, wish))
        inbox = self.story.attempt.inbox
        self.story.time.until(lambda: any(each.sender == EOJ for each in inbox.received[since:]), ARRIVAL_SECONDS)
        came = [each for each in inbox.received[since:] if each.sender == EOJ and sbdh_in(each)]
        if not came:
            raise CannotAct("Kommunens svar kom ikke til nettet.")
        self.last.messages.append(message_in(came[-1]))
        self.last.envelopes += [envelope.id for each in came if (envelope := sbdh_in(each))]

    # What the system shows

    def rows(self, sent: Sent, view: str = "kommunale-proevesvar") -> tuple[Shown, ...]:
        """The answer wherever it stands among the patient's own."""
        return tuple(each for each in self.look(sent, view).rows("prøvesvar") if any(has(each, mark) for mark in sent.marks))

    def look(self, sent: Sent, view: str = "kommunale-proevesvar") -> Shown:
        """What the system shows of the answer's patient. A system that fetches when somebody looks does so."""
        self.story.time.run_due()
        return self.story.driver.show(View(view, {"cpr": str(sent.patient.cpr)}))

    def row(self) -> Shown:
        """The answer, which must be shown before it can be read."""
        rows = self._arrived()
        self.story.check(rules.is_shown_once, len(rows))
        return rows[0]

    def _arrived(self) -> tuple[Shown, ...]:
        """The answer as it is shown, once it has had time to come."""
        found = self.rows(self.last)
        if not found:
            self.story.time.until(lambda: bool(self.rows(self.last)), ARRIVAL_SECONDS)
            found = self.rows(self.last)
        return found

    def inbox(self, initials: str, sent: Sent) -> list[Shown]:
        """The answer as it lies with the doctor of these initials; "" for those whose doctor is not known."""
        shown = self.story.driver.show(View("indbakke-proevesvar", {"initialer": initials}))
        return [each for each in shown.rows("indbakke") if has(each, sent.mark)]

    def check_inbox(self) -> None:
        """Every answer lies where it should."""
        for each in self.sent:
            self._lies_right(each)

    def _lies_right(self, sent: Sent) -> None:
        """With the doctor who asked, or among those with unknown initials, with its patient, and nowhere else."""
        wanted = sent.initials if sent.initials in self.doctors else ""
        self.story.time.until(lambda: bool(self.inbox(wanted, sent)), ARRIVAL_SECONDS)
        own, others = self.inbox(wanted, sent), sum(len(self.inbox(each, sent)) for each in self.doctors if each != wanted)
        for each in own:
            self._is_about(each, sent)
        self.story.check(rules.lies_with_doctor if wanted else rules.lies_among_unknown, len(own), others)

    def check_who(self) -> None:
        """Whose the answer is."""
        self._is_about(self.row(), self.last)

    def _is_about(self, row: Shown, sent: Sent) -> None:
        """Whether a row names the answer's patient; a hyphen in the number does not count."""
        own = row.text("cpr").replace("-", "") == str(sent.patient.cpr)
        self.story.check(rules.shows_patient, own, row.text("navn"), [*sent.patient.given, sent.patient.family])

    def check_producer(self) -> None:
        """Who did the analysis."""
        self.story.check(rules.shows_producer, self.row().text("producent"), ACUTE_TEAM.name)

    def check_names(self) -> None:
        """The short and the long name of the analysis."""
        (long_name,) = self.last.measured
        shown = [(each.text("analyse"), each.text("langtNavn")) for each in self.row().rows("resultater")]
        self.story.check(rules.shows_names, shown, long_name)

    def check_not_interpreted(self) -> None:
        """That nobody has interpreted the results, of any of the answers."""
        self._arrived()
        for sent in self.sent:
            rows = self.rows(sent)
            self.story.check(rules.is_shown_once, len(rows))
            self.story.check(rules.shows_not_interpreted, all(each.flag("ikkeFortolket") for each in rows))

    def check_results(self) -> None:
        """The results, each at its analysis."""
        self._has_results(self.row(), self.last)

    def _has_results(self, row: Shown, sent: Sent) -> None:
        self.story.check(rules.shows_results, shown_results(row, sent.measured), sent.measured)

    def check_comments(self) -> None:
        """The comments, each in its place, by results that are those sent."""
        row = self.row()
        self._has_results(row, self.last)
        self.story.check(rules.shows_comments, shown_comments(row, self.last.measured), self.last.comments)

    def check_once(self) -> None:
        """Every answer about the patient, however often it came. Time enough for a copy goes by first."""
        self._arrived()
        self.story.be_quiet()
        for each in self._own():
            self.story.check(rules.is_shown_once, len(self.rows(each)))

    def _own(self) -> list[Sent]:
        """The answers of the attempt about this patient."""
        return [each for each in self.sent if each.alias == self.last.alias]

    def check_hidden(self) -> None:
        """The invalid answer stands nowhere."""
        self._arrived()
        waiting = sum(len(self.inbox(each, self.last)) for each in ("", *self.doctors))
        self.story.check(rules.invalid_is_hidden, len(self.rows(self.last)) + waiting)

    def check_card(self) -> None:
        """Every answer about the patient that was saved stands on the laboratoriekort, as it was sent, with what it is to say."""
        saved = [(each, self.rows(each, "laboratoriekort")) for each in self._own() if each.saved]
        self.story.check(rules.is_on_card, [len(rows) for _, rows in saved])
        for sent, rows in saved:
            self._is_about(rows[0], sent)
            self._has_results(rows[0], sent)
            self.story.check(rules.shows_not_interpreted, rows[0].flag("ikkeFortolket"))
            self.story.check(rules.shows_refusal, sent.refused, rows[0].flag("nægtetSamtykke"))

    def check_correction(self) -> None:
        """The corrected result, marked as such."""
        rows, sent = self._arrived(), self.last.measured
        self.story.check(rules.is_shown_once, min(len(rows), 1))
        (name, wanted), *_ = sent.items()
        shown = dict(shown_results(rows[-1], sent)).get(name, Measured("intet", ""))
        self.story.check(rules.shows_correction, len(rows), rows[-1].text("status"), shown, wanted)
        self._others_stand()

    def _others_stand(self) -> None:
        """The patient's other answers are as they were sent."""
        for each in self._own()[:-1]:
            rows = self.rows(each)
            shown = [result for row in rows for result in shown_results(row, each.measured)]
            self.story.check(rules.others_stand, [row.text("status") for row in rows], shown, each.measured)

    def check_earlier(self) -> None:
        """What stood there before."""
        (wanted,) = measured(self.last.earlier).values()
        shown = [
            Measured(each.text("resultat"), each.text("enhed"))
            for old in self.row().rows("tidligere")
            for each in old.rows("resultater")
        ]
        self.story.check(rules.shows_earlier, shown, wanted)

    def check_cancelled(self) -> None:
        """The answer stands there as cancelled, with what was cancelled, and no other does."""
        rows = self._arrived()
        self.story.check(rules.shows_cancelled, [each.text("status") for each in rows])
        self._has_results(rows[0], self.last)
        self._others_stand()

    def check_reason(self) -> None:
        """Why it was cancelled, in one of MedCom's texts or in the municipality's own."""
        texts = [{english, danish} for code, english, danish in codes.CANCELLATION_REASONS if code == self.reason]
        self.story.check(rules.shows_reason, self.row().text("grund"), texts[0] if texts else {self.reason})

    def check_refusal(self) -> None:
        """The patient's no, of every answer of the attempt."""
        self._arrived()
        for sent in self.sent:
            rows = self.rows(sent)
            if sent.refused:
                self.story.check(rules.is_shown_once, len(rows))
            self.story.check(rules.shows_refusal, sent.refused, any(each.flag("nægtetSamtykke") for each in rows))

    def check_files(self) -> None:
        """The files of every answer, byte for byte."""
        self._arrived()
        for sent in (each for each in self.sent if each.files):
            rows = self.rows(sent)
            self.story.check(rules.is_shown_once, len(rows))
            shown = [(each.text("titel"), each.text("type"), digest(each.text("indhold"))) for each in rows[0].rows("bilag")]
            for title, kind, data in sent.files:
                self.story.check(rules.shows_file, shown, title, kind, hashlib.sha256(data).hexdigest())

    def check_logged(self) -> None:
        """The duplicate stands in the log."""
        assert self._logged is not None, "the answer came again"
        self.story.check(rules.is_logged, self._duplicates(self._logged), self._duplicates(self._log()))

    def _log(self) -> Shown:
        return self.story.driver.show(View("modtagelseslog"))

    def _duplicates(self, log: Shown) -> int:
        return sum(same_id(each, self.last.messages[-1]) for each in log.texts("dubletter"))


def _attached(file: File) -> dict[str, str]:
    title, kind, data = file
    return {"titel": title, "type": kind, "data": base64.b64encode(data).decode("ascii")}
