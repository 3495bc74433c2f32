"""What was sent and not seen: told wherever it is shown, counted apart, and silent on the other supplier's system."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from example_run import judged
from made_day import ALONE, BY_ID, CAMPAIGN, OF_TWO, SYSTEMS, VENDORS, Try, day, day_run, finding_of, run, scenario, secret
from openpyxl import load_workbook

from harness.cli.export import said_of
from harness.domain.grade import Beside, Grade
from harness.reporting.day.blocks import markdown
from harness.reporting.day.day import Day
from harness.reporting.day.export import Exported
from harness.reporting.day.files import files_of
from harness.reporting.day.letter import letter_of
from harness.reporting.day.pages import front_page, results_page, statistics_page, system_page
from harness.reporting.day.pairs import PairEntry
from harness.reporting.day.runs import DayRun
from harness.reporting.day.sheets import workbook_of
from harness.reporting.day.statistics import statistics_of
from harness.reporting.overview.matrix import Overview, overview_of

TOLD = "ikke set af MedCom"
NOBODY = Overview(tuple(VENDORS.values()), (), {}, ())
OVERVIEW = overview_of(VENDORS.values(), [CAMPAIGN])
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
    assert novax.verdict == "ikke fuldt verificeret"
    witnessed = day(run("novax", {each.id: Try() for each in ALONE}))
    assert TOLD not in front_page(witnessed, {}, {}).decode()
    assert next(each for each in witnessed.systems if each.vendor.id == "novax").verdict.startswith("godkendt (forslag")


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


def cells(page: bytes, heading: str, column: int) -> list[str]:
    """What stands in one column of the grid called `heading`, row by row."""
    grid = page.decode().split(f'<h2 id="{heading}">')[1].split("</table>")[0]
    return [re.findall(r"<td.*?</td>", row, re.DOTALL)[column] for row in grid.split("<tr>")[2:]]


def test_what_was_sent_bears_the_sign_in_every_grid_and_is_not_green() -> None:
    every = {each.id: Try() for each in ALONE}
    found = day(sent(run("novax", every)), run("xmo", every), sent(run("novax", {PAIR: Try()}, partner="xmo")))
    page = results_page(found)
    for heading in ("dele", "partnere"):
        novax, xmo = (cells(page, heading, SYSTEMS.index(each)) for each in ("novax", "xmo"))
        shown = [each for each in novax if "k-ok" in each]
        assert shown
        assert all(TOLD in each and "k-ok sendt" in each for each in shown)
        assert [each for each in xmo if "k-ok" in each]
        assert all("sendt" not in each for each in xmo)
    assert TOLD in cells(page, "par", SYSTEMS.index("xmo"))[SYSTEMS.index("novax")]
    assert ".k-ok.sendt" in page.decode()


def test_what_was_sent_bears_the_sign_in_the_workbook_and_is_not_green() -> None:
    every = {each.id: Try() for each in ALONE}
    found = day(sent(run("novax", every)), run("xmo", every))
    book = load_workbook(io.BytesIO(workbook_of(found)))
    for name in ("System og del", "System og partner"):
        head, *rest = book[name].iter_rows()
        novax, xmo = ([each.value for each in head].index(VENDORS[one].product) for one in ("novax", "xmo"))
        told = [(row[novax], row[xmo]) for row in rest if "OK" in row[xmo].value]
        assert told
        assert all(TOLD in one.value and TOLD not in other.value for one, other in told)
        assert all(one.fill.fgColor.rgb != other.fill.fgColor.rgb for one, other in told)


def test_a_mixed_cell_says_how_much_of_it_was_sent() -> None:
    first, *rest = ALONE
    seen = run("novax", {first.id: Try()}, planned=[first.id], selection=f"id:{first.id}")
    both = [first.id, rest[0].id]
    found = day(seen, sent(run("novax", {name: Try() for name in both}, planned=both, at=1)))
    novax = next(each for each in found.systems if each.vendor.id == "novax")
    assert (novax.in_feature(first.feature).sent, novax.in_feature(first.feature).word) == (1, "OK")
    assert "1 sendt af leverandøren" in cells(results_page(found), "dele", SYSTEMS.index("novax"))[0]


SAID = "Det andet system er elendigt"


def test_nothing_a_supplier_sent_of_a_meeting_is_repeated() -> None:
    """Whatever is free text in a run of two that nobody here saw: reasons, findings, titles, and how it was chosen."""
    tries = {PAIR: Try("kunne ikke testes", finding=True, reason=SAID), OF_TWO[1].id: Try("F2", reason=SAID)}
    made = run("novax", tries, partner="xmo", selection=SAID)
    said = (SAID, secret("novax"))
    for runs, repeated in (((sent(made),), False), ((made,), True)):
        found = day(*runs)
        files = files_of(found, OVERVIEW, {}, "Lægesystem")
        texts = [re.sub(rf"\b[\w/-]*-{secret('novax')}", "", each.decode()) for name, each in files.items() if _text(name)]
        assert any(text in each for each in texts for text in said) is repeated
    novax = next(each for each in day(sent(made)).systems if each.vendor.id == "novax")
    assert [each.scenario for each in novax.broken_pairs] == [OF_TWO[1].id], "its grade is told all the same"
    assert "Leverandørens egen begrundelse vises ikke her" in system_page(day(sent(made)), novax).decode()


def test_what_a_supplier_wrote_of_itself_is_on_its_own_pages_alone() -> None:
    tries = {each.id: Try("kunne ikke testes", reason=SAID) for each in ALONE}
    for made, common in ((sent(run("novax", tries)), False), (run("novax", tries), True)):
        files = files_of(day(made), OVERVIEW, {}, "Lægesystem")
        told = {name for name, each in files.items() if _text(name) and SAID.encode() in each}
        assert told == {"systemer/novax.html", "breve/novax.md", *(["resultater.html"] if common else [])}
        book = load_workbook(io.BytesIO(files["resultater.xlsx"]))
        cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
        assert any(SAID in each for each in cells) is common


def test_findings_outside_the_scenarios_that_were_sent_bear_the_sign() -> None:
    began = datetime(2026, 10, 27, 7, tzinfo=UTC)
    first = [run("novax", {}, partner=other).started for other in ("", "xmo")]
    alone, two = (day_run(each, [judged(finding_of("novax"))], began) for each in first)
    for runs, sign in (((sent(alone), sent(two)), 2), ((alone, sent(two)), 1), ((alone, two), 0)):
        found = day(*runs)
        novax = next(each for each in found.systems if each.vendor.id == "novax")
        assert (novax.findings_outside, novax.outside_sent) == (2, sign)
        cell = next(each for each in cells(results_page(found), "dele", SYSTEMS.index("novax")) if "Fund" in each)
        assert (f"{sign} sendt af leverandøren" in cell) is bool(sign)


def _text(name: str) -> bool:
    return name.endswith((".html", ".md", ".json"))


def test_a_scenario_the_suite_does_not_know_is_told_once() -> None:
    strange = scenario("MIT-01", "mit/eget", "KP-09")
    with_it = {**{each.id: Try() for each in ALONE}, strange.id: Try("F2")}
    BY_ID[strange.id] = strange
    try:
        made = run("novax", with_it)
    finally:
        del BY_ID[strange.id]
    found = day(sent(made), run("xmo", {each.id: Try() for each in ALONE}))
    novax, xmo = (next(each for each in found.systems if each.vendor.id == name) for name in ("novax", "xmo"))
    files = files_of(found, OVERVIEW, {}, "Lægesystem")
    assert not [name for name, each in files.items() if _text(name) and (b"MIT-01" in each or strange.feature.encode() in each)]
    assert (novax.unknown, xmo.unknown, len(novax.entries)) == (1, 0, len(ALONE))
    assert system_page(found, novax).decode().count("Kender vi ikke") == 1
    assert "Kender vi ikke" not in system_page(found, xmo).decode()
    withdrawn = day(made)
    assert strange.feature not in withdrawn.features, "what was seen here and is no longer in the suite has no row either"


def test_the_statistics_say_what_they_count_as_not_run() -> None:
    every = {each.id: Try() for each in ALONE}
    told = statistics_of(day(sent(run("novax", every)), run("xmo", every)), NOBODY)
    novax = next(each for each in told.systemer if each.system == "novax")
    assert novax.version == ""
    assert f"{novax.sendt.kom_til_et_resultat} resultater er sendt af leverandører, ikke set af MedCom" in (
        statistics_page(told).decode()
    )
    assert "er sendt af leverandører" not in statistics_page(statistics_of(day(run("xmo", every)), NOBODY)).decode()
