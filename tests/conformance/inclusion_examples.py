"""The rules about whom a pakkeforløb includes, and about population lists: an example that breaks each, and one that holds."""

from __future__ import annotations

from datetime import date, timedelta

from harness.conformance.behaviour import inclusion, population
from harness.conformance.rule import Rule

PIA = {"Pia": "er ikke fyldt 18 år"}
DAY = date(2026, 10, 5)
FOUND = (("Elmer", "Omfattet af pakkeforløb for KOL BCDFGH"),)
BROKEN_LINES = (("Elmer", "Epikrise\nOmfattet af pakkeforløb\nfor KOL\nBCDFGH\nVenlig hilsen"), ("Nancy", "Et andet brev"))
TEXT = "pakkeforløb for KOL BCDFGH"
TOO_MANY = "“Pia, som er ikke fyldt 18 år”"

# rule, what breaks it, what must be found, what holds
INCLUSION: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (inclusion.nobody_missing, (["Elmer"], ["Elmer", "Nancy"]), "“Elmer”", (["Nancy", "Elmer", "Pia"], ["Elmer", "Nancy"])),
    (inclusion.nobody_missing, ([], ["Elmer"]), "ingen af scenariets patienter", ([], [])),
    (inclusion.nobody_too_many, (["Elmer", "Pia", "Pia"], PIA), TOO_MANY, (["Elmer"], PIA)),
    (inclusion.each_once, (["Elmer", "Elmer"],), "“Elmer”; “Elmer”", (["Elmer", "Nancy"],)),
    *(
        (rule, broken, found, (["Elmer"], ["Elmer"], PIA))
        for rule in inclusion.AGREED.values()
        for broken, found in (
            ((["Elmer", "Pia"], ["Elmer"], PIA), TOO_MANY),
            (([], ["Elmer"], PIA), "ingen af scenariets patienter"),
        )
    ),
    (inclusion.proposed_at_diagnosis, ([], "KOL"), "intet forslag", (["type 2-diabetes", "KOL"], "KOL")),
    (inclusion.proposed_at_contact, (["type 2-diabetes"], "KOL"), "“type 2-diabetes”", (["KOL"], "KOL")),
    (inclusion.not_proposed, (["KOL"], "KOL"), "“KOL”", (["type 2-diabetes"], "KOL")),
    (inclusion.letter_is_found, ((), TEXT), "intet brev", (FOUND, TEXT)),
    (inclusion.letter_is_found, ((("Elmer", "Omfattet af pakkeforl?b"),), TEXT), "“Omfattet af pakkeforl?b”", (FOUND, TEXT)),
    (inclusion.letter_is_found, ((), TEXT), "intet brev", (BROKEN_LINES, TEXT)),
    (inclusion.search_is_exact, (FOUND * 2, [TEXT], "KOL"), f"“{TEXT}”; “{TEXT}”", (BROKEN_LINES, [TEXT, "Ryg FGH"], "kol")),
    (inclusion.search_is_exact, (FOUND, [TEXT], "ryg"), f"“{TEXT}”", ((), [TEXT], "ryg")),
    (inclusion.letter_is_the_patients, (FOUND, TEXT, "Nancy"), "“Elmer”", (FOUND, TEXT, "Elmer")),
    (inclusion.called_in, (["Nancy"], "Elmer"), "“Nancy”", (["Nancy", "Elmer"], "Elmer")),
]
COCKPIT: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (population.profiles_were_fetched, ("Systemet sendte ingenting.",), "Systemet sendte ingenting.", ("",)),
    (population.published_is_there, (["KOL"], "lænderygsmerter"), "“KOL”", (["KOL"], "KOL")),
    (population.withdrawn_is_gone, (["KOL"], "KOL"), "“KOL”", (["lænderygsmerter"], "KOL")),
    (population.lacking_is_marked, ([], "Elmer"), "ingen", (["Elmer"], "Elmer")),
    (population.planned_is_not_marked, (["Elmer"], "Elmer"), "“Elmer”", (["Nancy"], "Elmer")),
    (population.no_shows_are_counted, ({"Elmer": 1}, {"Elmer": 2}), "Elmer: 1", ({"Elmer": 2}, {"Elmer": 2})),
    (population.no_shows_are_counted, ({}, {"Elmer": 0}), "ingen", ({"Elmer": 0}, {"Elmer": 0})),
    (
        population.no_show_is_seen,
        ([], "Samtale", {DAY}),
        "ingen udeblivelser",
        ([("Kontrol", DAY), ("Samtale", None)], "Samtale", {DAY}),
    ),
    (
        population.no_show_is_seen,
        ([("Samtale", DAY + timedelta(days=1))], "Samtale", {DAY}),
        "“Samtale, 2026-10-06”",
        ([("Samtale", DAY + timedelta(days=1))], "Samtale", {DAY, DAY + timedelta(days=1)}),
    ),
    (population.levels_are_shown, ({"Brita": 3}, {"Nancy": 2, "Brita": 3}), "Brita: 3", ({"Brita": 3}, {"Brita": 3})),
    (
        population.follow_up_is_documented,
        ((("Ringet", DAY),), "Ringet op", DAY),
        "“Ringet, 05-10-2026”",
        ((("x", DAY),), "x", DAY),
    ),
    (population.follow_up_is_documented, ((("x", None),), "x y", DAY), "“x”", ((("Lægen: x\ny.", DAY),), "x y", DAY)),
    (
        population.follow_up_is_documented,
        ((("x", DAY), ("x", DAY)), "x", DAY),
        "“x, 05-10-2026”; “x, 05-10-2026”",
        ((("x", DAY), ("y", DAY)), "x", DAY),
    ),
    (population.follow_ups_are_counted, ({"Elmer": 1}, {"Elmer": 2}), "Elmer: 1", ({"Elmer": 0}, {"Elmer": 0})),
    (population.plans_agree, ({"Elmer": 2}, {"Elmer": 1}), "Elmer: 2", ({"Elmer": 1}, {"Elmer": 1})),
]
