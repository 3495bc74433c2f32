"""The rules about the clinic's own laboratory results: an example that breaks each, and one that holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from harness.conformance.behaviour import laboratory as rules
from harness.conformance.rule import Rule
from harness.domain.laboratory import Kind, LabValue

HB = LabValue("NPU02319", "8,40", "", "mmol/L")
INR = LabValue("NPU01685", "2,5")
HIGH = LabValue("NPU01685", "8,0", ">")
TAKEN = datetime.fromisoformat("2026-10-04T00:15")
BIO, MICRO = ("biokemi", "NPU01685"), ("mikrobiologi", "NPU18542")

# rule, what breaks it, what must be found, what holds
EXAMPLES: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (rules.result_came, ("Systemet sendte ingenting.",), "Systemet sendte ingenting.", ("",)),
    (rules.for_the_patient, (1,), "svaret under en anden patient", (0,)),
    (rules.is_unchanged, (replace(HB, value="84"), HB), "“NPU02319 84 mmol/L”", (replace(HB, value="8.4"), HB)),
    (rules.is_unchanged, (replace(HB, unit="g/L"), HB), "“NPU02319 8,40 g/L”", (HB, HB)),
    (rules.is_unchanged, (replace(HIGH, sign="<"), HIGH), "“NPU01685 < 8,0”", (replace(HIGH, value="8"), HIGH)),
    (rules.is_unchanged, (replace(HIGH, sign=""), HIGH), "“NPU01685 8,0”", (HIGH, HIGH)),
    (rules.is_unchanged, (replace(INR, code="NPU00001"), INR), "“NPU00001 2,5”", (INR, INR)),
    (rules.is_unchanged, (replace(INR, value="5"), replace(INR, value="50")), "“NPU01685 5”", (INR, INR)),
    (
        rules.time_is_kept,
        (datetime.fromisoformat("2026-10-03T22:15"), TAKEN),
        "03-10-2026 22:15",
        (TAKEN, TAKEN.replace(second=9, microsecond=5)),
    ),
    (rules.made_here, (["091034"], ["045861"]), "091034", (["045861"], ["045861", "73091000016008"])),
    (rules.made_here, ([], ["045861"]), "ingen", (["73091000016008"], ["045861", "73091000016008"])),
    (rules.sent_by_the_clinic, (["045861", "5790000209354"], ["045861", "5790000147465"]), "5790000209354", ([], ["045861"])),
    (rules.is_final, ("svar_midlertidigt",), "svar_midlertidigt", ("svar_endeligt",)),
    (rules.is_final, ("proeve_modtaget",), "proeve_modtaget", ("svar_rettet",)),
    (rules.shared_once, (["a", "b", "a"],), "2 svar", (["a", "a"],)),
    (rules.shared_once, ([],), "0 svar", (["a"],)),
    (rules.remark_is_whole, ("Målt på ?r?", "Målt på Ærø"), "“Målt på ?r?”", ("Svar: Målt på\nÆrø", "Målt på Ærø")),
    (rules.right_databank, ("biokemi", [Kind.MICROBIOLOGY]), "biokemi", ("biokemi", list(Kind))),
    (rules.only_own, (2,), "også laboratoriets svar", (0,)),
    (rules.nothing_beside, (["sundhed.dk"],), "sundhed.dk", ([],)),
    (rules.agrees_with_list, ([BIO], [BIO, MICRO]), "1 biokemi NPU01685", ([MICRO, BIO], [BIO, MICRO])),
    (rules.agrees_with_list, ([BIO, BIO], [BIO]), "2 biokemi NPU01685", ([BIO, BIO], [BIO, BIO])),
    (rules.agrees_with_list, ([], [BIO]), "ingen svar", ([], [])),
    (rules.no_trace, (["LABA (b3)", "Min Læge"],), "LABA (b3), Min Læge", ([],)),
    (
        rules.no_is_shown,
        ([("BCD Målt", False)], "BCD Målt"),
        "svaret uden et nej",
        ([("BCD Målt", True), ("X", False)], "BCD Målt"),
    ),
    (rules.no_is_shown, ([("X", True)], "BCD Målt"), "ikke svaret", ([("BCD\nMålt i dag", True)], "BCD Målt")),
    (rules.numbers_are_apart, ({"17", "1"},), "1, 17", (set(),)),
    (rules.others_are_shared, ("Systemet sendte ingenting.",), "Systemet sendte ingenting.", ("",)),
    (rules.no_longer_seen, (["LABA"],), "svaret hos LABA", ([],)),
    (rules.shared_after_yes, ("Systemet sendte ingenting.",), "Systemet sendte ingenting.", ("",)),
    (rules.correction_is_current, ([INR, HIGH], HIGH), "“NPU01685 2,5”; “NPU01685 > 8,0”", ([HIGH], HIGH)),
    (rules.correction_is_current, ([INR], HIGH), "“NPU01685 2,5”", ([replace(HIGH, value="8.0")], HIGH)),
    (rules.correction_is_current, ([], HIGH), "intet svar", ([HIGH], HIGH)),
    (rules.is_marked_corrected, ("svar_endeligt",), "svar_endeligt", ("svar_rettet",)),
    (rules.history_is_there, ([], [INR]), "intet tidligere", ([INR], [INR])),
    (rules.history_is_there, ([HIGH, INR], [INR, HIGH]), "“NPU01685 > 8,0”; “NPU01685 2,5”", ([INR, HIGH], [INR, HIGH])),
    (rules.shown_as_corrected, ([HIGH], [INR, HIGH], True), "“NPU01685 > 8,0”", ([INR, HIGH], [INR, HIGH], True)),
    (
        rules.shown_as_corrected,
        ([INR, HIGH], [INR, HIGH], False),
        "“NPU01685 2,5”; “NPU01685 > 8,0”, ikke som rettet",
        ([INR, HIGH], [INR, HIGH], True),
    ),
    (rules.taken_back, (["LABA", "sundhed.dk"],), "svaret hos LABA, sundhed.dk", ([],)),
    (rules.others_stay, (["LABA", "MiBa"],), "ikke alle i LABA, MiBa", ([],)),
    (rules.block_is_kept, (["Min Læge"],), "svaret hos Min Læge", ([],)),
]
