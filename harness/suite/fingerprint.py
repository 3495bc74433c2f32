"""What a run was measured with, as SHA-256: the same suite gives the same figures on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from harness.domain.requirement import Campaign
from harness.house import House

_RULES = Path(__file__).parents[1] / "conformance"


def fingerprint(house: House, campaigns: Sequence[Campaign], vendor_file: Path, mapping: Path | None = None) -> dict[str, str]:
    """SHA-256 (hex) of features, regler, profiler, kampagne (with requirements and protocols), patienter, kodelister and system;
    and of the mapping of the system's own API, where it has one.

    File names and normalised text count; line endings and a UTF-8 byte order mark do not. Raises OSError.
    """
    terminology = house.fixtures / "terminology"
    features = (path for name in _each(campaigns, "features") for path in (house.features / name).rglob("*.feature"))
    return {
        "features": _digest(house.features, features),
        "regler": _digest(_RULES, _RULES.rglob("*.py")),
        "profiler": _digest(house.profiles, (house.profiles / f"{name}.yaml" for name in _each(campaigns, "profiles"))),
        "kampagne": _digest(house.fixtures, _of_campaigns(house, campaigns)),
        "patienter": _digest(house.patients, house.patients.glob("*.yaml")),
        "kodelister": _digest(terminology, terminology.glob("*.yaml")),
        "system": _digest(vendor_file.parent, [vendor_file]),
        **({"kort": _digest(mapping.parent, [mapping])} if mapping else {}),
    }


def _each(campaigns: Sequence[Campaign], what: str) -> set[str]:
    return {name for each in campaigns for name in getattr(each, what)}


def _of_campaigns(house: House, campaigns: Sequence[Campaign]) -> Iterable[Path]:
    yield from (house.campaigns / f"{each.id}.yaml" for each in campaigns)
    yield from house.requirements.glob("*.yaml")
    yield from {house.protocols / f"{protocol.id}.yaml" for each in campaigns for protocol in each.protocols}


def _digest(folder: Path, files: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for name, path in sorted((path.relative_to(folder).as_posix(), path) for path in files):
        text = path.read_bytes().removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        whole.update(f"{name}\0{len(text)}\0".encode() + text)
    return whole.hexdigest()
