"""`lps faults --wire`: what becomes of a message when a part of it is left out or changed, and what nobody misses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.cli.faults_wire_json import CatchOut, CountsOut, UnreviewedOut, WireOut
from harness.domain.wire import Standing

if TYPE_CHECKING:
    from harness.runner.trials.wire_proof import WireProof

_COLUMNS = tuple(Standing)


def wire_lines(proof: WireProof) -> Iterator[str]:
    """What the proof came to, line by line: a row for each kind of message, then what is to be looked at."""
    kinds = proof.by_kind()
    width = max((len(kind) for kind in kinds), default=0)
    yield f"{'Besked':<{width}}  " + "  ".join(f"{each:>15}" for each in _COLUMNS)
    for kind, counts in sorted(kinds.items()):
        yield f"{kind:<{width}}  " + "  ".join(f"{counts[each]:>15}" for each in _COLUMNS)
    totals = {each: len(proof.those(each)) for each in _COLUMNS}
    yield f"{'I alt':<{width}}  " + "  ".join(f"{totals[each]:>15}" for each in _COLUMNS)
    for each in proof.those(Standing.HOLE):
        said = next(entry for entry in proof.listed if entry.standing is Standing.HOLE and entry.covers(each.change))
        yield f"Hul: {each.change}. {said.why} ({said.source})"
    for each in proof.those(Standing.UNREVIEWED):
        stopped = f" {each.stopped[0][0]}: {each.stopped[0][1]}" if each.stopped else ""
        yield f"Ikke gennemgået: {each.change} (prøvet i {each.tried} af {each.places} scenarier).{stopped}"
    for entry in proof.stale():
        yield f"Unødvendig: {entry.place} i fixtures/wire/: alt, den nævner, bliver fanget."
    yield f"{proof.trials} forsøg på {proof.seconds:.0f} s."
    if not proof.whole:
        yield "Ikke alt er prøvet alle steder: det, der ikke er fanget, kan blive fanget et andet sted."


def wire_out(proof: WireProof) -> WireOut:
    """The same for a program."""
    kinds = {
        kind: CountsOut(*(counts[each] for each in (Standing.CAUGHT, Standing.NOT_REQUIRED, Standing.HOLE, Standing.UNREVIEWED)))
        for kind, counts in sorted(proof.by_kind().items())
    }
    return WireOut(
        beskeder=kinds,
        fanget={str(each.change): CatchOut(each.by, each.rules) for each in proof.those(Standing.CAUGHT)},
        huller=tuple(str(each.change) for each in proof.those(Standing.HOLE)),
        ikke_krævet=tuple(str(each.change) for each in proof.those(Standing.NOT_REQUIRED)),
        ikke_gennemgået={
            str(each.change): UnreviewedOut(each.tried, each.places, dict(each.stopped))
            for each in proof.those(Standing.UNREVIEWED)
        },
        unødvendige=tuple(each.place for each in proof.stale()),
        hele=proof.whole,
        forsøg=proof.trials,
        sekunder=round(proof.seconds, 1),
        exitkode=0 if proof.holds else 1,
    )
