"""The rules about the clinic's inbox: an example that breaks each, one that holds, and what may differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from harness.conformance.behaviour import lab_inbox as rules
from harness.conformance.behaviour.lab_inbox import LogLine, Result, ShownAnswer
from harness.conformance.rule import Rule
from harness.domain.lab_inbox import Place

DAY, NEXT = date(2026, 10, 5), date(2026, 10, 6)
POTASSIUM = Result("NPU03230", "4.0", "mmol/L", "3.5", "4.4")
CRP = Result("NPU19748", "<4", "mg/L", "", "10")
WRITTEN = "KLMNPQ Prøven var hæmolyseret"
LINE = LogLine(DAY, Place.DOCTOR, True, "Kalium er for højt.")
ARCHIVED = ShownAnswer(WRITTEN, Place.ARCHIVE, None, "MedCom Testcenter", (POTASSIUM, CRP), ("Alt er normalt. BCDFGH",), (LINE,))
AT_DOCTOR = replace(ARCHIVED, place=Place.DOCTOR)
WAITING = replace(ARCHIVED, place=Place.APPOINTMENT, appointment=NEXT)
OTHER = replace(AT_DOCTOR, comment="BCDFGH Prøven var hæmolyseret")
SENT = (POTASSIUM, CRP)
MARK = "KLMNPQ"

_AT_DOCTOR = (
    rules.rest_comes_to_doctor,
    rules.corrected_comes_to_doctor,
    rules.partial_comes_to_doctor,
    rules.of_the_dead_comes_to_doctor,
    rules.cancelled_comes_to_doctor,
    rules.too_far_does_not_count,
    rules.commented_comes_to_doctor,
    rules.unchosen_comes_to_doctor,
)
_ARCHIVED = (rules.normal_is_archived, rules.agreed_as_normal, rules.normal_does_not_wait)

# rule, what breaks it, what must be found, what holds
EXAMPLES: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (rules.stands_once, ([OTHER], MARK), "svaret er væk", ([OTHER, ARCHIVED], MARK)),
    (rules.stands_once, ([ARCHIVED, AT_DOCTOR], MARK), "svaret 2 steder", ([AT_DOCTOR], MARK)),
    *((rule, ([ARCHIVED, OTHER], MARK), "i journalen", ([AT_DOCTOR], MARK)) for rule in _AT_DOCTOR),
    (rules.rest_comes_to_doctor, ([OTHER], MARK), "intet svar", ([AT_DOCTOR], MARK)),
    *((rule, ([WAITING], MARK), "ved aftalen", ([ARCHIVED, OTHER], MARK)) for rule in _ARCHIVED),
    (rules.waits_for_appointment, ([WAITING], MARK, DAY), "ved aftalen 2026-10-06", ([WAITING, OTHER], MARK, NEXT)),
    (rules.waits_for_appointment, ([AT_DOCTOR], MARK, NEXT), "hos lægen", ([WAITING], MARK, NEXT)),
    (rules.near_enough_counts, ([AT_DOCTOR], MARK), "hos lægen", ([WAITING], MARK)),
    (rules.follows_appointment, ([WAITING], MARK, DAY), "ved aftalen 2026-10-06", ([WAITING], MARK, NEXT)),
    (rules.follows_appointment, ([ARCHIVED], MARK, NEXT), "i journalen", ([AT_DOCTOR], MARK, NEXT)),
    (rules.stranger_is_kept, ([OTHER], MARK, False), "ingen af delene", ([AT_DOCTOR], MARK, False)),
    (rules.stranger_is_kept, ([], MARK, False), "ingen af delene", ([], MARK, True)),
    (
        rules.handled_together,
        ([ARCHIVED, OTHER], [MARK, "BCDFGH"]),
        "i journalen, hos lægen",
        ([ARCHIVED, replace(OTHER, place=Place.ARCHIVE)], [MARK, "BCDFGH"]),
    ),
    (
        rules.told_once,
        ([], "Alt er normalt."),
        "ingenting",
        (["Hej Elmer. Alt er\nnormalt. Hilsen klinikken"], "Alt er normalt."),
    ),
    (rules.told_once, (["Normal.", "Normal."], "Normal."), "“Normal.”; “Normal.”", (["Normal."], "Normal.")),
    (rules.not_told, (["Normal."],), "“Normal.”", ([],)),
    (rules.not_told_of_part, (["Normal."],), "“Normal.”", ([],)),
    (
        rules.values_are_as_sent,
        ([replace(ARCHIVED, results=(POTASSIUM, replace(CRP, value="4")))], MARK, SENT),
        "“NPU03230 4.0 mmol/L”; “NPU19748 4 mg/L”",
        ([replace(ARCHIVED, results=(replace(CRP, value="< 4,0"), replace(POTASSIUM, value="4,00")))], MARK, SENT),
    ),
    (
        rules.values_are_as_sent,
        ([ARCHIVED], MARK, (CRP,)),
        "“NPU03230 4.0 mmol/L”; “NPU19748 <4 mg/L”",
        ([ARCHIVED], MARK, (CRP,), (POTASSIUM,)),
    ),
    (rules.values_are_as_sent, ([OTHER], MARK, SENT), "ingen resultater", ([ARCHIVED, OTHER], MARK, SENT)),
    (
        rules.values_are_as_sent,
        ([replace(ARCHIVED, results=(Result("NPU04207", "Negativ"),))], MARK, (Result("NPU04207", "Positiv"),)),
        "“NPU04207 Negativ”",
        ([replace(ARCHIVED, results=(Result("NPU04207", "POSITIV"),))], MARK, (Result("NPU04207", "Positiv"),)),
    ),
    (
        rules.measures_are_as_sent,
        ([replace(ARCHIVED, results=(replace(POTASSIUM, unit=""), CRP))], MARK, SENT),
        "“3.5–4.4”",
        ([replace(ARCHIVED, results=(CRP, replace(POTASSIUM, lower="3,50", upper="4,4")))], MARK, SENT),
    ),
    (
        rules.measures_are_as_sent,
        ([replace(ARCHIVED, results=(POTASSIUM, replace(CRP, upper="")))], MARK, SENT),
        "“mg/L –”",
        ([ARCHIVED], MARK, SENT),
    ),
    (
        rules.comment_is_as_sent,
        ([replace(ARCHIVED, comment="KLMNPQ Prøven")], MARK, WRITTEN),
        "“KLMNPQ Prøven”",
        ([replace(ARCHIVED, comment="Bemærkning: KLMNPQ Prøven\nvar hæmolyseret")], MARK, WRITTEN),
    ),
    (
        rules.laboratory_is_own,
        ([replace(ARCHIVED, laboratory="Andet laboratorium")], MARK, "MedCom Testcenter"),
        "“Andet laboratorium”",
        ([replace(ARCHIVED, laboratory="MedCom Testcenter, biokemi"), OTHER], MARK, "MedCom Testcenter"),
    ),
    (rules.log_tells, ([], Place.DOCTOR, {DAY}), "intet i loggen", ([LINE], Place.DOCTOR, {DAY, NEXT})),
    (
        rules.log_tells,
        ([replace(LINE, automatic=False)], Place.DOCTOR, {DAY}),
        "“2026-10-05 hos lægen ikke automatisk: Kalium er for højt.”",
        ([replace(LINE, automatic=False, place="modtaget"), LINE], Place.DOCTOR, {DAY}),
    ),
    (
        rules.log_tells,
        ([replace(LINE, why=" ")], Place.DOCTOR, {DAY}),
        "“2026-10-05 hos lægen automatisk:  ”",
        ([replace(LINE, place=Place.ARCHIVE), LINE], Place.DOCTOR, {DAY}),
    ),
    (
        rules.log_tells,
        ([replace(LINE, day=None)], Place.DOCTOR, {DAY}),
        "“uden dato hos lægen automatisk: Kalium er for højt.”",
        ([LINE], Place.DOCTOR, {DAY}),
    ),
]
