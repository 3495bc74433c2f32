"""The reviews of the runs under a folder: which there are, and how an act is done to one of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from harness.domain.errors import BadInput, ConfigurationError
from harness.domain.event import RunStarted
from harness.domain.review import (
    Act,
    Approved,
    Assessed,
    Attested,
    Deployed,
    Ground,
    Refused,
    Review,
    Reviewing,
    Role,
    Said,
    Submitted,
)
from harness.domain.vendor import ApprovalStatus, Phase
from harness.domain.verdict import Verdict
from harness.record.attachments import keep_files
from harness.record.delivery import sent_by_supplier
from harness.record.evidence import Evidence
from harness.record.guard import Guard
from harness.record.in_writing import refuse_private
from harness.record.log import LOG_NAME, REVIEW_NAME, first_event
from harness.record.objection import objection, proposed
from harness.record.result import CampaignResult, Result, read_result
from harness.record.review import append_act, read_review
from harness.record.standard_approved import gives_certificate, is_version_known

_DECISIVE: Final = (Approved, Refused, Attested, Deployed)
"""After these, what a run leaves behind is another."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A run as a list shows it. `ended`: it reached its end. `name` is where it lies from the reports folder, with `/`.

    `sent`: by a supplier, from another machine. MedCom has not seen it.
    """

    folder: Path
    name: str
    started: RunStarted
    review: Review
    ended: bool
    sent: bool = False

    @property
    def rehearsal(self) -> bool:
        """Whether it says nothing of a vendor's system."""
        return self.started.rehearsal

    @property
    def submitted_at(self) -> str:
        """When it was submitted last (ISO 8601); empty when it never was."""
        return next((each.at for each in reversed(self.review.said) if isinstance(each.act, Submitted)), "")

    @property
    def waits(self) -> bool:
        """Whether MedCom is to do something."""
        return self.review.state in (Reviewing.TO_VERIFY, Reviewing.PARTLY, Reviewing.CRITICAL) and bool(self.submitted_at)


class Reviews:
    """The reviews of the runs under `reports`.

    `suite` gives the fingerprint a run would have now, `allowed` are the CPR numbers that may stand in what people write, and
    `decided` is called with a run's folder and result after an act that changes what the run leaves behind.
    """

    def __init__(
        self,
        reports: Path,
        suite: Callable[[RunStarted], Mapping[str, str]],
        allowed: frozenset[str],
        decided: Callable[[Path, Result], object],
    ) -> None:
        self._reports = reports
        self._suite = suite
        self._guard = Guard(allowed)
        self._decided = decided

    def runs(self) -> Iterator[Reviewed]:
        """Every run there is, the oldest first. One that cannot be read is left out: whoever reads it itself is told."""
        for log in sorted(self._reports.glob(f"*/*/*/{LOG_NAME}"), key=lambda log: log.parent.name):
            try:
                started = first_event(log)
                review = read_review(log.parent) if (log.parent / REVIEW_NAME).exists() else Review()
            except BadInput:
                continue
            if isinstance(started, RunStarted):
                name = log.parent.relative_to(self._reports).as_posix()
                yield Reviewed(log.parent, name, started, review, _has_ended(log), sent_by_supplier(log.parent))

    def folder(self, name: str) -> Path | None:
        """Where the run called `name` lies (`Reviewed.name`); None when there is none."""
        logs = self._reports.glob(f"*/*/*/{LOG_NAME}")
        return next((log.parent for log in logs if log.parent.relative_to(self._reports).as_posix() == name), None)

    def waiting(self) -> list[Reviewed]:
        """The runs that wait for MedCom, longest first. Those that a supplier sent stand after the others: when they were
        submitted is what their sender says.
        """
        return sorted(
            (each for each in self.runs() if each.waits), key=lambda each: (each.sent, datetime.fromisoformat(each.submitted_at))
        )

    def result(self, folder: Path) -> Result:
        """The result of the run in `folder`. Raises ConfigurationError, which names the folder, when it cannot be read."""
        try:
            return read_result(folder)
        except BadInput as error:
            raise ConfigurationError(f"{folder.as_posix()}: {error}.") from None

    def suite(self, result: Result) -> Mapping[str, str]:
        """The fingerprint the run would have now."""
        return self._suite(result.started)

    def attest(self, folder: Path, by: str, role: Role, act: Attested, proof: bytes) -> Result:
        """As `do`; the bytes of the file that proves it are kept as evidence, and the act gets their SHA-256.

        Raises ConfigurationError also when they are no file of a kind that is kept, or hold a foreign CPR number.
        """
        known = replace(act, sha256=hashlib.sha256(proof).hexdigest())
        self._refuse(self.result(folder), self._said(by, role, known))
        try:
            kept = keep_files([(act.file, proof)], self._guard, Evidence(folder))
        except BadInput as error:
            raise ConfigurationError(str(error)) from None
        return self.do(folder, by, role, replace(known, file=kept[0].name))

    def do(self, folder: Path, by: str, role: Role, act: Act, since: str = "") -> Result:
        """Do an act to the review of the run in `folder`; the result after it.

        What an approval rests on is looked up here, and what an assessment is beside. `since` is the head of the chain that was
        looked at, where it matters that nobody else has written meanwhile. Raises ConfigurationError, in Danish, when it may
        not be done, and EnvironmentFault when it cannot be written.
        """
        result = self.result(folder)
        if isinstance(act, Approved):
            act = Approved(tuple(self._grounds(result)))
        elif isinstance(act, Assessed) and act.scenario in result.state.scenarios:
            act = replace(act, proposed=proposed(result.state.scenarios[act.scenario]))
        said = self._said(by, role, act)
        self._refuse(result, said)
        review = append_act(folder, said, since or result.review.head)
        after = replace(result, review=review)
        if isinstance(act, _DECISIVE):
            self._decided(folder, after)
        return after

    def _said(self, by: str, role: Role, act: Act) -> Said:
        return Said(" ".join(by.split()), role, datetime.now(UTC).isoformat(), act)

    def _refuse(self, result: Result, said: Said) -> None:
        self._refuse_private(said)
        refused = objection(result, said, self._suite(result.started))
        if refused:
            raise ConfigurationError(refused)

    def _refuse_private(self, said: Said) -> None:
        """What people write is kept for good: no foreign CPR number and no secret may stand in it."""
        own = (getattr(said.act, each.name) for each in fields(said.act))
        refuse_private(self._guard, (said.by, *(each for each in own if isinstance(each, str))))

    def _grounds(self, result: Result) -> Iterator[Ground]:
        """What an approval in certificering rests on: approved self-tests of the version, and approvals of other standards."""
        if result.started.phase != Phase.CERTIFICATION:
            return
        asked = {
            each.standard for one in result.campaigns for protocol in one.campaign.protocols for each in protocol.prerequisites
        }
        registry = result.state.basis.approvals if result.state.basis else ()
        held = {each.standard for each in registry if each.status is ApprovalStatus.APPROVED}
        yield from (Ground("godkendelse", standard=each) for each in sorted(asked & held))
        found: dict[tuple[str, str], Ground] = {}
        for other in self._approved(result):
            of_run = {"run": other.started.run, "head": other.review.head, "sut_version": other.started.sut_version}
            for one in other.campaigns:
                given = {each.standard for each in one.campaign.protocols if gives_certificate(other, one, each)}
                for standard in given & asked - held:
                    found["godkendelse", standard] = Ground("godkendelse", **of_run, standard=standard)
                if _is_self_test(other, one) and other.started.sut_version == result.started.sut_version:
                    found["egentest", one.campaign.id] = Ground("egentest", **of_run, campaign=one.campaign.id)
        own = {each.campaign.id for each in result.campaigns}
        yield from (each for each in found.values() if each.what == "godkendelse" or each.campaign in own)

    def _approved(self, result: Result) -> Iterator[Result]:
        """The other runs of the same system that MedCom has approved, the oldest first."""
        for each in self.runs():
            if each.started.system == result.started.system and each.review.approved and not each.rehearsal:
                yield self.result(each.folder)


def _is_self_test(result: Result, one: CampaignResult) -> bool:
    """Whether it is a passed self-test of a version somebody has named, by a log that says what was demanded."""
    known = is_version_known(result.started.sut_version) and result.state.basis is not None
    passed = one.verdict is Verdict.APPROVED and (one.gate is None or one.gate.passed)
    return result.started.phase == Phase.SELF_TEST and known and passed


def _has_ended(log: Path) -> bool:
    """Whether the run came to its end, and was not resumed since; a hub may have written a few lines more."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _LAST_BYTES))
        last = file.read()
    return last.rfind(b'"kind":"run_ended"') > last.rfind(b'"kind":"run_resumed"')


_LAST_BYTES: Final = 65_536
