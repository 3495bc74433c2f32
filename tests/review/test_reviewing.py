"""Acts done to the reviews of runs under a folder: what an approval rests on, and the chain nobody can change unseen."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from reviewed_run import ANNA, BO, CAMPAIGN, GOOD, MEDCOM, RESTING, SUITE, SUPPLIER, do, reviews_of, write_run

from harness.domain.errors import BadInput, ConfigurationError
from harness.domain.event import MeasuredAgainst
from harness.domain.grade import Grade
from harness.domain.review import Approved, Assessed, Attested, Claimed, Commented, Deployed, Escalated, Ground, Said, Submitted
from harness.record.delivery import SOURCE_NAME
from harness.record.evidence import EVIDENCE_NAME
from harness.record.log import FIRST, LOG_NAME, LogWriter, encode, read_cut_log
from harness.record.result import read_result
from harness.record.review import REVIEW_NAME, append_act, read_review
from harness.record.reviewing import Reviews

SUBMIT = (ANNA, SUPPLIER, Submitted(tuple(GOOD)))
CLAIM = (BO, MEDCOM, Claimed())
APPROVE = (BO, MEDCOM, Approved())
LIVE = {"phase": "certificering", "data": "5a" * 32}
PROOF = b"%PDF-1.7\n"


def approved_self_test(reviews: Reviews, reports: Path, run: str, **said: object) -> Path:
    folder = write_run(reports, run, **said)  # type: ignore[arg-type]
    do(reviews, folder, SUBMIT, CLAIM, APPROVE)
    return folder


def test_certificering_is_approved_on_the_approved_self_test_of_the_same_version(tmp_path: Path) -> None:
    reviews = reviews_of(tmp_path)
    folder = write_run(tmp_path, "20270401T0900", **LIVE)
    approved_self_test(reviews, tmp_path, "20270301T0900", sut_version="7.0")
    do(reviews, folder, SUBMIT, CLAIM)
    with pytest.raises(ConfigurationError, match="Egentesten er ikke godkendt for den samme version"):
        do(reviews, folder, APPROVE)
    own = approved_self_test(reviews, tmp_path, "20270302T0900")
    made: list[Path] = []
    after = do(reviews_of(tmp_path, decided=made), folder, APPROVE)
    head = read_review(own).head
    assert after.review.approved is not None
    assert after.review.approved[1].rests_on == (Ground("egentest", "20270302T0900", head, "7.1", campaign="lille"),)
    assert (after.verdict, read_result(folder).verdict, made) == ("godkendt", "godkendt", [folder])


def test_a_standard_it_rests_on_may_have_been_approved_in_a_run_of_ours(tmp_path: Path) -> None:
    reviews = reviews_of(tmp_path)
    approved_self_test(reviews, tmp_path, "20270302T0900")
    folder = write_run(tmp_path, "20270401T0900", campaign=RESTING, **LIVE)
    do(reviews, folder, SUBMIT, CLAIM)
    with pytest.raises(ConfigurationError, match="XDS Metadata er ikke godkendt"):
        do(reviews, folder, APPROVE)
    metadata = replace(
        CAMPAIGN,
        protocols=(
            replace(
                RESTING.protocols[0],
                standard="XDS Metadata",
                prerequisites=(),
                steps=dict.fromkeys(("DEL-01", "DEL-02", "DEL-03"), ()),
            ),
        ),
    )
    other = write_run(tmp_path, "20270303T0900", campaign=metadata, **LIVE)
    do(reviews, other, SUBMIT, CLAIM, APPROVE)
    rests_on = do(reviews, folder, APPROVE).review.approved
    assert rests_on is not None
    assert [(each.what, each.run, each.standard) for each in rests_on[1].rests_on if each.what == "godkendelse"] == [
        ("godkendelse", "20270303T0900", "XDS Metadata")
    ]


def test_an_approval_rests_on_no_run_that_gives_no_certificate_for_the_standard(tmp_path: Path) -> None:
    reviews = reviews_of(tmp_path)
    approved_self_test(reviews, tmp_path, "20270302T0900")
    own = replace(RESTING.protocols[0], standard="XDS Metadata", prerequisites=())
    for number, steps in enumerate(({}, {"DEL-01": (), "DEL-09": ()})):  # it has no scenarios here; not all of them were run
        campaign = replace(CAMPAIGN, protocols=(replace(own, steps=steps),))
        other = write_run(tmp_path, f"2027030{number + 3}T0900", campaign=campaign, **LIVE)
        assert do(reviews, other, SUBMIT, CLAIM, APPROVE).verdict == "godkendt"
    folder = write_run(tmp_path, "20270401T0900", campaign=RESTING, **LIVE)
    do(reviews, folder, SUBMIT, CLAIM)
    with pytest.raises(ConfigurationError, match="XDS Metadata er ikke godkendt"):
        do(reviews, folder, APPROVE)


@pytest.mark.parametrize("lacks", ["version", "basis"])
def test_a_self_test_that_could_not_have_been_approved_is_no_ground(tmp_path: Path, lacks: str) -> None:
    version = "ukendt" if lacks == "version" else "7.1"
    other = write_run(tmp_path, "20270302T0900", sut_version=version)
    if lacks == "basis":
        without_basis(other)
    head = read_review(other).head  # written past everybody who asks first
    for by, role, act in (SUBMIT, CLAIM, APPROVE):
        head = append_act(other, Said(by, role, "2027-03-02T10:00:00+00:00", act), head).head
    folder = write_run(tmp_path, "20270401T0900", **{**LIVE, "sut_version": version})
    grounds = Reviews(tmp_path, lambda _: SUITE, frozenset(), print)._grounds(read_result(folder))
    assert list(grounds) == []


def without_basis(folder: Path) -> None:
    """Write the log anew without the line that says what the run was measured with."""
    log, previous, lines = folder / LOG_NAME, FIRST, []
    for entry in [each for each in read_cut_log(log) if not isinstance(each.event, MeasuredAgainst)]:
        lines.append(encode(entry.event, len(lines), entry.at, previous))
        previous = hashlib.sha256(lines[-1]).hexdigest()
    log.write_bytes(b"".join(lines))


def test_the_proposal_stays_beside_the_judgement_and_the_judgement_counts(tmp_path: Path) -> None:
    folder = write_run(tmp_path, standings={**GOOD, "DEL-02": "F3"}, **LIVE)
    result = do(reviews_of(tmp_path), folder, SUBMIT, CLAIM, (BO, MEDCOM, Assessed("DEL-02", Grade.F4, "", "Kun en stavefejl")))
    scenario = result.state.scenarios["DEL-02"]
    assert (result.standing(scenario), scenario.standing) == (Grade.F4, Grade.F3)
    assert result.review.assessed["DEL-02"][1].proposed == "F3"


def test_the_chain_begins_at_the_runs_head_and_tells_of_every_change(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    do(reviews_of(tmp_path), folder, SUBMIT, CLAIM, (BO, MEDCOM, Commented("Fint")))
    chain = folder / REVIEW_NAME
    lines = chain.read_bytes().splitlines(keepends=True)
    log = (folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    assert json.loads(lines[0])["prev"] == hashlib.sha256(log[-1]).hexdigest()
    for changed, line in (
        ([lines[0].replace(b"Anna", b"Anne"), *lines[1:]], 2),
        ([lines[0], lines[2]], 2),
        (lines[1:], 1),
        ([*lines[:2], lines[2][:-1]], 3),
    ):
        chain.write_bytes(b"".join(changed))
        with pytest.raises(BadInput) as told:
            read_review(folder)
        assert told.value.line == line
    chain.write_bytes(b"".join(lines))
    (folder / "events.jsonl").write_bytes(b"".join(log[:-1]))
    with pytest.raises(BadInput, match="hænger ikke sammen med loggen"):
        read_review(folder)


def test_log_and_review_are_never_written_at_once(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    log = LogWriter(folder, resume=True)
    with pytest.raises(ConfigurationError, match="er i gang i et andet vindue"):
        do(reviews_of(tmp_path), folder, SUBMIT)
    log.close()
    do(reviews_of(tmp_path), folder, SUBMIT)
    with pytest.raises(ConfigurationError, match="er under gennemgang"):
        LogWriter(folder, resume=True)


def test_what_another_wrote_meanwhile_is_not_decided_over(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    seen = do(reviews_of(tmp_path), folder, SUBMIT, CLAIM).review.head
    do(reviews_of(tmp_path), folder, (ANNA, SUPPLIER, Commented("Vent")))
    with pytest.raises(ConfigurationError, match="En anden har skrevet i gennemgangen imens"):
        reviews_of(tmp_path).do(folder, BO, MEDCOM, Approved(), since=seen)


@pytest.mark.parametrize("text", ["Se CPR010203 1234", "Authorization: Bearer abcdefghijklmnop"])
def test_no_foreign_number_and_no_secret_is_written(tmp_path: Path, text: str) -> None:
    folder = write_run(tmp_path)
    with pytest.raises(ConfigurationError, match="Intet er gemt"):
        do(reviews_of(tmp_path), folder, (ANNA, SUPPLIER, Commented(text)))
    assert not (folder / REVIEW_NAME).exists()


def test_an_attested_test_has_its_proof_among_the_evidence(tmp_path: Path) -> None:
    reviews = reviews_of(tmp_path)
    approved_self_test(reviews, tmp_path, "20270302T0900")
    folder = write_run(tmp_path, "20270401T0900", **LIVE)
    sit = Attested("SIT", "2026-11-01", "sit.pdf", "")
    with pytest.raises(ConfigurationError, match="Gennemgangen er: kører"):
        reviews.attest(folder, ANNA, SUPPLIER, sit, PROOF)
    assert not (folder / EVIDENCE_NAME / hashlib.sha256(PROOF).hexdigest()).exists()
    do(reviews, folder, SUBMIT, CLAIM, APPROVE)
    with pytest.raises(ConfigurationError, match="hverken PNG"):
        reviews.attest(folder, ANNA, SUPPLIER, sit, b"bestaaet")
    after = reviews.attest(folder, ANNA, SUPPLIER, sit, PROOF)
    kept = after.review.attested["SIT"][1]
    assert (folder / EVIDENCE_NAME / kept.sha256).read_bytes() == PROOF
    reviews.attest(folder, ANNA, SUPPLIER, replace(sit, what="releasetest"), PROOF)
    assert do(reviews, folder, (ANNA, SUPPLIER, Deployed("2026-11-02"))).review.deployed is not None


def test_the_runs_that_wait_stand_with_the_longest_first(tmp_path: Path) -> None:
    reviews = reviews_of(tmp_path)
    first, second = write_run(tmp_path, "20270302T0900"), write_run(tmp_path, "20270301T0900", system="xmo")
    write_run(tmp_path, "20270303T0900", ended=False)
    do(reviews, first, SUBMIT)
    do(reviews, second, SUBMIT, CLAIM, (BO, MEDCOM, Escalated("Planer går tabt")))
    assert [each.name for each in reviews.waiting()] == ["lille/novax/20270302T0900", "lille/xmo/20270301T0900"]
    assert [(each.started.run, each.ended) for each in reviews.runs()][-1] == ("20270303T0900", False)


def test_what_a_supplier_sent_waits_after_what_was_seen(tmp_path: Path) -> None:
    reviews = reviews_of(tmp_path)
    sent, seen = (write_run(tmp_path, run) for run in ("20270301T0900", "20270302T0900"))
    do(reviews, sent, SUBMIT)
    do(reviews, seen, SUBMIT)
    assert [each.folder for each in reviews.waiting()] == [sent, seen]
    (sent / SOURCE_NAME).write_text('{"navn": "Novax i hallen", "ret": "leverandør"}', "utf-8")
    assert [(each.folder, each.sent) for each in reviews.waiting()] == [(seen, False), (sent, True)]
