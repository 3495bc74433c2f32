"""An LPS that is honest but differs from the reference LPS is never failed: each way alone, and many together."""

from __future__ import annotations

import os
import pkgutil
import re
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

import httpx
import pytest
from lxml import etree
from rehearsal import HOUSE, rehearse, scenarios

from harness import conformance
from harness.conformance.rule import REGISTRY
from harness.domain.correspondence import Sort
from harness.domain.event import Event, Exchanged, Judged, RunEnded, ScenarioEnded
from harness.domain.scenario import Scenario
from harness.domain.variation import Tried, Variation, rounds
from harness.lps.reference.system import ReferenceLps
from harness.lps.variations.known import ALL_VARIATIONS
from harness.lps.variations.rewriting import written_otherwise
from harness.runner.wish import Wish
from harness.suite.campaigns import load_campaign
from harness.suite.variations import load_variations

for module in pkgutil.walk_packages(conformance.__path__, f"{conformance.__name__}."):
    import_module(module.name)

CATALOGUE = load_variations(HOUSE)
IN_MOCK = [each for each in CATALOGUE.values() if each.tried is Tried.MOCK]
TOGETHER = rounds(CATALOGUE.values())
ALL = "LPS_ALL" in os.environ
FOLDERS = sorted(path.name for path in HOUSE.features.iterdir() if path.is_dir())
UNFAILED = ("OK", "IR", "afventer")

Seen = tuple[list[Event], list[tuple[str, int, bytes]]]
"""A run's events, and what the LPS said at its test interface."""


@cache
def campaign_of(folder: str) -> str:
    """The campaign that has the folder, a connectathon only where no other has."""
    everyone = [load_campaign(HOUSE, path.stem) for path in sorted(HOUSE.campaigns.glob("*.yaml"))]
    return min((each for each in everyone if folder in each.features), key=lambda each: each.day is not None).id


@cache
def scenario(tag: str) -> tuple[str, Scenario]:
    """The first row of the scenario with this id tag, and its folder."""
    return next((folder, each) for folder in FOLDERS for each in scenarios(folder) if each.tag == tag)


def seen(at: Path, folder: str, chosen: Sequence[Scenario], names: frozenset[str], rute: str) -> Seen:
    """What comes of a run whose folder has always the same name, so that its ids and marks are the same."""
    heard: list[tuple[str, int, bytes]] = []
    asked = ReferenceLps.__call__

    def overheard(self: ReferenceLps, request: httpx.Request) -> httpx.Response:
        answer = asked(self, request)
        heard.append((request.url.path, answer.status_code, answer.content))
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReferenceLps, "__call__", overheard)
        wish = Wish(rute=rute, cpd="2.0", campaign=campaign_of(folder))
        at.mkdir()
        events = rehearse(at / "kørsel", wish, chosen, variations=names)
    return [each for each in events if not isinstance(each, RunEnded)], heard


def mistakes(events: Sequence[Event], noted: frozenset[str]) -> list[str]:
    """What an honest LPS must not be told: findings, remarks but those that note a spelling, and what could not be tested."""
    found = [str(each) for event in events if isinstance(event, Judged) for each in event.findings if each.rule not in noted]
    ended = [event for event in events if isinstance(event, ScenarioEnded)]
    return found + [f"{each.scenario}: {each.standing} {each.reason}" for each in ended if each.standing not in UNFAILED]


def rute_of(variation: Variation, folder: str) -> str:
    return variation.rute or ("direkte" if folder == "deling" else "plsp")


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, frozenset[str]], Seen]:
    """What came of a scenario with what a variation needs and without the variation; filled as it is asked for."""
    return {}


@pytest.mark.parametrize("variation", IN_MOCK, ids=lambda each: each.id)
def test_each_changes_something_and_fails_nothing(
    variation: Variation, honest: dict[tuple[str, str, frozenset[str]], Seen], tmp_path: Path
) -> None:
    assert variation.shown_in, "virker ikke: det ændrer ingen byte og intet tidspunkt i noget scenarie"
    for number, tag in enumerate(variation.shown_in if ALL else variation.shown_in[:1]):
        folder, one = scenario(tag)
        rute = rute_of(variation, folder)
        key = one.id, rute, variation.companions
        if key not in honest:
            honest[key] = seen(tmp_path / f"ærlig{number}", folder, [one], variation.companions, rute)
        varied = seen(tmp_path / f"anderledes{number}", folder, [one], variation.names, rute)
        assert varied != honest[key], f"virker ikke i {tag}"
        assert mistakes(varied[0], variation.remarked) == []


def sample(folder: str, number: int) -> list[Scenario]:
    """One scenario of each feature, another one for each round; all of them with LPS_ALL."""
    if ALL:
        return list(scenarios(folder))
    files: dict[str, list[Scenario]] = {}
    for each in scenarios(folder):
        files.setdefault(each.file, []).append(each)
    return [found[number * 7 % len(found)] for found in files.values()]


@pytest.mark.parametrize("number", range(len(TOGETHER)))
@pytest.mark.parametrize(("folder", "rute"), [*((each, "plsp") for each in FOLDERS), ("deling", "direkte")])
def test_many_together_fail_nothing(folder: str, rute: str, number: int, tmp_path: Path) -> None:
    names = TOGETHER[number]
    noted = frozenset().union(*(CATALOGUE[each].remarked for each in names))
    chosen = sample(folder, number)
    events, _ = seen(tmp_path / "k", folder, chosen, names, rute)
    assert mistakes(events, noted) == []
    assert len([each for each in events if isinstance(each, ScenarioEnded)]) == len(chosen)


def test_what_is_described_is_what_there_is() -> None:
    assert set(CATALOGUE) == set(ALL_VARIATIONS)
    assert len(set(ALL_VARIATIONS)) == len(ALL_VARIATIONS)
    assert len(CATALOGUE) >= 60


@pytest.mark.parametrize("variation", CATALOGUE.values(), ids=lambda each: each.id)
def test_what_one_names_is_there(variation: Variation) -> None:
    assert variation.companions <= CATALOGUE.keys()
    assert variation.remarked <= REGISTRY.keys()
    assert variation.description.endswith(".")
    assert not re.search(r"\d{4}-\d{4}|work/shared", variation.source)


def test_every_one_is_tried_together_with_others_of_other_groups() -> None:
    assert frozenset().union(*TOGETHER) == {each.id for each in IN_MOCK}
    for names in TOGETHER:
        groups = [CATALOGUE[each].group for each in names if CATALOGUE[each].group]
        assert len(groups) == len(set(groups))


def test_every_sort_of_letter_is_written_or_received() -> None:
    steps = " ".join(step for each in scenarios("epj-obligatoriske") for step in each.steps)
    assert [sort for sort in Sort if sort.partition(" ")[0] not in steps] == []


FORMS = {
    frozenset({"soap-1.2"}): ("application/soap+xml", "application/soap+xml"),
    frozenset({"mtom-soap-1.1"}): ("multipart/related", "multipart/related"),
    frozenset({"mtom-soap-1.2", "mtom-boundary-der-skal-citeres", "mtom-konvolutten-sidst"}): (
        "multipart/related",
        "multipart/related",
    ),
    frozenset({"mtom-soap-1.1", "mtom-del-som-base64"}): ("multipart/related", "multipart/related"),
}


@pytest.mark.parametrize("names", FORMS, ids=lambda names: "+".join(sorted(names)))
def test_the_form_is_the_one_on_the_wire_and_is_judged(names: frozenset[str], tmp_path: Path) -> None:
    """So that a variation cannot pass for an honest one because nobody looked into it."""
    asked, answered = FORMS[names]
    events, _ = seen(tmp_path / "k", "deling", scenarios()[:1], names, "direkte")
    [sent] = [event for event in events if isinstance(event, Exchanged) and event.path == "/dros/iti41"]
    assert dict(sent.request_headers)["content-type"].startswith(asked)
    assert dict(sent.response_headers)["content-type"].startswith(answered)
    assert sent.facts["taken"] == "ja"
    holds = {rule for event in events if isinstance(event, Judged) and event.exchange == sent.exchange for rule in event.holds}
    assert {"XDSM-04", "CPD-C04", "DGWS-10", "DGWS-17"} <= holds


XML = "<a xmlns='urn:a' b='1' c=\"&lt;2'\"><!-- æ --><d/>ø <![CDATA[<å>]]><e xmlns='urn:e'>f</e></a>".encode()


@pytest.mark.parametrize("name", [each for each in ALL_VARIATIONS if each.startswith("xml-")])
def test_the_same_document_is_said(name: str) -> None:
    """By the canonical form that W3C gives a document (Canonical XML 1.0), where names are compared and not prefixes."""
    varied = written_otherwise(XML, frozenset({name}))
    assert said(varied) == said(XML)


def said(data: bytes) -> list[object]:
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True))
    ignored = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
    return [
        (each.tag, sorted((name, value) for name, value in each.attrib.items() if name != ignored), (each.text or "").strip())
        for each in root.iter()
    ]
