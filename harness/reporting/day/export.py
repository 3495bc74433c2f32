"""The export of a day: reads its runs, makes every file, looks them through, and writes them as a folder and as one zip."""

from __future__ import annotations

import io
import secrets
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.house import House
from harness.record.evidence import EVIDENCE_NAME
from harness.record.guard import Guard
from harness.record.publishing import cleared_numbers, leaks_in
from harness.reporting.bundle.manifest import told_of
from harness.reporting.bundle.pack import add_file
from harness.reporting.day.day import Day, Suite, day_of
from harness.reporting.day.due import in_campaign
from harness.reporting.day.files import files_of
from harness.reporting.day.manifest import MANIFEST_NAME, campaign_in
from harness.reporting.day.pairs import planned_pairs
from harness.reporting.day.runs import DayRun, read_runs
from harness.reporting.day.statistics import certifying
from harness.reporting.overview.matrix import overview_of
from harness.reporting.store import read_store
from harness.suite.approval_list import load_approval_list
from harness.suite.campaigns import load_campaign
from harness.suite.gherkin import read_folders
from harness.suite.patients import allowed_cprs
from harness.suite.vendors import load_vendors

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NAME: Final = "dagens-resultater"
REHEARSAL_NAME: Final = "dagens-resultater-proevekoersel"


@dataclass(frozen=True, slots=True)
class Exported:
    """Where an export lies, and what it is of. `files` are all of them with their SHA-256; `package` is the same as a zip."""

    day: Day
    folder: Path
    package: Path
    package_sha256: str
    files: Mapping[str, str]


def export_day(
    house: House,
    reports: Path,
    campaign: str,
    out: Path | None = None,
    *,
    since: date | None = None,
    rehearsal: bool = False,
    trusted: Ed25519PublicKey | None = None,
    stores: Iterable[Path] = (),
) -> Exported:
    """Write the day of `campaign` to `out` (else the campaign's folder under `reports`), in place of the export before it.

    `since` is the first day that counts. `rehearsal`: export the rehearsals instead of the real runs, marked as such everywhere.
    Certificates count when they are signed with the key `trusted`; `stores` has more of them. Raises ConfigurationError,
    EnvironmentFault when it cannot be written, or when something in it may not leave the house. Then nothing is changed.
    """
    suite = read_suite(house, campaign)
    day = read_day(suite, house, reports, since, rehearsal)
    names = load_approval_list(house)
    store = read_store(reports, stores, trusted)
    vendors = [each.vendor for each in day.systems]
    certified = certifying(day.campaign, suite.campaigns)
    overview = overview_of(vendors, certified, store.counted, store.runs, store.remarks)
    files = files_of(day, overview, names.navne, names.systemtype)
    _look_through(files, house, reports, day.runs)
    package = package_in(out or reports / campaign, rehearsal)
    folder = package.with_suffix("")
    packed = _zipped(files)
    _write(folder, package, files, packed, campaign)
    return Exported(day, folder, package, told_of(packed).sha256, {name: told_of(data).sha256 for name, data in files.items()})


def package_in(folder: Path, rehearsal: bool) -> Path:
    """The zip of an export that lies in `folder`; the same as a folder lies beside it."""
    return folder / f"{REHEARSAL_NAME if rehearsal else NAME}.zip"


def read_suite(house: House, campaign: str) -> Suite:
    """What the day of `campaign` is held against. Raises ConfigurationError for a suite that has none, or cannot be read."""
    own = load_campaign(house, campaign)
    others = tuple(load_campaign(house, each.stem) for each in sorted(house.campaigns.glob("*.yaml")) if each.stem != campaign)
    folders = dict.fromkeys(folder for each in (own, *others) for folder in each.features)
    return Suite(own, (own, *others), tuple(read_folders(house.features, folders)), load_vendors(house))


def read_day(suite: Suite, house: House, reports: Path, since: date | None = None, rehearsal: bool = False) -> Day:
    """The day, from the suite and the logs under `reports`. Raises ConfigurationError for a suite that cannot be read."""
    systems = in_campaign(suite.campaign, suite.vendors)
    runs = read_runs(
        house,
        reports,
        suite.campaign.id,
        systems,
        {each.id for each in suite.alone},
        since,
        rehearsal,
        pairs=bool(planned_pairs(suite.campaign.day, systems)),
    )
    return day_of(suite, runs, rehearsal)


def _look_through(files: Mapping[str, bytes], house: House, reports: Path, runs: Iterable[DayRun]) -> None:
    """Raises EnvironmentFault for a secret or a foreign CPR number in any of the files."""
    known = allowed_cprs(house)
    for run in runs:
        known |= cleared_numbers(run.result.review, partial(_evidence, reports / run.name))
    guard = Guard(known)
    leaks = [str(leak) for name, data in files.items() for leak in leaks_in(name, data, guard)]
    if leaks:
        raise EnvironmentFault("\n".join(["Intet er skrevet: noget i filerne må ikke forlade huset.", *leaks]))


def _evidence(run_folder: Path, sha: str) -> bytes:
    return (run_folder / EVIDENCE_NAME / sha).read_bytes()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        for name in sorted(files):
            add_file(package, name, files[name])
    return written.getvalue()


def _write(folder: Path, package: Path, files: Mapping[str, bytes], packed: bytes, campaign: str) -> None:
    """Put the folder and the zip in place of those before them; each is there whole, or as it was."""
    _refuse_others(folder, campaign)
    mark = secrets.token_hex(4)
    fresh, before = folder.with_name(f"{folder.name}.{mark}.ny"), folder.with_name(f"{folder.name}.{mark}.gammel")
    fresh_package = package.with_name(f"{package.name}.{mark}.ny")
    try:
        for name, data in files.items():
            target = fresh / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        fresh_package.write_bytes(packed)
        if folder.exists():
            folder.rename(before)
        try:
            fresh.rename(folder)
            fresh_package.replace(package)
        except OSError:
            if folder.exists():
                folder.rename(fresh)
            if before.exists():
                before.rename(folder)
            raise
    except OSError as error:
        raise EnvironmentFault(f"{folder} kan ikke skrives: {error.strerror or error}.") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(before, ignore_errors=True)
        fresh_package.unlink(missing_ok=True)


def _refuse_others(folder: Path, campaign: str) -> None:
    """Raises ConfigurationError for a folder that holds anything but an earlier export of the campaign."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    manifest = folder / MANIFEST_NAME
    if not manifest.is_file() or campaign_in(manifest.read_bytes()) != campaign:
        raise ConfigurationError(f"{folder} er ikke en tidligere eksport af {campaign}. Vælg en anden mappe med --out.")
