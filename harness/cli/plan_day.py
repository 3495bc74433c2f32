"""The day of a connectathon as `lps plan` shows it: who meets whom where, who has the seats, and minutes planned and measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from harness.cli.plan_json import DayOut, MeetingOut, MinutesOut, PartyOut, SlotOut
from harness.cli.vendors import aligned
from harness.domain.connectathon import Day, Meeting, Partner, Slot
from harness.domain.requirement import Campaign
from harness.reporting.minutes import Minutes


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What is shown: the campaign's day, or one `system`'s part of it. `products` are the systems' names by id."""

    campaign: Campaign
    day: Day
    products: Mapping[str, str]
    minutes: Sequence[Minutes]
    system: str = ""

    def name(self, id: str) -> str:
        """What people call a system or a party."""
        party = next((each.name for each in self.campaign.partners if each.id == id), id)
        return self.products.get(id, party)


def own_day(day: Day, system: str) -> Day:
    """The day as one system has it: its own meetings, and what is everybody's. What it has no part in is left out."""
    own = (
        replace(slot, meetings=tuple(each for each in slot.meetings if system in (each.system, each.other))) for slot in day.slots
    )
    return replace(day, slots=tuple(slot for slot in own if slot.meetings or slot.title))


def day_lines(plan: DayPlan) -> Iterator[str]:
    """The plan as people read it."""
    yield f"{plan.campaign.title}" + (f": {plan.name(plan.system)}" if plan.system else "")
    yield f"{'Et forslag. ' if plan.day.convention else ''}{plan.day.source}"
    yield ""
    for slot in plan.day.slots:
        yield from _slot_lines(plan, slot)
    yield ""
    yield "Hvem har pladserne:"
    yield from aligned([(f"  {each.name}", _seats(each)) for each in plan.campaign.partners])
    yield ""
    yield from _minutes_lines(plan)


def _slot_lines(plan: DayPlan, slot: Slot) -> Iterator[str]:
    head = f"{slot.begins}–{slot.ends}"
    lines = [f"{slot.title}{' (aftales på dagen)' if slot.rerun else ''}"] if slot.title else []
    by_place = groupby(slot.meetings, key=lambda each: (each.place, _party(plan, each)))
    lines += [f"{place}  {_who(plan, list(meetings), party)}" for (place, party), meetings in by_place]
    for number, line in enumerate(lines):
        yield f"{head if number == 0 else ' ' * len(head)}  {line}"


def _party(plan: DayPlan, meeting: Meeting) -> str:
    return meeting.other if meeting.other not in plan.products else ""


def _who(plan: DayPlan, meetings: list[Meeting], party: str) -> str:
    again = " (omkørsel)" if any(each.rerun for each in meetings) else ""
    if party:
        systems = " og ".join(plan.name(each.system) for each in meetings)
        return f"{systems} med {plan.name(party)}{again}"
    return "; ".join(f"{plan.name(each.system)} og {plan.name(each.other)}" for each in meetings) + again


def _seats(party: Partner) -> str:
    seats = ", ".join(f"{entrance}: {each.who}" for entrance, each in party.seats.items())
    if not party.entrances:
        return "alle parterne"
    return f"{party.owner} ({seats})" if seats else party.owner


def _minutes_lines(plan: DayPlan) -> Iterator[str]:
    measured = [each for each in plan.minutes if each.measured is not None]
    if not measured:
        yield "Målt: ingenting endnu. Der ligger ingen kørsel, hvor systemerne er prøvet med det, dagen rummer."
        return
    yield "Minutter, planlagt og målt i den seneste kørsel:"
    rows: list[tuple[str, ...]] = [("  System", "med", "planlagt", "målt", "scenarier", "")]
    rows += [_minutes_row(plan, each) for each in plan.minutes] if plan.system else list(_sums(plan))
    yield from aligned(rows)
    if any(each.rehearsal for each in measured):
        yield "  * Målt med referencesystemet. Det siger ikke, hvor længe det varer med leverandørens eget system."
    over = [each for each in measured if each.over]
    for each in over:
        told = f"planlagt {each.planned}, målt {_number(each.measured)} minutter"
        yield f"  For lidt tid: {plan.name(each.system)} med {plan.name(each.other)}: {told}."
    if not over and not all(each.rehearsal for each in measured):
        yield "  Det, der er målt med leverandørernes egne systemer, kan være i planen."


def _minutes_row(plan: DayPlan, each: Minutes) -> tuple[str, ...]:
    star = "*" if each.rehearsal else ""
    told = _number(each.measured) + star
    count = str(each.count) if each.measured is not None else ""
    return (
        f"  {plan.name(each.system)}",
        plan.name(each.other),
        str(each.planned),
        told,
        count,
        "for lidt tid" if each.over else "",
    )


def _sums(plan: DayPlan) -> Iterator[tuple[str, ...]]:
    for system, own in groupby(plan.minutes, key=lambda each: each.system):
        each = list(own)
        found = [one for one in each if one.measured is not None]
        star = "*" if any(one.rehearsal for one in found) else ""
        told = _number(sum(one.measured or 0.0 for one in found)) + star if found else "ikke målt"
        lacking = f"{len(found)} af {len(each)} møder er målt"
        counted = str(sum(one.count for one in found)) if found else ""
        yield f"  {plan.name(system)}", "alle", str(sum(one.planned for one in each)), told, counted, lacking


def _number(minutes: float | None) -> str:
    return "ikke målt" if minutes is None else f"{minutes:.1f}".replace(".", ",")


def day_out(plan: DayPlan) -> DayOut:
    """The same for other programs."""
    return DayOut(
        kampagne=plan.campaign.id,
        titel=plan.campaign.title,
        system=plan.system,
        konvention=plan.day.convention,
        kilde=plan.day.source,
        tidsrum=tuple(
            SlotOut(
                slot.begins,
                slot.ends,
                slot.minutes,
                slot.title,
                slot.rerun,
                tuple(MeetingOut(each.place, each.system, each.other, each.rerun) for each in slot.meetings),
            )
            for slot in plan.day.slots
        ),
        parter=tuple(
            PartyOut(each.id, each.name, each.owner, {name: str(seat) for name, seat in each.seats.items()})
            for each in plan.campaign.partners
        ),
        tider=tuple(
            MinutesOut(
                each.system,
                each.other,
                each.planned,
                None if each.measured is None else round(each.measured, 3),
                each.count,
                round(each.over, 3),
                each.run,
                each.driver,
                each.rehearsal,
            )
            for each in plan.minutes
        ),
    )
