"""Makes a home with every scenario many times, and reads from a run's log what the run did."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path

from processes import ROOT

_ID = re.compile(r"@id:([A-ZÆØÅ]+-\d+)")


def home_with_copies(folder: Path, copies: int, everything: bool = False) -> Path:
    """A home in `folder` with the project's features; those about sharing (or `everything`) `copies` times, under other file
    names and ids.
    """
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")
    if not everything:
        shutil.copytree(ROOT / "features", folder / "features", ignore=shutil.ignore_patterns("deling"))
    for source in sorted((ROOT / "features" / ("" if everything else "deling")).rglob("*.feature")):
        target = (folder / source.relative_to(ROOT)).parent
        target.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8")
        for number in range(copies):
            copied = _ID.sub(rf"@id:\g<1>{number:03}", text)
            (target / f"{source.stem}_{number:03}.feature").write_text(copied, encoding="utf-8", newline="\n")
    return folder


def counts_of_run(folder: Path) -> Counter[str]:
    """How many scenarios the run in `folder` carried out, exchanges it recorded, and times it asked a rule."""
    counted: Counter[str] = Counter()
    with (folder / "events.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)["event"]
            match event["kind"]:
                case "exchanged":
                    counted["exchanges"] += 1
                case "judged":
                    broken = {finding["rule"] for finding in event["findings"]}
                    counted["judgements"] += len(event["holds"]) + len(event["not_judged"]) + len(broken)
                case "scenario_ended":
                    counted["tests"] += event["standing"] != "IR"
    return counted
