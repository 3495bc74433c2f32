"""One attempt at a scenario, while its events are read, as one of Allure's test results."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
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
from allure_commons.types import AttachmentType

from harness.domain.event import (
    Answered,
    Body,
    Exchanged,
    ForeignCpr,
    Judged,
    Observed,
    Prompted,
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
from harness.record.result import Result
from harness.reporting.allure.terms import (
    STATUS,
    before,
    graded,
    group,
    heading,
    labels,
    md5,
    message,
    milliseconds,
    parameters,
    rehearsal_notice,
)
from harness.reporting.allure.whose import whose

Sources = dict[str, Path | bytes]
"""A result's attachments: the name Allure knows each by, and the file of evidence to copy or the bytes themselves."""

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

RULES = "docs/regler.md"

_SENDERS = {"lps": "LPS'et", "partner": "partneren", "harness": "harnesset"}


class Attempt:
    """One attempt while its events are read."""

    def __init__(self, result: Result, started: ScenarioStarted, at: datetime, evidence_dir: Path) -> None:
        self._run = run = result.started
        self._whole = result
        self._started = started
        self._evidence_dir = evidence_dir
        self._sources: Sources = {}
        self._prompts: dict[str, Prompt] = {}
        self._messages: dict[str, Exchanged] = {}
        self._findings: list[Finding] = []
        self._undecided: tuple[str, ...] = ()
        self._step: TestStepResult | None = None
        self._reached = 0
        identity, _, example = started.scenario.partition("[")
        values = ", ".join(value for value in started.parameters.values() if value not in started.title)
        self._result = TestResult(
            uuid=str(uuid5(NAMESPACE_URL, f"{run.system}/{run.run}/{started.scenario}/{started.attempt}")),
            name=f"{before(run)}{started.title} [{values}]" if values else f"{before(run)}{started.title}",
            fullName=started.scenario,
            testCaseId=md5(identity),
            historyId=md5(identity, example.removesuffix("]"), run.tried),
            titlePath=[group(run), started.feature],
            labels=list(labels(run, started)),
            parameters=list(parameters(run, started.parameters)),
            start=milliseconds(at),
        )

    def add(self, entry: Entry) -> None:
        """Take one event in between the attempt's start and its end."""
        match entry.event:
            case StepStarted(number=number, keyword=keyword, text=text):
                self._step = TestStepResult(name=f"{keyword.strip()} {text}", start=milliseconds(entry.at))
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
            step = TestStepResult(
                name=text, status=Status.SKIPPED, statusDetails=details, start=milliseconds(at), stop=milliseconds(at)
            )
            result.steps.append(step)
        proposed = parse_standing(event.standing)
        standing, judged = self._stands(proposed)
        found = sorted(self._findings, key=lambda finding: finding.grade or "~")
        head = " ".join([heading(standing), ", ".join(event.undecided)]).strip() if not judged else heading(standing)
        if found or standing is not Grade.OK or judged:
            mine = whose(standing, event.reason, found)
            result.statusDetails = StatusDetails(message=message(head, judged or event.reason, found, mine))
        result.description = self._description(found)
        result.labels += graded(self._run, standing)
        if judged:
            result.labels += [Label("MedCom vurdering", heading(standing)), Label("harnessets forslag", heading(proposed))]
        result.status = STATUS[standing]
        result.stop = milliseconds(at)
        return result, self._sources

    def _stands(self, proposed: Standing) -> tuple[Standing, str]:
        """How the attempt stands, and what MedCom's tester said of it beside what the harness proposes; empty for nothing."""
        state = self._whole.state.scenarios[self._started.scenario]
        told = self._whole.review.assessed.get(self._started.scenario)
        if state.started.attempt != self._started.attempt or told is None or self._whole.rehearsal:
            return proposed, ""
        by, act = told
        why = f" {act.reason.rstrip('.')}." if act.reason else ""
        judged = f"MedCom vurdering ved {by.by} {by.at[:10]}.{why} Harnesset foreslog {heading(proposed)}"
        return self._whole.standing(state), judged

    def _description(self, found: Sequence[Finding]) -> str:
        """From requirement to scenario to rule: where each stands, told as text since nothing here may need a network."""
        run, started = self._run, self._started
        notice = rehearsal_notice(run)
        told = textwrap.dedent(started.feature_description).strip()
        basis = self._whole.state.basis
        texts = {each.id: each for campaign in (basis.campaigns if basis else ()) for each in campaign.requirements}
        lines = [f"Krav {name}: {texts[name].text} ({texts[name].source})" for name in started.requirements if name in texts]
        lines += [f"Krav {name}" for name in started.requirements if name not in texts]
        digest = basis.files.get(started.file, "") if basis else ""
        lines.append(f"Scenarie: {started.file}:{started.line}{f' (SHA-256 {digest[:12]}…)' if digest else ''}")
        broken = {each.rule: each for each in found}.values()
        lines += [f"Regel {each.rule}: {each.title}. Kilde: {each.source}. Se {each.rule} i {RULES}" for each in broken]
        lines.append(f"Kørslens mærke: {started.mark}")
        return "\n\n".join(filter(None, [notice and f"**{notice}**", told, "\n".join(f"- {line}" for line in lines)]))

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
        self._step.stop = milliseconds(at)
        self._step = None

    def _inside(self, name: str, at: datetime, status: str = _UNGRADED) -> TestStepResult:
        """Something that happened in the running step, or outside the steps when none is running."""
        inner = TestStepResult(name=name, status=status, start=milliseconds(at), stop=milliseconds(at))
        (self._step or self._result).steps.append(inner)
        return inner

    def _exchange(self, event: Exchanged, at: datetime) -> None:
        what = event.what
        late = f" efter {event.late_seconds:g} s".replace(".", ",") if event.answer == "for sent svar" else ""
        answer = f"{event.answer}{late} ({event.status})" if event.status else event.answer
        inner = self._inside(f"{what}: {_party(event.sender)} → {_party(event.service)}, {answer}", at)
        inner.parameters += [Parameter(name, value) for name, value in event.facts.items()]
        bodies = {"anmodning": event.request, "svar": event.response}
        inner.parameters += [
            Parameter(f"bevis, {name}", f"evidence/{body.sha256}") for name, body in bodies.items() if body.sha256
        ]
        self._messages[event.exchange] = event
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
            self._attach(inner, f"{each.name} (SHA-256 {each.sha256[:12]}…)", kind, self._stored(each.sha256))

    def _judged(self, event: Judged, at: datetime) -> None:
        counts = {"holder": event.holds, "fund": event.findings, "ikke bedømt": event.not_judged, "afventer": event.undecided}
        told = ", ".join(f"{len(rules)} {word}" for word, rules in counts.items() if rules) or "ingen regler"
        own = [finding for finding in event.findings if not finding.side]
        graded = [finding.grade for finding in own if finding.grade]
        if any(not grade.approved for grade in graded):
            status = Status.FAILED
        else:
            status = Status.PASSED if event.holds and not event.undecided else Status.UNKNOWN
        inner = self._inside(f"Kontrol af {event.subject}: {told}", at, status)
        for finding in event.findings:
            self._found(inner, finding, self._messages.get(event.exchange))
        lines = [f"Holder: {', '.join(event.holds)}"] if event.holds else []
        lines += [f"Ikke bedømt: {rule}, {reason}" for rule, reason in event.not_judged.items()]
        lines += [f"Afventer: {fact}" for fact in event.undecided]
        inner.steps += [
            TestStepResult(name=line, status=_UNGRADED, start=milliseconds(at), stop=milliseconds(at)) for line in lines
        ]
        self._findings += own
        self._undecided += event.undecided

    def _found(self, judged: TestStepResult, finding: Finding, message: Exchanged | None) -> None:
        """A finding with its rule, source and place, and the message it was found in."""
        status = _UNGRADED if finding.grade is None or finding.side else STATUS[finding.grade]
        whose = "Hos partneren: " if finding.side else ""
        name = f"{whose}{finding.grade or 'Bemærkning'} {finding.rule}: {finding.title}"
        step = TestStepResult(name=name, status=status, start=judged.start, stop=judged.stop)
        step.statusDetails = StatusDetails(message=str(finding))
        if message:
            body = message.request if message.sender in ("lps", "partner") else message.response
            self._body(step, f"{message.what}, som den blev bedømt", body)
        judged.steps.append(step)

    def _body(self, item: ExecutableItem, name: str, body: Body) -> None:
        if body.sha256:
            self._attach(item, name, _attachment_type(body.content_type), self._stored(body.sha256))

    def _stored(self, sha256: str) -> Path | bytes:
        """The stored bytes, or a copy of them where numbers in it must be hidden until a person has cleared them."""
        path, review = self._evidence_dir / sha256, self._whole.review
        cleared = {(each.start, each.end) for each in review.cleared if each.sha256 == sha256}
        seen = {(each.start, each.end) for each in self._whole.state.foreign_cprs if each.sha256 == sha256} - cleared
        if not seen:
            return path
        shown = bytearray(path.read_bytes())
        for start, end in seen:
            shown[start:end] = b"*" * (end - start)
        return bytes(shown)

    def _text(self, item: ExecutableItem, name: str, text: str) -> None:
        self._attach(item, name, AttachmentType.TEXT, text.encode())

    def _attach(self, item: ExecutableItem, name: str, kind: AttachmentType, content: Path | bytes) -> None:
        # A file of its own for each place, also where the bytes are the same: Allure 3 shows a shared file in one place only.
        own = uuid5(UUID(self._result.uuid), str(len(self._sources)))
        source = ATTACHMENT_PATTERN.format(prefix=own, ext=kind.extension)
        item.attachments.append(Attachment(name=name, source=source, type=kind.mime_type))
        self._sources[source] = content


def _party(name: str) -> str:
    return _SENDERS.get(name, name)


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
