"""One attempt at one scenario: what was judged in it, what was found, and what came in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harness.conformance.rule import Judgement, Result
from harness.domain.event import Judged
from harness.domain.exchange import Exchange
from harness.domain.finding import Finding
from harness.domain.grade import Grade, worst
from harness.record.guard import Guard
from harness.record.inbox import Inbox
from harness.record.log import Log


class Attempt:
    """Writes judgements to the log, and knows what was found so far.

    `unseen` says in Danish what the scenario asks about and nobody could see, `attested` what a tester has vouched for instead,
    `accounts` which accounts MedCom has not judged. Once it `awaits` something (who takes part,
    what is demanded), nobody can be graded by it: what is found is a remark.
    In a run of two, what is found in what the `partner` (its id) sent or shows is laid on it, and grades nobody else.
    """

    def __init__(self, log: Log, guard: Guard, inbox: Inbox, partner: str = "") -> None:
        self._log = log
        self._guard = guard
        self.inbox = inbox
        self.partner = partner
        self.findings: list[Finding] = []
        self.undecided: set[str] = set()
        self.unseen: list[str] = []
        self.attested: list[str] = []
        self.accounts: list[str] = []
        self.judged: set[str] = set()
        self.irrelevant: list[str] = []
        self._awaited: tuple[str, ...] = ()
        self._held: list[Finding] = []

    @property
    def grade(self) -> Grade:
        """The worst graded finding of the run's own system so far; OK when there is none."""
        return worst(finding.grade for finding in self.findings if finding.grade and not finding.side)

    def awaits(self, undecided: tuple[str, ...]) -> None:
        """Nothing the attempt comes to counts before these are decided; none: everything does."""
        self._awaited = undecided
        self.undecided.update(undecided)

    def severe(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those that end a scenario: worse than F4, also where nobody can be graded for it."""
        return [each for each in findings if each in self._held or (each.grade and not each.grade.approved)]

    def judge(
        self, subject: str, judgements: Iterable[Judgement], exchange: Exchange | None = None, side: str = ""
    ) -> list[Finding]:
        """Write down what rules came to over `subject` (Danish: over what); the findings among them, graded or not.

        `side`: the system they are laid on, where that is the partner.
        """
        event = judged(subject, judgements, self._guard, exchange.id if exchange else "", side)
        if self._awaited:
            event = self._ungraded(event)
        self._log.append(event)
        self.findings += event.findings
        self.undecided.update(event.undecided)
        if exchange:
            self.judged.add(exchange.id)
        return list(event.findings)

    def seen(self, subject: str, rule: str, finding: Finding | None) -> list[Finding]:
        """Write down what a person saw of `subject` by the rule with this id; what was found, graded or not."""
        event = Judged(subject, "", () if finding else (rule,), {}, (finding,) if finding else ())
        if self._awaited:
            event = self._ungraded(event)
        self._log.append(event)
        self.findings += event.findings
        return list(event.findings)

    def _ungraded(self, event: Judged) -> Judged:
        remark = f"afventer {', '.join(self._awaited)}"
        found = {each: replace(each, grade=None, remark=each.remark or remark) for each in event.findings}
        self._held += [ungraded for each, ungraded in found.items() if each.grade and not each.grade.approved]
        return replace(event, findings=tuple(found.values()))


def judged(subject: str, judgements: Iterable[Judgement], guard: Guard, exchange: str = "", side: str = "") -> Judged:
    """The event of some judgements over `subject`, with every foreign CPR number in the findings hidden. `side`: as `judge`."""
    done = list(judgements)
    found = [finding for judgement in done for finding in judgement.findings]
    return Judged(
        subject=subject,
        exchange=exchange,
        holds=tuple(judgement.rule.id for judgement in done if judgement.result is Result.HOLDS),
        not_judged={judgement.rule.id: judgement.reason for judgement in done if judgement.result is Result.NOT_JUDGED},
        findings=tuple(
            replace(each, expected=guard.hide(each.expected), actual=guard.hide(each.actual), side=side) for each in found
        ),
        undecided=tuple(sorted({judgement.undecided for judgement in done if judgement.undecided})),
    )
