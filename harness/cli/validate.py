"""`lps validate`: judges files, without configuration. The first thing a vendor tries."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from harness.cli.danish import command
from harness.cli.options import home_option, json_option, sts_option
from harness.cli.validate_text import block, summary, writer
from harness.domain.errors import BadInput, ConfigurationError
from harness.domain.finding import Finding, Location
from harness.domain.grade import worst
from harness.house import House

if TYPE_CHECKING:
    from harness.cli.validate_json import FileOut, NotJudgedOut, Verdict
    from harness.cli.veil import Met, Veil
    from harness.conformance.files.formats import Report
    from harness.domain.profile import Profile
    from harness.record.guard import Guard
    from harness.suite.artefacts import Artefacts

MAX_FILE = 100_000_000
MOST_SHOWN = 100
"""Findings shown of one file; `--json` has them all."""


@command()
@click.argument("files", nargs=-1, required=True, metavar="FIL|MAPPE|-")
@click.option("--profile", default="", metavar="P", help="Hvad filen skal være, fx cpd-2.0, eller en FHIR-profils adresse.")
@sts_option
@home_option
@json_option
def validate(house: House, files: tuple[str, ...], profile: str, sts: tuple[bytes, ...], as_json: bool) -> int:
    """Bedøm filer: planer, afleveringer, breve, kuverter, laboratoriesvar og FHIR.

    Formatet bliver fundet af indholdet. En mappe bliver gennemgået, og - er det, der kommer på standard input. Slutter med 0, når
    intet er værre end F4, med 1, når noget er, og med 2, når en fil ikke kan bruges.

    Eksempel: lps validate plan.xml
    """
    from harness.record.guard import Guard
    from harness.suite.known_cprs import known_cprs

    run = _Run(house, profile, Guard(known_cprs(house)), sts, as_json)
    for name in files:
        if name != "-" and Path(name).is_dir():
            run.walk(Path(name))
        else:
            run.take(name if name == "-" else Path(name).as_posix(), named=True)
    return run.finish()


class _Run:
    """One call: prints findings as files are judged, and keeps what the last lines tell."""

    def __init__(self, house: House, profile: str, guard: Guard, sts: tuple[bytes, ...], as_json: bool) -> None:
        self._house = house
        self._profile = profile
        self._guard = guard
        self._sts = sts
        self._official = _official()
        self._results: list[FileOut] = []
        self._unknown: list[str] = []
        self._unchecked: list[tuple[str, list[str]]] = []
        self._write = None if as_json else writer()

    def walk(self, folder: Path) -> None:
        """Judge every file below a folder; one without any is told of."""
        told = len(self._results)
        places = list(_walk(folder, self.unreadable))
        for place in places:
            self.take(place.as_posix(), named=False)
        if not places and len(self._results) == told:
            self._results.append(_not_judged(self._shown(folder.as_posix()), "Der er ingen filer at bedømme i mappen."))

    def take(self, file: str, *, named: bool) -> None:
        """Judge one file, `-` for standard input; `named` when it was asked for by name, and not only met in a folder."""
        try:
            data = _read(file)
        except OSError as error:
            self.unreadable(error, file)
        except BadInput as bad:
            self._results.append(_not_judged(self._shown(file), bad.reason))
        else:
            self._judge(file, data, named)

    def unreadable(self, error: OSError, file: str = "") -> None:
        """Remember that a file, or a folder below one that was asked for, could not be read."""
        self._results.append(_not_judged(self._shown(file or Path(error.filename).as_posix()), _danish(error)))

    def _shown(self, file: str) -> str:
        from harness.cli.veil import name_without_cpr

        return name_without_cpr(file, self._guard)

    def _judge(self, file: str, data: bytes, named: bool) -> None:
        from harness.cli.veil import Veil
        from harness.conformance.files.formats import judge_file
        from harness.conformance.files.recognise import KNOWN
        from harness.conformance.rule import Result

        try:
            report = judge_file(
                data,
                file,
                self._profile,
                official=self._official,
                confirmed=self._confirmed,
                sts=self._sts,
                level=self._level,
            )
        except BadInput as bad:
            raise ConfigurationError(f"--profile: {bad.reason}.") from None
        shown = self._shown(file)
        if report.problem and not named and not report.broken:
            self._unknown.append(shown)
        elif report.problem:
            known = f". Der er regler for: {', '.join(KNOWN)}" if report.problem.startswith("Der er ingen regler") else ""
            veil = Veil(b"", self._guard)
            self._results.append(_not_judged(shown, f"{veil.text(report.problem)}{known}."))
        elif any(judgement.result is not Result.NOT_JUDGED for each in report.every() for judgement in each.judgements) or named:
            self._told(report, shown)
        else:
            self._unknown.append(shown)

    def _told(self, report: Report, shown: str) -> None:
        from harness.cli.validate_json import NotJudgedOut
        from harness.cli.veil import Veil, cut
        from harness.conformance.rule import Result

        findings: list[tuple[Finding, Veil]] = []
        left: list[NotJudgedOut] = []
        met: list[tuple[str, Met]] = []
        told: list[tuple[str, list[str]]] = []
        for each in report.every():
            veil = Veil(each.data, self._guard)
            place = each.file.replace(report.file, shown, 1)
            here = [found for found in veil.met if not (found.attached and each.parts)]  # told where it stands
            met += [(each.file, found) for found in here]
            own = [finding for judgement in each.judgements for finding in judgement.findings]
            own += [finding for found in here for finding in _foreign(found, each.file)]
            left += [
                NotJudgedOut(judgement.rule.id, judgement.rule.title, place, cut(veil.text(judgement.reason)))
                for judgement in each.judgements
                if judgement.result is Result.NOT_JUDGED
            ]
            findings += [(finding, veil) for finding in sorted(own, key=lambda finding: finding.location.line or 0)]
            if each.format:
                # FHIR's walk tells all that it left out in one sentence
                told.append((each.format, [one for said in each.unchecked for one in veil.text(said).split("; ")]))
        self._unchecked += told
        unchecked = tuple(dict.fromkeys(sentence for _, sentences in told for sentence in sentences))
        self._results.append(_result(report, shown, findings, met, unchecked, tuple(left)))
        if self._write:
            for number, (finding, veil) in enumerate(findings):
                if number == MOST_SHOWN:
                    self._write([(f"… og {len(findings) - number} fund mere i {shown}. --json har dem alle.", "dim"), ("", "")])
                    break
                self._write(block(finding, veil))

    def _confirmed(self) -> frozenset[str]:
        return self._profiles["cpd-2.0"].rules_confirmed

    def _level(self) -> str:
        from harness.conformance.security.dgws import least_level

        return least_level(self._profiles)

    @cached_property
    def _profiles(self) -> dict[str, Profile]:
        """Read for the first file that needs them."""
        from harness.suite.profiles import load_profiles

        return load_profiles(self._house)

    def finish(self) -> int:
        """Write the last lines, or the JSON; returns the exit code."""
        from harness.cli.validate_json import ValidateOut, not_checked

        code = _exit_code(self._results)
        if not self._results and self._unknown:
            code = 2
        problems = self._official.problems if self._official else []
        unchecked = not_checked(self._unchecked)
        if self._write is None:
            from importlib.metadata import version

            out = ValidateOut(
                harness=version("lps-harness"),
                exitkode=code,
                filer=tuple(self._results),
                af_ukendt_slags=tuple(self._unknown),
                artefakter=tuple(problems),
                ikke_kontrolleret=unchecked,
            )
            sys.stdout.write(json.dumps(asdict(out), ensure_ascii=False, indent=2) + "\n")
        else:
            self._write(summary(self._results, self._unknown, unchecked, problems))
        return code


def _official() -> Artefacts | None:
    """The artefacts the tester has pointed at; None when there are none."""
    from harness.cli.artefacts import ENVIRONMENT, store

    if not os.environ.get(ENVIRONMENT) and not store().exists():
        return None
    from harness.suite.artefacts import Artefacts, chosen_folders

    folders = chosen_folders(os.environ.get(ENVIRONMENT, ""), store())
    return Artefacts(folders) if folders else None


def _read(file: str) -> bytes:
    """All of a file, or of standard input. Raises BadInput when it is more than 100 MB, without reading the rest, and OSError."""
    with contextlib.nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as opened:
        data = opened.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise BadInput(f"Filen er større end {MAX_FILE // 1_000_000} MB, som er grænsen.")
    return data


def _walk(folder: Path, unreadable: Callable[[OSError], None]) -> Iterator[Path]:
    """The files below `folder` in the order of their names; hidden ones, linked folders and what is no file are left out."""
    for parent, names, files in os.walk(folder, onerror=unreadable):
        names[:] = sorted(each for each in names if not each.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and (Path(parent) / name).is_file():
                yield Path(parent) / name


def _danish(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "Findes ikke."
        case PermissionError():
            return "Må ikke læses."
        case _:
            return f"Kan ikke læses ({error.strerror})."


def _foreign(met: Met, file: str) -> Iterator[Finding]:
    """CPR-01, where a number that is no test person's stands as a patient. Elsewhere it is only told that it was met."""
    from harness.conformance.privacy import only_test_persons
    from harness.conformance.rule import judge

    if met.sighting.typed and not met.sighting.security:
        for finding in judge([only_test_persons], (met.sighting.kind,))[0].findings:
            yield replace(finding, location=Location(file, met.line, met.column))


def _not_judged(file: str, reason: str) -> FileOut:
    from harness.cli.validate_json import FileOut

    return FileOut(
        fil=file,
        format="",
        udfald="ikke bedømt",
        fejl=reason,
        holder=0,
        brudt=0,
        ikke_bedømt=0,
        fund=(),
        ikke_kontrolleret=(),
        fremmede_cpr_numre=(),
    )


def _result(
    report: Report,
    shown: str,
    findings: Sequence[tuple[Finding, Veil]],
    met: Sequence[tuple[str, Met]],
    unchecked: tuple[str, ...],
    left: tuple[NotJudgedOut, ...],
) -> FileOut:
    from harness.cli.validate_json import FileOut, NumberOut, finding_out
    from harness.conformance.rule import Result

    came = Counter(judgement.result for each in report.every() for judgement in each.judgements)
    judged = bool(came[Result.HOLDS] + came[Result.BROKEN])
    return FileOut(
        fil=shown,
        format=report.format,
        udfald=_verdict([finding for finding, _ in findings]) if judged else "ikke bedømt",
        fejl="" if judged else f"{report.format}: der er intet i den, som der er regler for.",
        holder=came[Result.HOLDS],
        brudt=came[Result.BROKEN],
        ikke_bedømt=came[Result.NOT_JUDGED],
        fund=tuple(finding_out(veil.finding(finding)) for finding, veil in findings),
        ikke_kontrolleret=unchecked,
        fremmede_cpr_numre=tuple(
            NumberOut(fil=file.replace(report.file, shown, 1), linje=each.line, kolonne=each.column, hvor=each.sighting.kind)
            for file, each in met
        ),
        ikke_bedømte_regler=left,
    )


def _verdict(findings: Sequence[Finding]) -> Verdict:
    if not worst(each.grade for each in findings if each.grade).approved:
        return "fund"
    return "mindre fund" if findings else "ingen fund"


def _exit_code(results: Sequence[FileOut]) -> Literal[0, 1, 2]:
    verdicts = {each.udfald for each in results}
    return 2 if "ikke bedømt" in verdicts else 1 if "fund" in verdicts else 0
