"""How an LPS writes, sends and receipts its letters and documents, and what it shows of others': each class one way."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import Any

from harness.domain.clock import copenhagen
from harness.domain.patient import Organisation
from harness.lps.reference.forloebsplan.forloebsplaner import Plan
from harness.lps.reference.forloebsplan.plan_referrals import PlanReferrals
from harness.lps.reference.mandatory.correspondence import Correspondence
from harness.lps.reference.mandatory.shared_documents import SharedDocuments
from harness.lps.reference.referral.referrals import Referrals
from harness.standards.cda.apd import Appointment
from harness.standards.correspondence import Written
from harness.standards.vans import Message

_SKS = {"KOL": "DJ449", "LRS": "DM512", "T2D": "DE119", "HJERTE": "DI209"}


class ShortLines(Correspondence):
    """Each line of a letter is short."""

    def _as_sent(self, letter: Written, former: Written | None) -> Written:
        lines = ("\n".join(textwrap.wrap(line, 33)) for line in letter.text.split("\n"))
        return super()._as_sent(replace(letter, text="\n".join(lines)), former)


class WithGreeting(Correspondence):
    """A greeting before, a signature after."""

    def _as_sent(self, letter: Written, former: Written | None) -> Written:
        text = f"Til rette vedkommende\n\n{letter.text}\n\nVenlig hilsen\nAgerskov lægepraksis"
        return super()._as_sent(replace(letter, text=text), former)


class OlderCharacters(Correspondence):
    """ISO-8859-1."""

    def _as_sent(self, letter: Written, former: Written | None) -> Written:
        return super()._as_sent(replace(letter, encoding="ISO-8859-1"), former)


class NameInCapitals(Correspondence):
    """The patient without the middle name, the family name in capitals."""

    def _as_sent(self, letter: Written, former: Written | None) -> Written:
        patient = letter.patient
        named = replace(patient, given=patient.given[:1], family=patient.family.upper())
        return super()._as_sent(replace(letter, patient=named), former)


class QuotesTheLast(Correspondence):
    """What the clinic wrote before about the same patient stands below."""

    def _as_sent(self, letter: Written, former: Written | None) -> Written:
        sent = super()._as_sent(letter, former)
        if former is not None and former.patient.cpr == letter.patient.cpr:
            return replace(sent, text=f"{sent.text}\n--\n{former.text}")
        return sent


class FileFirst(Correspondence):
    """The attached file before the letter that names it."""

    def _messages(self, letter: Written) -> list[Message]:
        return super()._messages(letter)[::-1]


class AllAgain(Correspondence):
    """The network sends a message again in a new envelope."""

    def _post(self, message: Message, receiver: Organisation) -> None:
        super()._post(message, receiver)
        if message.meta.document.name != "XCTL03":
            self._means.clock.call_in(20, lambda: super(AllAgain, self)._post(message, receiver))


class ReceiptsLater(Correspondence):
    """Receipts are collected for three quarters of a minute."""

    seconds = 45.0

    def _receipt(self, message: Message, cpr: str) -> None:
        self._means.clock.call_in(self.seconds, lambda: super(ReceiptsLater, self)._receipt(message, cpr))


class ReceiptsMuchLater(ReceiptsLater):
    """For five minutes."""

    seconds = 300.0


class ShowsLettersNewestFirst(Correspondence):
    """With the subject above the text, and more fields than are asked for."""

    def _show(self, wish: dict[str, Any]) -> dict[str, Any]:
        rows = [{**each, "læst": False} for each in reversed(super()._show(wish)["beskeder"])]
        return {"beskeder": [{**each, "tekst": f"Emne\r\n{each['tekst']}"} for each in rows], "antal": len(rows)}


class KindOfAppointment(SharedDocuments):
    """What an appointment is for stands among other words."""

    def _plan(self, wish: dict[str, Any]) -> dict[str, Any]:
        return super()._plan({**wish, "årsag": f"Konsultation:\n{wish['årsag']} (15 minutter)"})


class ShowsOffset(SharedDocuments):
    """Others' appointments with the Danish clock's distance from UTC."""

    def _row(self, appointment: Appointment) -> dict[str, Any]:
        return {**super()._row(appointment), "tidspunkt": copenhagen(appointment.start).isoformat(timespec="minutes")}


class LeavesDocumentsToPlsp(SharedDocuments):
    """PLSP shares its appointments and stamkort."""

    def _submit(self, document: bytes, format_code: str, replaces: str = "") -> str:  # noqa: ARG002  # another sends it
        return ""


class HospitalsCode(PlanReferrals):
    """The diagnosis by its code in SKS."""

    def _diagnosis(self, plan: Plan) -> dict[str, Any]:
        return {"kode": _SKS[plan.kind], "tekst": "SKS"}


class BrokenLines(PlanReferrals):
    """What the plan says, in short lines."""

    def _content(self, plan: Plan) -> tuple[str, ...]:
        return tuple(line for _, text in plan.parts for line in textwrap.wrap(text, 12))


class TellsTheWholePlan(PlanReferrals):
    """Every part of the plan, with what the part is."""

    def _content(self, plan: Plan) -> tuple[str, ...]:
        return tuple(f"{text} ({part})" for part, text in plan.parts)


class OthersInTheText(Referrals):
    """The patient's other diseases stand in the text, by name and code."""

    def refer(self, wish: dict[str, Any], more: tuple[str, ...] = ()) -> dict[str, Any]:
        others = tuple(f"Har også {each['tekst'].lower()} ({each['kode']})" for each in wish.get("bidiagnoser", []))
        return super().refer({**wish, "bidiagnoser": []}, (*more, *others))


class ShowsReferralsNewestFirst(PlanReferrals):
    """With a note of its own."""

    def _show(self, wish: dict[str, Any]) -> dict[str, Any]:
        return {"henvisninger": [{**row, "egenNote": "–"} for row in reversed(super()._show(wish)["henvisninger"])]}
