"""What one run stands on, once it is settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.domain.call import Call
from harness.domain.data_set import DataSet
from harness.domain.event import RunStarted
from harness.domain.exchange import Request
from harness.domain.patient import Patient
from harness.domain.profile import Profile
from harness.domain.requirement import Campaign
from harness.domain.vendor import Access, Phase, Rute, Vendor
from harness.house import House
from harness.suite.fingerprint import combined


@dataclass(frozen=True, slots=True)
class RunSetup:
    """Everything one run of one system stands on.

    `rehearsal`: the LPS is the reference system, also where testers operate it; nothing that comes of it says anything about a
    vendor's product.
    `campaigns` are those of the `asked` ones that the system is in. `cpd_version` is the one the reference LPS declares; `cpd`
    the one it was told to, empty when none was wished. `own_api` is how the system's own API is asked, where it has a mapping.
    `data` is MedCom's withheld set; None for the shipped one. `files` are those the run is measured with, as `measured_files`
    tells them. `partner` is what the other LPS of a run of two stands on; None in every other run. `wire` makes what the
    reference LPS means to send into what it sends, in mock alone. `variations` are the ways in which the reference LPS
    differs and is as honest (`fixtures/variations/`).
    """

    house: House
    vendor: Vendor
    rehearsal: bool
    campaigns: tuple[Campaign, ...]
    asked: str
    phase: Phase
    target: str
    rute: Rute
    cpd_version: str
    faults: frozenset[str]
    patients: dict[str, Patient]
    allowed_cprs: frozenset[str]
    profiles: dict[str, Profile]
    files: dict[str, dict[str, str]] = field(repr=False)
    hub: Path = Path()
    lps: str = ""
    tempo: float = 1.0
    resume: bool = False
    cpd: str = ""
    sts: tuple[bytes, ...] = field(default=(), repr=False)
    own_api: Mapping[str, Call] | None = field(default=None, repr=False)
    replay: tuple[Path, ...] = ()
    recorded: RunStarted | None = None
    data: DataSet | None = field(default=None, repr=False)
    own_values: bool = False
    partner: RunSetup | None = None
    wire: Callable[[Request], Request] | None = field(default=None, repr=False)
    variations: frozenset[str] = frozenset()

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders under features/ that its campaigns have, each once."""
        return tuple(dict.fromkeys(folder for each in self.campaigns for folder in each.features))

    @property
    def fingerprint(self) -> dict[str, str]:
        """SHA-256 of each part of what the run is measured with."""
        return combined(self.files)

    @property
    def own_access(self) -> Access | None:
        """Where the system's own test interface is; None in a rehearsal, and for a system that has none."""
        return None if self.rehearsal else self.vendor.access

    @property
    def ids(self) -> tuple[str, str]:
        """The system's id, and its partner's; empty where it has none."""
        return self.vendor.id, self.partner.vendor.id if self.partner else ""

    @property
    def all_faults(self) -> tuple[str, ...]:
        """The defects of the rehearsal, as they are asked for: the partner's with whose they are."""
        others = (f"{self.partner.vendor.id}:{each}" for each in sorted(self.partner.faults)) if self.partner else ()
        return (*sorted(self.faults), *others)

    @property
    def undecided_bindings(self) -> dict[str, str]:
        """What this system's connection rests on that nobody has decided, with why."""
        bindings = {name: why for each in self.campaigns for name, why in each.bindings.items()}
        if "rute" in bindings:
            bindings["rute"] = self.rute.source
        unused = {"rute"} if self.rute.decided else set()
        if self.rute.value != "plsp":
            unused.add("plsp-snitflade")
        return {name: why for name, why in bindings.items() if name not in unused}
