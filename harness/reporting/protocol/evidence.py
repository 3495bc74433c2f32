"""What each file of a run is called in the protocol: MedCom's `<Standard>_<step>_<letter>.<ext>`.

Source: MedCom, testprotokol for ConditionList 1.0.2 (`ConditionList_3.4_A.xml`). Where the number of the step is not known
the scenario's identity stands in its place, and where the scenario belongs to no standard the campaign's id: keys of our own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from harness.domain.event import ScenarioStarted
from harness.domain.protocol import Protocol
from harness.domain.requirement import Campaign
from harness.record.fold import ScenarioState, StepState
from harness.record.result import Result
from harness.reporting.protocol.document import EvidenceFile

_EXTENSIONS: Final = {
    "image/png": "png",
    "image/jpeg": "jpeg",
    "application/pdf": "pdf",
    "application/edifact": "edi",
    "text/html": "html",
}
_BEGINS: Final = {b"<": "xml", b"{": "json", b"[": "json", b"UNA": "edi", b"UNB": "edi"}
_LONGEST: Final = 60
_ASCII: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"})


def evidence_names(result: Result, evidence: Path) -> tuple[EvidenceFile, ...]:
    """Every file of the run's scenarios by its name in the protocol, in the log's order; no two names are alike anywhere.

    A file that several scenarios show has a name in each. `evidence` is the folder where they lie by their SHA-256: where nobody
    said what a file is, its first bytes do.
    """
    campaigns = [each.campaign for each in result.campaigns] if result.state.started else []
    letters: Counter[str] = Counter()
    return tuple(file for state in result.state.scenarios.values() for file in _of_scenario(state, campaigns, letters, evidence))


def protocol_of(protocols: Iterable[Protocol], tag: str, use_cases: Iterable[str]) -> Protocol | None:
    """Which of a campaign's protocols a scenario belongs to: the one that has its id `tag`, else the one with its use cases."""
    own, cases = tuple(protocols), set(use_cases)
    numbered = next((each for each in own if tag in each.steps), None)
    return numbered or next((each for each in own if cases & set(each.names)), None)


def _of_scenario(
    state: ScenarioState, campaigns: Iterable[Campaign], letters: Counter[str], evidence: Path
) -> Iterator[EvidenceFile]:
    stem = _stem(state.started, campaigns)
    named: set[str] = set()
    for sha256, size, media_type, what in _bodies(state):
        if not sha256 or sha256 in named:
            continue
        named.add(sha256)
        letter = _letter(letters[stem.casefold()])
        letters[stem.casefold()] += 1
        ending = _extension(media_type) if media_type else _told_by(evidence / sha256)
        yield EvidenceFile(f"{stem}_{letter}.{ending}", sha256, size, media_type, state.started.scenario, what)


def _stem(started: ScenarioStarted, campaigns: Iterable[Campaign]) -> str:
    tag = started.scenario.partition("[")[0]
    own = [each for each in campaigns if each.id in started.campaigns]
    protocol = next(filter(None, (protocol_of(each.protocols, tag, started.use_cases) for each in own)), None)
    standard = protocol.standard if protocol else next(iter(started.campaigns), "scenarie")
    step = "+".join(started.protocol_steps) or started.scenario
    return f"{_safe(standard)}_{_safe(step)}"


def _bodies(state: ScenarioState) -> Iterator[tuple[str, int, str, str]]:
    """SHA-256, size, media type and what it is, of every body of the attempt and every file of its testers."""
    for step in (state.before, *state.steps):
        yield from _in_step(step)


def _in_step(step: StepState) -> Iterator[tuple[str, int, str, str]]:
    for exchange in step.exchanges:
        for body, which in ((exchange.request, "besked"), (exchange.response, "svar")):
            yield body.sha256, body.size, body.content_type, f"{exchange.what}, {which}"
    for _, answer in step.answers:
        for file in answer.files:
            yield file.sha256, file.size, file.media_type, f"Vedlagt af {answer.by}: {file.name}"


def _safe(text: str) -> str:
    """`text` with nothing in it that some file system does not take, and nothing that parts the name."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_ASCII)).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.()+]+", "-", plain).strip("-.")[:_LONGEST] or "uden-navn"


def _letter(number: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    letters = ""
    while number >= 0:
        letters = chr(ord("A") + number % 26) + letters
        number = number // 26 - 1
    return letters


def _extension(media_type: str) -> str:
    plain = media_type.partition(";")[0].strip().casefold()
    if plain in _EXTENSIONS:
        return _EXTENSIONS[plain]
    if plain.endswith(("/xml", "+xml")):
        return "xml"
    if plain.endswith(("/json", "+json")):
        return "json"
    return "txt" if plain.startswith(("text/", "multipart/")) else "bin"


def _told_by(file: Path) -> str:
    """The ending for a file of no known type, by how it begins."""
    if not file.is_file():
        return "bin"
    with file.open("rb") as opened:
        begins = opened.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((ending for start, ending in _BEGINS.items() if begins.startswith(start)), "bin")
