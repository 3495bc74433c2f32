"""Where a run's review allows it, a monitor says the same there, by the review's own rules, and first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from reviewed_run import ANNA, BO, MEDCOM, SUPPLIER, do, reviews_of, write_run
from test_worklist_pages import act, acts, monitor
from visiting import Hall
from waiting_wall import Fake, a_worklist

from harness.dashboard.wall import Run
from harness.domain.review import Claimed, Reviewing, Submitted
from harness.record.result import read_result
from harness.record.reviewing import Reviews

RUN = "lille/novax/20270301T0915"
ITEM = f"/arbejdsliste/punkt/{RUN}/DEL-02/1"


class OnDisk(Fake):
    """A wall whose runs are read from the folder of reports each time."""

    def __init__(self, reports: Path) -> None:
        super().__init__()
        self._reports = reports

    def read(self) -> OnDisk:
        result = read_result(self._reports / RUN)
        began, ended, rehearsal = result.state.began, result.state.ended, result.rehearsal
        assert began is not None
        run = Run(RUN, "novax", "", result.started.phase, rehearsal, began, ended, None, {})
        self.results[RUN] = (run, result)
        return self


@pytest.fixture
def reviews(tmp_path: Path) -> Reviews:
    return reviews_of(tmp_path)


def submitted(reports: Path, reviews: Reviews, phase: str = "certificering") -> OnDisk:
    folder = write_run(reports, standings={"DEL-01[KOL]": "OK", "DEL-02": "F3"}, phase=phase, data="1f" * 32)
    do(reviews, folder, (ANNA, SUPPLIER, Submitted(("DEL-01[KOL]", "DEL-02"))))
    return OnDisk(reports).read()


@pytest.fixture
def wall(tmp_path: Path, reviews: Reviews) -> OnDisk:
    return submitted(tmp_path, reviews)


@pytest.fixture
def hall(tmp_path: Path, wall: OnDisk, reviews: Reviews) -> Iterator[Hall]:
    with a_worklist(tmp_path, wall, reviews) as (hall, _):
        yield hall


def test_who_has_the_review_assesses_there_too(hall: Hall, wall: OnDisk, tmp_path: Path) -> None:
    bo = monitor(hall, BO)
    assert "Skriv det også" not in bo.get(ITEM).text
    assert act(bo, ITEM, handling="gennemgang")[0] == 303
    wall.read()
    act(bo, ITEM, handling="tag")
    assert "Skriv det også som MedComs vurdering" in bo.get(ITEM).text
    form = {"handling": "verificer", "enig": "nej", "karakter": "F4", "tekst": "Kun en stavefejl", "også": "ja"}
    assert act(bo, ITEM, **form)[0] == 303
    [(said, assessed)] = wall.read().results[RUN][1].review.assessed.values()
    assert (said.by, said.role, assessed.scenario, assessed.grade, assessed.proposed) == (BO, MEDCOM, "DEL-02", "F4", "F3")
    assert len(acts(tmp_path)) == 1
    assert "MedCom har vurderet resultatet til F4" in bo.get(ITEM).text


def test_without_asking_for_it_the_review_hears_nothing(hall: Hall, wall: OnDisk) -> None:
    bo = monitor(hall, BO)
    act(bo, ITEM, handling="gennemgang")
    act(bo, ITEM, handling="tag")
    assert act(bo, ITEM, handling="verificer", enig="nej", karakter="F4", tekst="Kun en stavefejl")[0] == 303
    assert act(bo, ITEM, handling="tag-tilbage", hvad="verificering", tekst="x")[0] == 303
    review = wall.read().results[RUN][1].review
    assert (review.assessed, review.state) == ({}, Reviewing.TO_VERIFY)


def test_what_the_review_refuses_is_said_nowhere(hall: Hall, tmp_path: Path) -> None:
    bo = monitor(hall, BO)
    act(bo, ITEM, handling="tag")
    status, text = act(bo, ITEM, handling="verificer", enig="ja", også="ja")
    assert (status, "Tag gennemgangen først." in text) == (409, True)
    assert acts(tmp_path) == []


def test_what_the_worklist_refuses_the_review_does_not_hear(hall: Hall, wall: OnDisk, tmp_path: Path) -> None:
    bo = monitor(hall, BO)
    act(bo, ITEM, handling="gennemgang")
    assert act(bo, ITEM, handling="verificer", enig="ja", også="ja")[0] == 409
    assert wall.read().results[RUN][1].review.assessed == {}


def test_where_another_has_spoken_meanwhile_neither_hears(hall: Hall, wall: OnDisk, tmp_path: Path) -> None:
    anna, bo = monitor(hall, "Eva Lind"), monitor(hall, BO)
    act(bo, ITEM, handling="gennemgang")
    act(bo, ITEM, handling="tag")
    act(anna, ITEM, handling="note", tekst="Jeg så det også")
    form = {"csrf": bo.csrf(), "set": "0", "handling": "verificer", "enig": "ja", "også": "ja"}
    assert bo.post(ITEM, form).status_code == 409
    assert wall.read().results[RUN][1].review.assessed == {}
    assert len(acts(tmp_path)) == 1


def test_critical_is_said_in_the_review_where_it_is_asked_for(hall: Hall, wall: OnDisk) -> None:
    bo = monitor(hall, BO)
    assert act(bo, ITEM, handling="kritisk", tekst="Forkert patient", også="ja")[0] == 303
    assert wall.read().results[RUN][1].review.state is Reviewing.CRITICAL


def test_who_has_it_is_told(hall: Hall, wall: OnDisk, reviews: Reviews, tmp_path: Path) -> None:
    do(reviews, tmp_path / RUN, ("Dora Fog", MEDCOM, Claimed()))
    wall.read()
    bo = monitor(hall, BO)
    act(bo, ITEM, handling="tag")
    text = bo.get(ITEM).text
    assert "Dora Fog har kørslens gennemgang" in text
    assert "Skriv det også" not in text
    assert act(bo, ITEM, handling="gennemgang")[0] == 409


def test_a_rehearsal_has_no_review_to_write_in(tmp_path: Path, reviews: Reviews) -> None:
    write_run(tmp_path, standings={"DEL-02": "F3"}, phase="certificering", grundlag="referencesystem")
    wall = OnDisk(tmp_path).read()
    with a_worklist(tmp_path, wall, reviews) as (hall, _):
        bo = monitor(hall, BO)
        text = bo.get(ITEM).text
        assert "Prøvekørsel med referencesystemet" in text
        assert "Tag kørslens gennemgang" not in text
        assert act(bo, ITEM, handling="gennemgang")[0] == 409


def test_the_submitted_run_waits_itself(hall: Hall) -> None:
    text = monitor(hall, BO).get("/arbejdsliste").text
    assert "Gennemgang af 2 resultater" in text
