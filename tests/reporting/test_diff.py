"""Two runs beside each other: what is worse is never missed, and what nobody tried or decided is never shown as better."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import example_run
import pytest
from example_run import FINDING, RUN, START, judged, started, step
from jsonschema import Draft202012Validator

from harness.cli.diff_json import schema_text
from harness.cli.main import main
from harness.domain.event import Event, MeasuredAgainst, RunStarted, ScenarioEnded
from harness.domain.finding import Finding
from harness.domain.grade import Beside, Grade, Standing
from harness.domain.review import Assessed, Reconfirmed, Review, Role, Said, review_of
from harness.house import find_house
from harness.record.log import Entry
from harness.record.result import Result, result_of
from harness.reporting.diff.diff import Change, diff
from harness.reporting.diff.text import diff_lines
from harness.reporting.summary import REHEARSAL

SCHEMA = find_house().home / "docs" / "schema" / "diff.schema.json"
REAL = replace(RUN, grundlag="leverandørens system", driver="attended")


def run(
    standings: dict[str, str],
    first: RunStarted = REAL,
    findings: dict[str, Finding] | None = None,
    files: dict[str, str] | None = None,
    review: Review | None = None,
) -> Result:
    events: list[Event] = [first, MeasuredAgainst((), files=files or {})]
    for name, standing in standings.items():
        own = [judged(findings[name])] if findings and name in findings else []
        reason = "" if standing == "OK" else f"Om {name}"
        events += [started(name), *step(0, "udført", *own), ScenarioEnded(name, 1, standing, reason)]
    entries = [Entry(number, START + timedelta(seconds=number), event) for number, event in enumerate(events)]
    return result_of(entries, review)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("OK", "OK", Change.SAME),
        ("OK", "F3", Change.NEW),
        ("IR", "F2", Change.NEW),
        ("afventer", "F1", Change.NEW),
        ("kunne ikke testes", "F3", Change.NEW),
        ("F3", "F1", Change.WORSE),
        ("OK", "F4", Change.WORSE),
        ("OK", "afventer", Change.WORSE),
        ("OK", "kunne ikke testes", Change.WORSE),
        ("afventer", "afbrudt", Change.WORSE),
        ("F2", "OK", Change.MENDED),
        ("F3", "F4", Change.MENDED),
        ("F1", "F3", Change.BETTER),
        ("F4", "OK", Change.BETTER),
        ("attesteret", "OK", Change.BETTER),
        ("F3", "IR", Change.OTHER),
        ("OK", "IR", Change.OTHER),
        ("F3", "afventer", Change.OTHER),
        ("F1", "kunne ikke testes", Change.OTHER),
        ("afbrudt", "kunne ikke testes", Change.OTHER),
        ("ikke kontrolleret", "attesteret", Change.OTHER),
    ],
)
def test_what_became_of_a_scenario(before: str, after: str, change: Change) -> None:
    found = diff(run({"A": before}), run({"A": after}))
    assert found.scenarios[0].change is change
    assert found.scenarios[0].worse is (change in (Change.NEW, Change.WORSE))


def test_better_and_mended_end_in_ok_or_f4_or_a_smaller_finding() -> None:
    everything: list[Standing] = [*Grade, *Beside]
    for before in everything:
        for after in everything:
            change = diff(run({"A": before}), run({"A": after})).scenarios[0].change
            if change in (Change.MENDED, Change.BETTER):
                both_broken = isinstance(before, Grade) and not before.approved and isinstance(after, Grade)
                assert after in (Grade.OK, Grade.F4) or both_broken
            reverse = diff(run({"A": after}), run({"A": before})).scenarios[0].change
            assert (change is Change.SAME) == (reverse is Change.SAME) == (before is after)


def test_what_only_one_has_and_what_was_never_begun() -> None:
    found = diff(run({"A": "OK", "B": "F3"}), run({"B": "F3", "C": "F2"}, replace(REAL, planned=("B", "C", "A"))))
    assert {each.scenario: each.change for each in found.scenarios} == {
        "A": Change.WORSE,
        "B": Change.SAME,
        "C": Change.ONLY_AFTER,
    }
    assert found.worse
    assert {each.scenario: each.change for each in diff(run({"A": "OK"}), run({"B": "OK"})).scenarios} == {
        "A": Change.ONLY_BEFORE,
        "B": Change.ONLY_AFTER,
    }
    assert diff(run({}), run({"C": "F2"})).worse
    assert not diff(run({"A": "OK"}), run({"B": "OK"})).worse


def test_rules_that_are_new_or_gone_and_what_nobody_tried() -> None:
    other = replace(FINDING, rule="CPD-C09", grade=Grade.F2)
    before = run({"A": "F3", "B": "F3"}, findings={"A": FINDING, "B": other})
    after = run({"A": "OK", "B": "kunne ikke testes", "C": "F3"}, findings={"C": replace(FINDING, rule="X-1")})
    found = diff(before, after)
    assert [(each.rule, each.scenarios) for each in found.broken] == [("X-1", ("C",))]
    assert [(each.rule, each.tried) for each in found.gone] == [("CPD-C09", False), ("CPD-C04", True)]
    text = "\n".join(diff_lines(found))
    assert f"F2 CPD-C09 {FINDING.title} (LPS'et): B. Ikke prøvet i den anden: ingen ved, om den holder" in text
    assert f"F3 CPD-C04 {FINDING.title} (LPS'et): A\n" in f"{text}\n"


def test_facts_verdicts_and_requirements() -> None:
    later = replace(REAL, sut_version="2026.4", rute="direkte", phase="certificering", data="a1" * 32)
    found = diff(run({"A": "OK"}), run({"A": "F3"}, later))
    assert {each.name: (each.before, each.after) for each in found.facts} == {
        "SUT-version": ("2026.3", "2026.4"),
        "Rute": ("plsp", "direkte"),
        "Fase": ("egentest", "certificering"),
        "Sæt": ("det udleverede", f"MedComs eget, SHA-256 {'a1' * 32}"),
    }
    assert [(each.name, each.before, each.after) for each in found.verdicts] == [("Hele kørslen", "godkendt", "ikke godkendt")]
    assert [each.name for each in found.requirements] == ["KP-09", "KP-10"]


def test_results_are_outdated_by_what_bears_on_them_until_somebody_reconfirms() -> None:
    file, elsewhere = "features/behandlingsplan/deling.feature", "features/andet.feature"
    old = run({"A": "OK"}, files={file: "1", elsewhere: "1"})
    fresh = replace(REAL, fingerprint={**REAL.fingerprint, "features": "3a" * 32})
    assert diff(old, run({"A": "OK"}, fresh, files={file: "1", elsewhere: "2"})).scenarios[0].outdated == ()
    assert diff(old, run({"A": "OK"}, fresh, files={file: "2", elsewhere: "1"})).scenarios[0].outdated == ("features",)
    rules = replace(REAL, fingerprint={**REAL.fingerprint, "regler": "3a" * 32, "system": "4b" * 32})
    found = diff(old, run({"A": "F3"}, rules, files={file: "1"}))
    assert (found.suite, found.scenarios[0].outdated) == (("regler",), ("regler",))
    assert "Målt med hver sin udgave af regler: 1 resultat er forældet." in diff_lines(found)
    said = Said("Anna Bek", Role.MEDCOM, "2026-10-06T09:00:00+02:00", Reconfirmed(rules.fingerprint, "Kun en tekst er rettet"))
    assert diff(run({"A": "OK"}, review=review_of([said])), run({"A": "OK"}, rules)).suite == ()


def test_it_is_medcoms_judgement_that_is_compared_and_a_rehearsal_has_none() -> None:
    act = Assessed("A", Grade.OK, "F3", "Efter aftale")
    review = review_of([Said("Anna Bek", Role.MEDCOM, "2026-10-06T09:00:00+02:00", act)])
    assert diff(run({"A": "F3"}), run({"A": "F3"}, review=review)).scenarios[0].change is Change.MENDED
    rehearsed = diff(run({"A": "F3"}, RUN), run({"A": "F3"}, RUN, review=review))
    assert rehearsed.scenarios[0].change is Change.SAME
    assert diff_lines(rehearsed)[0] == REHEARSAL
    assert "godkendt" not in "\n".join(diff_lines(rehearsed)).casefold()
    assert REHEARSAL not in diff_lines(diff(run({"A": "F3"}), run({"A": "F3"})))


def test_the_command_says_it_in_text_and_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for system, version in (("novax", "2026.3"), ("xmo", "2026.4")):
        monkeypatch.setattr(example_run, "RUN", replace(RUN, system=system, sut_version=version))
        example_run.write_example(tmp_path / "kol" / system / "1")
    code = main(["diff", "novax/1", "xmo/1", "--reports", str(tmp_path)])
    assert code == 0
    assert "SUT-version: 2026.3 → 2026.4" in capsys.readouterr().out
    assert (
        main(["diff", "novax/1", str(tmp_path / "kol" / "xmo" / "1" / "events.jsonl"), "--reports", str(tmp_path), "--json"]) == 0
    )
    said = json.loads(capsys.readouterr().out)
    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(said)
    assert said["anden"]["prøvekørsel"] is True
    assert {each["scenarie"] for each in said["scenarier"]} >= {"DEL-07", "DEL-01[KOL]"}
    assert main(["diff", "novax/2", "xmo/1", "--reports", str(tmp_path)]) == 2
    assert "Der er ingen kørsel novax/2" in capsys.readouterr().err


def test_the_published_schema_is_up_to_date() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "kør: python -m harness.cli.diff_json"
