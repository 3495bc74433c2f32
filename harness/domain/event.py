"""What a run writes down, one event after the other. Everything people see afterwards is a function of these.

Events are self-contained: a report made years later needs no rule, feature or profile to show them. All values are plain
JSON or types of `harness.domain`; times are ISO 8601 with offset; bodies stand as SHA-256 and lie in `evidence/`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from harness.domain.finding import Finding
from harness.domain.prompt import Answer, Prompt
from harness.domain.requirement import Campaign
from harness.domain.vendor import Approval

OWN_SYSTEM: Final = "leverandørens system"
REFERENCE: Final = "referencesystem"
BASES: Final = (OWN_SYSTEM, REFERENCE)
"""All that a run's `grundlag` may say."""


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The first event. `grundlag` is `referencesystem` for a rehearsal, else `leverandørens system`.

    `planned` are the identities of the scenarios to be run; `selection` is the tag expression that chose them, if any did.
    `cpd` is the CPD-DK version a rehearsal was told to send, and `tempo` how many times as fast its time ran.
    `sts` are the token service's certificates that ID cards were held against: each one's SHA-256, and it itself (DER, base64).
    `campaign` is what was asked for: ids with commas between, or `all`; `participation` has the system's part in each of them.
    `seats` are the national services that others than the simulator played, each with who and where.
    `data` is the SHA-256 of MedCom's withheld set, whose values the scenarios entered; empty for the shipped one.
    `own_values`: the testers were asked which values of their own a scenario was to enter instead.
    `partner` is the other LPS of a run of two; empty in every other run. So are its `partner_product` and `partner_version`. The
    run is a rehearsal when either of the two is the reference system, and `faults` names the partner's as `xmo:besked-…`.
    Nothing in the campaigns that are `awaiting` can come to more than *afventer*: who takes part, or what is demanded, is open.
    """

    run: str
    system: str
    product: str
    supplier: str
    sut_version: str
    driver: str
    target: str
    rute: str
    campaign: str
    phase: str
    grundlag: str
    fingerprint: dict[str, str]
    undecided_bindings: dict[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    selection: str = ""
    cpd: str = ""
    tempo: float = 1.0
    sts: dict[str, str] = field(default_factory=dict)
    participation: dict[str, str] = field(default_factory=dict)
    awaiting: tuple[str, ...] = ()
    seats: dict[str, str] = field(default_factory=dict)
    data: str = ""
    own_values: bool = False
    partner: str = ""
    partner_product: str = ""
    partner_version: str = ""
    kind: Literal["run_started"] = "run_started"

    @property
    def rehearsal(self) -> bool:
        """Whether it says nothing of any vendor's system: only a run that says it is of such a one does."""
        return self.grundlag != OWN_SYSTEM

    @property
    def tried(self) -> str:
        """What was tried, by id: the system, or it and its partner: `novax`, `novax til xmo`."""
        return f"{self.system} til {self.partner}" if self.partner else self.system

    @property
    def tried_products(self) -> str:
        """The same as people say it: `Novax`, `Novax til XMO`."""
        return f"{self.product} til {self.partner_product}" if self.partner else self.product


@dataclass(frozen=True, slots=True)
class Person:
    """A test person as the run knew them: the name that steps use, the full name, and the CPR number or eCPR."""

    alias: str
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class MeasuredAgainst:
    """What the run was measured against, as it stood when it began, so that reports need no fixtures: the second event.

    `campaigns` are those of the run, whole. `approvals` is what `registry` said of the system. `files` has the SHA-256 of the
    normalised text of each feature, rule and data file, by where it lies from the home (a rule: from the package's folder).
    `persons` are the test persons that steps may speak of.
    """

    campaigns: tuple[Campaign, ...]
    approvals: tuple[Approval, ...] = ()
    registry: str = ""
    files: dict[str, str] = field(default_factory=dict)
    persons: tuple[Person, ...] = ()
    kind: Literal["measured_against"] = "measured_against"


@dataclass(frozen=True, slots=True)
class RunResumed:
    """The run goes on after it was cut off. `kept` are the scenarios that were finished before and are not run again."""

    kept: tuple[str, ...]
    kind: Literal["run_resumed"] = "run_resumed"


@dataclass(frozen=True, slots=True)
class ScenarioStarted:
    """One attempt at one scenario.

    `scenario` is its identity (`DEL-07`, an outline's `DEL-01[KOL]`), `mark` the attempt's fresh mark. `campaigns` are those it
    counts in, `use_cases` MedCom's, and `protocol_steps` the numbers of its steps in their test protocols, where they are known.
    `parameters` and `steps` have the values that were entered: those of MedCom's set, and before them the tester's own, which
    were asked for before the attempt began.
    """

    scenario: str
    attempt: int
    title: str
    feature: str
    feature_description: str
    file: str
    line: int
    tags: tuple[str, ...]
    requirements: tuple[str, ...]
    parameters: dict[str, str]
    mark: str
    steps: tuple[str, ...]
    campaigns: tuple[str, ...] = ()
    use_cases: tuple[str, ...] = ()
    protocol_steps: tuple[str, ...] = ()
    kind: Literal["scenario_started"] = "scenario_started"


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step begins; `number` is 0-based, `keyword` and `text` are as in the feature."""

    number: int
    keyword: str
    text: str
    kind: Literal["step_started"] = "step_started"


@dataclass(frozen=True, slots=True)
class StepEnded:
    """A step is over.

    `outcome`: `udført`, `fund` (a rule broke), `kunne ikke` (environment, harness), `ikke relevant`, `ikke kontrolleret` (what it
    asks for was not recorded), `afventer` (MedCom has not judged what it asks for).
    """

    number: int
    outcome: str
    message: str = ""
    kind: Literal["step_ended"] = "step_ended"


@dataclass(frozen=True, slots=True)
class Body:
    """A recorded body: `sha256` names its file in `evidence/` (empty when there was none), `size` in bytes."""

    sha256: str
    size: int
    content_type: str


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One request with its answer. `answer` is `svar`, `for sent svar` or `intet svar`; `status` 0 when there was no response.

    `delivery` is the number of the delivery it carried, where a service sent it; else 0. `seat` is who played the service, and
    `answered` when a real one's answer came.
    """

    exchange: str
    sender: str
    service: str
    method: str
    path: str
    query: str
    request_headers: tuple[tuple[str, str], ...]
    request: Body
    answer: str
    late_seconds: float
    status: int
    response_headers: tuple[tuple[str, str], ...]
    response: Body
    at: str
    ids: tuple[str, ...]
    facts: dict[str, str]
    delivery: int = 0
    seat: str = "simulator"
    answered: str = ""
    kind: Literal["exchanged"] = "exchanged"

    @property
    def what(self) -> str:
        """What it was, as people read it: its transaction, or its method and path where none is known."""
        return self.facts.get("transaction") or f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A request is on its way to a real service; the `Exchanged` of the same `exchange` says what came of it."""

    exchange: str
    sender: str
    service: str
    method: str
    path: str
    query: str
    request_headers: tuple[tuple[str, str], ...]
    request: Body
    at: str
    kind: Literal["forwarded"] = "forwarded"


@dataclass(frozen=True, slots=True)
class Ordered:
    """A scenario told a service to be or do something: `name` with plain JSON `arguments`, at `at`, given the new `ids`.

    `answer` is what it answered, as plain JSON.
    """

    service: str
    name: str
    arguments: dict[str, Any]
    at: str
    ids: tuple[str, ...]
    answer: dict[str, Any] = field(default_factory=dict)
    kind: Literal["ordered"] = "ordered"


@dataclass(frozen=True, slots=True)
class Prompted:
    """A tester is asked something. It stands until an answer with its id is there."""

    prompt: Prompt
    kind: Literal["prompted"] = "prompted"


@dataclass(frozen=True, slots=True)
class Answered:
    """A tester answered the prompt with the id `prompt`."""

    prompt: str
    answer: Answer
    kind: Literal["answered"] = "answered"


@dataclass(frozen=True, slots=True)
class Acted:
    """The LPS's test interface was asked something (`POST /handlinger/henvis`) and answered `status` with `body`, a text.

    `failed` says in its stead why no answer came.
    """

    request: str
    status: int
    body: str = ""
    failed: str = ""
    kind: Literal["acted"] = "acted"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step waits, at most `seconds` of the run's time, for `what` (Danish; empty when nobody said). `number` as in Waited."""

    number: int
    seconds: float
    what: str = ""
    kind: Literal["waiting"] = "waiting"


@dataclass(frozen=True, slots=True)
class Extended:
    """A tester gave the wait called `number` so many `seconds` more."""

    number: int
    seconds: float
    by: str
    kind: Literal["extended"] = "extended"


@dataclass(frozen=True, slots=True)
class Waited:
    """What the attempt's wait or look called `number` came to. `last` is the number of the last one begun inside it."""

    number: int
    came: bool
    last: int
    kind: Literal["waited"] = "waited"


@dataclass(frozen=True, slots=True)
class Clocked:
    """The attempt looked at the run's clock, which said `now`."""

    now: str
    kind: Literal["clocked"] = "clocked"


@dataclass(frozen=True, slots=True)
class Settled:
    """A service learned what came of its `delivery` (its number in the world): the answer of `exchange`, or `failure`.

    Learning it, at `at`, the service was given the new `ids`.
    """

    delivery: int
    exchange: str
    failure: str
    at: str
    ids: tuple[str, ...]
    kind: Literal["settled"] = "settled"


@dataclass(frozen=True, slots=True)
class Judged:
    """Rules were run over one subject. `subject` says over what, in Danish; `exchange` is its id where it was a message."""

    subject: str
    exchange: str
    holds: tuple[str, ...]
    not_judged: dict[str, str]
    findings: tuple[Finding, ...]
    undecided: tuple[str, ...] = ()
    kind: Literal["judged"] = "judged"


@dataclass(frozen=True, slots=True)
class Observed:
    """Something a reader should see that grades nobody. `about` names what it is said of, where it is to be said once only."""

    text: str
    about: str = ""
    kind: Literal["observed"] = "observed"


@dataclass(frozen=True, slots=True)
class ForeignCpr:
    """A CPR number outside the allowed list was met: time and place, never the number.

    `stopped`: it stood as a patient in a typed place, and the exchange was not stored. Otherwise `sha256`, `start` and `end`
    say which bytes of which body must be hidden in what is shown, until a person has cleared them.
    """

    place: str
    sender: str
    stopped: bool
    sha256: str = ""
    start: int = 0
    end: int = 0
    kind: Literal["foreign_cpr"] = "foreign_cpr"


@dataclass(frozen=True, slots=True)
class ScenarioEnded:
    """The attempt is over. `standing` is a grade or a word beside the scale; `reason` says why when it is not OK.

    `by_tester`: a tester said that it could not be carried out, and is not asked again.
    """

    scenario: str
    attempt: int
    standing: str
    reason: str
    undecided: tuple[str, ...] = ()
    by_tester: bool = False
    kind: Literal["scenario_ended"] = "scenario_ended"


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The last event of a run that reached its end. `seconds` is the wall time since it was started, or last resumed."""

    scenarios: int
    seconds: float
    kind: Literal["run_ended"] = "run_ended"


Event = (
    RunStarted
    | MeasuredAgainst
    | RunResumed
    | ScenarioStarted
    | StepStarted
    | StepEnded
    | Exchanged
    | Forwarded
    | Ordered
    | Prompted
    | Answered
    | Acted
    | Waiting
    | Extended
    | Waited
    | Clocked
    | Settled
    | Judged
    | Observed
    | ForeignCpr
    | ScenarioEnded
    | RunEnded
)
