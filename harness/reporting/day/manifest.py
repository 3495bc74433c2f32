"""What an export holds, file by file, and which logs it was made of: `manifest.json`, canonical JSON (RFC 8785)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final, Literal

from harness.reporting.bundle.manifest import FileOut, own_version
from harness.reporting.day.day import Day
from harness.reporting.summary import REHEARSAL

MANIFEST_NAME: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class RunOut:
    """En kørsel, som tallene kommer af."""

    kørsel: str
    """kampagne/system/id."""
    loggens_hoved: str
    """SHA-256 af loggens sidste linje, da der blev læst."""
    gennemgangens_hoved: str


@dataclass(frozen=True, slots=True)
class DayManifest:
    """Det, en dags eksport er af, og det, der er i den. Den er ingen godkendelse."""

    skema: Literal["lps-dag-1"]
    harness: str
    """Den udgave af testharnesset, der skrev den."""
    kampagne: str
    forbehold: str
    """For prøvekørsler: at de intet siger om leverandørernes egne systemer. Ellers tom."""
    kørsler: tuple[RunOut, ...]
    filer: dict[str, FileOut]


def manifest_of(day: Day, files: Mapping[str, FileOut]) -> bytes:
    """The manifest of a day and these files. The runs a system's day is held against are among its runs."""
    import rfc8785

    before = [each.before for each in day.systems if each.before is not None]
    runs = {each.name: each.result for each in (*day.runs, *before)}
    manifest = DayManifest(
        skema="lps-dag-1",
        harness=own_version(),
        kampagne=day.campaign.id,
        forbehold=REHEARSAL if day.rehearsal else "",
        kørsler=tuple(RunOut(name, each.head, each.review.head or each.head) for name, each in sorted(runs.items())),
        filer=dict(files),
    )
    return rfc8785.dumps(asdict(manifest))


def campaign_in(data: bytes) -> str:
    """The campaign that the manifest in a file's bytes is of; empty where it is none of a day."""
    try:
        said = json.loads(data)
    except ValueError:
        return ""
    return str(said.get("kampagne", "")) if isinstance(said, dict) and said.get("skema") == "lps-dag-1" else ""


def schema_text() -> str:
    """The JSON Schema as it stands in docs/schema/day-manifest.schema.json."""
    from pydantic import ConfigDict, TypeAdapter, with_config  # slow to import, and not needed to write a manifest

    config = ConfigDict(extra="forbid", use_attribute_docstrings=True)
    for each in (FileOut, RunOut, DayManifest):
        with_config(config)(each)
    return json.dumps(TypeAdapter(DayManifest).json_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    from harness.house import find_house

    file = find_house().home / "docs" / "schema" / "day-manifest.schema.json"
    file.write_text(schema_text(), encoding="utf-8", newline="\n")
