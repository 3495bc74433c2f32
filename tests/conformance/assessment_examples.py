"""The rules about the behovsvurdering: an example that breaks each, and one that holds."""

from __future__ import annotations

from harness.conformance.behaviour import assessment as rules
from harness.conformance.rule import Rule

ELEMENT = "psykosociale forhold"
GROUNDS = {"sundhedskompetence": "god", "særlig sårbarhed": "sorg"}

# rule, what breaks it, what must be found, what holds
EXAMPLES: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (rules.element_is_shown, ({}, ELEMENT, "Bor alene"), "ingenting", ({ELEMENT: "Bor alene"}, ELEMENT, "Bor alene")),
    (
        rules.element_is_shown,
        ({ELEMENT: "Bor"}, ELEMENT, "Bor alene"),
        "“psykosociale forhold: Bor”",
        ({ELEMENT: "Skrevet af lægen: Bor alene", "resumé": "x"}, ELEMENT, "Bor alene"),
    ),
    (rules.earlier_is_kept, ([["Holdt op"]], "Ryger"), "ingen", ([["Ryger 20"], ["Holdt op"]], "Ryger")),
    (rules.earlier_is_kept, ([["Andet"], ["Ryger"]], "Ryger"), "“Andet”", ([["Ryger"], [], []], "Ryger")),
    (rules.consent_is_shown, ("givet", "nægtet"), "samtykke givet", ("nægtet", "nægtet")),
    (rules.consent_is_shown, ("", "givet"), "intet om samtykke", ("givet", "givet")),
    (rules.not_shared_without_consent, (2,), "planen i 2 beskeder", (0,)),
    (rules.level_has_grounds, (2, GROUNDS, 3, GROUNDS), "niveau 2", (3, GROUNDS, 3, GROUNDS)),
    (rules.level_has_grounds, (None, {}, 3, GROUNDS), "intet niveau", (3, GROUNDS | {"andet": "x"}, 3, GROUNDS)),
    (rules.level_has_grounds, (3, {"sundhedskompetence": "god"}, 3, GROUNDS), "mangler", (3, GROUNDS, 3, {})),
    (rules.only_known_levels, ([1, 4],), "niveau 4", ([1, 2, 3],)),
    (rules.only_known_levels, ([0],), "niveau 0", ([],)),
    (rules.levels_are_kept, ([3], [1, 3]), "3", ([1, 3], [1, 3])),
    (rules.levels_are_kept, ([], [1]), "intet niveau", ([1], [1])),
    (rules.relatives_with_consent, (["Bror"], "Bror", False), "det modsatte", ([], "Bror", False)),
    (rules.relatives_with_consent, ([], "Datter", True), "det modsatte", (["Datter", "Bror"], "Datter", True)),
    (rules.deviation_has_reason, ([3], [""], ""), "niveau 3", ([], [], "")),
    (rules.deviation_has_reason, ([3], [""], "Sorg"), "“”", ([3], ["Sorg BCD"], "Sorg")),
]
