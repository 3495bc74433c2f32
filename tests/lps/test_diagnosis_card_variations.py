"""An LPS that is honest but makes its diagnosekort differently from the reference LPS is never failed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from rehearsal import rehearse, scenarios

from harness.domain.event import Judged, ScenarioEnded
from harness.lps.reference.diagnosis_card import card_documents, diagnosis_cards
from harness.lps.reference.diagnosis_card.diagnosis_cards import DiagnosisCards
from harness.runner.wish import Wish
from harness.standards.fhir import codes
from harness.standards.fhir.messages import ConditionList, Person
from harness.standards.fhir.write import Part, Write

Patch = pytest.MonkeyPatch
build_condition_list = card_documents.build_condition_list
BACKGROUND = 300.0


def writes(change: Callable[[ConditionList], ConditionList]) -> Callable[[Patch], None]:
    def vary(patch: Patch) -> None:
        patch.setattr(card_documents, "build_condition_list", lambda card, write: build_condition_list(change(card), write))

    return vary


def rewrites(change: Callable[[Part], object]) -> Callable[[Patch], None]:
    """`change` is made to every Condition in the document."""

    def build(card: ConditionList, write: Write) -> bytes:
        document: dict[str, Any] = json.loads(build_condition_list(card, write))
        for entry in document["entry"]:
            if entry["resource"]["resourceType"] == "Condition":
                change(entry["resource"])
        return json.dumps(document, ensure_ascii=True).encode()

    return lambda patch: patch.setattr(card_documents, "build_condition_list", build)


def has_displays(condition: Part) -> None:
    for each in condition.get("code", {}).get("coding", []):
        each["display"] = "Kodens egen tekst"


def hands_over_in_the_background(patch: Patch) -> None:
    original = DiagnosisCards._hand_over
    patch.setattr(
        DiagnosisCards, "_hand_over", lambda self, cpr: self._means.clock.call_in(BACKGROUND, lambda: original(self, cpr))
    )


def hands_over_again_and_again(patch: Patch) -> None:
    original = DiagnosisCards._hand_over

    def hand_over(self: DiagnosisCards, cpr: str) -> None:
        before = self._handed.get(cpr)
        original(self, cpr)
        if self._handed.get(cpr) is not before:
            del self._handed[cpr]
            original(self, cpr)

    patch.setattr(DiagnosisCards, "_hand_over", hand_over)


def waits_for_the_user(patch: Patch) -> None:
    patch.setattr(diagnosis_cards, "RETRY_SECONDS", 7 * 24 * 3600.0)


VARIATIONS: dict[str, Callable[[Patch], None]] = {
    "skriver diagnoserne i omvendt rækkefølge": writes(lambda card: replace(card, diagnoses=card.diagnoses[::-1])),
    "skriver verdenstid": writes(
        lambda card: replace(card, changed=card.changed.astimezone(UTC), assembled=card.assembled.astimezone(UTC))
    ),
    "skriver SKS-koder med store bogstaver": writes(
        lambda card: replace(card, diagnoses=tuple(replace(each, icd=each.icd.upper()) for each in card.diagnoses))
    ),
    "bryder linjer i teksten": writes(
        lambda card: replace(
            card, diagnoses=tuple(replace(each, text=each.text.replace(" ", "\n", 1)) for each in card.diagnoses)
        )
    ),
    "giver koderne deres egen tekst": rewrites(has_displays),
    "siger registreringens klokkeslæt": rewrites(lambda each: each.update(recordedDate="2026-10-05T10:15:00+02:00")),
    "siger en alvorlighed": rewrites(
        lambda each: each.update(severity={"coding": [{"system": codes.SNOMED, "code": "24484000"}]})
    ),
    "udelader klinisk status uden afslutning": rewrites(
        lambda each: each.pop("clinicalStatus") if "abatementDateTime" not in each else None
    ),
    "afleverer i baggrunden": hands_over_in_the_background,
    "afleverer flere gange": hands_over_again_and_again,
    "sender først igen, når brugeren beder om det": waits_for_the_user,
    "udelader patientens fornavn, køn og fødselsdato": writes(
        lambda card: replace(card, patient=Person(card.patient.cpr, "", card.patient.family))
    ),
    "skriver patientens navn i én del og med store bogstaver": writes(
        lambda card: replace(card, patient=replace(card.patient, given="", family=f"{card.patient.family}, ELMER"))
    ),
}


@pytest.mark.parametrize("vary", VARIATIONS.values(), ids=VARIATIONS)
def test_an_honest_card_is_never_failed(vary: Callable[[Patch], None], tmp_path: Path, monkeypatch: Patch) -> None:
    vary(monkeypatch)
    events = rehearse(tmp_path / "k", Wish(rute="plsp", cpd="2.0"), scenarios("diagnosekort"))
    assert [finding for event in events if isinstance(event, Judged) for finding in event.findings if finding.grade] == []
    assert {event.standing for event in events if isinstance(event, ScenarioEnded)} == {"OK"}
