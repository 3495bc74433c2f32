"""Runs of two: which are asked for, whose the faults are, what is refused, and what is gone on with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.domain.errors import ConfigurationError
from harness.domain.event import RunStarted
from harness.domain.relevance import OF_TWO_SYSTEMS, awaited, why_irrelevant
from harness.domain.scenario import Scenario
from harness.house import find_house
from harness.record.log import LOG_NAME, first_event
from harness.reporting.latest import latest_log, latest_of_each, latest_whole_log
from harness.runner.options import prepare
from harness.runner.pairs import campaign_of_pairs, each_system, label, partner_named, partners_of, played_by_us, systems_in
from harness.runner.resume import LATEST, find_cut_off
from harness.runner.session import RunSession, stage_for
from harness.runner.setup import RunSetup
from harness.runner.wish import Wish
from harness.suite.campaigns import load_campaigns
from harness.suite.vendors import load_vendors

HOUSE = find_house()
SIX = list(load_vendors(HOUSE))
PAIR = Wish(home=HOUSE.home, vendor="novax", partner="xmo", campaign="epj-obligatoriske")
ACCESS = 'adgang: { adresse: "https://lps.test" }\n'


def own(folder: Path, id: str, driver: str, more: str = "") -> str:
    """A system's own file."""
    text = (HOUSE.vendors / "novax.yaml").read_text("utf-8")
    path = folder / f"{id}.yaml"
    path.write_text(text.replace("id: novax", f"id: {id}").replace("driver: reference ", f"driver: {driver} ") + more, "utf-8")
    return str(path)


def test_all_with_all_is_the_thirty_ordered_pairs() -> None:
    pairs = partners_of("all", SIX, SIX)
    assert len(pairs) == len(set(pairs)) == 30
    assert not [each for each in pairs if each[0] == each[1]]


def test_pairs_are_asked_for_by_ids_and_without_a_partner_there_are_none() -> None:
    assert partners_of("xmo, novax", ["novax", "myclinic"], SIX) == [("novax", "xmo"), ("myclinic", "xmo"), ("myclinic", "novax")]
    assert partners_of("", ["novax", "xmo"], SIX) == [("novax", ""), ("xmo", "")]
    with pytest.raises(ConfigurationError, match="ingen er sin egen partner"):
        partners_of("novax", ["novax"], SIX)


def test_each_is_prepared_by_its_own_file_and_has_its_own_faults() -> None:
    faults = ("besked-emne-tabt", "xmo:modtaget-besked-vises-ikke", "myclinic:besked-bliver-i-udbakken")
    setup = prepare(replace(PAIR, faults=faults))
    assert setup.ids == ("novax", "xmo")
    assert setup.partner is not None
    assert (setup.faults, setup.partner.faults) == ({"besked-emne-tabt"}, {"modtaget-besked-vises-ikke"})
    assert setup.all_faults == ("besked-emne-tabt", "xmo:modtaget-besked-vises-ikke")
    assert setup.fingerprint["partner"] == prepare(replace(PAIR, vendor="xmo", partner="")).fingerprint["system"]
    assert prepare(replace(PAIR, partner="", faults=faults)).faults == {"besked-emne-tabt"}


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (replace(PAIR, partner="novax"), "kan ikke være sin egen partner"),
        (replace(PAIR, partner="ukendt"), "Ukendt system: “ukendt”"),
        (replace(PAIR, faults=("hospital:besked-emne-tabt",)), "--fault: Ukendt system: hospital."),
        (replace(PAIR, faults=("xmo:ukendt",)), "Ukendt fejl: ukendt."),
        (replace(PAIR, target="live", driver="attended"), "Novax har driveren attended."),
    ],
    ids=["sig selv", "ukendt partner", "ukendt ejer", "ukendt fejl", "attended"],
)
def test_what_cannot_be_is_refused_before_anything_begins(wish: Wish, says: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        prepare(wish)
    assert says in str(refused.value)


def test_a_partner_whose_letters_come_as_files_or_by_testers_is_refused(tmp_path: Path) -> None:
    testers = own(tmp_path, "ved-bordet", "attended")
    with pytest.raises(ConfigurationError, match="har driveren attended"):
        prepare(replace(PAIR, partner=testers, target="live"))
    folders = f'kanaler:\n  - {{ format: VANSEnvelope, retning: Sende, vej: mappe, mappe: "{tmp_path.as_posix()}" }}\n'
    with pytest.raises(ConfigurationError, match="får breve som filer"):
        prepare(replace(PAIR, partner=own(tmp_path, "med-mapper", "reference", folders), target="live"))


def test_a_rehearsal_is_one_also_when_only_the_partner_is_the_reference_system(tmp_path: Path) -> None:
    real = own(tmp_path, "eget", "adapter", ACCESS)
    setup = prepare(replace(PAIR, vendor=real, target="live", hub=Path("hub.json")))
    assert not setup.rehearsal
    assert setup.own_access is not None, "the system's own interface is asked, whoever its partner is"
    with pytest.raises(ConfigurationError, match="--hub og --lps"):
        stage_for(setup, tmp_path)  # nobody says where the partner's is
    started = started_by(tmp_path / "k", prepare(PAIR))
    assert (started.partner, started.partner_product, started.tried) == ("xmo", "XMO", "novax til xmo")
    mixed = RunSession._started(session_of(setup))
    assert mixed.grundlag == "referencesystem"
    both = prepare(replace(PAIR, vendor=real, partner=own(tmp_path, "andet", "adapter", ACCESS), target="live"))
    assert RunSession._started(session_of(both)).grundlag == "leverandørens system"


def session_of(setup: RunSetup) -> RunSession:
    """One that has begun nothing."""
    session = object.__new__(RunSession)
    session.setup, session.folder, session.planned, session.selection = setup, Path("k"), (), ""
    return session


def started_by(folder: Path, setup: RunSetup) -> RunStarted:
    folder.mkdir(parents=True)
    RunSession(setup, folder, ()).close()
    first = first_event(folder / LOG_NAME)
    assert isinstance(first, RunStarted)
    return first


def test_what_is_received_is_the_partners_to_be_approved_for() -> None:
    novax, clinea = load_vendors(HOUSE)["novax"], load_vendors(HOUSE)["eg-clinea"]
    of_two = Scenario("PAR-99", "", "", "", "", 1, frozenset({"par", "EPJ-02", "kræver:Modtage:BIN01"}), ())
    campaigns = load_campaigns(HOUSE, "epj-obligatoriske")
    assert "siger om EG Clinea: intet opslag." in why_irrelevant(of_two, campaigns, novax, "plsp", clinea)
    sends = replace(of_two, tags=frozenset({"par", "EPJ-02", "kræver:Sende:BIN01", "kræver:Modtage:DIS91"}))
    assert why_irrelevant(sends, campaigns, novax, "plsp", clinea) == ""
    assert awaited(sends, campaigns, "novax", "eg-clinea") == ()
    assert why_irrelevant(sends, campaigns, novax, "plsp") == OF_TWO_SYSTEMS


def test_a_scenario_of_two_says_by_what_each_is_tested() -> None:
    of_two = Scenario("PAR-01", "", "", "", "", 1, frozenset({"par", "EPJ-02", "partner:EPJ-01"}), ())
    assert (of_two.of_two, of_two.requirements, of_two.partner_requirements) == (True, ("EPJ-02",), ("EPJ-01",))


def test_a_campaign_with_scenarios_of_two_is_found_by_itself() -> None:
    assert "parvis" in next(
        each.features for each in load_campaigns(HOUSE, "all") if each.id == campaign_of_pairs(load_campaigns(HOUSE, "all"))
    )
    with pytest.raises(ConfigurationError, match="Ingen kampagne har scenarier med to systemer"):
        campaign_of_pairs(load_campaigns(HOUSE, "kol-lrs-2027"))


def test_each_system_is_looked_at_and_locked_once_whichever_part_it_has() -> None:
    faults = ("besked-emne-tabt", "xmo:besked-bliver-i-udbakken")
    wishes = [
        replace(PAIR, vendor=system, partner=other, faults=faults) for system, other in (("novax", "xmo"), ("xmo", "novax"))
    ]
    assert {each.vendor: each.faults for each in each_system(wishes)} == {"novax": faults, "xmo": faults}
    assert [each.faults for each in each_system(wishes[:1]) if each.vendor == "xmo"] == [("xmo:besked-bliver-i-udbakken",)]
    setups = [prepare(each) for each in wishes]
    assert systems_in(setups) == ["novax", "xmo"]
    assert played_by_us(wishes, setups) == (["novax", "xmo"], ["xmo", "novax"])


@pytest.mark.parametrize(
    ("run", "partner"),
    [
        ("20261123T094500", ""),
        ("20261123T094500-3", ""),
        ("20261123T094500-xmo", "xmo"),
        ("20261123T094500-eg-clinea-12", "eg-clinea"),
        ("k1", ""),
    ],
)
def test_a_runs_id_names_its_partner(run: str, partner: str) -> None:
    assert partner_named(run) == partner
    assert label("novax", partner) == (f"novax til {partner}" if partner else "novax")


def test_the_latest_run_of_two_is_gone_on_with_and_is_nobodys_latest_run(tmp_path: Path) -> None:
    campaign = tmp_path / "epj-obligatoriske"
    alone, of_two = campaign / "novax/20261123T090000", campaign / "novax/20261123T100000-xmo"
    first = started_by(alone, prepare(replace(PAIR, partner="")))
    started_by(of_two, prepare(PAIR))
    assert find_cut_off(campaign, {"novax": "novax"}, LATEST)["novax"].folder == alone
    found = find_cut_off(campaign, {"begge": "novax"}, LATEST, {"begge": "xmo"})["begge"]
    assert (found.folder, found.wish(Wish()).partner) == (of_two, "xmo")
    assert find_cut_off(campaign, {"novax": "novax"}, of_two.name)["novax"].folder == of_two
    with pytest.raises(ConfigurationError, match="Der er ikke nogen kørsel"):
        find_cut_off(campaign, {"novax": "novax"}, LATEST, {"novax": "myclinic"})
    assert first.partner == ""
    log = alone / LOG_NAME
    assert latest_log(tmp_path, campaign.name, "novax") == latest_whole_log(tmp_path, campaign.name, "novax") == log
    assert latest_of_each(tmp_path) == [alone.resolve()]


def test_a_run_of_two_that_is_resumed_with_another_partner_is_refused(tmp_path: Path) -> None:
    started_by(tmp_path / "k", prepare(PAIR))
    with pytest.raises(ConfigurationError, match="kan ikke genoptages"):
        RunSession(prepare(replace(PAIR, partner="myclinic", resume=True)), tmp_path / "k", ())
