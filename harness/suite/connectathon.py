"""The day of a connectathon, read from a campaign's file: the parties, who meets whom when, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from harness.domain.connectathon import SIMULATOR, Day, Meeting, Partner, Slot
from harness.domain.day_check import mistakes_in_day
from harness.suite.connections import SeatEntry, seating_of
from harness.suite.model import AT_LEAST_ONE, Strict, Text, broken
from harness.suite.profiles import Status
from harness.suite.yaml_file import Marked, Mistake, Where


def _is_clock(value: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3])\.[0-5]\d", value):
        raise broken('Skal være et klokkeslæt i citationstegn, fx "09.00".')
    return value


def _is_long(value: int) -> int:
    if not 1 <= value <= 24 * 60:
        raise broken("Skal være et antal minutter fra 1 til 1440.")
    return value


def _is_id(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", value):  # it becomes part of addresses
        raise broken("Må kun have små bogstaver (a–z), tal og bindestreg.")
    return value


class PartnerFile(Strict):
    """En part, som hvert system bliver prøvet sammen med."""

    id: Annotated[str, AfterValidator(_is_id)]
    navn: Text
    indgange: tuple[Text, ...] = ()
    """Indgangene til de tjenester, parten spiller, fx dnhf. Ingen: parten har ingen tjeneste for sig selv."""
    scenarier: Annotated[tuple[Text, ...], AT_LEAST_ONE]
    """Det, der prøver systemet sammen med parten: mapper under features/ (pro), filer i dem (pro/svar) eller scenariers id."""
    ejer: Text = SIMULATOR
    """Hvem der har pladsen på dagen: en organisation, aldrig en person. Uden ejer spiller simulatoren."""
    pladser: dict[str, SeatEntry] = Field(default_factory=dict)
    """De af indgangene, ejerens eget system har, og hvordan det nås. Det gælder i stedet for det, systemets fil siger."""
    flere_ad_gangen: bool = False
    """true, når parten mødes flere steder på én gang, fordi det er alle parterne sammen."""

    @model_validator(mode="after")
    def _has_its_seats(self) -> PartnerFile:
        for name in self.pladser:
            if name not in self.indgange:
                raise broken(f"Skal være en af partens indgange: {', '.join(self.indgange) or 'ingen'}.", ("pladser", name))
        if self.pladser and self.ejer == SIMULATOR:
            raise broken("Skal have en ejer ved siden af sig: den, der har pladserne.", ("pladser",))
        return self


class MeetingFile(Strict):
    """Hvem der mødes hvor. Mødes to systemer, sender hver af dem til den anden."""

    plads: Text
    system: Text
    med: Text
    """Et andet system, eller en partners id."""
    omkørsel: bool = False
    """true, når de har mødtes før og prøver igen."""


class SlotFile(Strict):
    """Et tidsrum: møder, tid til omkørsler, eller en pause med en titel."""

    begynder: Annotated[str, AfterValidator(_is_clock)]
    minutter: Annotated[int, AfterValidator(_is_long)]
    titel: str = ""
    møder: tuple[MeetingFile, ...] = ()
    omkørsel: bool = False
    """true, når tiden er til det, der skal prøves igen. Hvem der mødes, bliver sagt på dagen."""

    @model_validator(mode="after")
    def _says_what_it_is(self) -> SlotFile:
        if not (self.møder or self.titel):
            raise broken("Et tidsrum uden møder skal have en titel, fx Pause.")
        return self


class DayFile(Strict):
    """Planen for dagen."""

    status: Status
    kilde: Text
    konvention: bool = False
    """true, når projektet selv har foreslået tider og pladser, fordi der ingen offentlig kilde er."""
    tidsrum: Annotated[tuple[SlotFile, ...], AT_LEAST_ONE]


def misplaced(
    partners: Sequence[PartnerFile], folders: Collection[str], systems: Collection[str]
) -> Iterator[PydanticCustomError]:
    """What is wrong with the parties of a campaign that has these folders of features and these systems."""
    ids = set(systems)
    whose: dict[str, str] = {}
    for number, each in enumerate(partners):
        if each.id in ids:
            yield broken("Skal være et andet id end systemernes og de andre partneres.", ("partnere", number, "id"))
        ids.add(each.id)
        for at, entrance in enumerate(each.indgange):
            if whose.setdefault(entrance, each.id) != each.id:
                yield broken(f"Kan kun have én ejer, og er allerede hos {whose[entrance]}.", ("partnere", number, "indgange", at))
        for at, name in enumerate(each.scenarier):
            if not re.fullmatch(r"[A-ZÆØÅ]+-\d+", name) and name.partition("/")[0] not in folders:
                wanted = f"Skal være en af kampagnens mapper, en fil i en af dem eller et scenaries id: {', '.join(folders)}."
                yield broken(wanted, ("partnere", number, "scenarier", at))


def partner_of(file: PartnerFile, folder: Path) -> Partner:
    """The party. The files that its seats name are beside the campaign's, in `folder`."""
    seats = {entrance: seating_of(each, folder, file.ejer) for entrance, each in file.pladser.items()}
    return Partner(file.id, file.navn, file.indgange, file.scenarier, file.ejer, seats, file.flere_ad_gangen)


def day_of(file: DayFile) -> Day:
    """The plan of the day."""
    return Day(tuple(map(_slot, file.tidsrum)), file.kilde, file.konvention)


def unfit_for_the_day(day: Day, suppliers: Mapping[str, str], partners: Sequence[Partner], marked: Marked) -> Iterator[Mistake]:
    """What keeps the day from being held, at its place in the file. `suppliers` are by system: who takes part, and whose."""
    for each in mistakes_in_day(day, suppliers, partners):
        where: Where = ("dag", "tidsrum")
        if each.slot is not None:
            where = (*where, each.slot)
        if each.meeting is not None:
            where = (*where, "møder", each.meeting)
        yield Mistake(marked.file, marked.values[where], where, each.sentence)


def _slot(file: SlotFile) -> Slot:
    meetings = tuple(Meeting(each.plads, each.system, each.med, each.omkørsel or file.omkørsel) for each in file.møder)
    return Slot(file.begynder, file.minutter, meetings, file.titel, file.omkørsel)


def day_text(day: Day) -> str:
    """`day` as it is written in a campaign's file, with a source to be filled in. Read again, it is the same day."""
    lines = [
        "dag:",
        "  status: afventer",
        "  kilde: Reglerne for en connectathon er ikke offentlige. Tider, varighed og borde er projektets eget forslag.",
        f"  konvention: {'true' if day.convention else 'false'}",
        "  tidsrum:",
    ]
    for slot in day.slots:
        lines += _slot_lines(slot)
    return "\n".join(lines)


def _slot_lines(slot: Slot) -> Iterator[str]:
    head = [f'begynder: "{slot.begins}"', f"minutter: {slot.minutes}"]
    head += [f"titel: {slot.title}"] if slot.title else []
    head += ["omkørsel: true"] if slot.rerun else []
    if not slot.meetings:
        yield f"    - {{ {', '.join(head)} }}"
        return
    yield f"    - {head[0]}"
    yield from (f"      {each}" for each in head[1:])
    yield "      møder:"
    for each in slot.meetings:
        again = ", omkørsel: true" if each.rerun and not slot.rerun else ""
        yield f"        - {{ plads: {each.place}, system: {each.system}, med: {each.other}{again} }}"
