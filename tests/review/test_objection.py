"""Which act may be done, and every reason why one may not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from reviewed_run import (
    ANNA,
    BO,
    CAMPAIGN,
    FINDING,
    GOOD,
    MEDCOM,
    NEWER,
    SUITE,
    SUPPLIER,
    do,
    reviews_of,
    write_run,
)

from harness.domain.grade import Grade
from harness.domain.review import (
    Act,
    Approved,
    Assessed,
    Attested,
    Claimed,
    Cleared,
    Commented,
    Deployed,
    Escalated,
    Ground,
    Paused,
    Reconfirmed,
    Refused,
    Released,
    Resumed,
    Returned,
    Reviewing,
    Role,
    Said,
    Submitted,
    review_of,
)
from harness.record.objection import objection
from harness.record.result import Result, read_result

Who = tuple[str, Role, Act]
ALL = tuple(GOOD)
SELF_TEST = Ground("egentest", "r0", "", "7.1", campaign="lille")
SUBMIT: Who = (ANNA, SUPPLIER, Submitted(ALL))
CLAIM: Who = (BO, MEDCOM, Claimed())
APPROVE: Who = (BO, MEDCOM, Approved((SELF_TEST,)))
AT = "2027-03-02T10:00:00+00:00"
PROOF = "9f" * 32
LIVE = {"phase": "certificering", "data": "5a" * 32}


def after(result: Result, *acts: Who) -> Result:
    """The result once these were done, whether they might be or not."""
    said = tuple(Said(by, role, AT, act) for by, role, act in acts)
    return replace(result, review=review_of((*result.review.said, *said)))


def told(result: Result, who: Who, at: str = AT) -> str:
    by, role, act = who
    return objection(result, Said(by, role, at, act), SUITE)


def assess(scenario: str, grade: Grade, proposed: str, reason: str = "") -> Who:
    return BO, MEDCOM, Assessed(scenario, grade, proposed, reason)


# What the run is, what was done before, what is tried, and what is answered.
REFUSED: dict[str, tuple[dict[str, object], tuple[Who, ...], Who, str]] = {
    "a rehearsal is not submitted": ({"grundlag": "referencesystem", "driver": "reference"}, (), SUBMIT, "Prøvekørsel med"),
    "a rehearsal is not approved": ({"grundlag": "referencesystem"}, (SUBMIT, CLAIM), APPROVE, "Prøvekørsel med"),
    "a replay counts in egentest only": (
        {"driver": "replay", "phase": "prætest"},
        (),
        SUBMIT,
        "Optagelser tæller kun i egentest",
    ),
    "a run that goes on": ({"ended": False}, (), (BO, MEDCOM, Commented("Nå")), "Kørslen er ikke slut"),
    "only the supplier submits": ({}, (), (BO, MEDCOM, Submitted(ALL)), "Det kan kun leverandør gøre. Fundet: MedCom."),
    "nobody acts for both": ({}, (SUBMIT,), (ANNA, MEDCOM, Claimed()), "Anna Bek har handlet for den anden part"),
    "nothing submitted": ({}, (), (ANNA, SUPPLIER, Submitted(())), "Vælg mindst ét resultat."),
    "submitted what is not there": ({}, (), (ANNA, SUPPLIER, Submitted(("DEL-99",))), "Det er ikke i kørslen: DEL-99."),
    "submitted twice": ({}, (SUBMIT,), SUBMIT, "Gennemgangen er: til verificering."),
    "only MedCom claims": ({}, (SUBMIT,), (ANNA, SUPPLIER, Claimed()), "Det kan kun MedCom gøre."),
    "claimed before it is submitted": ({}, (), CLAIM, "Gennemgangen er: kører."),
    "claimed while another holds it": ({}, (SUBMIT, CLAIM), ("Ea Friis", MEDCOM, Claimed()), "Bo Dal har allerede gennemgangen."),
    "released by another without reason": (
        {},
        (SUBMIT, CLAIM),
        ("Ea Friis", MEDCOM, Released()),
        "Bo Dal har gennemgangen. Skriv",
    ),
    "released by nobody": ({}, (SUBMIT,), (BO, MEDCOM, Released()), "Ingen har gennemgangen."),
    "assessed by a supplier": (
        LIVE,
        (SUBMIT, CLAIM),
        (ANNA, SUPPLIER, Assessed("DEL-02", Grade.OK, "F4", "x")),
        "Det kan kun MedCom",
    ),
    "assessed without holding it": (LIVE, (SUBMIT,), assess("DEL-02", Grade.F4, "F4"), "Tag gennemgangen først."),
    "assessed by another": (
        LIVE,
        (SUBMIT, CLAIM),
        ("Ea Friis", MEDCOM, Assessed("DEL-02", Grade.F4, "F4")),
        "Bo Dal har gennemgangen.",
    ),
    "assessed in egentest": ({}, (SUBMIT, CLAIM), assess("DEL-02", Grade.F4, "F4"), "I egentest står MedCom vurdering tom,"),
    "assessed what was not submitted": (
        LIVE,
        ((ANNA, SUPPLIER, Submitted(("DEL-02",))), CLAIM),
        assess("DEL-03", Grade.OK, "OK"),
        "Scenariet DEL-03 er ikke indsendt.",
    ),
    "beside another proposal": (
        LIVE,
        (SUBMIT, CLAIM),
        assess("DEL-02", Grade.F3, "OK", "x"),
        "Testharnesset foreslår F4, ikke OK.",
    ),
    "another grade without reason": (
        LIVE,
        (SUBMIT, CLAIM),
        assess("DEL-02", Grade.OK, "F4", " "),
        "Forslaget er F4. Skriv, hvorfor",
    ),
    "IR without reason": (LIVE, (SUBMIT, CLAIM), assess("DEL-02", Grade.IR, "F4"), "IR skal have en grund."),
    "OK to what is not decided": (
        {**LIVE, "standings": {**GOOD, "DEL-02": "afventer"}, "undecided": {"DEL-02": ("niveau-kodning",)}},
        (SUBMIT, CLAIM),
        assess("DEL-02", Grade.OK, "afventer", "Ser godt ud"),
        "DEL-02 bygger på noget, der ikke er besluttet (niveau-kodning)",
    ),
    "F4 in a campaign that awaits": (
        {**LIVE, "standings": {**GOOD, "DEL-02": "afventer"}, "awaiting": ("lille",)},
        (SUBMIT, CLAIM),
        assess("DEL-02", Grade.F4, "afventer", "Ser godt ud"),
        "DEL-02 bygger på noget, der ikke er besluttet (hvem der er med",
    ),
    "OK to what was not carried out": (
        {**LIVE, "standings": {**GOOD, "DEL-02": "kunne ikke testes"}},
        (SUBMIT, CLAIM),
        assess("DEL-02", Grade.OK, "kunne ikke testes", "Jeg så det"),
        "DEL-02 er ikke gennemført (kunne ikke testes).",
    ),
    "an empty comment": ({}, (), (ANNA, SUPPLIER, Commented(" ")), "Skriv bemærkningen."),
    "a comment on nothing": ({}, (), (ANNA, SUPPLIER, Commented("Nå", "DEL-99")), "Scenariet DEL-99 er ikke i kørslen."),
    "nobody's comment": ({}, (), (" ", SUPPLIER, Commented("Nå")), "Skriv, hvem der gør det"),
    "returned without reason": ({}, (SUBMIT, CLAIM), (BO, MEDCOM, Returned("")), "Skriv hvorfor."),
    "refused by nobody who holds it": ({}, (SUBMIT,), (BO, MEDCOM, Refused("x")), "Tag gennemgangen først."),
    "paused twice": ({}, ((ANNA, SUPPLIER, Paused("x")),), (ANNA, SUPPLIER, Paused("y")), "Gennemgangen er: på pause."),
    "approved while paused": ({}, (SUBMIT, CLAIM, (BO, MEDCOM, Paused("x"))), APPROVE, "Gennemgangen er: på pause."),
    "resumed what goes on": ({}, (SUBMIT,), (BO, MEDCOM, Resumed()), "Gennemgangen er: til verificering."),
    "the supplier ends MedCom's alarm": (
        {},
        (SUBMIT, (BO, MEDCOM, Escalated("x"))),
        (ANNA, SUPPLIER, Resumed()),
        "MedCom har standset",
    ),
    "the supplier ends MedCom's pause after an alarm of its own": (
        {},
        (SUBMIT, (BO, MEDCOM, Paused("x")), (ANNA, SUPPLIER, Escalated("y"))),
        (ANNA, SUPPLIER, Resumed()),
        "MedCom har standset",
    ),
    "confirmed what is of today": ({}, (SUBMIT, CLAIM), (BO, MEDCOM, Reconfirmed(SUITE, "x")), "Kørslen er ikke forældet"),
    "confirmed for another suite": (
        {"fingerprint": NEWER},
        (SUBMIT, CLAIM),
        (BO, MEDCOM, Reconfirmed(NEWER, "x")),
        "Bekræftelsen skal nævne det fingeraftryk",
    ),
    "cleared where nothing was found": ({}, (), (BO, MEDCOM, Cleared("aa", 1, 2, "x")), "Der er ikke fundet et tal"),
    "approved what is outdated": ({"fingerprint": NEWER}, (SUBMIT, CLAIM), APPROVE, "Kørslen er forældet"),
    "approved with an error": (
        {"standings": {**GOOD, "DEL-02": "F3"}},
        (SUBMIT, CLAIM),
        APPROVE,
        "En lille kampagne: Resultaterne er: ikke godkendt. Ikke godkendt: DEL-02 (F3).",
    ),
    "approved with an error outside the scenarios": (
        {"outside": (FINDING,)},
        (SUBMIT, CLAIM),
        APPROVE,
        "Der er fund uden for scenar",
    ),
    "approved a part": (
        {},
        ((ANNA, SUPPLIER, Submitted(("DEL-02",))), CLAIM),
        APPROVE,
        "En lille kampagne: Resultaterne er: ikke fuldt verificeret. Ikke indsendt: DEL-01[KOL], DEL-03.",
    ),
    "approved chosen scenarios": (
        {"selection": "KP-06"},
        (SUBMIT, CLAIM),
        APPROVE,
        "En lille kampagne: Resultaterne er: ikke fuldt",
    ),
    "approved without a self-test": (
        LIVE,
        (SUBMIT, CLAIM),
        (BO, MEDCOM, Approved()),
        "En lille kampagne: Egentesten er ikke godkendt",
    ),
    "approved on another version's self-test": (
        {**LIVE, "sut_version": "7.2"},
        (SUBMIT, CLAIM),
        APPROVE,
        "En lille kampagne: Egentesten er ikke godkendt",
    ),
    "approved on the shipped set": (
        {**LIVE, "data": ""},
        (SUBMIT, CLAIM),
        APPROVE,
        "En lille kampagne: Resultaterne er: tæller ikke",
    ),
    "approved a self-test of a version nobody knows": (
        {"sut_version": " Ukendt"},
        (SUBMIT, CLAIM),
        APPROVE,
        "Systemets version er ukendt.",
    ),
    "approved a certificering of no version": (
        {**LIVE, "sut_version": ""},
        (SUBMIT, CLAIM),
        (BO, MEDCOM, Approved((replace(SELF_TEST, sut_version=""),))),
        "Systemets version er ukendt.",
    ),
    "attested before the approval": (
        LIVE,
        (SUBMIT,),
        (ANNA, SUPPLIER, Attested("SIT", "2027-03-01", "a", PROOF)),
        "Gennemgangen er:",
    ),
    "attested after a self-test": (
        {},
        (SUBMIT, CLAIM, APPROVE),
        (ANNA, SUPPLIER, Attested("SIT", "2027-03-01", "a", PROOF)),
        "Det hører til efter en godkendt certificering. Kørslen er: egentest.",
    ),
    "attested on no day": (
        LIVE,
        (SUBMIT, CLAIM, APPROVE),
        (ANNA, SUPPLIER, Attested("SIT", "2027-02-29", "a", PROOF)),
        "Datoen skal skrives som ÅÅÅÅ-MM-DD. Fundet: 2027-02-29.",
    ),
    "attested in the future": (
        LIVE,
        (SUBMIT, CLAIM, APPROVE),
        (ANNA, SUPPLIER, Attested("SIT", "2027-03-03", "a", PROOF)),
        "Datoen 2027-03-03 er ikke kommet endnu.",
    ),
    "attested without proof": (
        LIVE,
        (SUBMIT, CLAIM, APPROVE),
        (ANNA, SUPPLIER, Attested("SIT", "2027-03-01", "a", "")),
        "Vedlæg filen",
    ),
    "in use before both were passed": (
        LIVE,
        (SUBMIT, CLAIM, APPROVE, (ANNA, SUPPLIER, Attested("SIT", "2027-03-01", "a", PROOF))),
        (ANNA, SUPPLIER, Deployed("2027-03-02")),
        "Først skal det attesteres, at testen er bestået: releasetest.",
    ),
    "in use before the day they were passed": (
        LIVE,
        (
            SUBMIT,
            CLAIM,
            APPROVE,
            (ANNA, SUPPLIER, Attested("SIT", "2027-03-01", "a", PROOF)),
            (ANNA, SUPPLIER, Attested("releasetest", "2027-03-02", "a", PROOF)),
        ),
        (ANNA, SUPPLIER, Deployed("2027-03-01")),
        "Systemet kan ikke være taget i brug (2027-03-01) før releasetest (2027-03-02).",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_act_that_may_not_be_done_is_refused_with_its_reason(tmp_path: Path, case: str) -> None:
    run, before, tried, says = REFUSED[case]
    result = after(read_result(write_run(tmp_path, **run)), *before)  # type: ignore[arg-type]
    assert told(result, tried).startswith(says)


def test_what_may_be_done_from_submission_to_use(tmp_path: Path) -> None:
    acts: tuple[Who, ...] = (
        (ANNA, SUPPLIER, Commented("Her er den")),
        SUBMIT,
        CLAIM,
        (BO, MEDCOM, Escalated("Se straks")),
        (BO, MEDCOM, Resumed()),
        assess("DEL-01[KOL]", Grade.OK, "OK"),
        assess("DEL-02", Grade.OK, "F4", "Ingen fejl"),
        (BO, MEDCOM, Returned("Mangler et billede")),
        (ANNA, SUPPLIER, Submitted(ALL)),
        ("Ea Friis", MEDCOM, Claimed()),
        (BO, MEDCOM, Released("Ea er syg")),
        CLAIM,
        APPROVE,
        (ANNA, SUPPLIER, Attested("SIT", "2027-03-01", "sit.pdf", PROOF)),
        (ANNA, SUPPLIER, Attested("releasetest", "2027-03-01", "r.pdf", PROOF)),
        (ANNA, SUPPLIER, Deployed("2027-03-02")),
    )
    result = read_result(write_run(tmp_path, **LIVE))
    for act in acts:
        assert told(result, act) == ""
        result = after(result, act)
    assert (result.review.state, result.verdict) == (Reviewing.VERIFIED, "godkendt")
    assert told(result, (BO, MEDCOM, Refused("Den blev godkendt ved en fejl"))) == ""


def test_a_supplier_goes_on_after_a_stop_of_its_own(tmp_path: Path) -> None:
    result = read_result(write_run(tmp_path))
    ended = (SUBMIT, (BO, MEDCOM, Paused("x")), (BO, MEDCOM, Resumed()), (ANNA, SUPPLIER, Escalated("y")))
    assert told(after(result, *ended), (ANNA, SUPPLIER, Resumed())) == ""


def test_a_run_whose_log_does_not_say_what_was_demanded_is_not_approved(tmp_path: Path) -> None:
    result = read_result(write_run(tmp_path))
    unsaid = after(replace(result, state=replace(result.state, basis=None)), SUBMIT, CLAIM)
    assert told(unsaid, APPROVE).startswith("Loggen siger ikke, hvad kørslen er målt med.")


def test_pretest_is_over_when_what_is_lacking_is_known(tmp_path: Path) -> None:
    result = after(read_result(write_run(tmp_path, standings={**GOOD, "DEL-02": "F3"}, phase="prætest")), SUBMIT, CLAIM)
    assert told(result, APPROVE) == ""
    assert after(result, APPROVE).verdict == "ikke godkendt"


def test_an_older_suites_run_counts_once_it_is_reconfirmed_for_the_one_of_today(tmp_path: Path) -> None:
    folder = write_run(tmp_path, fingerprint=NEWER)
    reviews = reviews_of(tmp_path)
    done = do(reviews, folder, SUBMIT, CLAIM, (BO, MEDCOM, Reconfirmed(SUITE, "Kun en titel er ny")), (BO, MEDCOM, Approved()))
    assert done.review.state is Reviewing.VERIFIED
    assert done.outdated(NEWER | {"regler": "3c" * 32})  # the next change is another one


def test_what_is_tried_again_is_what_is_not_approved_and_what_the_rule_adds(tmp_path: Path) -> None:
    standings = {"DEL-01[KOL]": "OK", "DEL-02": "F3", "DEL-03": "OK", "DEL-04": "kunne ikke testes", "DEL-05": "F4"}
    assert read_result(write_run(tmp_path, standings=standings)).retest == ("DEL-02", "DEL-03", "DEL-04")
    assert read_result(write_run(tmp_path, "r3")).retest == ()
    plain = replace(CAMPAIGN, retest=None)
    assert read_result(write_run(tmp_path, "r2", standings, campaign=plain)).retest == ("DEL-02", "DEL-04")


def test_what_only_medcom_can_judge_is_judged_in_egentest_and_no_longer_closes_it(tmp_path: Path) -> None:
    account = {**GOOD, next(iter(GOOD)): "afventer"}
    result = after(read_result(write_run(tmp_path, standings=account)), SUBMIT, CLAIM)
    name = next(iter(GOOD))
    assert told(result, APPROVE) != ""
    judged = assess(name, Grade.OK, "afventer", "Redegørelsen er fyldestgørende")
    assert told(result, judged) == ""
    assert told(after(result, judged), APPROVE) == ""
    assert told(result, assess(list(GOOD)[1], Grade.F4, GOOD[list(GOOD)[1]])).startswith("I egentest står")
