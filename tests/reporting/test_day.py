"""The day: what counts, what was due, what it is held against, and that a rehearsal counts nowhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace

import pytest
from example_run import START, judged
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from made_day import (
    ALONE,
    CAMPAIGN,
    GRADED,
    OF_TWO,
    STANDINGS,
    SUITE,
    SYSTEMS,
    VENDORS,
    Try,
    day,
    day_run,
    finding_of,
    run,
)

from harness.domain.grade import Grade, parse_standing
from harness.domain.requirement import Milestone
from harness.domain.vendor import Phase
from harness.house import find_house
from harness.reporting.day.against import Became, became
from harness.reporting.day.day import Day
from harness.reporting.day.due import NEVER_BEGAN, NO_RUN, NOT_AMONG, ONLY_REHEARSALS
from harness.reporting.day.runs import DayRun
from harness.reporting.day.statistics import NO_SOURCE, statistics_of
from harness.reporting.day.statistics_json import StatisticsOut, schema_text
from harness.reporting.overview.matrix import Overview, overview_of

OVERVIEW = overview_of(VENDORS.values(), [])
SCHEMA = find_house().home / "docs" / "schema" / "day-statistics.schema.json"
VALIDATOR = Draft202012Validator(json.loads(schema_text()))
IDS = tuple(each.id for each in ALONE)
VERDICTS = (*GRADED, "IR", "afventer", "attesteret")

tries = st.builds(Try, st.sampled_from(STANDINGS), st.booleans(), st.booleans())
alone_runs = st.builds(
    lambda system, tried, at, rehearsal, selection, planned: run(
        system, tried, at=at, rehearsal=rehearsal, selection=selection, planned=planned
    ),
    st.sampled_from(SYSTEMS),
    st.dictionaries(st.sampled_from(IDS), tries, max_size=3),
    st.integers(0, 5),
    st.booleans(),
    st.sampled_from(["", "", "id:DEL-02"]),
    st.lists(st.sampled_from(IDS), unique=True),
)
pair_runs = st.builds(
    lambda pair, tried, at, rehearsal: run(pair[0], tried, partner=pair[1], at=at, rehearsal=rehearsal),
    st.tuples(st.sampled_from(SYSTEMS), st.sampled_from(SYSTEMS)).filter(lambda pair: pair[0] != pair[1]),
    st.dictionaries(st.sampled_from([each.id for each in OF_TWO]), tries, min_size=1, max_size=2),
    st.integers(0, 5),
    st.booleans(),
)
some_runs = st.lists(alone_runs | pair_runs, max_size=10)


def standings(found: Day) -> dict[tuple[str, str], str]:
    return {(system.vendor.id, each.scenario): each.word for system in found.systems for each in system.entries}


def statistics(found: Day, overview: Overview = OVERVIEW) -> StatisticsOut:
    return statistics_of(found, overview)


@settings(max_examples=40, deadline=None)
@given(some_runs)
def test_everything_due_is_there_once_and_says_why_it_came_to_nothing(runs: list[DayRun]) -> None:
    found = day(*runs)
    assert [each.vendor.id for each in found.systems] == list(SYSTEMS)
    for system in found.systems:
        assert [each.scenario for each in system.entries if each.due] == list(IDS)
        lacking = {each.scenario for each in system.missing}
        for each in system.entries:
            assert (each.scenario in lacking) + each.irrelevant + each.came_to_something == 1
            assert each.why or each.went_well
            assert each.broken is (each.word in ("F1", "F2", "F3"))
        assert system.tally.tried + system.tally.lacking + system.tally.of("IR") == len(IDS)
    due = [(each.sender, each.receiver, each.scenario) for each in found.pairs if each.due]
    assert len(due) == len(set(due)) == 30 * len(OF_TWO)
    for pair in found.pairs:
        assert pair.sides or pair.why
        assert pair.run or not pair.sides
    assert found.missing == sum(len(each.missing) for each in found.systems) + sum(not each.tried for each in found.pairs)


@settings(max_examples=40, deadline=None)
@given(some_runs)
def test_a_rehearsal_is_never_counted(runs: list[DayRun]) -> None:
    real = [each for each in runs if not each.result.rehearsal]
    mixed, alone = day(*runs), day(*real)
    assert standings(mixed) == standings(alone)
    assert statistics(mixed) == statistics(alone)
    assert [(each.sides, each.tried) for each in mixed.pairs] == [(each.sides, each.tried) for each in alone.pairs]
    assert [each.verdict for each in mixed.systems] == [each.verdict for each in alone.systems]
    only = day(*runs, rehearsal=True)
    assert all(each.result.rehearsal for each in only.runs)
    for each in only.systems:
        assert each.verdict == "ingen kørsel" or "godkendt" not in each.verdict
    with pytest.raises(ValueError, match="rehearsal"):
        statistics(only)


@settings(max_examples=40, deadline=None)
@given(some_runs)
def test_the_newest_attempt_with_a_verdict_counts_since_the_last_whole_run(runs: list[DayRun]) -> None:
    found = day(*runs)
    for system in found.systems:
        own = sorted(
            (
                each
                for each in runs
                if each.started.system == system.vendor.id and not each.started.partner and not each.result.rehearsal
            ),
            key=lambda each: (each.began, each.name),
        )
        whole = [at for at, each in enumerate(own) if not each.started.selection]
        used = own[whole[-1] :] if whole else own
        for entry in system.entries:
            told = [each.result.state.scenarios[entry.scenario] for each in used if entry.scenario in each.result.state.scenarios]
            told.sort(key=lambda each: each.began or used[0].began)
            verdicts = [str(each.standing) for each in told if str(each.standing) in VERDICTS]
            if told:
                assert entry.word == (verdicts or [str(told[-1].standing)])[-1]
            else:
                assert entry.word in ("ikke kørt", "IR")


@settings(max_examples=40, deadline=None)
@given(some_runs)
def test_the_statistics_add_up_and_keep_their_schema(runs: list[DayRun]) -> None:
    told = statistics(day(*runs))
    assert sum(told.karakterer.values()) == len(SYSTEMS) * len(IDS)
    assert told.i_alt.systemer == 6
    assert told.i_alt.prøvet_helt + told.i_alt.prøvet_delvist == sum(each.prøvet != "ikke" for each in told.systemer)
    for each in told.krav:
        assert (
            each.uden_fund + each.med_fund + each.ikke_afgjort + each.ikke_prøvet + each.ikke_relevant + each.uden_scenarier == 6
        )
    for system in told.systemer:
        assert system.uden_fund + system.med_fund <= system.kom_til_et_resultat
        assert system.kom_til_et_resultat + system.mangler == system.skulle_prøves
    assert told.par.par == 30
    assert told.par.kom_til_et_resultat + told.par.mangler == told.par.skulle_prøves
    VALIDATOR.validate(json.loads(json.dumps(asdict(told))))


def test_the_published_schema_is_the_one_in_the_code() -> None:
    assert SCHEMA.read_text("utf-8") == schema_text(), "kør: python -m harness.reporting.day.statistics_json"


def only(found: Day, system: str = "novax") -> Mapping[str, str]:
    return {name: word for (own, name), word in standings(found).items() if own == system}


def test_a_cut_off_attempt_undoes_nothing_and_what_its_message_showed_still_counts() -> None:
    whole = run("novax", {"DEL-02": Try("F2"), "HENV-01": Try("OK")})
    again = run("novax", {"DEL-02": Try("kunne ikke testes", finding=True)}, at=1, selection="id:DEL-02")
    found = day(whole, again)
    assert only(found)["DEL-02"] == "F2"
    system = next(each for each in found.systems if each.vendor.id == "novax")
    assert system.together is not None
    assert [each.rule for each in system.together.result.state.outside] == ["REGEL-novax"]
    assert system.findings_outside == 1
    entry = next(each for each in system.entries if each.scenario == "DEL-02")
    assert "Prøvet igen" in entry.note
    assert only(day(whole, run("novax", {"DEL-02": Try("OK")}, at=1, selection="id:DEL-02")))["DEL-02"] == "OK"


def test_what_was_not_run_says_how_far_it_came() -> None:
    found = day(
        run("novax", {"DEL-02": Try()}, planned=["DEL-02", "HENV-01"]),
        run("xmo", {"HENV-01": Try("F2")}),
        run("xmo", {"DEL-02": Try()}, at=1),
        run("multimed", {"DEL-02": Try()}, rehearsal=True),
    )
    why = {(system.vendor.id, each.scenario): each.why for system in found.systems for each in system.entries}
    assert why["novax", "HENV-01"] == NEVER_BEGAN
    assert why["novax", "DEL-01[KOL]"] == NOT_AMONG
    assert why["eg-clinea", "DEL-02"] == NO_RUN
    assert why["multimed", "DEL-02"] == f"{NO_RUN} {ONLY_REHEARSALS}"
    assert "stod det som F2; den er afløst" in why["xmo", "HENV-01"]


def test_both_sides_of_a_pair_stand_for_themselves() -> None:
    found = day(
        run("novax", {"PAR-01": Try("F2")}, partner="xmo"),
        run("xmo", {"PAR-01": Try("OK", on_partner=True)}, partner="novax"),
    )
    pairs = {(each.sender, each.receiver): each for each in found.pairs if each.scenario == "PAR-01"}
    assert [str(each.standing) for each in pairs["novax", "xmo"].sides or ()] == ["F2", "kunne ikke testes"]
    assert str((pairs["xmo", "novax"].side("novax") or pytest.fail("ingen side")).standing) == "F3"
    assert not pairs["novax", "xmo"].tried
    assert pairs["novax", "multimed"].sides is None


def test_an_irrelevant_scenario_of_two_is_not_missing() -> None:
    assert all(each.irrelevant and each.why for each in day().pairs if each.scenario == "PAR-02")


def test_the_day_is_held_against_the_run_before() -> None:
    before = run("novax", {"DEL-01[KOL]": Try("F2"), "DEL-02": Try("OK"), "HENV-01": Try("F3")}, phase=Phase.PRE_TEST, at=-24)
    found = day(
        run("novax", {"DEL-01[KOL]": Try("OK"), "DEL-02": Try("F1"), "HENV-01": Try("afbrudt")}), before={"novax": before}
    )
    system = next(each for each in found.systems if each.vendor.id == "novax")
    assert system.against is not None
    assert {kind: [each.scenario for each in own] for kind, own in system.against.scenarios.items() if own} == {
        Became.MENDED: ["DEL-01[KOL]"],
        Became.NEW: ["DEL-02"],
        Became.ONE_ONLY: ["HENV-01"],
    }


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("F2", "F3", Became.OPEN),
        ("IR", "F3", Became.NEW),
        ("afventer", "F3", Became.NEW),
        ("F2", "IR", Became.IRRELEVANT),
        ("F2", "F4", Became.MENDED),
        ("F2", "afventer", Became.UNDECIDED),
        ("F2", "kunne ikke testes", Became.ONE_ONLY),
        ("F2", None, Became.ONE_ONLY),
        (None, "F2", Became.ONE_ONLY),
        ("afventer", "OK", Became.GOOD),
        ("OK", "OK", Became.GOOD),
    ],
)
def test_what_became_of_a_scenario(before: str | None, after: str | None, wanted: Became) -> None:
    def standing(word: str | None) -> object:
        return parse_standing(word) if word else None

    assert became(standing(before), standing(after)) is wanted  # type: ignore[arg-type]


def test_a_milestone_is_reached_only_by_what_a_source_says() -> None:
    told = {each.id: each for each in statistics(day(run("novax", {"DEL-02": Try()}))).milepæle}
    assert told["connectathon"].nået == NO_SOURCE
    assert told["connectathon"].set_her == "0 af 6 systemer er prøvet helt på dagen."
    assert told["drift"].nået == "nej, ikke endnu (en anden)"
    assert [each.plan for each in told["drift"].kilder] == ["1. januar 2027", "2027"]
    certifies = replace(CAMPAIGN, id="andre", milestones=(Milestone("test", "Testet.", ()), Milestone("drift", "Andet.", ())))
    both = statistics(day(), overview_of(VENDORS.values(), [certifies])).milepæle
    assert [(each.id, each.tekst) for each in both] == [
        ("test", "Testet."),
        ("drift", "National drift."),
        ("connectathon", "Connectathon er afholdt."),
    ]


def test_a_new_finding_in_a_scenario_tried_for_the_first_time_is_still_told() -> None:
    before = run("novax", {"DEL-02": Try("OK")}, phase=Phase.PRE_TEST, at=-24)
    found = day(run("novax", {"DEL-01[KOL]": Try("F1")}), before={"novax": before})
    system = next(each for each in found.systems if each.vendor.id == "novax")
    assert system.against is not None
    assert [each.rule for each in system.against.rules] == ["REGEL-novax"]
    assert system.tally.broken == 1


def test_the_suite_has_what_the_campaign_names_and_what_two_carry_out() -> None:
    assert SUITE.alone == ALONE
    assert SUITE.of_two == OF_TWO
    assert CAMPAIGN.requirements[0].grade is Grade.F2


def test_what_a_message_outside_the_scenarios_of_a_pair_showed_is_laid_on_whose_it_was() -> None:
    paired = run("novax", {"PAR-01": Try("OK")}, partner="xmo")
    events = [judged(finding_of("novax")), judged(finding_of("xmo", side="xmo"))]
    found = {each.vendor.id: each for each in day(day_run(paired.started, events, START)).systems}
    assert [(other, each.rule) for other, each in found["novax"].outside_pairs] == [("XMO", "REGEL-novax")]
    assert [(other, each.rule) for other, each in found["xmo"].outside_pairs] == [("Novax", "REGEL-xmo")]
    assert found["eg-clinea"].findings_outside == 0


def test_what_a_cut_off_attempt_of_a_pair_showed_still_counts() -> None:
    whole = run("novax", {"PAR-01": Try("OK")}, partner="xmo")
    again = run("novax", {"PAR-01": Try("afbrudt", finding=True, on_partner=True)}, partner="xmo", at=1)
    pair = next(each for each in day(whole, again).pairs if each.scenario == "PAR-01" and each.sides)
    assert [str(each.standing) for each in pair.sides or ()] == ["F3", "F3"]


def test_that_the_partner_broke_a_rule_is_a_verdict_until_the_two_have_tried_again() -> None:
    good = run("novax", {"PAR-01": Try("OK")}, partner="xmo")
    broke = run("novax", {"PAR-01": Try("kunne ikke testes", on_partner=True)}, partner="xmo", at=1)
    mended = run("novax", {"PAR-01": Try("OK")}, partner="xmo", at=2)
    for runs, stand in (((good, broke), ["kunne ikke testes", "F3"]), ((good, broke, mended), ["OK", "OK"])):
        pair = next(each for each in day(*runs).pairs if each.scenario == "PAR-01" and each.sides)
        assert [str(each.standing) for each in pair.sides or ()] == stand


def test_a_requirement_with_a_scenario_that_came_to_nothing_is_not_good() -> None:
    told = {each.krav: each for each in statistics(day(run("novax", {"DEL-02": Try("OK"), "HENV-01": Try("OK")}))).krav}
    assert (told["KP-09"].uden_fund, told["KP-09"].ikke_prøvet) == (0, 6)
    assert (told["KP-10"].uden_fund, told["KP-10"].ikke_prøvet) == (1, 5)
