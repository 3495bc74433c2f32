"""The rows of the step table as the scenarios ask for them: what is done, with what, and what is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from harness.domain.data_set import Kind, values_in
from harness.domain.event import Person
from harness.domain.protocol import Protocol
from harness.domain.scenario import Scenario
from harness.reporting.protocol.document import Section, Step
from harness.reporting.protocol.evidence import protocol_of

OWN_KEY: Final = (
    "MedComs nummerering er ikke offentlig for alle trin. Hvor nummeret mangler, står scenariets id, fx {example}. "
    "Det er projektets egen nøgle, også i filernes navne."
)
OWN_SECTION: Final = (
    "De her scenarier hører ikke til en offentlig testprotokol fra MedCom. "
    "Id'erne er projektets egne nøgler, også i filernes navne."
)


def sections_of(
    title: str,
    protocols: Iterable[Protocol],
    scenarios: Sequence[Scenario],
    persons: Mapping[str, Person],
    fill: Callable[[Step], Step] = lambda step: step,
) -> Iterator[Section]:
    """A section for each of a campaign's protocols with scenarios here, and one, `title`, for its own. `fill` fills a row."""
    own = tuple(protocols)
    told = {each.id: protocol_of(own, each.tag, each.use_cases) for each in scenarios}
    for protocol in (*own, None):
        steps = tuple(fill(step_of(each, protocol, persons)) for each in scenarios if told[each.id] is protocol)
        if not steps:
            continue
        if protocol is None:
            yield Section(title, (OWN_SECTION,), steps)
            continue
        keys = [each.key for each in steps if not each.number]
        notes = (f"{protocol.title}. Kilde: {protocol.source}.", *([OWN_KEY.format(example=keys[0])] if keys else ()))
        yield Section(f"{protocol.standard} {protocol.version}, {protocol.channel.value}", notes, steps)


def step_of(scenario: Scenario, protocol: Protocol | None, persons: Mapping[str, Person]) -> Step:
    """The scenario as an empty row. The numbers before its steps tell their order across the two columns.

    *Givet* and *Når* are what is done, *Så* what is expected; *Og* and *Men* go on with what was before.
    """
    parts: tuple[list[str], list[str]] = ([], [])
    expected = False
    for number, step in enumerate(scenario.steps, 1):
        keyword = step.partition(" ")[0]
        expected = keyword == "Så" or (expected and keyword not in ("Givet", "Når"))
        parts[expected].append(f"{number}. {step}")
    return Step(
        number=", ".join(protocol.steps.get(scenario.tag, ())) if protocol else "",
        key=scenario.id,
        title=scenario.title,
        actions=tuple(parts[False]),
        data=tuple(_data(scenario, persons)),
        expected=tuple(parts[True]),
    )


def _data(scenario: Scenario, persons: Mapping[str, Person]) -> Iterator[str]:
    """The row of the outline, then each person and value that the steps enter, once."""
    yield from (f"{name}: {value}" for name, value in scenario.parameters.items())
    entered = dict.fromkeys((each.kind, each.name) for step in scenario.steps for each in values_in(step, persons))
    for kind, name in entered:
        if kind is Kind.PERSON:
            yield f"{persons[name].name}, {persons[name].number}"
        elif name not in scenario.parameters.values():
            yield name
