"""An LPS that is honest but sends and shows the mandatory letters otherwise than the reference LPS is never failed."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rehearsal import rehearse, scenarios

from harness.domain.clock import copenhagen
from harness.domain.correspondence import Sort
from harness.domain.event import Judged, ScenarioEnded
from harness.domain.patient import Organisation
from harness.lps.reference.mandatory import correspondence
from harness.lps.reference.mandatory import shared_documents as documents
from harness.lps.reference.mandatory.correspondence import Correspondence
from harness.lps.reference.mandatory.shared_documents import SharedDocuments
from harness.runner.wish import Wish
from harness.standards.cda.apd import Appointment
from harness.standards.correspondence import Written, messages_of
from harness.standards.vans import Message

Patch = pytest.MonkeyPatch
Vary = Callable[[Patch], None]


def writes(change: Callable[[Written], Written]) -> Vary:
    def vary(patch: Patch) -> None:
        def changed(letter: Written, new_id: Callable[[], str]) -> list[Message]:
            return messages_of(change(letter), new_id)

        patch.setattr(correspondence, "messages_of", changed)

    return vary


def in_short_lines(letter: Written) -> Written:
    return replace(letter, text="\n".join("\n".join(textwrap.wrap(line, 33)) for line in letter.text.split("\n")))


def with_a_signature(letter: Written) -> Written:
    return replace(letter, text=f"Til rette vedkommende\n\n{letter.text}\n\nVenlig hilsen\nAgerskov lægepraksis")


def in_an_older_character_set(letter: Written) -> Written:
    return replace(letter, encoding="ISO-8859-1")


def sends_the_file_first(patch: Patch) -> None:
    patch.setattr(correspondence, "messages_of", lambda letter, new_id: messages_of(letter, new_id)[::-1])


def shows_newest_first_and_more(patch: Patch) -> None:
    original = Correspondence._show

    def show(self: Correspondence, wish: dict[str, Any]) -> dict[str, Any]:
        rows = [{**each, "læst": False} for each in reversed(original(self, wish)["beskeder"])]
        return {"beskeder": [{**each, "tekst": f"Emne\r\n{each['tekst']}"} for each in rows], "antal": len(rows)}

    patch.setattr(Correspondence, "_show", show)


def tells_the_kind_of_appointment_too(patch: Patch) -> None:
    original = SharedDocuments._plan

    def plan(self: SharedDocuments, wish: dict[str, Any]) -> dict[str, Any]:
        return original(self, {**wish, "årsag": f"Konsultation:\n{wish['årsag']} (15 minutter)"})

    patch.setattr(SharedDocuments, "_plan", plan)


def writes_times_in_utc(patch: Patch) -> None:
    original = SharedDocuments._moment
    patch.setattr(SharedDocuments, "_moment", lambda self, text: original(self, text).astimezone(documents.UTC))


def receipts_after(seconds: float) -> Vary:
    """As a network that collects what it carries."""

    def vary(patch: Patch) -> None:
        original = Correspondence._receipt

        def receipt(self: Correspondence, note: Message, cpr: str) -> None:
            self._means.clock.call_in(seconds, lambda: original(self, note, cpr))

        patch.setattr(Correspondence, "_receipt", receipt)

    return vary


def sends_all_again_in_new_envelopes(patch: Patch) -> None:
    original = Correspondence._post

    def post(self: Correspondence, message: Message, receiver: Organisation) -> None:
        original(self, message, receiver)
        if message.meta.document.name != "XCTL03":
            self._means.clock.call_in(20, lambda: original(self, message, receiver))

    patch.setattr(Correspondence, "_post", post)


def shows_times_with_their_offset(patch: Patch) -> None:
    original = SharedDocuments._row

    def row(self: SharedDocuments, appointment: Appointment) -> dict[str, Any]:
        return {**original(self, appointment), "tidspunkt": copenhagen(appointment.start).isoformat(timespec="minutes")}

    patch.setattr(SharedDocuments, "_row", row)


def leaves_documents_to_plsp(patch: Patch) -> None:
    patch.setattr(SharedDocuments, "_submit", lambda *_: "")


def names_the_patient_in_capitals_without_the_middle_name(patch: Patch) -> None:
    def changed(letter: Written) -> Written:
        patient = letter.patient
        return replace(letter, patient=replace(patient, given=patient.given[:1], family=patient.family.upper()))

    writes(changed)(patch)


def quotes_what_was_written_before(patch: Patch) -> None:
    said: dict[str, list[str]] = {}

    def changed(letter: Written) -> Written:
        before = said.setdefault(str(letter.patient.cpr), [])
        before.append(letter.text)
        return replace(letter, text="\n--\n".join(reversed(before)))

    writes(changed)(patch)


VARIATIONS: dict[str, Vary] = {
    "kvittering efter 45 sekunder": receipts_after(45),
    "kvittering efter 5 minutter": receipts_after(300),
    "alt sendt igen i nye kuverter": sends_all_again_in_new_envelopes,
    "tider med forskel til UTC": shows_times_with_their_offset,
    "aftaler og stamkort over PLSP": leaves_documents_to_plsp,
    "navnet med store bogstaver": names_the_patient_in_capitals_without_the_middle_name,
    "det tidligere skrevne med": quotes_what_was_written_before,
    "korte linjer": writes(in_short_lines),
    "med hilsen": writes(with_a_signature),
    "ældre tegnsæt": writes(in_an_older_character_set),
    "filen først": sends_the_file_first,
    "nyeste først, og mere": shows_newest_first_and_more,
    "aftalens slags med": tells_the_kind_of_appointment_too,
    "tider i UTC": writes_times_in_utc,
}


@pytest.mark.parametrize("vary", VARIATIONS.values(), ids=VARIATIONS)
def test_an_honest_lps_is_not_failed(vary: Vary, tmp_path: Path, monkeypatch: Patch) -> None:
    vary(monkeypatch)
    chosen = scenarios("epj-obligatoriske")
    events = rehearse(tmp_path / "kørsel", Wish(rute="plsp", cpd="2.0"), chosen)
    assert [str(each) for event in events if isinstance(event, Judged) for each in event.findings if each.grade] == []
    ended = [event for event in events if isinstance(event, ScenarioEnded)]
    assert {event.scenario: event.reason for event in ended if event.standing not in ("OK", "afventer")} == {}
    assert len(ended) == len(chosen)


def test_every_sort_of_letter_is_written_or_received() -> None:
    steps = " ".join(step for each in scenarios("epj-obligatoriske") for step in each.steps)
    assert [sort for sort in Sort if sort.partition(" ")[0] not in steps] == []
