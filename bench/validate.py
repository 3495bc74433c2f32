"""How quick `lps validate` is: documents a second by format, growth with size, start, and what a user would take instead.

    python bench/validate.py                               # about a minute
    LPS_ARTEFACTS=FOLDER python bench/validate.py           # with MedCom's packages and schemas, and what is compared on them
    uv run --with saxonche --with pyrofile-validator python bench/validate.py

CPU seconds of one core, medians. The bench reports a missed aim and still ends with 0.
"""

from __future__ import annotations

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

from harness.conformance.files.formats import judge_file
from harness.suite.artefacts import Artefacts, Folder

EXAMPLES = Path(__file__).parents[1] / "tests" / "examples"
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
SECONDS = 0.5

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


def by_format(official: Artefacts | None) -> None:
    """One line an example: milliseconds and documents a second."""
    print(f"{'':44}{'kB':>7}{'ms':>9}{'docs/s':>9}")
    for path in sorted(EXAMPLES.iterdir()):
        data = path.read_bytes()
        spent = cpu(partial(judge_file, data, path.name, official=official))
        aim = _aim(path.name, official, spent * 1000)
        print(f"{path.name:44}{len(data) / 1000:7.1f}{spent * 1000:9.2f}{1 / spent:9.0f}{aim}")


def _aim(name: str, official: Artefacts | None, spent: float) -> str:
    aim = CPD_AIM if name.startswith("cpd_") and official is None else HOME_CARE_AIM if "proevesvar" in name else None
    return "" if aim is None or spent < aim else f"  missed: the aim is {aim:g} ms"


def growth() -> None:
    """Time from 10 kB to 10 MB, as a ratio to linear: 1 is linear, below is better."""
    print(f"\n{'growth (ratio to linear from 10 kB)':44}" + "".join(f"{size // 1000:>9} kB" for size in SIZES))
    for name, grow in GROWN.items():
        spent = [cpu(partial(judge_file, grow(size), name), 0.2) for size in SIZES]
        ratios = (taken / spent[0] / (size / SIZES[0]) for taken, size in zip(spent, SIZES, strict=True))
        print(f"{name:44}" + "".join(f"{ratio:12.2f}" for ratio in ratios) + f"   10 MB: {spent[-1]:.2f} s")


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
    "CPD, paragraphs": _more("cpd_haandskrevet.xml", b"<h:text>", b"<h:paragraph>Gaa tur hver dag</h:paragraph>\n"),
    "ConditionList in JSON, profiles": _more("fhir_diagnosekort_haandskrevet.json", b'"meta": {"profile": [', b'"urn:x",\n'),
    "HomeCareObservation in XML, text": _more("fhir_proevesvar_haandskrevet.xml", b'xhtml">', b"<p>Gaa tur hver dag</p>\n"),
    "MEDRPT, segments": _more("medrpt_haandskrevet.edi", b"S02+02'\n", b"FTX+SPC+++tekst:Patienten'\n"),
    "VANSEnvelope with a letter": _enclosed,
}


def start() -> None:
    """The whole process, on a plan: wall and CPU, the best of five."""
    walls, spent = [], []
    for _ in range(5):
        before, began = os.times(), time.perf_counter()
        command = [sys.executable, "-m", "harness.cli.main", "validate", str(EXAMPLES / "cpd_haandskrevet.xml")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "LPS_ARTEFACTS": ""})
        walls.append(time.perf_counter() - began)
        after = os.times()
        spent.append(after.children_user - before.children_user + after.children_system - before.children_system)
    missed = "" if min(walls) < START_AIM else f"  missed: the aim is {START_AIM:g} s"
    print(f"\nstart of `lps validate` on a CPD: {min(walls):.2f} s wall, {min(spent):.2f} s CPU{missed}")


def compared(folder: str) -> None:
    """The same files by what is in the registries."""
    plan = (EXAMPLES / "cpd_haandskrevet.xml").read_bytes()
    print("\ncompared")
    print(f"  CPD, our rules: {1 / cpu(lambda: judge_file(plan, 'plan.xml')):.0f} docs/s")
    if find_spec("saxonche"):
        from harness.standards.schematron import Saxon, read_schematron
        from harness.standards.xml import parse

        with tempfile.TemporaryDirectory() as made:
            place = Path(made) / "cpd.sch"
            place.write_text(SCHEMATRON, encoding="utf-8")
            schematron, saxon = read_schematron(place, Path(made)), Saxon()
        spent = cpu(lambda: saxon.faults(schematron, parse(plan, "plan.xml")))
        print(f"  CPD, a schematron of ten assertions by saxonche: {1 / spent:.0f} docs/s, no columns, no other rules")
    if not folder:
        print("  FHIR: LPS_ARTEFACTS is not set")
        return
    bundles = _home_care_bundles(Path(folder))
    official = Artefacts([Folder(Path(folder))])
    spent = cpu(lambda: [judge_file(data, "b.json", official=official) for data in bundles], 2) / len(bundles)
    print(f"  HomeCareObservation, MedCom's {len(bundles)} bundles, ours: {spent * 1000:.1f} ms each")
    if find_spec("pyrofile_validator"):
        with contextlib.redirect_stdout(io.StringIO()):  # it prints what FHIRPath traces
            spent, faults = _pyrofile(Path(folder), bundles)
        print(f"  … by pyrofile-validator: {spent * 1000:.1f} ms each, {faults:.1f} errors a bundle")


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
    folder = os.environ.get("LPS_ARTEFACTS", "")
    by_format(None)
    if folder:
        print("\nwith the official artefacts")
        by_format(Artefacts([Folder(Path(folder))]))
    growth()
    start()
    compared(folder)


if __name__ == "__main__":
    main()
