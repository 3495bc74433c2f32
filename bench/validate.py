"""How quick `lps validate` is: documents a second by format, growth with size, start, and what a user would take instead.

    python bench/validate.py                               # about two minutes
    python bench/run.py --only validering                  # the same, with saxonche in an environment of its own
    LPS_ARTEFACTS=FOLDER python bench/validate.py           # with MedCom's packages and schemas, and what is compared on them

CPU seconds of one core, medians. The bench reports a missed aim and still ends with 0.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from measured import Line, write_lines
from page import tables

from harness.conformance.files.formats import judge_file
from harness.suite.artefacts import Artefacts, Folder

EXAMPLES = Path(__file__).parents[1] / "tests" / "examples"
SMALL, LARGE, LARGE_QUICK = 10_000, 10_000_000, 1_000_000
SECONDS, SECONDS_QUICK = 0.5, 0.1

CPD_AIM, HOME_CARE_AIM, START_AIM = 3.0, 25.0, 0.4

# Ten of the things CPD-DK's profile asks for, as a user of a schematron would write them.
_SECTIONS = ("75310-3", "61146-7", "62387-6", "11383-7")
SCHEMATRON = (
    '<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2"><ns prefix="h" uri="urn:hl7-org:v3"/><pattern>'
    '<rule context="h:ClinicalDocument"><assert test="h:templateId/@root = \'1.2.208.184.15.1\'">templateId</assert>'
    '<assert test="h:code/@code = \'81215-6\'">code</assert><assert test="h:title">title</assert>'
    '<assert test="h:recordTarget">recordTarget</assert><assert test="h:author">author</assert>'
    + "".join(f"<assert test=\"count(.//h:section/h:code[@code = '{code}']) = 1\">{code}</assert>" for code in _SECTIONS)
    + '</rule><rule context="h:section"><assert test="h:text or h:component">text</assert></rule></pattern></schema>'
)


def cpu(work: Callable[[], object], seconds: float = SECONDS) -> float:
    """CPU seconds of one call, the median of as many as fit; the first is not counted."""
    work()
    taken: list[float] = []
    while sum(taken) < seconds or len(taken) < 3:
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return statistics.median(taken)


def by_format(case: str, official: Artefacts | None, seconds: float) -> list[Line]:
    """One line an example."""
    lines = []
    for path in sorted(EXAMPLES.iterdir()):
        data = path.read_bytes()
        spent = cpu(partial(judge_file, data, path.name, official=official), seconds)
        aim = _aim(path.name, official)
        what = f"{path.name}, {len(data) / 1000:.1f} kB".replace(".", ",").replace(path.name.replace(".", ","), path.name)
        told = f"under {aim:g} ms" if aim else ""
        lines.append(_line(what, case, spent, told, spent * 1000 < aim if aim else None))
    return lines


def _aim(name: str, official: Artefacts | None) -> float | None:
    return CPD_AIM if name.startswith("cpd_") and official is None else HOME_CARE_AIM if "proevesvar" in name else None


def _line(what: str, case: str, spent: float, aim: str = "", met: bool | None = None) -> Line:
    return Line(what, case, seconds=round(spent, 6), per_second=round(1 / spent, 1), aim=aim, met=met)


def growth(large: int) -> list[Line]:
    """Time from 10 kB to `large`, as a ratio to linear: 1 is linear, below is better."""
    lines = []
    for name, grow in GROWN.items():
        first, last = (cpu(partial(judge_file, grow(size), name), 0.2) for size in (SMALL, large))
        lines.append(
            Line(
                name,
                f"Fra 10 kB til {large // 1_000_000} MB",
                seconds=round(last, 3),
                ratio=round(last / first / (large / SMALL), 3),
                against="den tid, der svarer til størrelsen",
            )
        )
    return lines


def _more(file: str, after: bytes, piece: bytes) -> Callable[[int], bytes]:
    """An example in which `piece` stands as often after `after` as makes it of a size."""

    def grown(size: int) -> bytes:
        data = (EXAMPLES / file).read_bytes()
        at = data.index(after) + len(after)
        return data[:at] + piece * max(0, (size - len(data)) // len(piece)) + data[at:]

    return grown


def _enclosed(size: int) -> bytes:
    """A VANSEnvelope with a letter of a size."""
    data = (EXAMPLES / "vans_besked_haandskrevet.xml").read_bytes()
    old = data.partition(b"<v:Data>")[2].partition(b"</v:Data>")[0]
    letter = (EXAMPLES / "xref15_haandskrevet.xml").read_bytes() + b"<!--" + b"x" * (size * 3 // 4) + b"-->"
    return data.replace(old, base64.b64encode(letter))


GROWN: dict[str, Callable[[int], bytes]] = {
    "CPD med mange afsnit": _more("cpd_haandskrevet.xml", b"<h:text>", b"<h:paragraph>Gaa tur hver dag</h:paragraph>\n"),
    "ConditionList i JSON med mange profiler": _more(
        "fhir_diagnosekort_haandskrevet.json", b'"meta": {"profile": [', b'"urn:x",\n'
    ),
    "HomeCareObservation i XML med lang tekst": _more(
        "fhir_proevesvar_haandskrevet.xml", b'xhtml">', b"<p>Gaa tur hver dag</p>\n"
    ),
    "MEDRPT med mange segmenter": _more("medrpt_haandskrevet.edi", b"S02+02'\n", b"FTX+SPC+++tekst:Patienten'\n"),
    "VANSEnvelope med et stort brev": _enclosed,
}


def start() -> Line:
    """The whole process, on a plan: wall and CPU, the best of five."""
    walls, spent = [], []
    for _ in range(5):
        before, began = os.times(), time.perf_counter()
        command = [sys.executable, "-m", "harness.cli.main", "validate", str(EXAMPLES / "cpd_haandskrevet.xml")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "LPS_ARTEFACTS": ""})
        walls.append(time.perf_counter() - began)
        after = os.times()
        spent.append(after.children_user - before.children_user + after.children_system - before.children_system)
    return Line(
        "lps validate på en CPD, hele processen",
        "Opstart",
        seconds=round(min(spent), 3),
        wall=round(min(walls), 3),
        aim=f"under {START_AIM:g} s på uret".replace(".", ","),
        met=min(walls) < START_AIM,
    )


def compared(folder: str) -> list[Line]:
    """The same files by what is in the registries."""
    plan = (EXAMPLES / "cpd_haandskrevet.xml").read_bytes()
    case = "Ved siden af andre"
    lines = [_line("CPD, alle vores regler", case, cpu(lambda: judge_file(plan, "plan.xml")))]
    title = "CPD, et schematron med ti påstande og intet andet, med saxonche"
    if find_spec("saxonche"):
        from harness.standards.schematron import Saxon, read_schematron
        from harness.standards.xml import parse

        with tempfile.TemporaryDirectory() as made:
            place = Path(made) / "cpd.sch"
            place.write_text(SCHEMATRON, encoding="utf-8")
            schematron, saxon = read_schematron(place, Path(made)), Saxon()
        lines.append(_line(title, case, cpu(lambda: saxon.faults(schematron, parse(plan, "plan.xml")))))
    else:
        lines.append(Line(title, case, missing="saxonche er her ikke"))
    if not folder:
        return [*lines, Line("HomeCareObservation mod MedComs profiler", case, missing="LPS_ARTEFACTS er ikke sat")]
    bundles = _home_care_bundles(Path(folder))
    official = Artefacts([Folder(Path(folder))])
    spent = cpu(lambda: [judge_file(data, "b.json", official=official) for data in bundles], 2) / len(bundles)
    lines.append(_line(f"HomeCareObservation, MedComs {len(bundles)} eksempler, vores", case, spent))
    if find_spec("pyrofile_validator"):
        with contextlib.redirect_stdout(io.StringIO()):  # it prints what FHIRPath traces
            spent, faults = _pyrofile(Path(folder), bundles)
        what = f"HomeCareObservation med pyrofile-validator, {faults:.1f} fejl i hvert".replace(".", ",")
        lines.append(_line(what, case, spent))
    return lines


def _home_care_bundles(folder: Path) -> list[bytes]:
    from harness.standards.fhir.packages import read_packages

    (place,) = folder.rglob("*homecareobservation*.tgz")
    return [data for name, data in read_packages([place])[0].examples if name.startswith("Bundle")]


def _pyrofile(folder: Path, bundles: list[bytes]) -> tuple[float, float]:
    config = import_module("pyrofile_validator.config").ValidatorConfig.load_dict(
        {"fhirVersion": "4.0.1", "terminology": {"mode": "local"}, "localPackagePaths": sorted(map(str, folder.rglob("*.tgz")))}
    )
    validator = import_module("pyrofile_validator").Validator(config)
    resources = [json.loads(each) for each in bundles]
    found = [issue for each in resources for issue in validator.validate_resource(each).issues]
    errors = sum(each.severity.value == "error" for each in found)
    return cpu(lambda: [validator.validate_resource(each) for each in resources], 2) / len(bundles), errors / len(bundles)


def main() -> None:
    """Measure everything there is the means for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--lines", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    folder = os.environ.get("LPS_ARTEFACTS", "")
    seconds = SECONDS_QUICK if given.quick else SECONDS
    lines = by_format("Uden de officielle filer", None, seconds)
    if folder:
        lines += by_format("Med de officielle filer", Artefacts([Folder(Path(folder))]), seconds)
    lines += [*growth(LARGE_QUICK if given.quick else LARGE), start(), *compared(folder)]
    if given.lines:
        write_lines(lines, given.lines)
    else:
        print("\n".join(tables(lines)))


if __name__ == "__main__":
    main()
