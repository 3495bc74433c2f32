"""What each worker of `lps run` is started with: its run's folder, and its options."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.domain.errors import EnvironmentFault
from harness.record.log import LOG_NAME
from harness.runner.fleet import Job
from harness.runner.pairs import label
from harness.runner.resume import CutOff
from harness.runner.setup import RunSetup
from harness.runner.wish import Wish


def handed_on(certificates: Sequence[bytes], stack: ExitStack) -> str:
    """A file with the certificates, for the workers, there as long as `stack` is open; empty when there are none.

    The one the user named may be changed or gone by now, and a run that is resumed has them from its log.
    """
    if not certificates:
        return ""
    file = Path(stack.enter_context(TemporaryDirectory(prefix="lps-"))) / "sts.pem"
    file.write_text("".join(map(ssl.DER_cert_to_PEM_cert, certificates)), encoding="ascii")
    return str(file)


def job_of(setup: RunSetup, wish: Wish, folder: Path, cut_off: CutOff | None, sts: str) -> Job:
    """The run that goes on with `cut_off`, or a new one with a folder of its own below `folder`. `sts`: as `handed_on` gives it.

    Raises EnvironmentFault when the folder cannot be made.
    """
    target = cut_off.folder if cut_off else _new_folder(folder / setup.vendor.id, setup.ids[1])
    options = {
        "--home": str(setup.house.home),
        "--vendor": wish.vendor,
        "--partner": wish.partner,
        "--partner-lps": wish.partner_lps,
        "--campaign": wish.campaign,
        "--phase": wish.phase,
        "--target": wish.target,
        "--driver": wish.driver,
        "--rute": wish.rute,
        "--cpd": wish.cpd,
        "--tag": wish.tag,
        "--hub": str(wish.hub or ""),
        "--lps": wish.lps,
        "--tempo": str(wish.tempo),
        "--sts": sts,
        "--data": str(wish.data or ""),
        "--run-folder": str(target),
        "--rootdir": str(setup.house.home),
    }
    given = [f"{name}={value}" for name, value in options.items() if value]
    features = [str(setup.house.features / name) for name in setup.folders]
    given += [f"--fault={fault}" for fault in wish.faults] + ["--resume"] * wish.resume
    given += ["--own-values"] * wish.own_values
    given += [f"--replay={path}" for path in wish.replay]
    return Job(label(*setup.ids), target, (*given, *features))


def _new_folder(system: Path, partner: str) -> Path:
    """A folder no run has used; its name is the run's id, which sorts by time and names the partner, where there is one."""
    stamp = "-".join(filter(None, (datetime.now(UTC).strftime("%Y%m%dT%H%M%S"), partner)))
    for number in range(1000):
        folder = system / (stamp if number == 0 else f"{stamp}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise EnvironmentFault(f"Rapportmappen kan ikke laves: {error}.") from None
        return folder
    raise EnvironmentFault(f"Der kan ikke laves en ny mappe i {system}.")


def remove_unused(planned: Sequence[Job]) -> None:
    """The folders of runs that never came to write anything, unless others did: then they are begun when those are resumed."""
    if any((job.folder / LOG_NAME).exists() for job in planned):
        return
    for job in planned:
        with suppress(OSError):  # one that somebody took away, or has put something in
            job.folder.rmdir()
