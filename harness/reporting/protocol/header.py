"""The blocks that are alike before and after a run: standard, versioning, vendor, SUT, use cases, persons, tools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from harness.domain.event import Person
from harness.domain.requirement import Campaign, Participation, Requirement, RequirementKind
from harness.domain.vendor import Phase
from harness.reporting.protocol.document import Block, Language, Line, Table
from harness.reporting.protocol.words import word

NOT_RELEVANT: Final = "N/R"
TICKED: Final = {True: "☒", False: "☐"}

_NO_PROTOCOL: Final = "{title}: ingen offentlig testprotokol fra MedCom."
_NAMES: Final = "Det, som ingen offentlig kilde oplyser, står tomt."
_REQUIREMENTS: Final = (
    "Kampagnens krav (projektets id'er) står efter MedComs brugstilfælde. "
    "M: obligatorisk. O: frivillig. Tom: kilden siger det ikke."
)
_EVERYBODY: Final = "Systemer: {systems}. "

_TOOLS: Final = (
    (
        "ITB",
        "https://test.itb.medcom.dk/",
        "Testtilfælde med upload af XML/JSON og skærmbilleder. Nogle skal MedCom se på bagefter.",
    ),
    ("FHIR-validator", "https://validator.fhir.medcom.dk/", "Kontrol af FHIR-filer."),
    ("FHIR-server med MedComs profiler", "https://fhir.medcom.dk/", "Afprøvning af upload og download."),
    ("CDA-viser", "https://cdaviewer.medcom.dk/", "Visning af delte dokumenter."),
    ("XDS-portal", "https://xdsportal.medcom.dk/xdsportal-test1/", "Hentning af delte dokumenter."),
    ("CDA- og XML-validatorer", "cda.medcom.dk, xml.medcom.dk, testtools.medcom.dk", "Kontrol af CDA- og XML-filer."),
)
"""Those that MedCom names. TouchStone, which is being phased out, is left out."""
_TOOLS_NOTE: Final = (
    "Værktøjer, som MedCom nævner i sine protokoller og på sine sider. Hvilke der bruges i kampagnen, fastsætter MedCom."
)
_OWN_TOOL: Final = ("LPS-harness", "", "Projektets eget værktøj, som har lavet dette dokument. Det er ikke MedComs.")


def standard_block(campaigns: Sequence[Campaign], language: Language) -> Block:
    """A row for each of the campaigns' protocols. What no public source says is left open."""
    protocols = [protocol for each in campaigns for protocol in each.protocols]
    rows = tuple((each.standard, "", each.version, each.type, each.channel.value) for each in protocols)
    notes = [_NO_PROTOCOL.format(title=each.title) for each in campaigns if not each.protocols]
    columns = tuple(word(each, language) for each in ("name en", "name da", "version", "type", "channel"))
    return Block(
        word("standard", language),
        table=Table(columns, rows or (("",) * len(columns),)),
        notes=(*notes, *([_NAMES] if protocols else ())),
    )


def versioning_block(campaigns: Sequence[Campaign], language: Language, own: Iterable[tuple[str, str]] = ()) -> Block:
    """The protocols as their sources name them, and then what was `own`: the date and the edition of the scenarios."""
    protocols = [protocol for each in campaigns for protocol in each.protocols]
    rows = [(each.title, "", "", f"{each.standard}, {each.channel.value}. Kilde: {each.source}") for each in protocols]
    rows += [("Testharnessets scenarier", "", date, what) for date, what in own]
    columns = tuple(word(each, language) for each in ("version", "initials", "date", "description"))
    return Block(word("versioning", language), table=Table(columns, tuple(rows) or (("",) * len(columns),)))


def vendor_block(company: str, language: Language) -> Block:
    """The vendor's own fields: all but the company are for the vendor to fill in."""
    open_ones = ("address", "contact", "telephone", "e-mail")
    lines = (Line(word("company", language), company), *(Line(word(each, language)) for each in open_ones))
    return Block(word("vendor", language), lines)


def sut_block(system: str, version: str, language: Language, phase: str = "") -> Block:
    """The system, its version, and what kind of test it is; nothing is ticked without a `phase`."""
    kinds = {"self-test": Phase.SELF_TEST, "live test": Phase.CERTIFICATION}
    ticks = "   ".join(f"{TICKED[phase == of]} {word(kind, language)}" for kind, of in kinds.items())
    other = f"   ({phase})" if phase and phase not in kinds.values() else ""
    return Block(
        word("sut", language),
        (
            Line(word("system", language), system),
            Line(word("version", language), version),
            Line(word("description", language)),
            Line(word("test type", language), ticks + other),
        ),
    )


def open_result_block(language: Language) -> Block:
    """MedCom's result, which nobody has given yet."""
    ticks = "   ".join(f"{TICKED[False]} {word(each, language)}" for each in ("yes", "no"))
    fields = {"test date": "", "test location": "", "approved": ticks, "remarks": "", "carried out by": ""}
    return Block(word("result", language), tuple(Line(word(key, language), value) for key, value in fields.items()))


def use_case_block(campaigns: Sequence[Campaign], system: str, language: Language) -> Block:
    """MedCom's use cases, then the campaigns' requirements and single scenarios that are switched off: M/O, and N/R with why."""
    rows = [row for each in campaigns for row in _use_cases(each, system)]
    columns = (word("id", language), word("description", language), "M/O", word("not relevant", language))
    return Block(word("use cases", language), table=Table(columns, tuple(rows)), notes=(_REQUIREMENTS,))


def _use_cases(campaign: Campaign, system: str) -> Iterator[tuple[str, ...]]:
    told: set[str] = set()
    for case in (case for protocol in campaign.protocols for case in protocol.use_cases):
        told.add(case.id)
        marked = {True: "M", False: "O", None: ""}[case.mandatory]
        yield case.id, case.title, marked, "\n".join(_off(campaign, (case.id, case.id.partition(":")[0]), system))
    for requirement in campaign.requirements:
        told.add(requirement.id)
        yield (
            requirement.id,
            requirement.text,
            "M" if requirement.mandatory else "O",
            "\n".join(_why(campaign, requirement, system)),
        )
    for switch in campaign.switches:
        if switch.target not in told and (not system or system in switch.systems):
            told.add(switch.target)
            yield switch.target, "Scenarie", "", "\n".join(_off(campaign, (switch.target,), system))


def _why(campaign: Campaign, requirement: Requirement, system: str) -> Iterator[str]:
    if requirement.kind is not RequirementKind.REQUIREMENT:
        yield f"{requirement.kind.value.capitalize()}, prøves ikke: {requirement.reason}"
    yield from _off(campaign, (requirement.id,), system)


def _off(campaign: Campaign, targets: tuple[str, ...], system: str) -> Iterator[str]:
    """Why one of `targets` is not relevant for the system, and who decided; for every system where none is named."""
    for switch in campaign.switches:
        if switch.target in targets and (not system or system in switch.systems):
            whose = "" if system else _EVERYBODY.format(systems=", ".join(switch.systems))
            yield f"{NOT_RELEVANT}. {whose}{switch.reason} Besluttet af: {switch.decided_by}."
    for exemption in campaign.exemptions:
        if set(targets) & set(exemption.targets):
            for name, part in exemption.systems.items():
                if part is not Participation.PARTICIPANT and (not system or name == system):
                    yield f"{'' if system else f'{name}: '}{part.value}. Kilde: {exemption.source}."


def persons_block(persons: Iterable[Person], notes: tuple[str, ...], language: Language) -> Block:
    """The test persons of the scenarios."""
    columns = tuple(word(each, language) for each in ("in scenarios", "name", "number"))
    rows = tuple((each.alias, each.name, each.number) for each in persons)
    return Block(word("persons", language), table=Table(columns, rows), notes=notes)


def tools_block(language: Language) -> Block:
    """The tools MedCom names, and the harness itself."""
    columns = tuple(word(each, language) for each in ("name", "link", "description"))
    return Block(word("tools", language), table=Table(columns, (*_TOOLS, _OWN_TOOL)), notes=(_TOOLS_NOTE,))
