"""What is wrong with a plan of the day: who would have to be in two places, and who never meets."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from harness.domain.connectathon import Day, Meeting, Partner, Slot

WITHOUT_BREAK: Final = 110
"""Minutes that people meet without a break, at most. A project convention."""


@dataclass(frozen=True, slots=True)
class DayMistake:
    """One thing that is wrong, in Danish. `slot` and `meeting` are 0-based; None where it is of the whole of it."""

    sentence: str
    slot: int | None = None
    meeting: int | None = None


def mistakes_in_day(day: Day, suppliers: Mapping[str, str], partners: Sequence[Partner]) -> list[DayMistake]:
    """What keeps `day` from being held, the first thing of each meeting. `suppliers` are by system: who takes part, and whose.

    A supplier's people are in one place at a time, and so are a party's; the two systems of one supplier may meet the same party
    there together. Every two systems meet, and every system meets every party; what is tried again does not count. Between
    meetings that last longer than `WITHOUT_BREAK` there is a break, and somewhere time for what must be tried again.
    """
    parties = {each.id: each for each in partners}
    return [*_overlaps(day), *_in_slots(day, suppliers, parties), *_missing(day, suppliers, parties), *_without_rest(day)]


def _without_rest(day: Day) -> Iterator[DayMistake]:
    met = [slot for slot in day.slots if slot.meetings or slot.rerun]
    spans = pairwise(met)
    paused = any(after.start > before.start + before.minutes for before, after in spans)
    if met and met[-1].start + met[-1].minutes - met[0].start > WITHOUT_BREAK and not paused:
        yield DayMistake(f"Dagen skal have en pause mellem møderne, når de varer over {WITHOUT_BREAK} minutter.")
    if not any(slot.rerun or any(each.rerun for each in slot.meetings) for slot in day.slots):
        yield DayMistake("Dagen skal have tid til omkørsler: mindst ét tidsrum med omkørsel: true.")


def _overlaps(day: Day) -> Iterator[DayMistake]:
    for number, (before, slot) in enumerate(zip(day.slots, day.slots[1:], strict=False), 1):
        if slot.start < before.start + before.minutes:
            yield DayMistake(f"Skal begynde, når tidsrummet før er slut, kl. {before.ends}. Fundet: {slot.begins}.", number)


def _in_slots(day: Day, suppliers: Mapping[str, str], parties: Mapping[str, Partner]) -> Iterator[DayMistake]:
    for number, slot in enumerate(day.slots):
        seen: list[Meeting] = []
        for place, meeting in enumerate(slot.meetings):
            said = [*_unknown(meeting, suppliers, parties)] or [*_clashes(meeting, seen, slot, suppliers, parties)]
            if said:  # one meeting that is put right often puts all of it right
                yield DayMistake(said[0], number, place)
            seen.append(meeting)


def _unknown(meeting: Meeting, suppliers: Mapping[str, str], parties: Mapping[str, Partner]) -> Iterator[str]:
    if meeting.system not in suppliers:
        yield f'Systemet skal være en deltager: {", ".join(suppliers)}. Fundet: "{meeting.system}".'
    if meeting.other not in suppliers and meeting.other not in parties:
        known = ", ".join([*suppliers, *parties])
        yield f'Den, systemet møder, skal være en deltager eller en partner: {known}. Fundet: "{meeting.other}".'
    elif meeting.other == meeting.system:
        yield f"Et system kan ikke møde sig selv. Fundet: {meeting.system}."


def _clashes(
    meeting: Meeting, seen: Sequence[Meeting], slot: Slot, suppliers: Mapping[str, str], parties: Mapping[str, Partner]
) -> Iterator[str]:
    """Why `meeting` cannot be held beside those `seen` before it in the slot."""
    when = f"kl. {slot.begins}"
    for other in seen:
        for system in sorted(_systems(meeting, suppliers) & _systems(other, suppliers)):
            yield f"{system} skal møde to {when}: {_beside(other, system)} og {_beside(meeting, system)}."
        whose = _whose(meeting, suppliers) & _whose(other, suppliers)
        together = meeting.other == other.other and meeting.other in parties and bool(whose)
        if meeting.place == other.place and not together:
            yield f"{meeting.place} er brugt til to møder {when}: {_told(other)} og {_told(meeting)}."
        if meeting.place == other.place:
            continue
        for supplier in sorted(whose):
            yield f"Folkene fra {supplier} kan ikke være to steder {when}: {other.place} og {meeting.place}."
        if meeting.other == other.other and meeting.other in parties and not parties[meeting.other].everywhere:
            yield f"{parties[meeting.other].name} kan ikke være to steder {when}: {other.place} og {meeting.place}."


def _missing(day: Day, suppliers: Mapping[str, str], parties: Mapping[str, Partner]) -> Iterator[DayMistake]:
    met = {frozenset((each.system, each.other)) for slot in day.slots for each in slot.meetings if not each.rerun}
    for pair in combinations(suppliers, 2):
        if frozenset(pair) not in met:
            yield DayMistake(f"{pair[0]} og {pair[1]} mødes aldrig.")
    for system in suppliers:
        for party in parties.values():
            if frozenset((system, party.id)) not in met:
                yield DayMistake(f"{system} møder aldrig {party.name}.")


def _systems(meeting: Meeting, suppliers: Collection[str]) -> set[str]:
    return {meeting.system, meeting.other} & set(suppliers)


def _whose(meeting: Meeting, suppliers: Mapping[str, str]) -> set[str]:
    return {suppliers[each] for each in _systems(meeting, suppliers)}


def _beside(meeting: Meeting, system: str) -> str:
    return meeting.other if meeting.system == system else meeting.system


def _told(meeting: Meeting) -> str:
    return f"{meeting.system} og {meeting.other}"
