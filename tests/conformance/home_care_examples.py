"""The rules about the municipality's results and letters to its acute team: an example that breaks each, and one that holds."""

from __future__ import annotations

from harness.conformance.behaviour import home_care as rules
from harness.conformance.behaviour.home_care import Comments, Measured
from harness.conformance.rule import Rule
from harness.domain.acute_letters import LetterStatus

LONG = "P—C-reaktivt protein; massek. = ? mg/L"
CRP, SMALL = Measured("5", "mg/L"), Measured("<5", "mg/L")
SAID = Comments("Øm i låret BCDFGH", {LONG: "Ikke fastende GHJKLM"})

# rule, what breaks it, what must be found, what holds
EXAMPLES: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (rules.lies_with_doctor, (0, 0), "0 gange hos lægen selv, 0 gange hos en anden", (1, 0)),
    (rules.lies_with_doctor, (1, 1), "1 gange hos lægen selv, 1 gange hos en anden", (1, 0)),
    (rules.lies_among_unknown, (0, 1), "0 gange dér, 1 gange hos klinikkens læger", (1, 0)),
    (rules.shows_patient, (False, "Elmer Hansen", ["Elmer"]), "et andet nummer (vises ikke)", (True, "Elmer Hansen", ["Elmer"])),
    (rules.shows_patient, (True, "Hansen", ["Elmer", "Hansen"]), "navnet “Hansen”", (True, "Hansen, Elmer", ["Elmer", "Hansen"])),
    (rules.shows_producer, ("", "Skovly"), "“”", ("Skovly (KAF)", "Skovly")),
    (rules.shows_results, ([(LONG, CRP)], {LONG: SMALL}), f"{LONG}: 5 mg/L", ([(LONG, Measured("< 5", "mg/l"))], {LONG: SMALL})),
    (rules.shows_results, ([], {LONG: SMALL}), f"{LONG}: intet", ([("B", CRP), (LONG, SMALL)], {LONG: SMALL, "B": CRP})),
    (
        rules.shows_results,
        ([(LONG, SMALL), (LONG, CRP)], {LONG: SMALL}),
        f"{LONG}: <5 mg/L og 5 mg/L",
        ([(LONG, SMALL)], {LONG: SMALL}),
    ),
    (rules.shows_results, ([(LONG, SMALL), ("B", CRP)], {LONG: SMALL}), "B: 5 mg/L", ([(LONG, SMALL)], {LONG: SMALL})),
    (
        rules.shows_results,
        ([(LONG, Measured("7", "mg/L"))], {LONG: Measured("7.1", "mg/L")}),
        f"{LONG}: 7 mg/L",
        ([(LONG, Measured("7,1", "mg/L"))], {LONG: Measured("7.1", "mg/L")}),
    ),
    (
        rules.shows_results,
        ([(LONG, Measured("Svagpositiv", ""))], {LONG: Measured("Svag positiv", "")}),
        f"{LONG}: Svagpositiv",
        ([(LONG, Measured("Svag  positiv", ""))], {LONG: Measured("Svag positiv", "")}),
    ),
    (rules.shows_names, ([("", LONG)], LONG), f"“ / {LONG}”", ([("CRP", LONG)], LONG)),
    (rules.shows_names, ([(LONG, LONG)], LONG), f"“{LONG} / {LONG}”", ([("andet", "x"), ("CRP", LONG)], LONG)),
    (rules.shows_not_interpreted, (False,), "intet om det", (True,)),
    (
        rules.shows_comments,
        (Comments("Øm i låret BCDFGH Ikke fastende GHJKLM", {LONG: ""}), SAID),
        "“Øm i låret BCDFGH Ikke fastende GHJKLM”",
        (Comments("Øm i\nlåret BCDFGH", {"B": "", LONG: "Ikke fastende GHJKLM"}), SAID),
    ),
    (
        rules.shows_comments,
        (Comments("Øm i låret BCDFGH", {"B": "Ikke fastende GHJKLM"}), SAID),
        "“Øm i låret BCDFGH”; “B: Ikke fastende GHJKLM”",
        (SAID, SAID),
    ),
    (rules.is_on_card, ([1, 0],), "1 gange og 0 gange", ([1, 1],)),
    (rules.is_shown_once, (2,), "2 gange", (1,)),
    (rules.is_logged, (1, 1), "intet om den", (1, 2)),
    (rules.invalid_is_hidden, (1,), "svaret", (0,)),
    (rules.shows_correction, (1, "nyt", CRP, CRP), "5 mg/L, nyt, 1 gange", (1, "rettet", CRP, CRP)),
    (rules.shows_correction, (2, "rettet", CRP, CRP), "5 mg/L, rettet, 2 gange", (1, "rettet", CRP, CRP)),
    (rules.shows_earlier, ([CRP], SMALL), "“5 mg/L”", ([CRP, SMALL], SMALL)),
    (rules.shows_cancelled, (["nyt"],), "nyt", (["annulleret"],)),
    (rules.shows_cancelled, ([],), "intet svar", (["annulleret"],)),
    (rules.shows_reason, ("", {"Forkert CPR"}), "“”", ("Annulleret: Forkert CPR", {"Forkert CPR", "Wrong CPR"})),
    (rules.shows_refusal, (True, False), "intet om nægtet samtykke", (True, True)),
    (rules.shows_refusal, (False, True), "nægtet samtykke", (False, False)),
    (rules.shows_file, ([("EKG", "pdf", "a")], "EKG", "pdf", "b"), "“EKG (pdf)”", ([("EKG", "pdf", "b")], "EKG", "pdf", "b")),
    (
        rules.others_stand,
        (["rettet"], [(LONG, CRP)], {LONG: CRP}),
        f"{LONG}: 5 mg/L (rettet)",
        (["nyt"], [(LONG, CRP)], {LONG: CRP}),
    ),
    (
        rules.others_stand,
        (["nyt"], [(LONG, SMALL), (LONG, CRP)], {LONG: CRP}),
        f"{LONG}: {SMALL}; {LONG}: {CRP} (nyt)",
        (["nyt"], [(LONG, CRP)], {LONG: CRP}),
    ),
    (rules.others_stand, ([], [], {LONG: CRP}), "intet svar ()", (["nyt"], [(LONG, CRP)], {LONG: CRP})),
    (rules.is_acknowledged, ([], ["ok"]), "ingen kvittering", (["ok"], ["ok"])),
    (rules.is_acknowledged, (["noget"], ["ok"]), "noget", (["ok"], ["ok"])),
    (rules.is_acknowledged, (["fatal-error"], ["transient-error"]), "negativ (indholdet)", (["ok"], ["ok"])),
    (rules.says_why, ([" "],), "ingen af delene", (["MSG_Datatype_Wrong "],)),
    (rules.is_not_acknowledged_again, (2, 1), "2 positive kvitteringer", (1, 1)),
    (rules.receipt_names_parties, ({("2", "1")}, ("1", "2")), "“2 til 1”", ({("1", "2")}, ("1", "2"))),
    (rules.receipt_is_its_own, (True, ["a"]), "en anden dato", (False, ["a", "b"])),
    (rules.receipt_is_its_own, (False, ["a", "a"]), "samme nummer igen", (False, [])),
    (
        rules.shows_status,
        (LetterStatus.AWAITING, {LetterStatus.RECEIVED}),
        "afventer kvittering",
        (LetterStatus.AWAITING, {LetterStatus.AWAITING, LetterStatus.UNANSWERED}),
    ),
    (rules.explains, ("Afvist.", "Ukendt emne"), "“Afvist.”", ("Afvist: Ukendt  emne", "Ukendt emne")),
    (rules.receipt_is_shown_once, (["modtaget", "modtaget"],), "2 kvitteringer", (["modtaget"],)),
    (rules.letter_came, ("Systemet sendte ingenting.",), "Systemet sendte ingenting.", ("",)),
    (rules.is_sent_again, (False,), "ikke sendt igen", (True,)),
    (rules.held_once, (["a", "b"],), "2 beskeder", (["a", "a"],)),
    (rules.is_reported, (0,), "ingen", (2,)),
    (rules.names_answer, (["en anden forsendelse"],), "en anden forsendelse", ([],)),
    (
        rules.names_kind,
        ([("acknowledgement-message", "1.1")], [("homecareobservation-message", "1.1")]),
        "“acknowledgement-message 1.1”",
        ([("HomeCareObservation", "1.1")], [("homecareobservation-message", "1.1")]),
    ),
    (
        rules.names_kind,
        ([("homecareobservation-message", "1.0")], [("homecareobservation-message", "1.1")]),
        "“homecareobservation-message 1.0”",
        ([("homecareobservation-message", "1.1")], []),
    ),
    (rules.tells_success, ([False, False], ["ok"]), "8 (det lykkedes ikke)", ([False, True], ["ok"])),
    (rules.names_parties, ({("2", "1")}, ("1", "2")), "“2 til 1”", ({("1", "2")}, ("1", "2"))),
]
