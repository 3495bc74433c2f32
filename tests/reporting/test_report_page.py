"""rapport.html: what a supplier reads first, what it must mend, and that nothing in it says more than the result does."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from example_run import FINDING, PLAN, write_example
from lxml import html
from small_run import HEAD, REHEARSAL, VENDOR, approved, attempt, run_of

from harness.domain.finding import Location
from harness.domain.grade import Grade
from harness.domain.review import Assessed, Refused
from harness.record.evidence import EVIDENCE_NAME, Evidence
from harness.record.found import again
from harness.record.result import Result, read_result
from harness.reporting.rapport.page import report_page
from harness.reporting.summary import UNPROVED

CHROMIUM = os.environ.get("LPS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
HERE = replace(FINDING, location=Location("b1.xml", 2, 1, "/Plan/Titel"))


def text_of(result: Result, evidence: Path = Path()) -> str:
    """The page as it is read, without its style."""
    page = html.fromstring(report_page(result, evidence))
    return re.sub(r"\s+", " ", page.find("body").text_content())


def in_order(text: str, *wanted: str) -> None:
    at = 0
    for each in wanted:
        assert each in text[at:], text[at : at + 400]
        at = text.index(each, at)


def test_the_verdict_comes_first_then_the_worst_with_its_proof_and_then_everything_else(tmp_path: Path) -> None:
    plan = Evidence(tmp_path).keep(PLAN, "text/xml")
    worse = replace(FINDING, rule="PAT-R01", grade=Grade.F1, title="Det, der sker med én patient, ændrer intet hos en anden")
    minor = replace(FINDING, rule="CPD-C99", grade=Grade.F4, title="Titlen er som anbefalet")
    remark = replace(FINDING, rule="CPD-C98", grade=None, remark="kun kendt fra 1.0.1")
    result = run_of(
        attempt("DEL-07", "F3", [HERE], request=plan),
        attempt("DEL-08[KOL]", "F1", [worse, replace(HERE, actual="noget meget længere")], request=plan),
        attempt("DEL-09", "F4", [minor, remark]),
        attempt("DEL-10", "afventer"),
        attempt("DEL-11", "kunne ikke testes", reason="Dokumentdelingen svarede ikke."),
    )
    in_order(
        text_of(result, tmp_path / EVIDENCE_NAME),
        "Testharnessets forslag: ikke godkendt",
        "I egentest udfylder MedCom ikke vurderingen",
        "Det mangler, før egentest er bestået: Resultaterne er: ikke godkendt.",
        "2 krav, heraf 2 med scenarier i kørslen. Set: 2 på snitfladen",
        "Det skal rettes",
        'lps run --vendor novax --campaign kol-lrs-2027 --phase egentest --tag "id:DEL-08 or id:DEL-07"',
        "F1 Kritisk PAT-R01",
        "F3 Betydelig CPD-C04",
        "Ses i 2 scenarier: DEL-07, DEL-08[KOL]",
        "i trinnet “Så overholder planen CPD-DK”, beskeden ITI-41 (x1)",
        "Forventet75310-3 Fundet75310-4 Stedb1.xml:2:1 /Plan/Titel",
        "2 <Plan><Titel>Min forløbsplan for KOL</Titel></Plan>",
        "Mindre betydeligt (F4)",
        "CPD-C99",
        "Bemærkninger uden karakter",
        "kun kendt fra 1.0.1",
        "Det, der ikke er afgjort",
        "Dokumentdelingen svarede ikke. (1 scenarie: DEL-11)",
        "lrs-inklusion (1 scenarie: DEL-10)",
        "Teksten til KP-09",
        "Alle scenarier",
        "Det er der målt med",
        HEAD,
    )


def test_nothing_to_mend_is_said_and_medcoms_approval_has_a_name() -> None:
    text = text_of(approved("DEL-07"))
    in_order(
        text,
        "Resultat: godkendt",
        "Godkendt af Nancy Berggren 06-10-2026",
        UNPROVED,
        "Egentest er bestået",
        "Der er ingen fund over F4.",
    )
    assert "Prøvekørsel" not in text


def test_medcoms_assessment_stands_beside_the_proposal_and_decides_what_is_to_be_mended() -> None:
    mild = Assessed("DEL-07", Grade.F4, "F3", "Kun prøvemiljøet")
    hard = Assessed("DEL-08", Grade.F2, "OK", "Skærmen viste noget andet")
    other = replace(FINDING, rule="CPD-C05")
    attempts = attempt("DEL-07", "F3", [FINDING]), attempt("DEL-08", "OK"), attempt("DEL-09", "F3", [other])
    text = text_of(run_of(*attempts, acts=[mild, hard]))
    in_order(
        text,
        "DEL-07F3F4 Mindre betydeligKun prøvemiljøetNancy Berggren, 06-10-2026",
        "Det skal rettes",
        "F2 Alvorlig DEL-08",
        "F3 Betydelig CPD-C05",
    )
    to_mend = text.partition("Det skal rettes")[2].partition("Krav")[0]
    assert "CPD-C04" not in to_mend
    assert "MedCom: Skærmen viste noget andet" in to_mend


def test_of_several_campaigns_each_has_its_own_line() -> None:
    text = text_of(
        run_of(attempt("DEL-07", "OK"), run=replace(VENDOR, participation={"kol-lrs-2027": "deltager", "apps": "frivillig"}))
    )
    in_order(
        text,
        "Resultatet i hver kampagne",
        "kol-lrs-2027godkendt (deltagelse: deltager) MedCom har ikke godkendt.",
        "apps",
        "ikke gennemført",
    )


def test_a_refusal_has_its_reason() -> None:
    text = text_of(run_of(attempt("DEL-07", "OK"), acts=[Refused("Dokumentationen mangler.")]))
    assert "Ikke godkendt af Nancy Berggren 06-10-2026 kl. 11.00: Dokumentationen mangler." in text


def test_the_command_runs_what_failed_again_and_everything_where_that_is_most_of_it() -> None:
    result = run_of(run=replace(VENDOR, target="live", data="ab" * 32))
    usual = "lps run --vendor novax --campaign kol-lrs-2027 --phase egentest --target live --data MAPPE"
    assert again(result, ["DEL-10[a]", "DEL-10[b]", "DEL-07"]) == f'{usual} --tag "id:DEL-10 or id:DEL-07"'
    assert again(result, [f"DEL-{number}" for number in range(21)]) == usual


def test_a_rehearsal_says_so_and_is_nobodys_approval(tmp_path: Path) -> None:
    text = text_of(run_of(attempt("DEL-07", "OK"), run=REHEARSAL))
    in_order(
        text,
        "Prøvekørsel med referencesystemet. Den siger intet om leverandørernes egne systemer.",
        "Prøvekørsel: referencesystemet i stedet for Novax",
        "Resultat: prøvekørsel uden fund",
        "MedCom vurderer ikke en prøvekørsel",
    )
    assert "godkendt" not in text.lower()
    assert "Leverandør:" not in text
    every = text_of(read_result(write_example(tmp_path / "run")), tmp_path / "run" / EVIDENCE_NAME)
    in_order(every, "F1 Kritisk DEL-01[Lænderygsmerter]", "PID-3 i ITI-41, fra lps. Beskeden er ikke gemt.", "Alle scenarier")


def test_the_same_log_gives_the_same_page_which_asks_nobody(tmp_path: Path) -> None:
    folder = write_example(tmp_path / "run")
    page = report_page(read_result(folder), folder / EVIDENCE_NAME)
    assert page == report_page(read_result(folder), folder / EVIDENCE_NAME)
    assert not re.search(rb"<script|<link|src=|url\(|@import", page)


@pytest.mark.skipif(
    CHROMIUM is None or importlib.util.find_spec("axe_playwright_python") is None,
    reason="Chromium eller axe mangler: siden kan ikke åbnes",
)
def test_everybody_can_read_it_on_a_phone_in_the_dark(tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    folder = write_example(tmp_path / "run")
    (folder / "rapport.html").write_bytes(report_page(read_result(folder), folder / EVIDENCE_NAME))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 420, "height": 900}, color_scheme="dark")
        page.goto((folder / "rapport.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == 420
        found = [each for each in Axe().run(page).response["violations"] if each["impact"] in ("serious", "critical")]
        browser.close()
    assert [each["id"] for each in found] == []
