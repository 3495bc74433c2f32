"""Where the suite lies: features/, fixtures/, docs/ of one home, and the folder reports go to."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from harness.domain.errors import ConfigurationError

IN_WHEEL = "_house"
"""The folder inside the installed package that holds features/, fixtures/ and docs/."""


@dataclass(frozen=True, slots=True)
class House:
    """The folders of one home. `reports` is `reports/` where the user stands, unless given."""

    home: Path
    reports: Path = field(default_factory=lambda: Path.cwd() / "reports")

    @property
    def features(self) -> Path:
        """The scenarios, one folder per capability."""
        return self.home / "features"

    @property
    def fixtures(self) -> Path:
        """The data: systems, campaigns, requirements, profiles, patients."""
        return self.home / "fixtures"

    @property
    def vendors(self) -> Path:
        """One file per system under test."""
        return self.fixtures / "vendors"

    @property
    def reference(self) -> Path:
        """The reference system's file."""
        return self.fixtures / "reference.yaml"

    @property
    def campaigns(self) -> Path:
        """One file per campaign."""
        return self.fixtures / "campaigns"

    @property
    def requirements(self) -> Path:
        """The requirements, one file per source."""
        return self.fixtures / "requirements"

    @property
    def protocols(self) -> Path:
        """MedCom's test protocols: use cases and step numbers, one file per protocol."""
        return self.fixtures / "protokoller"

    @property
    def profiles(self) -> Path:
        """What is decided and what is not, one file per subject."""
        return self.fixtures / "profiles"

    @property
    def faults(self) -> Path:
        """What each deliberate defect of the reference LPS means, one file per features folder."""
        return self.fixtures / "faults"

    @property
    def wire(self) -> Path:
        """The parts of messages that nobody misses, and why."""
        return self.fixtures / "wire"

    @property
    def variations(self) -> Path:
        """In which ways an honest LPS may differ, and what allows them, one file per subject."""
        return self.fixtures / "variations"

    @property
    def patients(self) -> Path:
        """The test persons."""
        return self.fixtures / "patients"


def own_home() -> Path:
    """The suite this package came with: in its wheel, else the checkout it lies in."""
    inside = Path(__file__).parent / IN_WHEEL
    return inside if inside.is_dir() else Path(__file__).parents[1]


def find_house(home: Path | None = None) -> House:
    """The house in `home`, else in the folder LPS_HOME names, else the checkout this package lies in, else the one in its wheel.

    Raises ConfigurationError when the folder lacks features/ or fixtures/. Example: `find_house().vendors`.
    """
    named = os.environ.get("LPS_HOME")
    if home is not None:
        folder, said_by = home, "--home"
    elif named:
        folder, said_by = Path(named), "LPS_HOME"
    else:
        folder, said_by = own_home(), ""
    lacking = [name for name in ("features", "fixtures") if not (folder / name).is_dir()]
    if not lacking:
        return House(folder)
    missing = " og ".join(f"{name}/" for name in lacking)
    if said_by:
        raise ConfigurationError(f"{said_by} peger på {folder.as_posix()}, men der mangler {missing}.")
    raise ConfigurationError(f"{missing} findes ikke ved harnesset. Angiv mappen med --home eller miljøvariablen LPS_HOME.")


def cache_folder() -> Path:
    """Where what can be fetched or made again is kept for the user: LPS_CACHE, else the platform's own cache folder."""
    if own := os.environ.get("LPS_CACHE"):
        return Path(own)
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        if base := os.environ.get(variable):
            return Path(base) / "lps-harness"
    return Path.home() / ".cache" / "lps-harness"
