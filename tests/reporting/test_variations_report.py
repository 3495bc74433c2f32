"""The variationsrapport: a difference between two systems is told, and what is equal, or must be new each time, is none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from harness.domain.event import Body, Event, Exchanged, RunEnded, RunStarted, ScenarioEnded, ScenarioStarted
from harness.record.log import Entry
from harness.reporting.summary import REHEARSAL
from harness.reporting.variations.page import OTHER_EDITIONS, variations_page
from harness.reporting.variations.variations import REQUESTS, Variations, variations_of

KOL = {"patient": "2509479989", "kodning: koder": "DJ449 + R95", "teknik: størrelse": "6 kB"}


def run(
    system: str,
    *events: Event,
    edition: str = "1f",
    basis: str = "referencesystem",
    selection: str = "",
    faults: tuple[str, ...] = (),
) -> list[Entry]:
    started = RunStarted(
        run=f"20261005T{system}",
        system=system,
        product=f"<{system}>",
        supplier="",
        sut_version="1",
        driver="reference",
        target="mock",
        rute="plsp",
        campaign="diagnosekort",
        phase="egentest",
        grundlag=basis,
        fingerprint={"features": edition},
        selection=selection,
        faults=faults,
    )
    return [Entry(number, datetime(2026, 10, 5, tzinfo=UTC), event) for number, event in enumerate((started, *events))]


def case(name: str, *sent: dict[str, str], path: str = "/plsp/dokumenter") -> Iterable[Event]:
    body = Body("", 0, "")
    yield ScenarioStarted(name, 1, f"Om {name}", "", "", "", 1, (), (), {}, "bcdfgh", ())
    for number, facts in enumerate(sent):
        yield Exchanged(f"e{number}", "lps", "kort", "POST", path, "", (), body, "svar", 0.0, 200, (), body, "", (), facts)
    yield ScenarioEnded(name, 1, "OK", "")


def told(report: Variations) -> dict[str, dict[str, tuple[tuple[str, tuple[str, ...]], ...]]]:
    return {each.scenario: {trait.name: trait.values for trait in each.traits if not trait.equal} for each in report.differing}


def test_a_difference_is_told_with_who_has_what_and_what_is_equal_is_not() -> None:
    only_icpc = {**KOL, "kodning: koder": "R95"}
    report = variations_of(
        "diagnosekort",
        "Diagnosekort",
        {
            "xmo": run("xmo", *case("D-1", KOL), *case("D-2", only_icpc)),
            "novax": run("novax", *case("D-1", KOL), *case("D-2", KOL)),
            "multimed": run("multimed", *case("D-1", KOL), *case("D-2", KOL)),
        },
    )
    assert told(report) == {
        "D-2": {"kodning: koder": (("DJ449 + R95", ("novax", "multimed")), ("R95", ("xmo",)))},
    }
    assert [(each.scenario, each.equal) for each in report.cases] == [("D-1", True), ("D-2", False)]
    page = variations_page(report)
    assert "<strong>2 tilfælde, 1 med forskelle.</strong>" in page
    assert "<li><strong>novax, multimed</strong>: DJ449 + R95</li>\n<li><strong>xmo</strong>: R95</li>".replace("\n", "") in page
    assert page.count(">forskel<") == 1
    assert "2509479989" not in page


def test_an_attempts_own_mark_is_no_difference() -> None:
    marks = ({**KOL, "kodning: diagnosetekst": f"Årlig kontrol {mark}"} for mark in ("BCDFGH", "JKLMNP"))
    logs = {system: run(system, *case("D-1", facts)) for system, facts in zip(("xmo", "novax"), marks, strict=True)}
    report = variations_of("diagnosekort", "Diagnosekort", logs)
    assert report.differing == ()
    assert "Årlig kontrol [mærke]" in variations_page(report)


def test_the_last_attempt_and_its_last_message_count_and_every_request_is_counted() -> None:
    first, last = {**KOL, "teknik: størrelse": "1 kB"}, {**KOL, "teknik: størrelse": "2 kB"}
    again = run("xmo", *case("D-1", KOL, KOL, KOL), *case("D-1", first, last))
    report = variations_of("diagnosekort", "Diagnosekort", {"xmo": again, "novax": run("novax", *case("D-1", last))})
    assert told(report) == {"D-1": {REQUESTS: (("2 til dokumenter", ("xmo",)), ("1 til dokumenter", ("novax",)))}}


def test_who_sent_nothing_or_has_not_run_is_named() -> None:
    logs = {"xmo": run("xmo", *case("D-1", KOL)), "novax": run("novax", *case("D-1")), "multimed": []}
    report = variations_of("diagnosekort", "Diagnosekort", logs)
    (only,) = report.cases
    assert (only.missing, only.equal, report.without_run) == (("novax",), True, ("multimed",))
    page = variations_page(report)
    assert "Intet at sammenligne fra: novax." in page
    assert "ikke kørt endnu" in page


def test_a_run_of_some_scenarios_or_with_a_fault_or_cut_off_is_told_as_such() -> None:
    whole = run("xmo", *case("D-1", KOL), RunEnded(1, 1.0))
    partial = run("novax", *case("D-1", KOL), selection="id:D-1 & <b>", faults=("en-fejl",))
    report = variations_of("diagnosekort", "Diagnosekort", {"xmo": whole, "novax": partial})
    assert {each.system: each.reservations for each in report.systems} == {
        "xmo": (),
        "novax": ("kun udvalgte scenarier (id:D-1 & <b>)", "referencesystemet havde fejl: en-fejl", "ikke kørt til ende"),
    }
    page = variations_page(report)
    assert "<strong>kun udvalgte scenarier (id:D-1 &amp; &lt;b&gt;)</strong>" in page
    assert page.count("ikke kørt til ende") == 1


def test_a_trait_that_only_one_system_has_is_a_difference() -> None:
    logs = {"xmo": run("xmo", *case("D-1", {**KOL, "kodning: note": "ja"})), "novax": run("novax", *case("D-1", KOL))}
    assert told(variations_of("diagnosekort", "Diagnosekort", logs)) == {
        "D-1": {"kodning: note": (("ja", ("xmo",)), ("intet", ("novax",)))}
    }


def test_the_page_says_what_is_a_rehearsal_and_what_is_another_edition() -> None:
    rehearsed = {system: run(system, *case("D-1", KOL)) for system in ("xmo", "novax")}
    page = variations_page(variations_of("diagnosekort", "Kort & godt", rehearsed))
    assert REHEARSAL in page
    assert "prøvekørsel 20261005Txmo" in page
    assert "&lt;xmo&gt;" in page
    assert "Kort &amp; godt" in page
    assert OTHER_EDITIONS not in page
    own = {"xmo": run("xmo", basis="leverandørens system"), "novax": run("novax", edition="2e", basis="leverandørens system")}
    page = variations_page(variations_of("diagnosekort", "Diagnosekort", own))
    assert "prøvekørsel" not in page.casefold()
    assert OTHER_EDITIONS in page
