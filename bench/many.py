"""Makes a home with as many systems as wished: the six, again and again under other ids."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from processes import ROOT

CAMPAIGN = "kol-lrs-2027"
_ID = re.compile(r"^id: \S+$", re.MULTILINE)
_LIST = re.compile(r"^(\s*systemer: \[)(.*)(\])$", re.MULTILINE)
_PART = re.compile(r"^(deltagere: \{)(.*)(\})$", re.MULTILINE)


def home_with_systems(folder: Path, systems: int) -> tuple[Path, tuple[str, ...]]:
    """A home in `folder` in which so many systems take part in the campaign, and their ids.

    Whatever the campaign's file says of one of the six, it says of those that are made from it.
    """
    shutil.copytree(ROOT / "features", folder / "features")
    shutil.copytree(ROOT / "fixtures", folder / "fixtures")
    vendors = folder / "fixtures" / "vendors"
    files = sorted(vendors.glob("*.yaml"))
    named = {path.stem: [path.stem] for path in files}
    order = list(named)
    for number in range(len(files), systems):
        source = files[number % len(files)]
        new = f"{source.stem}-{number // len(files) + 1}"
        (vendors / f"{new}.yaml").write_text(_ID.sub(f"id: {new}", source.read_text("utf-8"), count=1), encoding="utf-8")
        named[source.stem].append(new)
        order.append(new)
    campaign = folder / "fixtures" / "campaigns" / f"{CAMPAIGN}.yaml"
    text = _LIST.sub(lambda found: f"{found[1]}{_more(found[2], named)}{found[3]}", campaign.read_text("utf-8"))
    text = _PART.sub(lambda found: f"{found[1]}{_more(found[2], named, ': deltager')}{found[3]}", text)
    campaign.write_text(text, encoding="utf-8")
    return folder, tuple(order[:systems])


def _more(listed: str, named: dict[str, list[str]], part: str = "") -> str:
    """A list of ids, with those that were made from each."""
    ids = [each.strip().partition(":")[0] for each in listed.split(",") if each.strip()]
    return ", ".join(f"{one}{part}" for each in ids for one in named.get(each, [each]))
