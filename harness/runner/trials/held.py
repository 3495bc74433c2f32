"""What came of the trials, held against what the catalogue says of each fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from harness.conformance.rule import REGISTRY
from harness.domain.fault import Fault
from harness.domain.grade import Beside, Grade
from harness.runner.trials.plan import Catalogue
from harness.runner.trials.trial import Outcome, Trial


class Held(StrEnum):
    """How one scenario stood up to one fault."""

    CAUGHT = "fanget"
    MISSED = "overset"
    BY_ANOTHER = "fanget af en anden"
    QUIET = "uberørt"
    BESIDES = "også fanget"
    """In a folder that the catalogue says nothing of."""


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one trial of a fault, which must break the rules `expected`. `remarked` are those it remarked on where the
    honest LPS does not. `why` says in Danish what is not as the catalogue says; empty when all is.
    """

    outcome: Outcome
    held: Held
    expected: tuple[str, ...]
    remarked: tuple[str, ...]
    why: str = ""

    @property
    def trial(self) -> Trial:
        """What was tried."""
        return self.outcome.trial

    @property
    def found(self) -> tuple[str, ...]:
        """The rules it broke with a grade, sorted."""
        return tuple(sorted(self.outcome.rules(graded=True)))


class Score(StrEnum):
    """What came of a fault in all."""

    CAUGHT = "fanget"
    BY_ANOTHER = "fanget af en anden"
    SURVIVED = "overlevede"
    UNTRIED = "ikke prøvet"


@dataclass(frozen=True, slots=True)
class Tried:
    """A fault, and each trial of it."""

    fault: Fault
    rows: tuple[Row, ...]

    @property
    def score(self) -> Score:
        """Caught: everywhere it must be, by the rules it must be, and noticed nowhere else. Survived: noticed nowhere."""
        if not any(row.expected for row in self.rows):
            return Score.UNTRIED
        if not self.wrong:
            return Score.CAUGHT
        noticed = any(row.held not in (Held.MISSED, Held.QUIET) for row in self.rows)
        return Score.BY_ANOTHER if noticed else Score.SURVIVED

    @property
    def wrong(self) -> tuple[Row, ...]:
        """The trials that did not come out as the catalogue says."""
        return tuple(row for row in self.rows if row.held in (Held.MISSED, Held.BY_ANOTHER))


@dataclass(frozen=True, slots=True)
class Against:
    """The catalogue, the honest LPS's outcomes, and the rules that MedCom has confirmed for CPD-DK 2.0."""

    catalogue: Catalogue
    honest: Mapping[tuple[str, object], Outcome]
    confirmed: frozenset[str] = field(default=frozenset())

    def held(self, outcomes: Iterable[Outcome]) -> list[Tried]:
        """Each fault of the catalogue with what came of its trials, in the catalogue's order."""
        rows: dict[str, list[Row]] = {name: [] for name in self.catalogue.faults}
        for each in outcomes:
            (name,) = each.trial.faults
            rows[name].append(self._row(self.catalogue.faults[name], each))
        return [Tried(self.catalogue.faults[name], tuple(found)) for name, found in rows.items()]

    def _row(self, fault: Fault, outcome: Outcome) -> Row:
        trial = outcome.trial
        scenario = self.catalogue.by_id[trial.scenario]
        expected = self.catalogue.expected(fault, scenario, trial.setting)
        before = self.honest[trial.scenario, trial.setting]
        found = outcome.rules(graded=True)
        remarked = outcome.rules(graded=False) - before.rules(graded=False) - set(fault.remarks)
        gone = before.rules(graded=False) - outcome.rules(graded=False)
        noticed = bool(found or remarked or gone) or outcome.standing != before.standing
        inside = scenario.folder in self.catalogue.scopes[fault.id]
        why = ""
        if not expected:
            held = Held.QUIET if not noticed else Held.BY_ANOTHER if inside else Held.BESIDES
            why = _unexpected(found | remarked, gone, outcome) if held is Held.BY_ANOTHER else ""
        elif not noticed:
            held, why = Held.MISSED, f"{', '.join(expected)} blev ikke brudt"
        else:
            why = self._wrong(fault, outcome, frozenset(expected), remarked, before) or _gone(gone) or _twice(outcome)
            held = Held.BY_ANOTHER if why else Held.CAUGHT
        return Row(outcome, held, expected, tuple(sorted(remarked)), why)

    def _wrong(self, fault: Fault, outcome: Outcome, expected: frozenset[str], remarked: frozenset[str], before: Outcome) -> str:
        """What is not as the catalogue says in a scenario that noticed what it should, in Danish; empty when all is."""
        ungraded = bool(fault.awaits) or any(self._unsure(rule, outcome.trial.setting.cpd) for rule in expected)
        graded, others = (frozenset[str](), expected) if ungraded else (expected, frozenset[str]())
        found = outcome.rules(graded=True)
        if found != graded:
            return f"bryder {_named(found)} med karakter; ventet: {_named(graded)}"
        if remarked != others:
            return f"bemærker {_named(remarked)} uden karakter; ventet: {_named(others)}"
        grades = {each.grade for each in outcome.found if each.grade is not None}
        if grades - {fault.grade}:
            return f"giver {', '.join(sorted(map(str, grades)))}; ventet: {fault.grade}"
        standing = str(fault.grade)
        if on_partner(outcome):
            standing = Beside.UNTESTABLE  # the partner is the cause, and nobody can tell of the other one
        elif ungraded:
            standing = Beside.AWAITING if fault.awaits else before.standing
        if outcome.standing != standing:
            return f"ender som {outcome.standing}; ventet: {standing}. {outcome.reason}".strip()
        return ""

    def _unsure(self, rule: str, cpd: str) -> bool:
        """Whether what the rule finds is a remark: always, or as it is not known to hold for plans in this version of CPD-DK."""
        since = REGISTRY[rule].since
        return bool(REGISTRY[rule].remark) or (since not in ("", f"CPD-DK {cpd}") and rule not in self.confirmed)


def on_partner(outcome: Outcome) -> bool:
    """Whether all that was found with a grade is laid on the partner of a run of two."""
    graded = [each for each in outcome.found if each.grade is not None]
    return bool(graded) and all(each.side for each in graded)


def honest_mistake(outcome: Outcome) -> str:
    """What is wrong with how a scenario came out for an LPS without defects, in Danish; empty when nothing is."""
    found = outcome.rules(graded=True)
    if found:
        return f"bryder {_named(found)}"
    if outcome.standing not in (Grade.OK, Grade.IR, Beside.AWAITING):
        return f"ender som {outcome.standing}. {outcome.reason}".strip()
    return ""


def _unexpected(rules: frozenset[str], gone: frozenset[str], outcome: Outcome) -> str:
    if rules:
        return f"bryder {_named(rules)}; ventet: intet"
    if gone:
        return _gone(gone)
    return f"ender som {outcome.standing}; ventet: det samme som uden fejlen. {outcome.reason}".strip()


def _gone(rules: frozenset[str]) -> str:
    return f"bemærker ikke længere {_named(rules)}" if rules else ""


def _twice(outcome: Outcome) -> str:
    """One defect of one message is one finding."""
    counted = Counter((each.message, each.rule) for each in outcome.found if each.message)
    twice = sorted({rule for (_, rule), count in counted.items() if count > 1})
    return f"finder {_named(twice)} flere gange i samme besked" if twice else ""


def _named(rules: Iterable[str]) -> str:
    return ", ".join(sorted(rules)) or "intet"
