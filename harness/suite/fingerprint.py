"""What a run was measured with, as SHA-256: the same suite gives the same figures on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from harness.domain.event import RunStarted
from harness.domain.requirement import Campaign
from harness.house import House
from harness.suite.campaigns import load_campaigns
from harness.suite.vendors import load_vendor, vendor_file

_RULES = Path(__file__).parents[1] / "conformance"


def fingerprint(house: House, campaigns: Sequence[Campaign], vendor_file: Path, mapping: Path | None = None) -> dict[str, str]:
    """SHA-256 (hex) of features, regler, profiler, kampagne (with requirements and protocols), patienter, kodelister and system;
    and of the mapping of the system's own API, where it has one.

    File names and normalised text count; line endings and a UTF-8 byte order mark do not. Raises OSError.
    """
    return combined(measured_files(house, campaigns, vendor_file, mapping))


def present_fingerprint(house: House, started: RunStarted, files: Mapping[str, Path] | None = None) -> dict[str, str]:
    """The fingerprint that the run which began so would have with the suite as it is now.

    `files` are systems' files that lie elsewhere than in fixtures/vendors, by system. What is gone since, a campaign or the
    system's file, has no part in it, so that it is another one. Raises YamlError and OSError.
    """
    there = {path.stem for path in house.campaigns.glob("*.yaml")}
    own = [each for each in started.participation if each in there]
    campaigns = load_campaigns(house, ",".join(own)) if own else []
    file = (files or {}).get(started.system, vendor_file(house, started.system))
    if not file.is_file():
        parts = measured_files(house, campaigns, house.reference)
        return combined({name: each for name, each in parts.items() if name != "system"})
    access = None if started.rehearsal else load_vendor(file).access
    measured = measured_files(house, campaigns, file, access.mapping if access else None)
    other = (files or {}).get(started.partner, vendor_file(house, started.partner)) if started.partner else None
    if other is not None and other.is_file():
        measured["partner"] = _digests(other.parent, [other])
    return combined(measured)


def measured_files(
    house: House, campaigns: Sequence[Campaign], vendor_file: Path, mapping: Path | None = None
) -> dict[str, dict[str, str]]:
    """For each part of the fingerprint the SHA-256 of its files' normalised text, by where each lies. Raises OSError.

    `measured_files(house, [campaign], file)["features"]["features/deling/deling.feature"]`
    """
    terminology = house.fixtures / "terminology"
    features = (path for name in _each(campaigns, "features") for path in (house.features / name).rglob("*.feature"))
    return {
        "features": _digests(house.home, features),
        "regler": _digests(_RULES.parents[1], _RULES.rglob("*.py")),
        "profiler": _digests(house.home, (house.profiles / f"{name}.yaml" for name in _each(campaigns, "profiles"))),
        "kampagne": _digests(house.home, _of_campaigns(house, campaigns)),
        "patienter": _digests(house.home, house.patients.glob("*.yaml")),
        "kodelister": _digests(house.home, terminology.glob("*.yaml")),
        "system": _digests(vendor_file.parent, [vendor_file]),
        **({"kort": _digests(mapping.parent, [mapping])} if mapping else {}),
    }


def combined(files: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The fingerprint: one SHA-256 for each part of what `measured_files` found."""
    return {
        part: hashlib.sha256("".join(f"{name}\0{sha}\n" for name, sha in sorted(each.items())).encode()).hexdigest()
        for part, each in files.items()
    }


def text_digest(data: bytes) -> str:
    """SHA-256 (hex) of a text file's bytes, whatever its line endings, with or without a byte order mark."""
    return hashlib.sha256(data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")).hexdigest()


def _each(campaigns: Sequence[Campaign], what: str) -> set[str]:
    return {name for each in campaigns for name in getattr(each, what)}


def _of_campaigns(house: House, campaigns: Sequence[Campaign]) -> Iterable[Path]:
    yield from (house.campaigns / f"{each.id}.yaml" for each in campaigns)
    yield from house.requirements.glob("*.yaml")
    yield from {house.protocols / f"{protocol.id}.yaml" for each in campaigns for protocol in each.protocols}


def _digests(folder: Path, files: Iterable[Path]) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): text_digest(path.read_bytes()) for path in files}
