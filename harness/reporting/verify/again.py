"""What a run leaves behind, made again from its log, review and evidence, as it was when the review had the lines it had then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.domain.review import Claimed, Commented, Escalated, Paused, Released, Resumed, Submitted
from harness.record.evidence import EVIDENCE_NAME
from harness.record.log import LOG_NAME, read_whole_lines
from harness.record.result import Result
from harness.record.review import read_said
from harness.reporting.allure.results import RESULTS_NAME, write_results_of
from harness.reporting.artefacts import ARTEFACTS, make_artefact
from harness.reporting.summary import counted
from harness.reporting.verify.chain import bytes_at, chain_lines, heads_of

_JUDGES_NOTHING = (Submitted, Claimed, Released, Paused, Escalated, Resumed, Commented)


@dataclass(frozen=True, slots=True)
class Moment:
    """A run's result while its review was `review`, the bytes of a chain to which `since` lines were added later."""

    result: Result
    review: bytes
    since: int = 0

    @property
    def told(self) -> str:
        """That the review has grown since, in Danish."""
        grown = counted(self.since, "linje", "linjer")
        return f"Rapporterne er lavet, før {grown} kom til i gennemgangen. Lav dem igen med lps report."


def earlier(result: Result, lines: Sequence[bytes], review_head: str) -> Moment | None:
    """The moment at which the review, whose `lines` are known to be a chain, had this head; None for now and for never.

    None also where anything was judged since: anybody who holds the folder can write an approval after what was signed.
    """
    heads = [result.head, *heads_of(lines)]
    if review_head not in heads[:-1]:
        return None
    number = heads.index(review_head)
    said = b"".join(lines[:number])
    then = replace(result, review=read_said(said, result.head))
    judged = any(not isinstance(each.act, _JUDGES_NOTHING) for each in result.review.said[number:])
    return None if judged or then.verdict is not result.verdict else Moment(then, said, len(lines) - number)


def made_again(
    folder: Path, moments: Sequence[Moment], restored: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes, Iterator[bytes]]]:
    """Each artefact that is in the run's `folder`: its name, its bytes, and what it is at each of the `moments`, in their order.

    `restored` is the evidence that came through with other line endings, by its name, as it was.
    """
    with TemporaryDirectory(prefix="lps-", ignore_cleanup_errors=True) as work:
        evidence = _evidence(folder, restored, Path(work))
        for name in ARTEFACTS:
            if (folder / name).is_file():
                yield name, bytes_at(folder / name), (make_artefact(name, each.result, evidence) for each in moments)
        if (folder / RESULTS_NAME).is_dir():
            entries = list(read_whole_lines(b"".join(chain_lines(bytes_at(folder / LOG_NAME))), LOG_NAME))
            results = [Path(work) / str(number) for number in range(len(moments))]
            for moment, target in zip(moments, results, strict=True):
                write_results_of(moment.result, entries, evidence, target)
            for name in sorted({each.name for there in (*results[:1], folder / RESULTS_NAME) for each in there.iterdir()}):
                made = (bytes_at(again / name) for again in results)
                yield f"{RESULTS_NAME}/{name}", bytes_at(folder / RESULTS_NAME / name), made


def _evidence(folder: Path, restored: Mapping[str, bytes], work: Path) -> Path:
    """The folder of the run's evidence as it was."""
    there = folder / EVIDENCE_NAME
    if not restored:
        return there
    (work / EVIDENCE_NAME).mkdir()
    for path in filter(Path.is_file, there.iterdir()):
        (work / EVIDENCE_NAME / path.name).write_bytes(restored.get(path.name, path.read_bytes()))
    return work / EVIDENCE_NAME
