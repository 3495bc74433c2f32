"""The rules about plans in Digitale Forløbsplaner: an example that breaks each, and one that holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from harness.conformance.behaviour import forloebsplan as rules
from harness.conformance.rule import Rule
from harness.domain.forloebsplan import Measurement

DAY = date(2026, 11, 2)
FEV1 = Measurement(Decimal("1.85"), "L", DAY)
CAT = Measurement(Decimal(14), "", DAY)
WALKS = ("a", "Skrevet: Går en\ntur.")
SHOWN = "“a: Skrevet: Går en\ntur.”"
OWN = {"FEV1": FEV1, "CAT": CAT}

# rule, what breaks it, what must be found, what holds
EXAMPLES: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (rules.enrolled_as_chosen, (["KOL", "LRS"], ["KOL"]), "“KOL”; “LRS”", (["LRS", "KOL"], ["KOL", "LRS"])),
    (rules.enrolled_as_chosen, ([], ["KOL"]), "ingen tilmelding", ([], [])),
    (rules.shown_as_enrolled, (["KOL"], {"KOL": False}), "“KOL”", (["LRS"], {"KOL": False})),
    (rules.shown_as_enrolled, ([], {"KOL": True}), "ingen tilmelding", (["KOL", "LRS"], {"KOL": True})),
    (rules.no_plan_without_enrolment, (1,), "en plan i 1 beskeder", (0,)),
    (rules.plans_go_with_enrolment, (["KOL", "LRS"], ["LRS"]), "“KOL”; “LRS”", (["LRS"], ["LRS"])),
    (rules.plans_go_with_enrolment, ([], ["LRS"]), "ingen plan", ([], [])),
    (rules.plan_arrives, ("Systemet sendte ingenting.",), "Systemet sendte ingenting.", ("",)),
    (rules.plan_of_the_patient, (1,), "1 beskeder om en anden patient", (0,)),
    (
        rules.measured_as_registered,
        ({"FEV1": Measurement(Decimal(1), "L", DAY)}, OWN),
        "FEV1: 1 L målt 02-11-2026",
        ({"FEV1": Measurement(Decimal("1.850"), "L", DAY)}, OWN),
    ),
    (
        rules.measured_as_registered,
        ({"FEV1": Measurement(FEV1.value, "", DAY)}, OWN),
        "FEV1: 1,85 målt 02-11-2026",
        ({"CAT": Measurement(CAT.value, "{Number}", DAY)}, OWN),
    ),
    (
        rules.measured_as_registered,
        ({"CAT": Measurement(CAT.value, "", date(2026, 11, 3))}, OWN),
        "CAT: 14 målt 03-11-2026",
        ({"LDL": CAT}, OWN),
    ),
    (
        rules.measured_as_registered,
        ({"CAT": Measurement(CAT.value, "mmol/mol", DAY)}, OWN),
        "CAT: 14 mmol/mol målt 02-11-2026",
        ({"CAT": Measurement(CAT.value, "1", DAY)}, OWN),
    ),
    (
        rules.told_by_the_clinic,
        (["61741000016007", "73091000016008"], "73091000016008"),
        "61741000016007",
        ([], "73091000016008"),
    ),
    (rules.nothing_is_invented, (OWN, "CAT"), "CAT: 14 målt 02-11-2026", (OWN, "MRC")),
    (rules.missing_is_told, (["CAT"], "MRC"), "“CAT”", (["CAT", "MRC"], "MRC")),
    (rules.missing_is_told, ([], "MRC"), "ingen mangler", (["MRC"], "MRC")),
    (rules.data_is_complete, (["CAT"], ["CAT", "FEV1", "LDL"]), "mangler FEV1, LDL", (["MRC", "CAT"], ["CAT"])),
    (rules.part_is_whole, ([("a", "Går en")], "a", "Går en tur"), "“a: Går en”", ([("b", "x"), WALKS], "a", "Går en tur")),
    (rules.part_is_whole, ([WALKS, WALKS], "a", "Går en tur"), f"{SHOWN}; {SHOWN}", ([WALKS], "a", "Går en tur")),
    (rules.part_is_whole, ([WALKS], "b", "Går en tur"), SHOWN, ([WALKS], "a", "Går en tur")),
    (rules.plan_is_active, (False,), "planen er ikke aktiv", (True,)),
    (rules.newest_form, (1, 2), "udgave 1", (2, 2)),
    (rules.newest_advice, ("Gammel", "Ny BCD"), "“Gammel”", ("KOL: Ny BCD", "Ny BCD")),
    (rules.newest_advice, ("", "Ny BCD"), "ingen anbefaling", ("Ny BCD", "Ny BCD")),
    (rules.counted_as, (True, False), "ny", (True, True)),
    (rules.counted_as, (False, True), "vedligeholdt", (False, False)),
    (rules.page_opens, ("Systemet sendte ingenting.",), "Systemet sendte ingenting.", ("",)),
    (rules.right_page, (1, ["KOL"], "KOL"), "en anden patients side", (0, ["KOL", "KOL"], "KOL")),
    (rules.right_page, (0, ["KOL", "LRS"], "KOL"), "siden for LRS", (0, ["LRS"], "LRS")),
    (rules.not_shown_as_sent, ("sendt",), "sendt", ("ikke sendt",)),
    (rules.kept_in_system, ([("a", "x")], [("a", "Går en tur")]), "“x”", ([("a", "x"), WALKS], [("a", "Går en tur")])),
    (
        rules.kept_in_system,
        ([WALKS, WALKS], [("a", "Går en tur")]),
        f"“{WALKS[1]}”; “{WALKS[1]}”",
        ([WALKS], [("a", "Går en tur")]),
    ),
    (rules.one_plan, (["a", "b", "a"],), "2 planer", (["a", "a"],)),
    (rules.only_plan_of_its_type, (["a", "b", "a"],), "2 planer", (["a", "a"],)),
    (
        rules.printed,
        (["Motion"], ["Motion"], ["1,85"]),
        "mangler på udskriften",
        (["Rask", "motion", "FEV1 1.85 L"], ["Rask motion"], ["1,85"]),
    ),
    (rules.printed, (["1,85"], ["Motion"], ["1,85"]), "mangler på udskriften", (["1,85 L, Motion"], ["Motion"], ["1,85"])),
    (rules.no_second_login, (True,), "brugeren skulle logge ind igen", (False,)),
]
