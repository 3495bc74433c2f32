"""Messages that were laid down, sorted to the run's scenarios and judged by the rules of their content."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from harness.conformance.files.formats import Report, judge_file
from harness.conformance.rule import Judgement
from harness.conformance.security.dgws import least_level
from harness.domain.errors import LpsFinding
from harness.domain.exchange import Exchange, NoAnswer, Request
from harness.domain.finding import Finding
from harness.domain.relevance import why_irrelevant
from harness.domain.scenario import Scenario
from harness.lps.replay import NotSeen
from harness.record.attempt import Attempt, judged
from harness.record.evidence import Evidence
from harness.record.guard import Guard
from harness.record.intake import Intake
from harness.record.log import Log
from harness.runner.replay.sorting import Told, Wanted, fitting, told_by, wanted_of
from harness.runner.replay.source import Message, Source
from harness.runner.setup import RunSetup

MOST_NAMED = 12


class _Fed(NamedTuple):
    """A message that a scenario was given: as it came, what the rules say of it, and what it says itself."""

    message: Message
    report: Report
    told: Told


class LaidDown:
    """The messages of one run. Where each went, what went nowhere and why, and what is missing, stands in the log."""

    def __init__(self, setup: RunSetup, log: Log, evidence: Evidence, guard: Guard) -> None:
        self._setup = setup
        self._log = log
        self._evidence = evidence
        self._guard = guard
        self._numbers = itertools.count(1)
        self._wanted: dict[str, list[Wanted]] = {}
        self._irrelevant: dict[str, list[Wanted]] = {}
        self._fed: dict[str, list[_Fed]] = {}
        self._outside = Intake(log, evidence, guard, lambda _: None, self._judge_outside)

    def sort(self, source: Source, scenarios: Iterable[Scenario]) -> None:
        """Give each message to the scenarios it is of."""
        for each in scenarios:
            is_irrelevant = why_irrelevant(each, self._setup.campaigns, self._setup.vendor, self._setup.rute.value)
            (self._irrelevant if is_irrelevant else self._wanted)[each.id] = wanted_of(each, self._setup.patients)
        for name, why in source.refused:
            self._tell(f"{name} er ikke brugt: {why}")
        for message in source.messages:
            if self._outside.admit("lps", _request(message)):
                self._sort_one(message)
            else:
                self._tell(f"{message.name} er ikke brugt: der står et CPR-nummer i den, som ikke er til test.")
        self._tell_what_is_missing()

    def _sort_one(self, message: Message) -> None:
        cpd = self._setup.profiles.get("cpd-2.0")
        confirmed = cpd.rules_confirmed if cpd else frozenset()
        report = judge_file(
            message.data,
            self._guard.hide(message.name),
            confirmed=lambda: confirmed,
            sts=self._setup.sts,
            level=lambda: least_level(self._setup.profiles),
        )
        told = told_by(report, self._setup.patients.values())
        fits = fitting(told, self._wanted) if told.kind else []
        if told.kind and fits and (len(fits) == 1 or told.aliases):
            self._tell(f"{message.name} ({told.kind.danish}) er bedømt i {some(fits)}.")
            for name in fits:
                self._fed.setdefault(name, []).append(_Fed(message, report, told))
            return
        self._keep(self._outside, message)
        if told.kind is None:
            self._tell(f"{message.name} hører ikke til noget scenarie. {told.why_not.rstrip('.')}.")
        elif not fits and (others := fitting(told, self._irrelevant)):
            self._tell(f"{message.name} ({told.kind.danish}) er kun fra scenarier, som ikke gælder systemet: {some(others)}.")
        elif not fits:
            self._tell(f"{message.name} ({told.kind.danish}) hører ikke til noget scenarie: ingen af dem sender sådan en.")
        else:
            self._tell(f"{message.name} ({told.kind.danish}) siger ikke, hvilket scenarie den er fra. Den er bedømt for sig.")
            for each in report.every():
                self._judge_outside(f"{each.format} ({each.file})", list(each.judgements))

    def _judge_outside(self, subject: str, judgements: list[Judgement]) -> None:
        self._log.append(judged(subject, judgements, self._guard))

    def _tell_what_is_missing(self) -> None:
        lacking: dict[str, list[str]] = {}
        for name in self._wanted:
            for each in self._missing(name):
                lacking.setdefault(str(each), []).append(name)
        for what, names in lacking.items():
            self._tell(f"Mangler {what}: {some(names)}.")
        silent = [name for name, wanted in self._wanted.items() if not wanted]
        if silent:
            self._tell(f"Kan ikke ses af beskeder uden en kørsels log: {some(silent)}.")

    def _missing(self, scenario: str) -> list[Wanted]:
        came = [each.told.kind for each in self._fed.get(scenario, ())]
        return [each for each in self._wanted[scenario] if each.kind not in came]

    def judge(self, scenario: Scenario, attempt: Attempt) -> None:
        """Judge what the scenario was given. Raises LpsFinding for what breaks a rule, else NotSeen: steps cannot be seen."""
        findings: list[Finding] = []
        intake = Intake(self._log, self._evidence, self._guard, arrived=attempt.inbox.record, found=attempt.judge)
        fed = self._fed.get(scenario.id, [])
        for each in fed:
            exchange = self._keep(intake, each.message)
            for part in each.report.every():
                if part.format:
                    findings += attempt.judge(f"{part.format} ({part.file})", part.judgements, exchange)
        severe = attempt.severe(findings)
        if severe:
            raise LpsFinding("\n".join(map(str, severe)))
        missing = ", ".join(map(str, self._missing(scenario.id)))
        if not fed:
            raise NotSeen(
                f"Ingen af beskederne er fra scenariet. Mangler: {missing}." if missing else "Kan ikke ses af beskeder."
            )
        names = ", ".join(each.message.name for each in fed)
        raise NotSeen(f"Kun indholdet af {names} er bedømt, ikke trinene." + (f" Mangler: {missing}." if missing else ""))

    def _keep(self, intake: Intake, message: Message) -> Exchange:
        exchange = Exchange(
            id=f"b{next(self._numbers)}",
            sender="lps",
            service="optagelse",
            at=datetime.now(UTC),
            request=_request(message),
            answer=NoAnswer(),
        )
        intake.keep(exchange)
        return exchange

    def _tell(self, text: str) -> None:
        self._outside.observe(text)


def _request(message: Message) -> Request:
    return Request("POST", f"/{message.name}", (("content-type", message.content_type),), message.data)


def some(names: list[str]) -> str:
    """The first names, and how many more there are."""
    more = f" og {len(names) - MOST_NAMED} til" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"
