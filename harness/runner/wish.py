"""What one run is asked to be, as given on a command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from harness.domain.vendor import Phase
from harness.suite.campaigns import EVERY


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked for. `vendor` empty: the reference system with every capability. `rute` empty: as its file says.

    `cpd`, `faults` and `tempo` are for rehearsals: the CPD-DK version the reference LPS declares, the defects it is to have, and
    how many times as fast time runs. Live only: `hub` is the hub's control file, `lps` where the reference LPS is.
    `campaign` is one or more ids with commas between, or `all`. `tag` chooses scenarios. `resume`: go on with the run whose
    log is there. `ca`: the authority behind the hub's certificate. `sts`: the token service's certificates (DER). `data`: the
    folder with MedCom's withheld set; None: the shipped one, or the campaign's in certificering. `own_values`: testers are asked
    which values of their own a scenario is to enter. `partner` is the other LPS of a run of two, and `partner_lps` where it is
    when the reference LPS plays it. A fault may name whose it is: `xmo:besked-…`; else it is the run's own system's.
    """

    home: Path | None = None
    vendor: str = ""
    campaign: str = EVERY
    phase: str = Phase.SELF_TEST
    target: str = "mock"
    driver: str = ""
    rute: str = ""
    cpd: str = ""
    faults: tuple[str, ...] = ()
    hub: Path | None = None
    lps: str = ""
    tempo: float = 1.0
    tag: str = ""
    resume: bool = False
    ca: Path | None = None
    sts: tuple[bytes, ...] = field(default=(), repr=False)
    replay: tuple[Path, ...] = ()
    data: Path | None = None
    own_values: bool = False
    partner: str = ""
    partner_lps: str = ""
