"""What the event log says, as Allure's own model: one test result for each attempt at a scenario.

Allure's five statuses are fewer than ours, so this is how ours are shown. Nothing that is not approved is ever `passed`,
and what awaits a decision (`unknown`) is kept apart from what is not relevant (`skipped`):

    OK, F4                      passed      F1, F2, F3                  failed
    IR                          skipped     afventer, ikke kontrolleret,
    kunne ikke testes, afbrudt  broken      attesteret                  unknown
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from allure_commons.model2 import (
    ATTACHMENT_PATTERN,
    Attachment,
    ExecutableItem,
    Label,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
    TestStepResult,
)
from allure_commons.types import AttachmentType, LabelType, Severity

from harness.domain.event import (
    Answered,
    Body,
    Exchanged,
    ForeignCpr,
    Judged,
    Observed,
    Prompted,
    RunStarted,
    ScenarioEnded,
    ScenarioStarted,
    StepEnded,
    StepStarted,
)
from harness.domain.finding import Finding
from harness.domain.grade import Beside, Grade, Standing, parse_standing
from harness.domain.prompt import Answer, Prompt, Wanted
from harness.domain.told import said
from harness.record.log import Entry

Sources = dict[str, Path | bytes]
"""A result's attachments: the name Allure knows each by, and the file of evidence to copy or the bytes themselves."""

STATUS: dict[Standing, str] = {
    Grade.F1: Status.FAILED,
    Grade.F2: Status.FAILED,
    Grade.F3: Status.FAILED,
    Grade.F4: Status.PASSED,
    Grade.OK: Status.PASSED,
    Grade.IR: Status.SKIPPED,
    Beside.AWAITING: Status.UNKNOWN,
    Beside.UNCHECKED: Status.UNKNOWN,
    Beside.ATTESTED: Status.UNKNOWN,
    Beside.UNTESTABLE: Status.BROKEN,
    Beside.INTERRUPTED: Status.BROKEN,
}

_STEP_STATUS = {
    "udført": Status.PASSED,
    "fund": Status.FAILED,
    "kunne ikke": Status.BROKEN,
    "ikke relevant": Status.SKIPPED,
    "ikke kontrolleret": Status.SKIPPED,
    "afventer": Status.UNKNOWN,
}

# What a browser shows as it is; nothing in such a file is run.
_FILES = {"image/png": AttachmentType.PNG, "image/jpeg": AttachmentType.JPG, "application/pdf": AttachmentType.PDF}

# Grey: what happened and is shown, but grades nobody. Green would praise a message that no rule has seen.
_UNGRADED = Status.SKIPPED

# How serious what was found is. Where nothing was found it is `trivial`: without a label Allure would say `normal`, which is F3.
_SEVERITY = {Grade.F1: Severity.BLOCKER, Grade.F2: Severity.CRITICAL, Grade.F3: Severity.NORMAL, Grade.F4: Severity.MINOR}

_SENDERS = {"lps": "LPS'et", "harness": "harnesset"}


def heading(standing: Standing) -> str:
    """The first words of a result's message, e.g. `F3 Betydelig` or `Kunne ikke testes`. Categories are told apart by them."""
    return f"{standing} {standing.danish}" if isinstance(standing, Grade) else standing.capitalize()


def rehearsal_notice(run: RunStarted) -> str:
    """What must be said of a rehearsal wherever it is shown; empty for a run against the supplier's own system."""
    if run.grundlag != "referencesystem":
        return ""
    return (
        "Dette er en prøvekørsel med harnessets indbyggede referencesystem. "
        f"Den siger intet om leverandørens produkt ({run.product}, {run.supplier})."
    )


def results(entries: Iterable[Entry], evidence_dir: Path) -> list[tuple[TestResult, Sources]]:
    """One result with its attachments for each attempt at a scenario, in the log's order.

    Attempts at one scenario share `historyId`, so that Allure shows the last as the result and the earlier as retries.
    An attempt that was never ended is *afbrudt*.
    What was asked and answered before an attempt belongs to it. Raises ValueError for a standing that does not exist.
    """
    done: list[tuple[TestResult, Sources]] = []
    run: RunStarted | None = None
    attempt: _Attempt | None = None
    asked_before: list[Entry] = []
    last = None
    for entry in entries:
        match entry.event:
            case RunStarted() as event:
                run = event
            case ScenarioStarted() as event:
                assert run is not None, "a scenario started before its run"
                if attempt:
                    done.append(attempt.interrupted(entry.at))
                attempt = _Attempt(run, event, entry.at, evidence_dir)
                for each in asked_before:
                    attempt.add(each)
                asked_before.clear()
            case ScenarioEnded() as event if attempt:
                done.append(attempt.ended(event, entry.at))
                attempt = None
            case _ if attempt:
                attempt.add(entry)
            case Prompted() | Answered():
                asked_before.append(entry)
        last = entry
    if attempt and last:
        done.append(attempt.interrupted(last.at))
    return done


class _Attempt:
    """One attempt while its events are read."""

    def __init__(self, run: RunStarted, started: ScenarioStarted, at: datetime, evidence_dir: Path) -> None:
        self._started = started
        self._evidence_dir = evidence_dir
        self._sources: Sources = {}
        self._prompts: dict[str, Prompt] = {}
        self._findings: list[Finding] = []
        self._undecided: tuple[str, ...] = ()
        self._step: TestStepResult | None = None
        self._reached = 0
        identity, _, example = started.scenario.partition("[")
        values = ", ".join(value for value in started.parameters.values() if value not in started.title)
        self._result = TestResult(
            uuid=str(uuid5(NAMESPACE_URL, f"{run.system}/{run.run}/{started.scenario}/{started.attempt}")),
            name=f"{started.title} [{values}]" if values else started.title,
            fullName=started.scenario,
            testCaseId=_md5(identity),
            historyId=_md5(identity, example.removesuffix("]"), run.system),
            titlePath=[run.product, started.feature],
            description=_description(run, started),
            labels=list(_labels(run, started)),
            parameters=list(_parameters(run, started)),
            start=_ms(at),
        )

    def add(self, entry: Entry) -> None:
        """Take one event in between the attempt's start and its end."""
        match entry.event:
            case StepStarted(number=number, keyword=keyword, text=text):
                self._step = TestStepResult(name=f"{keyword.strip()} {text}", start=_ms(entry.at))
                self._result.steps.append(self._step)
                self._reached = number + 1
                self._undecided = ()
            case StepEnded(outcome=outcome, message=message):
                self._close(_STEP_STATUS[outcome], message, entry.at)
            case Exchanged() as event:
                self._exchange(event, entry.at)
            case Judged() as event:
                self._judged(event, entry.at)
            case Prompted(prompt=prompt):
                self._prompts[prompt.id] = prompt
            case Answered(prompt=name, answer=answer):
                self._answered(self._prompts.get(name), answer, entry.at)
            case Observed(text=text):
                self._inside(f"Bemærket: {text}", entry.at)
            case ForeignCpr(place=place, sender=sender, stopped=stopped):
                name = f"Databrud: et CPR-nummer uden for listen over testpersoner ({place}, fra {_party(sender)})"
                self._inside(f"{name}. Beskeden er ikke gemt" if stopped else name, entry.at, Status.BROKEN)

    def ended(self, event: ScenarioEnded, at: datetime) -> tuple[TestResult, Sources]:
        """The finished result with its attachments."""
        self._close(Status.BROKEN, "Trinnet blev ikke afsluttet", at)
        result = self._result
        for text in self._started.steps[self._reached :]:
            details = StatusDetails(message="Trinnet blev ikke nået")
            step = TestStepResult(name=text, status=Status.SKIPPED, statusDetails=details, start=_ms(at), stop=_ms(at))
            result.steps.append(step)
        standing = parse_standing(event.standing)
        head = " ".join([heading(standing), ", ".join(event.undecided)]).strip()
        found = sorted(self._findings, key=lambda finding: finding.grade or "~")
        if found or standing is not Grade.OK:
            told = [str(finding) for finding in found]
            says_more = event.reason and not any(text in event.reason for text in told)
            lines = [f"{head}: {event.reason}" if says_more else head, *told]
            result.statusDetails = StatusDetails(message="\n".join(lines))
        severity = _SEVERITY.get(standing, Severity.TRIVIAL) if isinstance(standing, Grade) else Severity.TRIVIAL
        result.labels += [Label(LabelType.SEVERITY, severity.value), Label("vurdering", heading(standing))]
        result.status = STATUS[standing]
        result.stop = _ms(at)
        return result, self._sources

    def interrupted(self, at: datetime) -> tuple[TestResult, Sources]:
        """The result of an attempt that the log does not end."""
        started = self._started
        return self.ended(ScenarioEnded(started.scenario, started.attempt, Beside.INTERRUPTED, "Loggen stopper her"), at)

    def _close(self, status: str, message: str, at: datetime) -> None:
        if self._step is None:
            return
        if status == Status.PASSED and self._undecided:
            status, message = Status.UNKNOWN, f"Afventer {', '.join(self._undecided)}"
        self._step.status = status
        self._step.statusDetails = StatusDetails(message=message) if message else None
        self._step.stop = _ms(at)
        self._step = None

    def _inside(self, name: str, at: datetime, status: str = _UNGRADED) -> TestStepResult:
        """Something that happened in the running step, or outside the steps when none is running."""
        inner = TestStepResult(name=name, status=status, start=_ms(at), stop=_ms(at))
        (self._step or self._result).steps.append(inner)
        return inner

    def _exchange(self, event: Exchanged, at: datetime) -> None:
        what = event.what
        late = f" efter {event.late_seconds:g} s".replace(".", ",") if event.answer == "for sent svar" else ""
        answer = f"{event.answer}{late} ({event.status})" if event.status else event.answer
        inner = self._inside(f"{what}: {_party(event.sender)} → {_party(event.service)}, {answer}", at)
        inner.parameters += [Parameter(name, value) for name, value in event.facts.items()]
        self._text(inner, f"{what} headere", _headers(event))
        self._body(inner, f"{what} anmodning", event.request)
        self._body(inner, f"{what} svar", event.response)

    def _answered(self, prompt: Prompt | None, answer: Answer, at: datetime) -> None:
        """Who did, judged or chose something, what they said of it, and their files."""
        chose = "Valg af værdier. " if prompt and prompt.wanted is Wanted.CHOOSE else ""
        inner = self._inside(" ".join(filter(None, (f"{chose}{answer.by}: {answer.outcome}", answer.grade))), at)
        if lines := list(filter(None, (answer.remark, *said(prompt, answer)))):
            self._text(inner, "Svar", "\n".join(lines))
        for each in answer.files:
            kind = _FILES.get(each.media_type) or _attachment_type(each.media_type)
            self._attach(inner, f"{each.name} (SHA-256 {each.sha256[:12]}…)", kind, self._evidence_dir / each.sha256)

    def _judged(self, event: Judged, at: datetime) -> None:
        counts = {"holder": event.holds, "fund": event.findings, "ikke bedømt": event.not_judged, "afventer": event.undecided}
        told = ", ".join(f"{len(rules)} {word}" for word, rules in counts.items() if rules) or "ingen regler"
        graded = [finding.grade for finding in event.findings if finding.grade]
        if any(not grade.approved for grade in graded):
            status = Status.FAILED
        else:
            status = Status.PASSED if event.holds and not event.undecided else Status.UNKNOWN
        inner = self._inside(f"Kontrol af {event.subject}: {told}", at, status)
        lines = [*map(str, event.findings), *(f"Holder: {rule}" for rule in event.holds)]
        lines += [f"Ikke bedømt: {rule}, {reason}" for rule, reason in event.not_judged.items()]
        lines += [f"Afventer: {fact}" for fact in event.undecided]
        self._text(inner, "Fund" if event.findings else "Regler", "\n".join(lines))
        self._findings += event.findings
        self._undecided += event.undecided

    def _body(self, item: ExecutableItem, name: str, body: Body) -> None:
        if body.sha256:
            self._attach(item, name, _attachment_type(body.content_type), self._evidence_dir / body.sha256)

    def _text(self, item: ExecutableItem, name: str, text: str) -> None:
        self._attach(item, name, AttachmentType.TEXT, text.encode())

    def _attach(self, item: ExecutableItem, name: str, kind: AttachmentType, content: Path | bytes) -> None:
        # A file of its own for each place, also where the bytes are the same: Allure 3 shows a shared file in one place only.
        own = uuid5(UUID(self._result.uuid), str(len(self._sources)))
        source = ATTACHMENT_PATTERN.format(prefix=own, ext=kind.extension)
        item.attachments.append(Attachment(name=name, source=source, type=kind.mime_type))
        self._sources[source] = content


def _md5(*parts: str) -> str:
    return hashlib.md5("\n".join(parts).encode(), usedforsecurity=False).hexdigest()


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _party(name: str) -> str:
    return _SENDERS.get(name, name)


def _description(run: RunStarted, started: ScenarioStarted) -> str:
    notice = rehearsal_notice(run)
    told = textwrap.dedent(started.feature_description).strip()
    place = f"{started.file}:{started.line}. Kørslens mærke: {started.mark}"
    return "\n\n".join(filter(None, [notice and f"**{notice}**", told, place]))


def _labels(run: RunStarted, started: ScenarioStarted) -> Iterator[Label]:
    for campaign in started.campaigns or (run.campaign,):
        yield Label(LabelType.EPIC, campaign)
    for use_case in started.use_cases:
        yield Label("brugstilfælde", use_case)
    yield Label(LabelType.FEATURE, started.feature)
    yield Label(LabelType.PARENT_SUITE, run.product)
    yield Label(LabelType.SUITE, started.feature)
    for requirement in started.requirements:
        yield Label(LabelType.STORY, requirement)
        yield Label("krav", requirement)
    for tag in started.tags:
        yield Label(LabelType.TAG, tag.removeprefix("@"))
    yield Label(LabelType.FRAMEWORK, "lps-harness")
    yield Label(LabelType.LANGUAGE, "gherkin")


def _parameters(run: RunStarted, started: ScenarioStarted) -> Iterator[Parameter]:
    """Allure 3 tells scenarios apart by the parameters that are not excluded: the system and the outline's first column."""
    yield Parameter("System", run.system)
    for number, (column, value) in enumerate(started.parameters.items()):
        yield Parameter(column, value, excluded=True if number else None)
    for name, value in {
        "SUT-version": run.sut_version,
        "Rute": run.rute,
        "Fase": run.phase,
        "Grundlag": run.grundlag,
    }.items():
        yield Parameter(name, value, excluded=True)


def _headers(event: Exchanged) -> str:
    query = f"?{event.query}" if event.query else ""
    lines = [f"{event.method} {event.path}{query}", *(f"{name}: {value}" for name, value in event.request_headers), ""]
    lines += [f"Svar: {event.status or 'intet'}", *(f"{name}: {value}" for name, value in event.response_headers)]
    return "\n".join(lines)


def _attachment_type(content_type: str) -> AttachmentType:
    """XML and JSON by name; all else as text, so that a received page is read and never opened as one."""
    subtype = content_type.partition(";")[0].strip().lower().rpartition("/")[2]
    if subtype == "xml" or (subtype.endswith("+xml") and not subtype.startswith(("svg", "xhtml"))):
        return AttachmentType.XML
    return AttachmentType.JSON if subtype == "json" or subtype.endswith("+json") else AttachmentType.TEXT
