"""The rules about referrals: an example that breaks each, and one that holds."""

from __future__ import annotations

from datetime import date

from harness.conformance.behaviour import referral as rules
from harness.conformance.rule import Rule
from harness.domain.referral import OfferStatus, ReferralStatus
from harness.domain.sharing import SharedEdition

DAY = date(2026, 10, 5)
NOTE = "Går til træning BCDFGH"
LETTER = "Henvises til samtale\nBor  alene\nDifferentieringsniveau 2\nSamtykke til tilbagemelding: nej"


def plans(*interventions: str, doubled: tuple[str, ...] = ()) -> list[SharedEdition]:
    return [SharedEdition("d", "s", 1, True, "2509479989", "", (), interventions, (), "", doubled=doubled)]


SAD = ("P76", "DF3"), "Depression"

# rule, what breaks it, what must be found, what holds
EXAMPLES: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (rules.is_its_own, (["en anden modtager end kommunen"],), "en anden modtager end kommunen", ([],)),
    (
        rules.keeps_other_diagnoses,
        ([("P75", "")], LETTER, *SAD),
        "P75",
        ([("T90", "Diabetes"), ("DF339", "Tungsind")], LETTER, *SAD),
    ),
    (rules.keeps_other_diagnoses, ([], LETTER, *SAD), "ingen", ([("P76", "")], LETTER, *SAD)),
    (rules.keeps_other_diagnoses, ([], f"{LETTER} XP76", *SAD), "ingen", ([], f"{LETTER}\nHar også: P76", *SAD)),
    (  # named, and coded as another
        rules.keeps_other_diagnoses,
        ([("P75", "Depression")], f"{LETTER}\nDepression", *SAD),
        "P75",
        ([("T90", "Diabetes")], f"{LETTER}\nHar en depression", *SAD),
    ),
    (rules.receipt_is_for_the_letter, (["et andet brev"],), "et andet brev", ([],)),
    (rules.referral_came, ("Systemet sendte ingenting.",), "Systemet sendte ingenting.", ("",)),
    (rules.mental_illness_is_no_bar, ("Systemet sendte ingenting.",), "Systemet sendte ingenting.", ("",)),
    (rules.level_is_no_bar, ("Systemet sendte ingenting.",), "Systemet sendte ingenting.", ("",)),
    (
        rules.told_is_there,
        (LETTER, {"årsag": "Bor alene", "prøver": "FEV1"}),
        "ikke i henvisningen",
        (LETTER, {"årsag": "Bor alene"}),
    ),
    (rules.for_the_patient, (1,), "henvisningen under en anden patient", (0,)),
    (
        rules.diagnosis_is_own,
        ([("R79", "")], ["R95", "DJ44"], []),
        "R79",
        ([("DJ449", "KOL")], ["R95", "DJ44"], ["Diabetes type 2"]),
    ),
    (
        rules.diagnosis_is_own,
        ([("R95", "Diabetes")], ["R95"], ["Diabetes type 2"]),
        "R95 Diabetes",
        ([("R95", "")], ["R95"], ["Diabetes type 2"]),
    ),
    (rules.diagnosis_is_own, ([], ["R95"], []), "ingen", ([("R95", "KOL")], ["R95"], [])),
    (rules.level_is_there, (LETTER, "Differentieringsniveau 1"), "ikke i henvisningen", (LETTER, "Differentieringsniveau 2")),
    (
        rules.consent_is_there,
        (LETTER, "Samtykke til tilbagemelding: ja"),
        "ikke i henvisningen",
        (LETTER, "Samtykke til tilbagemelding: nej"),
    ),
    (
        rules.status_is_shown,
        (ReferralStatus.SENT, {ReferralStatus.RECEIVED}),
        "sendt",
        (ReferralStatus.SENT, {ReferralStatus.SENT, ReferralStatus.NOT_SENT}),
    ),
    (
        rules.refusal_is_explained,
        ("Afvist.", "Forkert kommune"),
        "“Afvist.”",
        ("Kommunen svarer: Forkert kommune", "Forkert kommune"),
    ),
    (rules.sent_again, (False,), "systemet sendte ingenting", (True,)),
    (rules.held_once, (["a", "b"],), "2 henvisninger", (["a", "a"],)),
    (rules.held_once, ([],), "0 henvisninger", (["a"],)),
    (rules.note_is_shown_once, ([NOTE, NOTE], NOTE, "BCDFGH"), f"“{NOTE}”; “{NOTE}”", (["andet", NOTE], NOTE, "BCDFGH")),
    (rules.note_is_shown_once, (["G?r BCDFGH"], NOTE, "BCDFGH"), "“G?r BCDFGH”", ([f"{NOTE}\n"], NOTE, "BCDFGH")),
    (rules.note_is_shown_once, ([], NOTE, "BCDFGH"), "ingenting", ([NOTE], NOTE, "BCDFGH")),
    (rules.note_is_withheld, ([NOTE], "BCDFGH"), "tilbagemeldingen", ([], "BCDFGH")),
    (
        rules.offer_is_shown,
        ([("rygestop", "planlagt", None)], "rygestop", OfferStatus.PLANNED, DAY),
        "“rygestop: planlagt uden dato”",
        ([("rygestop", "planlagt", DAY), ("motion", "frafaldet", DAY)], "rygestop", OfferStatus.PLANNED, DAY),
    ),
    (
        rules.offer_is_shown,
        ([("rygestop", "planlagt", DAY), ("rygestop", "planlagt", DAY)], "rygestop", OfferStatus.PLANNED, DAY),
        "“rygestop: planlagt 2026-10-05”; “rygestop: planlagt 2026-10-05”",
        ([("motion", "frafaldet", DAY), ("rygestop", "planlagt", DAY)], "rygestop", OfferStatus.PLANNED, DAY),
    ),
    (
        rules.no_show_is_shown,
        ([("samtale", "gennemført", DAY)], "samtale", OfferStatus.NO_SHOW),
        "gennemført",
        ([("samtale", "udeblevet", None)], "samtale", OfferStatus.NO_SHOW),
    ),
    (
        rules.no_show_is_shown,
        ([], "samtale", OfferStatus.NO_SHOW),
        "intet om tilbuddet",
        ([("a", "udeblevet", DAY)], "a", "udeblevet"),
    ),
    (
        rules.asker_is_shown,
        ([("", "Motion")], "patienten", "Motion"),
        "“: Motion”",
        ([("sygehuset", "Søvn"), ("patienten", "Motion")], "patienten", "Motion"),
    ),
    (
        rules.referral_is_kept,
        ([("sygehus", "Motion")], "psykolog", "Motion"),
        "“sygehus: Motion”",
        ([("psykolog", "Vil i gang: Motion")], "psykolog", "Motion"),
    ),
    (
        rules.referral_is_kept,
        ([("psykolog", "Motion"), ("psykolog", "Motion")], "psykolog", "Motion"),
        "“psykolog: Motion”; “psykolog: Motion”",
        ([("psykolog", "Søvn"), ("psykolog", "Motion")], "psykolog", "Motion"),
    ),
    (rules.nothing_from_before, (LETTER, ["GHJKLM", "alone", "Bor"]), "også den forriges tekst", (LETTER, ["GHJKLM"])),
    (rules.referral_is_in_plan, (plans("Rygestop"), "Henvist"), "“Rygestop”", (plans("Rygestop", "Henvist"), "Henvist")),
    (rules.referral_is_in_plan, ([], "Henvist"), "ingen plan", (plans("Aftalt: Hen\nvist"), "Hen vist")),
    (
        rules.referral_is_in_plan,
        (plans("Henvist", "Henvist", doubled=("Henvist",)), "Henvist"),
        "“Henvist”; “Henvist”",
        (plans("Henvist", "Henvist"), "Henvist"),  # a section's text, and that of the sub-section it sums up
    ),
    (rules.referral_is_in_plan, (plans("Henvist, Henvist"), "Henvist"), "“Henvist, Henvist”", (plans("Henvist"), "Henvist")),
    (rules.patient_is_untold, (False,), "intet om det", (True,)),
    (rules.patient_is_told, (True,), "at patienten mangler at få besked", (False,)),
    (rules.reason_is_shown, ("", "Mangler måling"), "“”", ("Svar: Mangler måling", "Mangler måling")),
    (rules.next_step_is_in_plan, ([], "Ny måling"), "ingen plan", (["Aftalt: Ny måling"], "Ny måling")),
]
