"""What one attempt knows of the municipality's results: what was sent, and how the system shows and acknowledges it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from harness.conformance.behaviour import home_care as rules
from harness.conformance.behaviour.home_care import Comments, Measured
from harness.conformance.rule import Rule
from harness.conformance.transport import reliability
from harness.domain.errors import BadInput
from harness.domain.organisations import ACUTE_TEAM, CLINIC
from harness.lps.driver import Act, CannotAct, Shown, View
from harness.services.ehmi import STATUS
from harness.services.service import Availability, Order
from harness.standards.eds import DeliveryStatus, read_eds
from harness.standards.fhir import codes
from harness.standards.fhir.messages import Acknowledgement
from harness.steps.fhir_line import acknowledgement_in, line_of, message_in, sbdh_in
from harness.steps.home_care_rows import Sent, Wanted, digest, has, measured, shown_results, wished
from harness.steps.story import ARRIVAL_SECONDS, Story

EOJ: Final = "eoj"
_COMMENT: Final = "Besøg i hjemmet"
_USUAL: Final = (("glukose", "", "7.1"),)
TOO_LONG: Final = (("leukocytter i urinen", "", "Svagt positiv prøve"),)


@dataclass(slots=True)
class HomeCare:
    """The results of one attempt, oldest first. `doctors` are the initials the scenario speaks of."""

    story: Story
    sent: list[Sent] = field(default_factory=list)
    doctors: list[str] = field(default_factory=list)
    reason: str = ""
    _logged: int = 0

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
        rows = self.rows(self.last)
        self.story.check(rules.is_shown_once, len(rows))
        self.story.driver.do(Act("gem-proevesvar", {"svar": rows[0].text("svar")}))

    # What the municipality does

    def send(
        self,
        alias: str,
        *,
        initials: str = "",
        results: Wanted = _USUAL,
        comments: tuple[str, str] | None = None,
        file: bool = False,
        **more: Any,
    ) -> None:
        """The municipality sends an answer about the patient; every text gets a mark. `more` is for the order `prøvesvar`."""
        patient = self.story.patient(alias)
        mark = self.story.next_mark(patient)
        clinical, analysis = comments or (_COMMENT, "")
        noted = self.story.marked(analysis, patient) if analysis else ""
        said = Comments(f"{clinical} {mark}", (noted,))
        sent = Sent(alias, patient, initials, results, said, mark, bool(more.get("nægtet")))
        if file:
            sent.file = (self.story.marked("EKG", patient), f"%PDF-1.4 {mark}".encode())
            data = base64.b64encode(sent.file[1]).decode("ascii")
            more["bilag"] = [{"titel": sent.file[0], "type": "application/pdf", "data": data}]
        self.sent.append(sent)
        self._order(
            "prøvesvar",
            {
                "cpr": str(patient.cpr),
                "fornavne": list(patient.given),
                "efternavn": patient.family,
                "initialer": initials,
                "konklusion": said.clinical,
                "resultater": wished(results, noted),
                **more,
            },
        )

    def send_again(self, envelope: str) -> None:
        """The latest answer once more, in the `samme` envelope or a `ny` one. The log is read before."""
        self._logged = self._duplicates()
        self._order("igen", {"kuvert": envelope})

    def correct(self, results: Wanted) -> None:
        """The municipality corrects the latest answer's results."""
        last = self.last
        last.earlier, last.results = last.results, results
        self._order("ret", {"resultater": wished(results, last.comments.analyses[0])})

    def cancel(self, reason: str) -> None:
        """The municipality cancels the latest answer for that reason, a code of MedCom's."""
        self.reason = reason
        self._order("annuller", {"grund": reason})

    def _order(self, name: str, wish: dict[str, Any]) -> None:
        since = len(self.story.attempt.inbox.received)
        self.story.services.order(EOJ, Order(name, wish))
        inbox = self.story.attempt.inbox
        self.story.time.until(lambda: any(each.sender == EOJ for each in inbox.received[since:]), ARRIVAL_SECONDS)
        came = [each for each in inbox.received[since:] if each.sender == EOJ and sbdh_in(each)]
        if not came:
            raise CannotAct("Kommunens svar kom ikke til nettet.")
        self.last.messages.append(message_in(came[-1]))

    # What the system shows

    def rows(self, sent: Sent, view: str = "kommunale-proevesvar") -> tuple[Shown, ...]:
        """The answer wherever it stands among the patient's own."""
        self.story.time.run_due()
        shown = self.story.driver.show(View(view, {"cpr": str(sent.patient.cpr)}))
        return tuple(each for each in shown.rows("prøvesvar") if has(each, sent.mark))

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

    def inbox(self, initials: str) -> int:
        """How often the answer lies with the doctor of these initials; "" for those whose doctor is not known."""
        shown = self.story.driver.show(View("indbakke-proevesvar", {"initialer": initials}))
        return sum(has(each, self.last.mark) for each in shown.rows("indbakke"))

    def check_inbox(self) -> None:
        """The answer lies with the doctor who asked, or among those with unknown initials, and nowhere else."""
        wanted = self.last.initials
        self.story.time.until(lambda: bool(self.inbox(wanted)), ARRIVAL_SECONDS)
        others = sum(self.inbox(each) for each in self.doctors if each != wanted)
        rule = rules.lies_with_doctor if wanted else rules.lies_among_unknown
        self.story.check(rule, self.inbox(wanted), others)

    def check_who(self) -> None:
        """Whose the answer is."""
        row, patient = self.row(), self.last.patient
        own = row.text("cpr") == str(patient.cpr)
        self.story.check(rules.shows_patient, own, row.text("navn"), [*patient.given, patient.family])

    def check_producer(self) -> None:
        """Who did the analysis."""
        self.story.check(rules.shows_producer, self.row().text("producent"), ACUTE_TEAM.name)

    def check_names(self) -> None:
        """The short and the long name of the analysis."""
        (long_name,) = self.last.measured
        shown = [(each.text("analyse"), each.text("langtNavn")) for each in self.row().rows("resultater")]
        self.story.check(rules.shows_names, shown, long_name)

    def check_not_interpreted(self) -> None:
        """That nobody has interpreted the results."""
        self.story.check(rules.shows_not_interpreted, self.row().flag("ikkeFortolket"))

    def check_results(self) -> None:
        """The results, each at its analysis."""
        self.story.check(rules.shows_results, shown_results(self.row(), self.last.measured), self.last.measured)

    def check_comments(self) -> None:
        """The comments, each in its place."""
        row = self.row()
        analyses = tuple(each.text("kommentar") for each in row.rows("resultater"))
        self.story.check(rules.shows_comments, Comments(row.text("kliniskKommentar"), analyses), self.last.comments)

    def check_once(self) -> None:
        """However often it came. Time enough for a copy goes by first."""
        self._arrived()
        self.story.be_quiet()
        self.story.check(rules.is_shown_once, len(self.rows(self.last)))

    def check_hidden(self) -> None:
        """The invalid answer stands nowhere."""
        self._arrived()
        waiting = sum(self.inbox(each) for each in ("", *self.doctors))
        self.story.check(rules.invalid_is_hidden, len(self.rows(self.last)) + waiting)

    def check_card(self) -> None:
        """Every answer about the patient that the attempt sent stands on the laboratoriekort."""
        own = [each for each in self.sent if each.alias == self.last.alias]
        self.story.check(rules.is_on_card, [len(self.rows(each, "laboratoriekort")) for each in own])

    def check_correction(self) -> None:
        """The corrected result, marked as such."""
        rows, sent = self._arrived(), self.last.measured
        self.story.check(rules.is_shown_once, min(len(rows), 1))
        (name, wanted), *_ = sent.items()
        shown = shown_results(rows[-1], sent).get(name, Measured("intet", ""))
        self.story.check(rules.shows_correction, len(rows), rows[-1].text("status"), shown, wanted)

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
        """The answer stands there as cancelled."""
        self.story.check(rules.shows_cancelled, [each.text("status") for each in self._arrived()])

    def check_reason(self) -> None:
        """Why it was cancelled, in one of MedCom's texts."""
        (accepted,) = ({english, danish} for code, english, danish in codes.CANCELLATION_REASONS if code == self.reason)
        self.story.check(rules.shows_reason, self.row().text("grund"), accepted)

    def check_refusal(self) -> None:
        """The patient's no, of every answer of the attempt."""
        self._arrived()
        for sent in self.sent:
            shown = any(each.flag("nægtetSamtykke") for each in self.rows(sent))
            self.story.check(rules.shows_refusal, sent.refused, shown)

    def check_file(self) -> None:
        """The file, byte for byte."""
        assert self.last.file, "the answer has a file"
        title, data = self.last.file
        shown = [(each.text("titel"), digest(each.text("indhold"))) for each in self.row().rows("bilag")]
        self.story.check(rules.shows_file, shown, title, hashlib.sha256(data).hexdigest())

    def check_logged(self) -> None:
        """The duplicate stands in the log."""
        self.story.check(rules.is_logged, self._logged, self._duplicates())

    def _duplicates(self) -> int:
        message = self.last.messages[-1]
        return self.story.driver.show(View("modtagelseslog")).texts("dubletter").count(message)

    # What is seen on the wire

    def receipts(self) -> list[Acknowledgement]:
        """Every acknowledgement of the latest message that was sent back to the municipality, oldest first."""
        sent = [each for each in self.story.attempt.inbox.received if each.sender == "lps" and each.facts.get("taken")]
        back = [each for each in sent if (envelope := sbdh_in(each)) and envelope.receiver.gln == ACUTE_TEAM.gln]
        found = [receipt for each in back if (receipt := acknowledgement_in(each))]
        return [each for each in found if each.original == self.last.messages[-1]]

    def check_receipts(self, wanted: Sequence[str]) -> None:
        """These acknowledgements came, in this order; a negative one says why."""
        self._fetch()
        self.story.time.until(lambda: len(self.receipts()) >= len(wanted), ARRIVAL_SECONDS)
        self.story.be_quiet()
        found = self.receipts()
        self.story.check(rules.is_acknowledged, [each.answer for each in found], wanted)
        self.story.check(rules.says_why, [f"{each.error} {each.explanation}" for each in found if each.answer != "ok"])

    def check_line(self, *wanted: Rule) -> None:
        """MedCom's rules of sending again hold of everything that went to and from the clinic."""
        self._fetch()
        self.story.be_quiet()
        line = line_of(self.story.attempt.inbox.received)
        for rule in (*wanted, reliability.envelope_ids):
            self.story.check(rule, line)

    def _fetch(self) -> None:
        """Have a system that fetches when somebody looks do so."""
        self.rows(self.last)

    def set_queue(self, availability: Availability) -> None:
        """EHMI's queue of delivery statuses behaves so from now on; the system has tried it as it was before."""
        if self.sent:
            self._fetch()
        self.story.services.order("ehmi", Order("tilgængelighed", {"værdi": str(availability)}))

    def check_reported(self) -> None:
        """The queue took a status about the message, that names the right parties."""
        self._fetch()
        self.story.time.until(lambda: bool(self._statuses()), ARRIVAL_SECONDS)
        found = self._statuses()
        self.story.check(rules.is_reported, len(found))
        self.story.check(
            rules.names_parties, {(each.sender.sor, each.receiver.sor) for each in found}, (ACUTE_TEAM.sor, CLINIC.sor)
        )

    def _statuses(self) -> list[DeliveryStatus]:
        """What the queue took about the latest message; what cannot be read is for the rules of the format."""
        found = []
        for each in self.story.attempt.inbox.received:
            if each.sender == "lps" and each.request.path == STATUS and each.facts.get("taken"):
                try:
                    found.append(read_eds(each.request.body))
                except BadInput:
                    continue
        return [each for each in found if each.message.id == self.last.messages[-1]]
