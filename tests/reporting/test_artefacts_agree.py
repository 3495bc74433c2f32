"""Over any run there may be: what one file says, every other says too, and a rehearsal is nowhere an approval."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from allure_commons.model2 import Status
from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser import JUnitXml
from lxml import etree
from small_run import CAMPAIGN, REHEARSAL, VENDOR, attempt

from harness.domain.event import Event, MeasuredAgainst, RunEnded, RunStarted
from harness.domain.grade import Beside, Grade
from harness.domain.requirement import Gate
from harness.domain.review import Act, Approved, Assessed, Attested, Deployed, Ground, Refused, Role, Said, Submitted, review_of
from harness.domain.vendor import Phase
from harness.domain.verdict import Verdict
from harness.record.log import Entry
from harness.record.result import FINDINGS, GOOD, Result, result_of
from harness.reporting.allure.model import results
from harness.reporting.artefacts import ARTEFACTS, make_artefact
from harness.reporting.certificate.issue import certificates_of
from harness.reporting.protocol.header import TICKED
from harness.reporting.summary import REHEARSAL as NOTICE
from harness.reporting.summary import closing_lines, headline, summary

GATED = replace(CAMPAIGN, gates=tuple(Gate(phase, "port", "kilde", True) for phase in Phase))
STANDINGS = [*Grade, *Beside]
EVIDENCE = Path()


def entries_of(run: RunStarted, standings: list[Grade | Beside]) -> list[Entry]:
    from example_run import START

    attempts = [attempt(f"S-{number}", str(each)) for number, each in enumerate(standings)]
    events: list[Event] = [run, MeasuredAgainst((GATED,)), *(one for each in attempts for one in each), RunEnded(1, 1.0)]
    return [Entry(number, START, event) for number, event in enumerate(events)]


@st.composite
def runs(draw: st.DrawFn, started: RunStarted) -> tuple[Result, list[Entry]]:
    """A run with its review, whoever said whatever of it."""
    standings = draw(st.lists(st.sampled_from(STANDINGS) | st.just(Grade.OK), min_size=1, max_size=4))
    phase = draw(st.sampled_from(Phase))
    names = [f"S-{number}" for number in range(len(standings))]
    act = st.one_of(
        st.builds(Assessed, st.sampled_from(names), st.sampled_from(Grade), st.just("F2"), st.just("derfor")),
        st.just(Submitted(tuple(names))),
        st.just(Approved((Ground("egentest", "r0", "h", started.sut_version),))),
        st.just(Refused("derfor")),
        st.just(Attested("SIT", "2026-10-06", "sit.pdf", "a" * 64)),
        st.just(Deployed("2026-10-06")),
    )
    acts: list[Act] = draw(st.lists(act, max_size=4))
    roles = draw(st.lists(st.sampled_from(Role), min_size=len(acts), max_size=len(acts)))
    said = [Said("Nancy Berggren", role, "2026-10-06T09:00:00+00:00", each) for role, each in zip(roles, acts, strict=True)]
    run = replace(started, phase=phase, data=draw(st.sampled_from(["", "d" * 64])), planned=tuple(names))
    entries = entries_of(run, standings)
    return result_of(entries, review_of(said, "b" * 64), "a" * 64), entries


class Words(HTMLParser):
    """What a page says, without its styles."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def said_in(name: str, data: bytes) -> str:
    """What a person, or a program that searches, finds written in a file."""
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return "\n".join(packed.read(each).decode("utf-8", "replace") for each in packed.namelist() if "media" not in each)
    text = data.decode()
    if name.endswith(".html"):
        words = Words()
        words.feed(text)
        return " ".join(" ".join(words.said).split())
    return text


def allure_of(result: Result, entries: list[Entry]) -> dict[str, str]:
    return {each.fullName: each.status for each, _ in results(result, entries, EVIDENCE)}


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_every_file_and_the_exit_code_say_the_same(data: st.DataObject) -> None:
    result, entries = data.draw(runs(VENDOR))
    files = {name: said_in(name, make_artefact(name, result, EVIDENCE)) for name in ARTEFACTS}
    told = json.loads(files["testrapport.json"])
    tests = {each.name.partition(":")[0]: each for suite in JUnitXml.fromstring(files["junit.xml"].encode()) for each in suite}
    status = etree.fromstring(files["gitb-tar.xml"].encode()).findtext(".//{*}summary/{*}status")
    certificates = certificates_of(result, result.head).certificates
    ticked = {name for name, text in files.items() if re.search(rf"{TICKED[True]} Ja", text)}
    good = result.verdict is Verdict.APPROVED
    assert (told["dom"], told["exitkode"], summary(result)["verdict"]) == (result.verdict, result.exit_code, result.verdict)
    assert good == (status == "SUCCESS") == tests["Kørslen"].is_passed
    assert (result.exit_code == GOOD) or not good
    assert (result.verdict is Verdict.NOT_APPROVED) <= (result.exit_code == FINDINGS)
    assert str(result.verdict) in headline(result)
    assert f": {result.verdict}" in files["rapport.html"]
    if certificates:
        assert (good, result.started.phase, result.assessed) == (True, Phase.CERTIFICATION, True)
    assert ticked <= {name for name in files if name.startswith("testprotokol")}
    assert bool(ticked) == any(each.approved and result.review.approved for each in result.campaigns)
    if ticked:
        assert len(ticked) == 3
        assert good
    shown = allure_of(result, entries)
    for each in told["scenarier"]:
        passed = each["udfald"] in ("OK", "F4")
        assert passed == (shown[each["id"]] == Status.PASSED) == tests[each["id"]].is_passed
        assert (each["udfald"] in ("F1", "F2", "F3")) == (shown[each["id"]] == Status.FAILED)


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_nothing_that_is_left_of_a_rehearsal_can_be_read_as_an_approval(data: st.DataObject) -> None:
    result, entries = data.draw(runs(REHEARSAL))
    for name in ARTEFACTS:
        text = said_in(name, make_artefact(name, result, EVIDENCE))
        assert re.search("prøvekørsel", text, re.I), name
        assert not re.search(rf"{TICKED[True]} (Ja|Nej)", text), name
        assert "SUCCESS" not in text, name
        assert "Nancy Berggren" not in text or name == "rapport.html", name  # whoever spoke of it approved nothing
    assert certificates_of(result, result.head).certificates == ()
    assert NOTICE in closing_lines({"novax": result}, "reports", 1.0)
    assert result.verdict not in (Verdict.APPROVED, Verdict.NOT_APPROVED)
    for each, _ in results(result, entries, EVIDENCE):
        assert each.name.startswith("Prøvekørsel"), each.name
        assert not any("Godkendt" in str(label.value) for label in each.labels)


@pytest.mark.parametrize("phase", Phase)
def test_an_honest_vendor_can_be_approved_and_only_certificering_gives_a_certificate(phase: Phase) -> None:
    entries = entries_of(replace(VENDOR, phase=phase, data="d" * 64, planned=("S-0",)), [Grade.OK])
    approved = Said(
        "Nancy", Role.MEDCOM, "2026-10-06T09:00:00+00:00", Approved((Ground("egentest", "r0", "h", VENDOR.sut_version),))
    )
    result = result_of(entries, review_of([approved], "b" * 64), "a" * 64)
    assert (result.verdict, result.exit_code) == (Verdict.APPROVED, GOOD)
    assert bool(certificates_of(result, result.head).certificates) == (phase is Phase.CERTIFICATION)
    told = said_in("testprotokol.md", make_artefact("testprotokol.md", result, EVIDENCE))
    assert re.search(rf"{TICKED[True]} Ja", told)
    by_supplier = result_of(entries, review_of([replace(approved, role=Role.SUPPLIER)], "b" * 64), "a" * 64)
    assert certificates_of(by_supplier, "a" * 64).certificates == ()
    assert not by_supplier.assessed
