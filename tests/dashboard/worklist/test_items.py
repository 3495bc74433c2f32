"""What needs a person is on the list, what does not is not, and what was tried again takes the place of what was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from waiting_wall import FINDING, NINE, Fake, Tried, standings

from harness.dashboard.worklist.desk import Desk
from harness.dashboard.worklist.items import Items, Kind
from harness.domain.grade import Beside, Grade
from harness.domain.review import Assessed, Escalated, Returned, Role, Said, Submitted, review_of
from harness.record.guard import Guard
from harness.record.result import Result
from harness.record.worklist import WorklistLog

if TYPE_CHECKING:
    from harness.dashboard.worklist.claims import Claims

OTHERS = replace(FINDING, grade=Grade.F4)


@pytest.mark.parametrize(
    ("tried", "kind"),
    [
        (Tried("A", "F3", findings=(FINDING,)), "fund"),
        (Tried("A", "F1"), "fund"),
        (Tried("A", "kunne ikke testes", "Ingen svarede", findings=(FINDING,)), "fund"),
        (Tried("A", "afventer", "MedCom har ikke vurderet"), "skal bedømmes"),
        (Tried("A", "attesteret", "Anna siger god for det"), "skal bedømmes"),
        (Tried("A", "kunne ikke testes", "Ingen svarede"), "kunne ikke testes"),
        (Tried("A", "IR", "Vi har ikke LRS"), "ikke relevant"),
        (Tried("A", "OK", folder="pakkeforloeb"), "prøvet sammen"),
        (Tried("A", "F4", findings=(OTHERS,), folder="parvis"), "prøvet sammen"),
        (Tried("A", "OK"), None),
        (Tried("A", "F4", findings=(OTHERS,)), None),
        (Tried("A", "afventer", undecided=("lrs-inklusion",)), None),
        (Tried("A", "IR", "Systemet er ikke med", steps=0), None),
        (Tried("A", "IR", "Systemet er ikke med", steps=0, folder="parvis"), None),
    ],
)
def test_what_waits_for_a_person(tried: Tried, kind: str | None) -> None:
    wall = Fake()
    name = wall.add("r1", tried)
    found = Items(wall).all()
    assert standings(found) == ({"A": kind} if kind else {})
    if kind:
        [item] = found.values()
        assert item.id == f"{name}/A/1"
        assert (item.since - NINE).total_seconds() == 60, "since it ended"


@pytest.mark.parametrize("phase", ["egentest", "prætest"])
def test_before_certificering_nobody_verifies_results(phase: str) -> None:
    wall = Fake()
    wall.add("r1", Tried("A", "F3", findings=(FINDING,)), phase=phase)
    assert Items(wall).all() == {}


def test_every_result_of_two_systems_is_verified() -> None:
    wall = Fake()
    wall.add("r1", Tried("A"), Tried("B", "F3"), partner="xmo")
    assert standings(Items(wall).all()) == {"A": "prøvet sammen", "B": "fund"}


class Asked(Fake):
    """Remembers whose results it was asked for: those of a run that no grid shows are read from the disk."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def result(self, run: str) -> Result | None:
        self.asked.append(run)
        return super().result(run)

    def grown(self, name: str, version: str) -> None:
        run, result = self.results[name]
        self.results[name] = (replace(run, version=version), result)


def test_a_run_is_read_again_only_when_it_has_grown() -> None:
    wall = Asked()
    old, new = wall.add("r1", Tried("A", "F3")), wall.add("r2", Tried("B", "F3"))
    for name in (old, new):
        wall.grown(name, "1")
    items = Items(wall)
    first = dict(items.all())
    assert items.all() == first
    assert sorted(set(wall.asked)) == [old, new]
    wall.asked.clear()
    items.all()
    assert wall.asked == []
    wall.add("r2", Tried("B", "F3"), Tried("C", "F2"))
    wall.grown(new, "2")
    assert standings(items.all()) == {"A": "fund", "B": "fund", "C": "fund"}
    assert set(wall.asked) == {new}


def test_findings_outside_scenarios_wait_too() -> None:
    wall = Fake()
    wall.add("r1", Tried("A"), outside=(FINDING, replace(FINDING, grade=Grade.F1)))
    [item] = Items(wall).all().values()
    assert (item.title, item.standing, len(item.findings), item.file) == ("Fund uden for scenarierne", Grade.F1, 2, "")


def test_what_is_laid_on_the_partner_is_a_finding_and_shown_as_the_partners() -> None:
    wall = Fake()
    laid = (replace(FINDING, grade=Grade.F2, side="xmo"),)
    name = wall.add("r1", Tried("A", "kunne ikke testes", findings=laid), partner="xmo", outside=laid)
    again = wall.add("r2", Tried("A", "kunne ikke testes"), partner="xmo", minutes=30)
    found = Items(wall).all()
    item, outside = found[f"{name}/A/1"], found[f"{name}/uden-for-scenarierne/0"]
    assert (item.kind, item.standing, item.on_partner, item.findings) == (Kind.FINDING, Beside.UNTESTABLE, Grade.F2, laid)
    assert (outside.kind, outside.standing, outside.on_partner, outside.findings) == (Kind.FINDING, None, Grade.F2, laid)
    assert item.replaced == ""
    assert found[f"{again}/A/1"].kind is Kind.UNTESTABLE


def test_what_was_sent_lays_nothing_on_the_partner() -> None:
    wall = Fake()
    laid = (replace(FINDING, grade=Grade.F2, side="xmo"),)
    wall.add("r1", Tried("A", "kunne ikke testes", findings=laid), partner="xmo", outside=laid, source="Novax i hallen")
    [item] = Items(wall).all().values()
    assert (item.kind, item.on_partner, item.findings, item.sent) == (Kind.UNTESTABLE, None, (), True)


@pytest.mark.parametrize("partner", ["", "xmo"])
def test_what_was_sent_takes_no_place_of_what_was_seen(partner: str) -> None:
    wall = Fake()
    seen = wall.add("r1", Tried("A", "F3"), partner=partner)
    wall.add("r2", Tried("A", "F2"), partner=partner, minutes=30, source="Novax i hallen")
    assert {each.run: each.replaced for each in Items(wall).all().values()}[seen] == ""


def test_only_a_whole_run_takes_the_place_of_what_came_outside_the_scenarios() -> None:
    wall = Fake()
    first = wall.add("r1", Tried("A"), outside=(FINDING,))
    chosen = wall.add("r2", Tried("A"), outside=(FINDING,), selection="id:A", minutes=30)
    found = Items(wall).all()
    assert {each.id: each.replaced for each in found.values() if each.title == "Fund uden for scenarierne"} == {
        f"{first}/uden-for-scenarierne/0": "",
        f"{chosen}/uden-for-scenarierne/0": "",
    }
    whole = wall.add("r3", Tried("A"), minutes=60)
    items = Items(wall).all()
    assert {items[f"{each}/uden-for-scenarierne/0"].replaced for each in (first, chosen)} == {f"{whole}/uden-for-scenarierne/0"}


def test_what_is_tried_again_takes_the_place_of_what_was() -> None:
    wall = Fake()
    first = wall.add("r1", Tried("A", "F3"), Tried("B", "F3"), Tried("C", "F3"))
    second = wall.add("r2", Tried("A", "F2"), Tried("B"), minutes=30)
    found = Items(wall).all()
    assert {each.id: each.replaced for each in found.values()} == {
        f"{first}/A/1": f"{second}/A/1",
        f"{first}/B/1": f"{second}/B/1",
        f"{first}/C/1": "",
        f"{second}/A/1": "",
    }


def test_what_came_to_nothing_takes_no_findings_place() -> None:
    wall = Fake()
    first = wall.add("r1", Tried("A", "F3"), Tried("B", "kunne ikke testes"))
    second = wall.add("r2", Tried("A", "kunne ikke testes"), Tried("B", "kunne ikke testes"), minutes=30)
    found = Items(wall).all()
    assert {each.id: each.replaced for each in found.values()} == {
        f"{first}/A/1": "",
        f"{first}/B/1": f"{second}/B/1",
        f"{second}/A/1": "",
        f"{second}/B/1": "",
    }


@pytest.mark.parametrize(
    "other", [{"rehearsal": True}, {"system": "xmo"}, {"phase": "certificering"}, {"partner": "xmo"}], ids=lambda each: str(each)
)
def test_what_is_tried_otherwise_takes_no_place(other: dict[str, object]) -> None:
    wall = Fake()
    wall.add("r1", Tried("A", "F3"))
    wall.add("r2", Tried("A", "F3"), minutes=30, **other)  # type: ignore[arg-type]
    found = Items(wall).all()
    assert [each.replaced for each in found.values()] == ["", ""]
    assert [each.rehearsal for each in found.values()] == [False, "rehearsal" in other]


def test_another_attempt_of_the_same_run_is_another_item() -> None:
    wall = Fake()
    name = wall.add("r1", Tried("A", "F3"))
    items = Items(wall)
    assert set(items.all()) == {f"{name}/A/1"}
    wall.add("r1", Tried("A", "F3", attempt=2), minutes=5)
    assert set(items.all()) == {f"{name}/A/2"}, "also when it had been worked out before"


def test_a_run_that_was_submitted_waits_until_medcom_has_spoken() -> None:
    wall = Fake()
    handed_in = Said("Anna Bek", Role.SUPPLIER, "2027-03-01T10:00:00+00:00", Submitted(("A",)))
    judged = Said("Bo Dal", Role.MEDCOM, "2027-03-01T11:00:00+00:00", Assessed("A", Grade.F4, "F3", "Kun en stavefejl"))
    alarm = Said("Bo Dal", Role.MEDCOM, "2027-03-01T11:30:00+00:00", Escalated("Forkert patient"))
    back = Said("Bo Dal", Role.MEDCOM, "2027-03-01T12:00:00+00:00", Returned("Mangler"))
    said = (handed_in, judged, alarm)
    name = wall.add("r1", Tried("A", "F3"), phase="certificering", review=review_of(said[:1]))
    items = Items(wall)
    found = items.all()
    assert standings(found) == {"A": "fund", "gennemgang": "indsendt"}
    assert found[f"{name}/gennemgang/1"].since.isoformat() == handed_in.at

    wall.add("r1", Tried("A", "F3"), phase="certificering", review=review_of(said))
    found = items.all()
    assert {each.critical for each in found.values()} == {True}
    assert found[f"{name}/A/1"].judged is Grade.F4
    assert found[f"{name}/A/1"].standing is Grade.F3, "the proposal stays"

    wall.add("r1", Tried("A", "F3"), phase="certificering", review=review_of((*said, back)))
    assert standings(items.all()) == {"A": "fund"}
    wall.add("r1", Tried("A", "F3"), phase="egentest", review=review_of((handed_in,)))
    assert standings(items.all()) == {"gennemgang": "indsendt"}


def test_a_rehearsals_review_judges_nothing() -> None:
    wall = Fake()
    judged = Said("Bo Dal", Role.MEDCOM, "2027-03-01T11:00:00+00:00", Assessed("A", Grade.OK, "F3", "Nej"))
    wall.add("r1", Tried("A", "F3"), rehearsal=True, review=review_of((judged,)))
    [item] = Items(wall).all().values()
    assert item.judged is None


def test_a_run_that_has_not_grown_is_not_asked_for_again() -> None:
    """The list is asked for every other second, and a run that no cell shows is read from its folder each time."""
    asked: list[str] = []

    class Counting(Fake):
        def result(self, run: str) -> Result | None:
            asked.append(run)
            return super().result(run)

    wall = Counting()
    name = wall.add("r1", Tried("A", "F3", findings=(FINDING,)))
    review = review_of([Said("Bo Dal", Role.MEDCOM, NINE.isoformat(), Escalated("Patienten kan skades."))])
    run, result = wall.results[name]
    wall.results[name] = (replace(run, version="en"), result)
    items = Items(wall)
    before = items.all()
    assert items.all() == before
    assert asked == [name]
    wall.results[name] = (replace(run, version="to"), replace(result, review=review))
    assert next(iter(items.all().values())).critical
    assert asked == [name, name]


def test_what_was_sent_stands_after_what_was_seen_whatever_it_says(tmp_path: Path) -> None:
    class Nobody:
        def held(self) -> dict[str, str]:
            return {}

    wall = Fake()
    critical = review_of([Said("Anna Bek", Role.SUPPLIER, NINE.isoformat(), Escalated("Planer går tabt."))])
    sent = wall.add("r1", Tried("A", "F3"), minutes=-5_000_000, review=critical, source="Novax i hallen")
    seen = wall.add("r2", Tried("B", "F3"))
    desk = Desk(Items(wall), cast("Claims", Nobody()), WorklistLog(tmp_path), Guard(frozenset()))
    entries = desk.entries(desk.items.all().values())
    assert [(each.item.run, each.critical) for each in entries] == [(seen, False), (sent, True)]
