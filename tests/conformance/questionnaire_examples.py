"""The rules about questionnaires and answers: an example that breaks each, one that holds, and what may differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from harness.conformance.behaviour import questionnaire as rules
from harness.conformance.behaviour.questionnaire import ShownScore
from harness.conformance.rule import Rule

DAY = date(2026, 10, 5)
MINE = ShownScore("MCS88137", "18", "KLMNPQ Har selv udfyldt skemaet", DAY)
CHANGED = replace(MINE, value="19")
OTHER = replace(MINE, remark="BCDFGH Har selv udfyldt skemaet")
OLD = replace(MINE, current=False)
MARK, CODE = "KLMNPQ", "MCS88137"

# rule, what breaks it, what must be found, what holds
EXAMPLES: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (rules.package_is_ordered, ("Systemet sendte ingenting.",), "Systemet sendte ingenting.", ("",)),
    (rules.for_the_patient, (1,), "en pakke til en anden patient", (0,)),
    (rules.package_is_whole, (["MCS88137"], ["MCS88021", "MCS88137"]), "MCS88137", (["b", "a"], ["a", "b"])),
    (rules.package_is_whole, ([], ["a"]), "ingen", (["a"], ["a"])),
    (rules.not_shown_as_sent, ("sendt",), "sendt", ("ikke sendt",)),
    (rules.ordered_once, (["1", "2"],), "2 bestillinger", (["1", "1"],)),
    (rules.packages_are_shown, (["KOL"], ["KOL", "lænderygsmerter"]), "KOL", (["x", "KOL"], ["KOL"])),
    (rules.score_is_shown, ([OTHER], MARK, CODE), "ingenting", ([OTHER, MINE], MARK, CODE)),
    (rules.score_is_shown, ([MINE], MARK, "MCS88021"), "“MCS88137 18”", ([MINE], MARK, CODE)),
    (rules.score_is_unchanged, ([CHANGED], MARK, CODE, "18"), "“MCS88137 19”", ([MINE, OTHER], MARK, CODE, "18")),
    (
        rules.score_is_unchanged,
        ([replace(MINE, value="ukendt")], MARK, CODE, "39.8"),
        "“MCS88137 ukendt”",
        ([replace(MINE, value=" 39,80 ")], MARK, CODE, "39.8"),
    ),
    (rules.day_is_own, ([replace(MINE, day=None)], MARK, DAY), "ingen dato", ([MINE], MARK, DAY)),
    (rules.shown_once, ([MINE, MINE], MARK), "2 gange", ([MINE, OTHER], MARK)),
    (
        rules.remark_is_there,
        ([replace(MINE, remark="KLMNPQ Har")], MARK, MINE.remark),
        "“KLMNPQ Har”",
        ([replace(MINE, remark="Bemærkning: KLMNPQ Har selv\nudfyldt skemaet")], MARK, MINE.remark),
    ),
    (rules.stranger_is_told_of, (["x"], MARK, False), "ingen af delene", (["KLMNPQ"], MARK, False)),
    (rules.stranger_is_told_of, ([], MARK, False), "ingen af delene", ([], MARK, True)),
    (rules.earlier_is_kept, ([OTHER], MARK, "18"), "“MCS88137 18”", ([OLD], MARK, "18")),
    (rules.correction_is_shown, ([CHANGED, OLD], MARK, "18"), "“MCS88137 19”; “MCS88137 18”", ([CHANGED, OLD], MARK, "19")),
    (rules.corrected_is_past, ([MINE, CHANGED], MARK, "18"), "scoren 18 som gældende", ([OLD, CHANGED], MARK, "18")),
    (rules.corrected_is_kept, ([CHANGED], MARK, "18"), "kun den rettede score", ([OLD, CHANGED], MARK, "18")),
    (rules.impossible_is_not_hidden, ([], MARK, "61", False), "ingen af delene", ([], MARK, "61", True)),
    (rules.impossible_is_not_hidden, ([MINE], MARK, "61", True), "“MCS88137 18”", ([MINE], MARK, "18", False)),
    (rules.impossible_is_warned_of, ([MINE], MARK), "ingen advarsel", ([replace(MINE, warned=True)], MARK)),
    (rules.score_is_at_hand, ([OLD], MARK, "18"), "scoren 18 som rettet siden", ([OLD, MINE], MARK, "18")),
    (rules.score_is_at_hand, ([OTHER], MARK, "18"), "“MCS88137 18”", ([OTHER, MINE], MARK, "18")),
    (rules.answer_is_shown, ([("Hvorfor? KLMNPQ", "Nej")], MARK, "Ja"), "“Nej”", ([("KLMNPQ", "Ja")], MARK, "Ja")),
    (rules.answer_is_shown, ([], MARK, "Ja"), "ingenting", ([("KLMNPQ", "7500,0")], MARK, "7500")),
]
