"""What a run needs of the machine it is started on: a folder to write in, room, a hub, and to be alone with the system."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.hub.control import CONTROL_FILE, running_hub
from harness.runner.preflight.line import Check, Line, Spot, carried_out, failing, good, told_of, unchecked, wrong
from harness.suite.campaigns import LONGEST_NAME

WINDOWS = os.name == "nt"
LONGEST_PATH = 259
"""Characters a path may have on Windows (MAX_PATH, less the one that ends it)."""

BELOW = len("/eg-clinea/20261122T152100-eg-winplc-999/allure-results/") + 64 + len("-attachment.json")
"""The longest path a run writes below its campaign's folder, with room for two systems' names; evidence is named by SHA-256."""

LEAST_BYTES = 500_000_000
"""One system's run of every campaign takes about 100 MB on the disk."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The folder of reports, and what the campaigns' is called in it; the folder of artefacts that is named, and their file."""

    reports: Path
    folder: str
    artefacts: str = ""
    store: Path | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """One system's live run, and the folder of reports its hub has."""

    system: str
    reports: Path


def _writable(machine: Machine) -> Iterator[Line]:
    place = _existing(machine.reports)
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        todo = "Vælg en anden mappe med --reports, eller få ret til at skrive i den."
        why = "er ikke en mappe" if place.is_file() else f"kan ikke skrives ({error.strerror or error})"
        yield failing(f"{place.as_posix()} {why}.", "En mappe, der kan skrives i.", todo, Spot("--reports"))
    else:
        yield good(machine.reports.as_posix())


def _length(machine: Machine) -> Iterator[Line]:
    longest = len(str(machine.reports.resolve() / machine.folder[:LONGEST_NAME])) + BELOW
    if longest <= LONGEST_PATH:
        yield good(f"Den længste sti er på højst {longest} tegn.")
    elif WINDOWS:
        todo = "Vælg en mappe tættere på drevets rod med --reports."
        yield wrong(f"Stier på op til {longest} tegn.", f"Højst {LONGEST_PATH} tegn (Windows).", todo, Spot("--reports"))
    else:
        yield good(f"Den længste sti er på op til {longest} tegn.", "På Windows er der kun plads til 259.")


def _room(machine: Machine) -> Iterator[Line]:
    free = shutil.disk_usage(_existing(machine.reports)).free
    if free < LEAST_BYTES:
        todo = "Gør plads, eller vælg et andet drev med --reports."
        yield failing(f"{free // 1_000_000} MB ledig.", f"Mindst {LEAST_BYTES // 1_000_000} MB.", todo, Spot("--reports"))
    else:
        yield good(f"{free // 1_000_000} MB ledig.")


def _artefacts(machine: Machine) -> Iterator[Line]:
    if machine.store is None:
        return
    from harness.suite.artefacts import chosen_folders, scan

    try:
        folders = chosen_folders(machine.artefacts, machine.store)
        found = [(each, scan(each.path) if each.path.is_dir() else None) for each in folders]
    except ConfigurationError as error:
        yield from told_of(error, Spot("LPS_ARTEFACTS" if machine.artefacts else "lps artefacts"))
        return
    if not found:
        yield unchecked("Der er ikke peget på nogen.", "Peg på MedComs pakker og skemaer: lps artefacts add MAPPE")
    for folder, artefacts in found:
        where = folder.path.as_posix()
        changed = [each.file for each in artefacts or () if folder.state(each.file, each.sha256) in ("ny", "ændret")]
        gone = sorted(set(folder.known or ()) - {each.file for each in artefacts or ()})
        broken = [each.file for each in artefacts or () if each.problem]
        if artefacts is None:
            todo = "Læg mappen tilbage, eller glem den: lps artefacts remove MAPPE"
            yield wrong(f"{where} findes ikke mere.", "Mappen, der blev peget på.", todo, Spot("lps artefacts"))
        elif changed or gone or broken:
            todo = f"Se dem med lps artefacts list. Er det med vilje, så sig det: lps artefacts add {where}"
            names = ", ".join([*changed, *gone, *broken][:5])
            yield wrong(f"Ændret, væk eller ulæselige siden sidst: {names}.", "De samme filer.", todo, Spot(file=where))
        else:
            yield good(", ".join(dict.fromkeys(f"{each.name} {each.version}".strip() for each in artefacts)) or where)


def _existing(folder: Path) -> Path:
    """`folder`, or the nearest above it that is there: nothing is made by looking."""
    place = folder.resolve()
    while not place.exists():
        place = place.parent
    return place


AT_EACH_RUN: tuple[Check[Machine], ...] = (
    Check("rapporter", "Rapportmappen", _writable),
    Check("stilængde", "Stiernes længde", _length),
    Check("disk", "Pladsen på disken", _room),
)

ALL: tuple[Check[Machine], ...] = (
    *AT_EACH_RUN,
    Check("artefakter", "Officielle artefakter", _artefacts),
)


def seen_of_the_machine(machine: Machine, *, whole: bool) -> list[Line]:
    """What can be seen of the machine; unless `whole`, only what any run stands on."""
    return carried_out(ALL if whole else AT_EACH_RUN, machine)


def _hub(live: Live) -> Iterator[Line]:
    from harness.hub.hub import LOCK_FILE

    hub = running_hub(live.reports / CONTROL_FILE)
    if hub is not None:
        yield good(f"Hubben kører på {hub.get('address', '')}.")
    elif _held(live.reports / LOCK_FILE):
        todo = "Vent, til den anden hub er startet eller slut, eller vælg en anden mappe med --reports."
        yield failing("En hub har mappen, men svarer ikke.", "En hub, der svarer, eller ingen.", todo, Spot("--reports"))
    else:
        yield good(
            "Der kører ingen hub. lps run starter selv en.", "Skal systemet sende til en fast adresse: lps serve --port 8080"
        )


def _alone(live: Live) -> Iterator[Line]:
    if _held(_lock_of(live.system, live.reports)):
        todo = "Vent, til den er slut, eller afbryd den."
        yield failing("En anden kørsel er i gang med systemet.", "Én kørsel ad gangen.", todo, Spot("--vendor"))
    else:
        yield good("Ingen anden kørsel er i gang med systemet.")


LIVE: tuple[Check[Live], ...] = (Check("anden-kørsel", "Andre kørsler", _alone), Check("hub", "Hubben", _hub))


def seen_of_live(system: str, reports: Path) -> list[Line]:
    """Whether a live run of `system` can be alone with it, and where its hub is."""
    return carried_out(LIVE, Live(system, reports))


@contextmanager
def alone_with(systems: list[str], reports: Path) -> Iterator[None]:
    """No other live run of these systems, with this folder of reports, begins as long as this is open.

    A hub has one run a system: a second would end the first. Raises EnvironmentFault naming the system.
    """
    from filelock import FileLock, Timeout

    with ExitStack() as stack:
        for system in systems:
            try:
                stack.enter_context(FileLock(_lock_of(system, reports), blocking=False))
            except Timeout:
                raise EnvironmentFault(
                    f"{system}: En anden kørsel er i gang med systemet. Vent, til den er slut, eller afbryd den."
                ) from None
            except OSError as error:
                raise EnvironmentFault(f"Der kan ikke skrives i {reports.as_posix()}: {error.strerror or error}.") from None
        yield


def _held(lock: Path) -> bool:
    """Whether another process holds this lock; the operating system lets go of a dead one's."""
    from filelock import FileLock, Timeout

    if not lock.exists():
        return False
    try:
        with FileLock(lock, blocking=False):
            return False
    except Timeout:
        return True


def _lock_of(system: str, reports: Path) -> Path:
    return reports / f".{system}.lock"
