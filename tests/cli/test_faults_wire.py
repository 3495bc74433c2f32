"""`lps faults --wire`: what is printed of a proof on the wire, and what is given to a program."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import jsonschema

from harness.cli.faults_wire import wire_lines, wire_out
from harness.cli.faults_wire_json import schema_text
from harness.domain.wire import How, Listed, Standing, WireChange
from harness.runner.trials.wire import Came
from harness.runner.trials.wire_proof import WireProof

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "wire-trials.schema.json"


def part(path: str) -> WireChange:
    return WireChange("flp/planer", path, How.ALTERED)


def entry(standing: Standing, path: str) -> Listed:
    return Listed(standing, ("flp/*",), (path,), None, "Det er frit.", "en kilde", f"egne.yaml, {standing} nr. 1")


PROOF = WireProof(
    (
        Came(part("cpr"), 1, 4, "FLP-22", ("FLP-R06",)),
        Came(part("plan"), 4, 4),
        Came(part("enhed"), 4, 4),
        Came(part("ny"), 2, 4, stopped=(("FLP-40", "svarede 422"),)),
    ),
    (
        entry(Standing.NOT_REQUIRED, "plan"),
        entry(Standing.HOLE, "enhed"),
        entry(Standing.NOT_REQUIRED, "noget-der-fanges"),
    ),
    True,
    11,
    2.06,
)


def test_the_answer_follows_its_published_schema() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "kør: python -m harness.cli.faults_wire_json"
    out = json.loads(json.dumps(asdict(wire_out(PROOF))))
    jsonschema.validate(out, json.loads(schema_text()))
    assert out["beskeder"] == {"flp/planer": {"fanget": 1, "ikke_krævet": 1, "huller": 1, "ikke_gennemgået": 1}}
    assert out["fanget"] == {"flp/planer:cpr:ændret": {"scenarie": "FLP-22", "regler": ["FLP-R06"]}}
    assert out["huller"] == ["flp/planer:enhed:ændret"]
    assert out["ikke_gennemgået"]["flp/planer:ny:ændret"] == {"prøvet": 2, "steder": 4, "standset": {"FLP-40": "svarede 422"}}
    assert out["unødvendige"] == ["egne.yaml, ikke krævet nr. 1"]
    assert (out["hele"], out["exitkode"]) == (True, 1)


def test_what_is_printed_names_the_holes_and_what_nobody_has_looked_at() -> None:
    told = "\n".join(wire_lines(PROOF))
    assert "Hul: flp/planer:enhed:ændret. Det er frit. (en kilde)" in told
    assert "Ikke gennemgået: flp/planer:ny:ændret (prøvet i 2 af 4 scenarier). FLP-40: svarede 422" in told
    assert "Unødvendig: egne.yaml, ikke krævet nr. 1 i fixtures/wire/" in told


def test_a_proof_without_holes_is_good() -> None:
    assert wire_out(WireProof(PROOF.came[:2], PROOF.listed[:1], True, 5, 1.0)).exitkode == 0
