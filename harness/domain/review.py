"""What people say of a run once it is over: who submits it, who holds it, what each result is judged to be, and what is approved.

The states are those of an IHE connectathon (Gazelle Test Management, the life of a test instance), with Danish words. Every act
has a name and a time; nothing that was said is taken away, and the harness's own proposal stays beside what a tester decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from harness.domain.grade import Grade


class Role(StrEnum):
    """For whom a person acts."""

    SUPPLIER = "leverandør"
    MEDCOM = "MedCom"


class Reviewing(StrEnum):
    """How a run's review stands."""

    RUNNING = "kører"
    PAUSED = "på pause"
    TO_VERIFY = "til verificering"
    PARTLY = "delvis verificeret"
    VERIFIED = "verificeret"
    REFUSED = "ikke godkendt"
    CRITICAL = "kritisk"


@dataclass(frozen=True, slots=True)
class Ground:
    """Something an approval rests on beside its own run.

    `what`: `egentest` (an approved self-test of the same version: `run`, and the `head` of its review), or `godkendelse` (the
    approval of another standard, `standard`, as `run` or, where none is named, MedCom's registry has it). `campaign` is the one
    a self-test was approved in; empty: it is said of them all.
    """

    what: Literal["egentest", "godkendelse"]
    run: str = ""
    head: str = ""
    sut_version: str = ""
    standard: str = ""
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The supplier hands in the results of these `scenarios` for verification."""

    scenarios: tuple[str, ...]
    kind: Literal["submitted"] = "submitted"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A tester takes the review on."""

    kind: Literal["claimed"] = "claimed"


@dataclass(frozen=True, slots=True)
class Released:
    """The tester who holds the review lets it go, or another takes it from them for `reason`."""

    reason: str = ""
    kind: Literal["released"] = "released"


@dataclass(frozen=True, slots=True)
class Paused:
    """Nothing happens for a while, for `reason`."""

    reason: str
    kind: Literal["paused"] = "paused"


@dataclass(frozen=True, slots=True)
class Resumed:
    """What was paused, or critical, goes on."""

    kind: Literal["resumed"] = "resumed"


@dataclass(frozen=True, slots=True)
class Escalated:
    """Somebody must look at this at once, for `reason`."""

    reason: str
    kind: Literal["escalated"] = "escalated"


@dataclass(frozen=True, slots=True)
class Commented:
    """A remark, on one scenario or (empty) on the whole. It grades nobody."""

    text: str
    scenario: str = ""
    kind: Literal["commented"] = "commented"


@dataclass(frozen=True, slots=True)
class Assessed:
    """MedCom's tester judges one result. `proposed` is what the harness had said; `reason` may be empty only where they agree."""

    scenario: str
    grade: Grade
    proposed: str
    reason: str = ""
    kind: Literal["assessed"] = "assessed"


@dataclass(frozen=True, slots=True)
class Reconfirmed:
    """Results of an older suite still stand, for `reason`, although the suite is now the one with this `fingerprint`."""

    fingerprint: dict[str, str]
    reason: str
    kind: Literal["reconfirmed"] = "reconfirmed"


@dataclass(frozen=True, slots=True)
class Cleared:
    """A number that looked like a foreign CPR number, in these bytes of this body, is none, for `reason`."""

    sha256: str
    start: int
    end: int
    reason: str
    kind: Literal["cleared"] = "cleared"


@dataclass(frozen=True, slots=True)
class Returned:
    """The supplier must do something first: `reason` says what."""

    reason: str
    kind: Literal["returned"] = "returned"


@dataclass(frozen=True, slots=True)
class Refused:
    """Not approved, for `reason`."""

    reason: str
    kind: Literal["refused"] = "refused"


@dataclass(frozen=True, slots=True)
class Approved:
    """MedCom's tester approves: a result that was not judged by itself is what the harness proposed. `rests_on`: see Ground."""

    rests_on: tuple[Ground, ...] = ()
    kind: Literal["approved"] = "approved"


@dataclass(frozen=True, slots=True)
class Attested:
    """A test that MedCom does not see has been passed, on `date` (ÅÅÅÅ-MM-DD); `file` and `sha256` are its proof.

    Source: NSP, Anvendersystemers vej til produktion (nspop.dk, pageId=121375035): SIT, certification test, release test.
    """

    what: Literal["SIT", "releasetest"]
    date: str
    file: str
    sha256: str
    kind: Literal["attested"] = "attested"


@dataclass(frozen=True, slots=True)
class Deployed:
    """The approved version is in use with all customers since `date` (ÅÅÅÅ-MM-DD)."""

    date: str
    kind: Literal["deployed"] = "deployed"


Act = (
    Submitted
    | Claimed
    | Released
    | Paused
    | Resumed
    | Escalated
    | Commented
    | Assessed
    | Reconfirmed
    | Cleared
    | Returned
    | Refused
    | Approved
    | Attested
    | Deployed
)


@dataclass(frozen=True, slots=True)
class Said:
    """One act: who did it, for whom, and when (ISO 8601 with offset)."""

    by: str
    role: Role
    at: str
    act: Act


@dataclass(slots=True)
class Review:
    """How a run's review stands after its acts. `assessed` has the last judgement of each scenario, by its identity.

    `head` is the hash of the review chain's last line; the run's own head where nothing has been said.
    """

    said: tuple[Said, ...] = ()
    head: str = ""
    state: Reviewing = Reviewing.RUNNING
    submitted: tuple[str, ...] = ()
    holder: str = ""
    assessed: dict[str, tuple[Said, Assessed]] = field(default_factory=dict)
    comments: list[tuple[Said, Commented]] = field(default_factory=list)
    approved: tuple[Said, Approved] | None = None
    reconfirmed: list[Reconfirmed] = field(default_factory=list)
    cleared: list[Cleared] = field(default_factory=list)
    attested: dict[str, tuple[Said, Attested]] = field(default_factory=dict)
    deployed: tuple[Said, Deployed] | None = None


MEDCOMS_ACTS = (Claimed, Released, Assessed, Reconfirmed, Cleared, Returned, Refused, Approved)
"""What only MedCom's testers may say."""


def review_of(said: Iterable[Said], head: str = "", *, approves: bool = True) -> Review:
    """The review these acts come to, one after the other. Whether they may be done is asked before they are written.

    `approves`: an approval counts. In what a supplier sent none does: MedCom has not seen it.
    """
    review = Review(tuple(said), head)
    before = review.state
    for each in review.said:
        if isinstance(each.act, MEDCOMS_ACTS) and each.role is not Role.MEDCOM:
            continue  # written past everybody who asks first: it is nobody's judgement
        if isinstance(each.act, Approved) and not approves:
            continue
        match each.act:
            case Submitted(scenarios=scenarios):
                review.submitted = scenarios
                review.state = Reviewing.TO_VERIFY
            case Claimed():
                review.holder = each.by
            case Released():
                review.holder = ""
            case Paused() | Escalated() as act:
                if review.state not in (Reviewing.PAUSED, Reviewing.CRITICAL):
                    before = review.state
                review.state = Reviewing.PAUSED if isinstance(act, Paused) else Reviewing.CRITICAL
            case Resumed():
                review.state = before
            case Commented() as act:
                review.comments.append((each, act))
            case Assessed() as act:
                review.assessed[act.scenario] = (each, act)
                if review.state in (Reviewing.TO_VERIFY, Reviewing.PARTLY):
                    review.state = Reviewing.PARTLY
            case Reconfirmed() as act:
                review.reconfirmed.append(act)
            case Cleared() as act:
                review.cleared.append(act)
            case Returned():
                review.state, review.holder, review.approved = Reviewing.RUNNING, "", None
            case Refused():
                review.state, review.approved = Reviewing.REFUSED, None
            case Approved() as act:
                review.state, review.approved = Reviewing.VERIFIED, (each, act)
            case Attested() as act:
                review.attested[act.what] = (each, act)
            case Deployed() as act:
                review.deployed = (each, act)
    return review
