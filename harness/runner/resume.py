"""Finds runs that were cut off, and what they were asked to be: a run is resumed as it was started."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from harness.domain.errors import BadInput, ConfigurationError
from harness.domain.event import RunStarted
from harness.record.fold import RunState, fold
from harness.record.log import LOG_NAME, is_cut, read_cut_log
from harness.record.review import REVIEW_NAME
from harness.runner.pairs import partner_named
from harness.runner.wish import Wish

LATEST = "seneste"
NOBODY: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CutOff:
    """A run to go on with: its folder, what it was asked for, and whether any of its scenarios is left to carry out."""

    folder: Path
    started: RunStarted
    unfinished: bool

    def wish(self, wish: Wish) -> Wish:
        """`wish`, asking for what the run was asked for."""
        started = self.started
        return replace(
            wish,
            campaign=started.campaign,
            phase=started.phase,
            target=started.target,
            driver=started.driver,
            rute=started.rute,
            cpd=started.cpd,
            faults=started.faults,
            tempo=started.tempo,
            tag=started.selection,
            own_values=started.own_values,
            partner=wish.partner or started.partner,
            sts=tuple(map(base64.b64decode, started.sts.values())),
            resume=True,
        )

    @property
    def alike(self) -> Wish:
        """What those that are resumed together must have been asked for alike: each has its own driver and partner."""
        return replace(self.wish(Wish()), driver="", partner="")


def find_cut_off(campaign: Path, systems: Mapping[str, str], run: str, partners: Mapping[str, str] = NOBODY) -> dict[str, CutOff]:
    """The runs to resume in `campaign`, a folder with a folder a system, by what each is called on the command line.

    `systems` gives each name's id, and `partners` its partner's; `run` is a run's id, or LATEST for each one's latest. Those
    without such a run are left out; one that was planned beside others and never came to begin is begun as they were, by its own
    driver. Raises ConfigurationError when there is none at all, or when they were not asked for the same.
    """
    found = ((name, _find(campaign / system, partners.get(name, ""), run)) for name, system in systems.items())
    folders = {name: each for name, each in found if each is not None}
    if not folders:
        which = "nogen kørsel" if run == LATEST else f"en kørsel {run}"
        raise ConfigurationError(
            f"Der er ikke {which} at genoptage i {campaign}. Skriv de samme --campaign og --reports, som den blev startet med."
        )
    read = {name: _read(folder) for name, folder in folders.items()}
    begun = [each for each in read.values() if each is not None]
    if not begun:
        never = next(iter(folders.values()))
        raise ConfigurationError(f"Kørslen {never} nåede ikke at begynde og kan ikke genoptages. Begynd en ny.")
    first, *others = begun
    for other in others:
        if other.alike != first.alike:
            raise ConfigurationError(
                f"Kørslerne af {first.started.system} og {other.started.system} er startet med forskellige valg. "
                "Genoptag dem hver for sig med --vendor."
            )
    as_first = replace(first.started, driver="", partner="")
    return {name: read[name] or CutOff(folder, as_first, unfinished=True) for name, folder in folders.items()}


def _find(system: Path, partner: str, run: str) -> Path | None:
    folders = sorted(
        folder
        for folder in system.glob("*")
        if folder.is_dir() and (folder.name == run or (run == LATEST and partner_named(folder.name) == partner))
    )
    return folders[-1] if folders else None


def _read(folder: Path) -> CutOff | None:
    """What stands in `folder`; None when the run never came to begin."""
    log = folder / LOG_NAME
    try:
        state = fold(read_cut_log(log)) if log.exists() else RunState()
    except BadInput as error:
        raise ConfigurationError(f"Kørslen {folder} kan ikke genoptages: {error}.") from None
    if state.started is None:
        return None
    if (folder / REVIEW_NAME).exists():
        raise ConfigurationError(
            f"Kørslen {folder} er under gennemgang og kan ikke genoptages: så ville det, der er gennemgået, være et andet. "
            "Begynd en ny."
        )
    carried_out = {name for name, scenario in state.scenarios.items() if scenario.carried_out}
    unfinished = state.seconds is None or not carried_out.issuperset(state.started.planned) or is_cut(log)
    return CutOff(folder, state.started, unfinished)
