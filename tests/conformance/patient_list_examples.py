"""The rules about patient lists: an example that breaks each, and one that holds."""

from __future__ import annotations

from harness.conformance.behaviour import patient_list as rules
from harness.conformance.rule import Rule

# rule, what breaks it, what must be found, what holds
EXAMPLES: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (rules.follows_criteria, ([], ["Elmer"], {}), "ingen af scenariets patienter", (["Elmer"], ["Elmer"], {})),
    (
        rules.follows_criteria,
        (["Elmer", "Nancy"], ["Elmer"], {"Nancy": "har ingen af profilens koder"}),
        "“Nancy, som har ingen af profilens koder”",
        (["Elmer"], ["Elmer"], {"Nancy": "har ingen af profilens koder"}),
    ),
    (rules.follows_criteria, (["Elmer", "Elmer"], ["Elmer"], {}), "“Elmer”; “Elmer”", (["Elmer"], ["Elmer"], {})),
    (
        rules.is_found,
        (["nyrepaavirkning"], "nyrepåvirkning"),
        "“nyrepaavirkning”",
        (["Patienter med nyrepåvirkning"], "nyrepåvirkning"),
    ),
    (rules.is_found, ([], "nyrepåvirkning"), "ikke listen", (["Nyrepåvirkning"], "nyrepåvirkning")),
    (rules.shown_together, ("", "nyrepåvirkning"), "for sig selv", ("nyrepåvirkning", "nyrepåvirkning")),
]
