"""A plan of the day that can be held: rounds with the parties, all of them together, rounds of two systems, time to try again.

Nobody has published how such a day is held: how long a meeting is, and where the breaks lie, is the project's own proposal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from harness.domain.connectathon import Day, Meeting, Partner, Slot, clock
from harness.domain.day_check import WITHOUT_BREAK

PARTY_MINUTES: Final = 25
ALL_MINUTES: Final = 45
PAIR_MINUTES: Final = 15
RERUN_MINUTES: Final = 25
PAUSE_MINUTES: Final = 15
LUNCH_MINUTES: Final = 40
FRAME_MINUTES: Final = 15
"""To begin with, and at the end."""
LUNCH_FROM: Final = 11 * 60 + 15

Round = tuple[Meeting, ...]


def proposed_day(suppliers: Mapping[str, str], partners: Sequence[Partner], begins: str = "08.30") -> Day:
    """The plan for these systems (`suppliers` are by system) and parties; `mistakes_in_day` finds nothing in it."""
    apart = [each for each in partners if not each.everywhere]
    together = [each for each in partners if each.everywhere]
    work = [Slot("", PARTY_MINUTES, each) for each in party_rounds(suppliers, apart)]
    work += [Slot("", ALL_MINUTES, each) for party in together for each in party_rounds(suppliers, [party])]
    work += [Slot("", PAIR_MINUTES, each) for each in pair_rounds(suppliers)]
    work += [Slot("", RERUN_MINUTES, title="Omkørsel", rerun=True)] * 2
    return Day(tuple(_with_breaks(work, Slot(begins, 0).start)), convention=True)


def pair_rounds(suppliers: Mapping[str, str]) -> list[Round]:
    """Every two systems at a place of their own, in rounds in which no supplier is needed twice.

    Whoever has most meetings left goes first. For the six systems of four suppliers that is nine rounds: the fewest there can be,
    since the one with two systems is at nine of the fifteen meetings.
    """
    left = list(combinations(suppliers, 2))
    rounds = []
    while left:
        load = Counter(supplier for pair in left for supplier in {suppliers[each] for each in pair})
        taken: set[str] = set()
        chosen = []
        for pair in sorted(left, key=lambda pair: sorted(-load[suppliers[each]] for each in pair)):
            whose = {suppliers[each] for each in pair}
            if not whose & taken:
                taken |= whose
                chosen.append(pair)
        left = [pair for pair in left if pair not in chosen]
        rounds.append(tuple(Meeting(_place(number), *pair) for number, pair in enumerate(chosen)))
    return rounds


def party_rounds(suppliers: Mapping[str, str], parties: Sequence[Partner]) -> list[Round]:
    """Every system with every party, each supplier at its own place: in each round the parties move on to the next."""
    houses = list(dict.fromkeys(suppliers.values()))
    if not parties:
        return []
    if any(each.everywhere for each in parties):
        return [tuple(Meeting(_place(houses.index(suppliers[each])), each, party.id) for each in suppliers) for party in parties]
    seats = max(len(houses), len(parties))
    return [
        tuple(
            Meeting(_place(houses.index(supplier)), system, parties[at].id)
            for system, supplier in suppliers.items()
            if (at := (houses.index(supplier) + turn) % seats) < len(parties)
        )
        for turn in range(seats)
    ]


def _place(number: int) -> str:
    return f"Bord {number + 1}"


def _with_breaks(work: Sequence[Slot], start: int) -> Iterator[Slot]:
    now, lunched = start, False
    yield Slot(clock(now), FRAME_MINUTES, title="Velkomst")
    now += FRAME_MINUTES
    rested = now
    for slot in work:
        if now + slot.minutes - rested > WITHOUT_BREAK:
            lunch = not lunched and now >= LUNCH_FROM
            rest = Slot(clock(now), LUNCH_MINUTES if lunch else PAUSE_MINUTES, title="Frokost" if lunch else "Pause")
            lunched |= lunch
            yield rest
            now = rested = now + rest.minutes
        yield Slot(clock(now), slot.minutes, slot.meetings, slot.title, slot.rerun)
        now += slot.minutes
    yield Slot(clock(now), FRAME_MINUTES, title="Afslutning")
