"""What was due on the day, and what came of it: every system in every scenario of the campaign, with nothing left unsaid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from harness.domain.grade import Beside, Grade, Standing
from harness.domain.relevance import why_irrelevant
from harness.domain.requirement import Campaign, Participation
from harness.domain.scenario import Scenario
from harness.domain.vendor import Vendor
from harness.record.counting import newest_verdict
from harness.record.fold import ScenarioState
from harness.reporting.allure.whose import Whose, whose
from harness.reporting.day.runs import SENT, DayRun
from harness.reporting.day.together import Attempt, Together

NO_RUN: Final = "Systemet har ingen kørsel i fasen connectathon."
ONLY_REHEARSALS: Final = "Systemet har kun prøvekørsler med referencesystemet, og de tæller ikke."
NEVER_BEGAN: Final = "Kørslen sluttede, før scenariet begyndte."
NOT_AMONG: Final = "Scenariet er ikke med i nogen af systemets kørsler."
NOT_IN_SUITE: Final = "Scenariet er ikke i kampagnen, som den er nu. Det tæller ikke."
OWN_WORDS: Final = "Leverandørens egen begrundelse står kun på systemets egen side."
_NO_REASON: Final = "Ingen grund er skrevet."


@dataclass(frozen=True, slots=True)
class Entry:
    """One scenario for one system. `standing` is None where no attempt was begun; `why` says why where it did not simply go well.

    `due` is False for a scenario that was tried and is no longer in the campaign. `note` is what else a reader must know of it.
    `sent`: nobody here has seen the run that counts for it.
    """

    system: str
    scenario: str
    title: str
    feature: str
    file: str
    requirements: tuple[str, ...]
    due: bool
    standing: Standing | None
    why: str = ""
    note: str = ""
    run: str = ""
    state: ScenarioState | None = field(default=None, repr=False)
    sent: bool = False

    @property
    def irrelevant(self) -> bool:
        """Whether it is not relevant for the system."""
        return self.standing is Grade.IR

    @property
    def came_to_something(self) -> bool:
        """Whether it was tried to its end: it has a grade, waits for a decision, or a tester vouches for it."""
        graded = isinstance(self.standing, Grade) and not self.irrelevant
        return graded or self.standing in (Beside.AWAITING, Beside.ATTESTED)

    @property
    def went_well(self) -> bool:
        """Whether it is OK, or F4."""
        return self.standing in (Grade.OK, Grade.F4)

    @property
    def broken(self) -> bool:
        """Whether it has a grade that is not approved."""
        return isinstance(self.standing, Grade) and not self.standing.approved

    @property
    def word(self) -> str:
        """How it stands, as people read it."""
        return str(self.standing) if self.standing else "ikke kørt"

    @property
    def why_to_all(self) -> str:
        """Why, where all systems stand beside one another: what a supplier wrote in a sent run is on its own page alone."""
        return OWN_WORDS if self.sent and self.why else self.why

    @property
    def whose(self) -> Whose | None:
        """Whose cause it is that it did not go well; None where it did, or nobody began."""
        return whose(self.standing, self.why, self.state.findings if self.state else ()) if self.standing else None


def scenarios_due(campaign: Campaign, scenarios: Iterable[Scenario], vendor: Vendor) -> dict[str, str]:
    """The identities of the scenarios one system carries out alone, each with why it is not relevant, empty where it is."""
    rute = vendor.rute.value
    return {each.id: why_irrelevant(each, [campaign], vendor, rute) for each in scenarios if not each.of_two}


def entries_of(
    campaign: Campaign, scenarios: Sequence[Scenario], vendor: Vendor, found: Together | None, rehearsed: bool = False
) -> tuple[Entry, ...]:
    """An entry for each scenario of the campaign, in its order, and for each that was tried besides.

    `found` is what the system's runs came to, None where it has none; `rehearsed`: it has rehearsals that do not count.
    """
    due = scenarios_due(campaign, scenarios, vendor)
    known = {each.id: each for each in scenarios}
    entries = [_entry(vendor.id, known[name], irrelevant, found, rehearsed) for name, irrelevant in due.items()]
    counted = found.counted if found else {}
    extra = [_tried(vendor.id, name, each, found) for name, each in counted.items() if found and name not in due]
    return (*entries, *extra)


def in_campaign(campaign: Campaign, vendors: Mapping[str, Vendor]) -> dict[str, Vendor]:
    """The systems of the campaign, in its order: those that take part, may take part, or of whom nobody has decided."""
    named = [*campaign.participants, *vendors]
    part = {each: campaign.participants.get(each, Participation.OUTSIDE) for each in named}
    return {each: vendors[each] for each, own in part.items() if own is not Participation.OUTSIDE and each in vendors}


def _entry(system: str, scenario: Scenario, irrelevant: str, found: Together | None, rehearsed: bool) -> Entry:
    if found is not None and scenario.id in found.counted:
        return _tried(system, scenario.id, found.counted[scenario.id], found, scenario)
    standing = Grade.IR if irrelevant else None
    why = irrelevant or _why_not_run(scenario.id, found, rehearsed)
    return Entry(system, scenario.id, scenario.title, scenario.feature, scenario.file, scenario.requirements, True, standing, why)


def _tried(system: str, name: str, counts: Attempt, found: Together, scenario: Scenario | None = None) -> Entry:
    started = counts.state.started
    fine = counts.standing in (Grade.OK, Grade.F4)
    notes = [*([SENT] if counts.run.sent else []), *([] if scenario else [NOT_IN_SUITE])]
    for each in found.attempts[name]:
        if each is not counts and each.began > counts.began:
            reason = "" if each.run.sent else each.state.reason
            notes.append(f"Prøvet igen i {each.run.name}: {each.standing}. {reason}".strip())
    return Entry(
        system=system,
        scenario=name,
        title=scenario.title if scenario else started.title,
        feature=scenario.feature if scenario else started.feature,
        file=scenario.file if scenario else started.file,
        requirements=scenario.requirements if scenario else started.requirements,
        due=scenario is not None,
        standing=counts.standing,
        why="" if fine else counts.state.reason or _NO_REASON,
        note=" ".join(notes),
        run=counts.run.name,
        state=counts.state,
        sent=counts.run.sent,
    )


def _why_not_run(name: str, found: Together | None, rehearsed: bool) -> str:
    if found is None:
        return f"{NO_RUN} {ONLY_REHEARSALS}" if rehearsed else NO_RUN
    planned = any(name in each.started.planned for each in found.runs)
    why = NEVER_BEGAN if planned else NOT_AMONG
    before = [_attempt(each, name) for each in found.superseded if name in each.result.state.scenarios]
    if not before:
        return why
    last = newest_verdict(before)
    return f"{why} I den tidligere kørsel {last.run.name} stod det som {last.standing}; den er afløst af en nyere hel kørsel."


def _attempt(run: DayRun, name: str) -> Attempt:
    state = run.result.state.scenarios[name]
    return Attempt(run, state, run.result.standing(state))


def missing(entries: Iterable[Entry]) -> list[Entry]:
    """What was due and came to nothing: never begun, cut off, or not possible to carry out."""
    return [each for each in entries if each.due and not each.irrelevant and not each.came_to_something]
