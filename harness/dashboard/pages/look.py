"""How a standing and a sign are shown: letters, a word, a short word for the wall, and a shape. Colour is never the only sign."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from harness.dashboard.wall import Sign
from harness.domain.grade import Beside, Grade, Standing, parse_standing


@dataclass(frozen=True, slots=True)
class Look:
    """`code` is the standing itself, `word` says it in full, `short` fits a cell that is read at ten metres.

    `shape` names a drawing in `former.html`, `kind` a colour in the style sheet.
    """

    code: str
    word: str
    short: str
    shape: str
    kind: str


_LOOKS: Final[dict[Standing | None, Look]] = {
    Grade.F1: Look("F1", "kritisk", "F1", "ottekant", "f1"),
    Grade.F2: Look("F2", "alvorlig", "F2", "rude", "f2"),
    Grade.F3: Look("F3", "betydelig", "F3", "trekant", "f3"),
    Grade.F4: Look("F4", "mindre betydelig", "F4", "flueben-ring", "f4"),
    Grade.OK: Look("OK", "", "OK", "flueben", "ok"),
    Grade.IR: Look("IR", "ikke relevant", "IR", "streg", "ir"),
    Beside.AWAITING: Look("afventer", "", "afventer", "timeglas", "wait"),
    Beside.ATTESTED: Look("attesteret", "", "attest", "pen", "wait"),
    Beside.UNTESTABLE: Look("kunne ikke testes", "", "utestet", "kryds", "stop"),
    Beside.UNCHECKED: Look("ikke kontrolleret", "", "ej set", "spørgsmål", "stop"),
    Beside.INTERRUPTED: Look("afbrudt", "", "afbrudt", "brud", "stop"),
    None: Look("ikke kørt", "", "–", "ring", "none"),
}
"""OK stands alone: MedCom's word for it is *Godkendt*, and that is MedCom's to say."""

_SIGNS: Final = {
    Sign.REHEARSAL: Look(
        "prøvekørsel", "med referencesystemet; siger intet om leverandørens system", "prøve", "prik-ring", "prøve"
    ),
    Sign.SENT: Look("sendt", "sendt af leverandøren, ikke set af MedCom", "sendt", "kuvert", "sendt"),
    Sign.CRITICAL: Look("kritisk", "eskaleret: skal løses nu", "kritisk", "udråb", "kritisk"),
    Sign.OUTDATED: Look("forældet", "målt med en ældre udgave af testen", "forældet", "ur", "forældet"),
    Sign.PAUSED: Look("på pause", "kørslen holder pause", "pause", "pause", "pause"),
    Sign.RUNNING: Look("kører", "kørslen er i gang", "kører", "pil", "kører"),
}


def so_far(look: Look) -> Look:
    """The same while not everything that was planned has come: no approval yet, and not coloured as one."""
    return replace(look, word="indtil nu", short=f"{look.code} …", kind="delvis")


def look_of(standing: Standing | None) -> Look:
    """How `standing` is shown; None: nothing has run."""
    return _LOOKS[standing]


def sign_looks(signs: Iterable[Sign]) -> tuple[Look, ...]:
    """How these signs are shown: first what says what the rest is worth, then the most urgent."""
    there = set(signs)
    return tuple(look for sign, look in _SIGNS.items() if sign in there)


def standing_named(word: str) -> Look:
    """How a standing that is told by its word is shown (`F3`, `afventer`). Raises ValueError for a word that is none."""
    return _LOOKS[parse_standing(word) if word else None]


def every_standing() -> tuple[Look, ...]:
    """All of them, worst first: for the legend and the filter."""
    return tuple(_LOOKS.values())


def every_sign() -> tuple[Look, ...]:
    """All signs, in the order they are shown."""
    return tuple(_SIGNS.values())
