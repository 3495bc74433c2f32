"""What was sent and not seen: told wherever it is shown, counted apart, and silent on the other supplier's system."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from made_day import ALONE, OF_TWO, VENDORS, Try, day, run

from harness.cli.export import said_of
from harness.domain.grade import Beside, Grade
from harness.reporting.day.blocks import markdown
from harness.reporting.day.day import Day
from harness.reporting.day.export import Exported
from harness.reporting.day.letter import letter_of
from harness.reporting.day.pages import front_page, statistics_page, system_page
from harness.reporting.day.pairs import PairEntry
from harness.reporting.day.runs import DayRun
from harness.reporting.day.statistics import statistics_of
from harness.reporting.overview.matrix import Overview

TOLD = "ikke set af MedCom"
NOBODY = Overview(tuple(VENDORS.values()), (), {}, ())
PAIR = OF_TWO[0].id


def sent(one: DayRun) -> DayRun:
    return replace(one, sent=True)


def pair(found: Day, sender: str = "novax", receiver: str = "xmo") -> PairEntry:
    return next(each for each in found.pairs if (each.sender, each.receiver, each.scenario) == (sender, receiver, PAIR))


def test_what_was_sent_is_told_in_the_front_page_and_the_letter() -> None:
    found = day(sent(run("novax", {each.id: Try() for each in ALONE})))
    novax = next(each for each in found.systems if each.vendor.id == "novax")
    assert novax.sent == len([each for each in novax.entries if each.due and each.went_well])
    for text in (
        front_page(found, {}, {}).decode(),
        system_page(found, novax).decode(),
        markdown(letter_of(found, novax.vendor.supplier)),
    ):
        assert TOLD in text
    witnessed = day(run("novax", {each.id: Try() for each in ALONE}))
    assert TOLD not in front_page(witnessed, {}, {}).decode()


def test_one_supplier_says_nothing_of_the_others_system() -> None:
    found = day(sent(run("novax", {PAIR: Try("OK", on_partner=True)}, partner="xmo")))
    one = pair(found)
    assert one.sides is not None
    assert (one.sides[0].standing, one.sides[1].standing, one.sides[1].findings) == (Grade.OK, Beside.UNTESTABLE, ())
    assert not one.tried
    xmo = next(each for each in found.systems if each.vendor.id == "xmo")
    assert (xmo.broken_pairs, xmo.outside_pairs) == ([], ())
    assert one in xmo.missing_pairs


def test_what_was_sent_puts_nothing_out_of_force_that_was_seen() -> None:
    seen = run("novax", {PAIR: Try("kunne ikke testes", on_partner=True)}, partner="xmo")
    for at in (1, 5):
        one = pair(day(seen, sent(run("novax", {PAIR: Try()}, partner="xmo", at=at))))
        assert one.sides is not None
        assert not one.sent
        assert one.sides[1].findings


def test_the_statistics_count_what_was_sent_apart() -> None:
    every = {each.id: Try() for each in ALONE}
    pairs = (sent(run("novax", {PAIR: Try("F2", finding=True)}, partner="xmo")),)
    told = statistics_of(day(sent(run("novax", every)), run("xmo", every), *pairs), NOBODY)
    novax, xmo = (next(each for each in told.systemer if each.system == name) for name in ("novax", "xmo"))
    assert (novax.prøvet, novax.kom_til_et_resultat, novax.uden_fund) == ("ikke", 0, 0)
    assert novax.sendt.uden_fund == novax.sendt.kom_til_et_resultat == novax.skulle_prøves > 0
    assert (xmo.uden_fund, xmo.sendt.kom_til_et_resultat) == (xmo.skulle_prøves, 0)
    assert (told.par.kom_til_et_resultat, told.par.med_fund) == (0, 0)
    assert f"{TOLD}: {novax.sendt.uden_fund} resultater" in statistics_page(told).decode()


def test_findings_with_others_are_findings_and_not_missing() -> None:
    found = day(run("novax", {PAIR: Try("F1", finding=True)}, partner="xmo"))
    novax, xmo = (next(each for each in found.systems if each.vendor.id == name) for name in ("novax", "xmo"))
    assert [each.scenario for each in novax.broken_pairs] == [PAIR]
    assert pair(found) not in novax.lacking_pairs
    assert (xmo.broken_pairs, pair(found) in xmo.lacking_pairs) == ([], True)
    said = next(each for each in said_of(Exported(found, Path(), Path(), "", {})) if each.startswith(novax.vendor.product))
    assert "1 med fund sammen med andre" in said
    assert "1 sammen med andre" in front_page(found, {}, {}).decode()


def test_a_whole_run_that_was_sent_hides_no_finding_of_the_halls() -> None:
    names = [each.id for each in ALONE]
    seen = run("novax", {names[0]: Try("F1", finding=True)}, planned=names[:1], selection=f"id:{names[0]}", at=1)
    for at in (0, 2):
        found = day(seen, sent(run("novax", {name: Try() for name in names}, planned=names, at=at)))
        novax = next(each for each in found.systems if each.vendor.id == "novax")
        standing = {each.scenario: (each.standing, each.sent) for each in novax.entries}
        assert standing[names[0]] == (Grade.F1, False)
        assert standing[names[1]] == (Grade.OK, True), "where the hall has nothing it counts, and is told apart"


def test_nothing_sent_takes_the_place_of_the_halls_whole_run() -> None:
    names = [each.id for each in ALONE]
    seen = run("novax", {name: Try("F1", finding=True) for name in names}, planned=names)
    late = sent(run("novax", {name: Try() for name in names}, planned=names, at=3))
    novax = next(each for each in day(seen, late).systems if each.vendor.id == "novax")
    assert {(each.standing, each.sent) for each in novax.entries if each.due and not each.irrelevant} == {(Grade.F1, False)}
    assert novax.together is not None
    assert [each.name for each in novax.together.runs] == [seen.name]
