"""The rules about everybody else: an example that breaks each, and one that holds."""

from __future__ import annotations

from harness.conformance.behaviour import other_patient as rules
from harness.conformance.rule import Rule

NOTHING: dict[str, object] = {"noter": [], "samtykke": ""}
TWO = {"noter": [{"tekst": "A"}, {"tekst": "B"}], "samtykke": "givet"}

# rule, what breaks it, what must be found, what holds
EXAMPLES: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (
        rules.stays_as_it_was,
        (NOTHING, {"noter": [{"tekst": "A"}], "samtykke": ""}),
        "noter: 1 i stedet for 0",
        (TWO, {"noter": [{"tekst": "B"}, {"tekst": "A"}], "samtykke": "givet"}),
    ),
    (rules.stays_as_it_was, (TWO, {**TWO, "samtykke": "nægtet"}), "samtykke er ændret", (NOTHING, NOTHING)),
    (rules.stays_as_it_was, (TWO, {**TWO, "noter": [{"tekst": "A"}, {"tekst": "C"}]}), "noter er ændret", (TWO, TWO)),
    (rules.stays_as_it_was, ({}, {"niveau": 3}), "niveau er ændret", ({}, {})),
    (rules.only_own_texts, (["b-0002", "b-0004"],), "også en anden patients, i b-0002, b-0004", ([],)),
]
