"""What a monitor looks at, by why an item waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.dashboard.worklist.items import Kind

LOOK_AT: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.FINDING: (
        "Se beskeden og det sted, fundet peger på. Er det, der står, virkelig forkert?",
        "Passer karakteren til det, der er galt?",
        "Hører fejlen til det system, den er lagt på?",
    ),
    Kind.JUDGEMENT: (
        "Læs redegørelsen, eller det, testeren har sagt god for.",
        "Svarer det til det, trinnet beder om?",
    ),
    Kind.UNTESTABLE: (
        "Hvorfor kunne scenariet ikke gennemføres?",
        "Er det systemet selv, den anden part, testharnesset eller nettet? Kan det prøves igen i dag?",
    ),
    Kind.IRRELEVANT: ("Læs testerens grund.", "Er det rigtigt, at scenariet ikke er relevant for systemet?"),
    Kind.TOGETHER: (
        "Se beskederne begge veje. Kom det frem, der skulle, hos den, det var til?",
        "Har begge parter set det på deres egen skærm?",
    ),
    Kind.SUBMITTED: (
        "Gennemgå kørslen på MedComs side, eller med lps review.",
        "Her på listen kan du tage punktet, så alle ser, at nogen er i gang.",
    ),
}
