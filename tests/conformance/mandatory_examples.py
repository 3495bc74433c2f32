"""The rules about the mandatory letters and documents: an example that breaks each, and one that holds."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from harness.conformance.behaviour import mandatory as rules
from harness.conformance.rule import Rule
from harness.domain.organisations import CLINIC, HOSPITAL
from harness.house import find_house
from harness.suite.patients import load_patients

WHEN = datetime.fromisoformat("2026-10-05T08:15")
LATER = datetime.fromisoformat("2026-10-12T13:45")
MINUTE = timedelta(minutes=1)
ENDS = {"afsender": CLINIC, "modtager": HOSPITAL}
NANCY = load_patients(find_house())["Nancy"]
TEXT = "Går på trapper BCDFGH"

# rule, what breaks it, what must be found, what holds
EXAMPLES: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (rules.came, ("Systemet sendte ingenting.",), "Systemet sendte ingenting.", ("",)),
    (
        rules.text_is_whole,
        ("G?r på trapper BCDFGH", TEXT),
        "“G?r på trapper BCDFGH”",
        ("Kære alle\nGår på\ntrapper BCDFGH\nHilsen", TEXT),
    ),
    (rules.for_the_patient, (1,), "under en anden patient", (0,)),
    (rules.only_to_receiver, (["b2 til 5790000121441"],), "også til en anden: b2 til 5790000121441", ([],)),
    (rules.sent_once, (["a", "b"],), "2 beskeder", (["a", "a"],)),
    (rules.file_is_unchanged, ([b"\xc3\xa6"], b"\xe6"), "en fil på 2 byte med et andet indhold", ([b"\xe6"], b"\xe6")),
    (rules.file_is_unchanged, ([], b"\xe6"), "ingen fil", ([b"\xe6", b"\xe6"], b"\xe6")),
    (rules.file_is_unchanged, ([b"\xe6"], b""), "en fil på 1 byte med et andet indhold", ([b""], b"")),
    (rules.own_number, ([("1", "en"), ("1", "to"), ("2", "tre")],), "samme nummer til flere: “1”", ([("1", "en"), ("1", "en")],)),
    (rules.time_is_now, (WHEN, LATER, LATER), "05-10-2026 08:15", (WHEN, WHEN + timedelta(minutes=29), LATER)),
    (rules.time_is_now, (LATER, WHEN, WHEN), "12-10-2026 13:45", (WHEN, WHEN - timedelta(days=1), WHEN - timedelta(minutes=29))),
    (rules.time_is_now, (WHEN - 31 * MINUTE, WHEN, WHEN), "05-10-2026 07:44", (WHEN - 30 * MINUTE, WHEN, WHEN)),
    (rules.time_is_now, (WHEN + 31 * MINUTE, WHEN, WHEN), "05-10-2026 08:46", (WHEN + 30 * MINUTE, WHEN, WHEN)),
    (rules.topic_is_there, ("Går på trapper", "Orientering"), "“Går på trapper”", ("Orientering\nGår på trapper", "Orientering")),
    (rules.shown_once, ([TEXT, TEXT], TEXT, "BCDFGH"), f"“{TEXT}”; “{TEXT}”", (["andet", f"Emne\n{TEXT}"], TEXT, "BCDFGH")),
    (rules.shown_once, (["G�r på trapper BCDFGH"], TEXT, "BCDFGH"), "“G�r på trapper BCDFGH”", ([TEXT], TEXT, "BCDFGH")),
    (rules.shown_once, ([], TEXT, "BCDFGH"), "ingenting", ([TEXT], TEXT, "BCDFGH")),
    (rules.file_is_shown, ([], b"\xe6"), "ingen fil", ([b"\xe6"], b"\xe6")),
    (
        rules.file_is_shown,
        ([b"\xe6", b"\xe6\xf8"], b"\xe6"),
        "filen på 1 byte, en fil på 2 byte med et andet indhold",
        ([b"\xe6"], b"\xe6"),
    ),
    (
        rules.numbers_are_their_own,
        ([("afsender", "ydernummer", "045860"), ("modtager", "sorkode", HOSPITAL.sor)], ENDS),
        "045860",
        ([("afsender", "ydernummer", "045861"), ("modtager", "kommunenummer", "461"), ("modtager", "sorkode", "")], ENDS),
    ),
    (  # the pair in MedCom's examples of Hjerteafdelingen på Herlev og Gentofte hospital
        rules.numbers_are_their_own,
        ([("modtager", "lokationsnummer", "5790000209354"), ("modtager", "sorkode", "325381000016008")], ENDS),
        "325381000016008",
        ([("modtager", "lokationsnummer", "5790000209354"), ("modtager", "sorkode", "265161000016000")], ENDS),
    ),
    *(
        (
            rules.numbers_are_their_own,
            ([("modtager", kind, wrong)], ENDS),
            wrong,
            ([("modtager", kind, right)], ENDS),
        )
        for kind, right, wrong in (("sorkode", HOSPITAL.sor, CLINIC.sor), ("lokationsnummer", HOSPITAL.gln, CLINIC.gln))
    ),
    (rules.person_is_the_patient, ("male", None, NANCY), "en andens køn (vises ikke)", ("female", date(1948, 12, 25), NANCY)),
    (rules.person_is_the_patient, ("", date(1948, 12, 24), NANCY), "en andens fødselsdato (vises ikke)", ("", None, NANCY)),
    (
        rules.file_is_as_told,
        ([("a1", "TXT", "TXT", 12)], [("a1", "TXT", "TXT", 11)]),
        "TXT TXT på 12 byte",
        ([("a1", "TXT", "TXT", 11), ("b2", "IMG", "PNG", 3)], [("a1", "TXT", "TXT", 11)]),
    ),
    (rules.letter_is_new, ("etandetord", "nytbrev"), "etandetord", ("nytbrev", "nytbrev")),
    (rules.letter_is_new, ("etandetord", "nytbrev"), "etandetord", ("", "nytbrev")),
    (rules.handed_in_here, (0,), "ingen", (1,)),
    (
        rules.appointment_is_shared,
        ([(LATER, TEXT)], WHEN, TEXT),
        f"12-10-2026 13:45: {TEXT}",
        ([(LATER, "andet"), (WHEN, f"Aftale {TEXT} Agerskov")], WHEN, TEXT),
    ),
    (rules.appointment_is_shared, ([(WHEN, "")], WHEN, TEXT), "05-10-2026 08:15: ", ([(WHEN, TEXT)], WHEN, TEXT)),
    (
        rules.only_the_new_time,
        ([(WHEN, TEXT), (LATER, TEXT)], LATER),
        f"05-10-2026 08:15: {TEXT}; 12-10-2026 13:45: {TEXT}",
        ([(LATER, TEXT)], LATER),
    ),
    (rules.appointment_is_shown, ([], WHEN, TEXT), "ingen aftaler", ([(WHEN, TEXT)], WHEN, TEXT)),
    (rules.only_the_new_time_is_shown, ([(WHEN, TEXT)], LATER), f"05-10-2026 08:15: {TEXT}", ([(LATER, TEXT)], LATER)),
    (rules.cancelled_is_gone, ([(WHEN, TEXT)],), f"05-10-2026 08:15: {TEXT}", ([],)),
    (rules.card_is_shared, (["en"], ["en", "to"]), "“en”", (["Stamkort en to"], ["en", "to"])),
    (rules.card_is_shared, ([], ["en"]), "intet stamkort", (["en"], ["en"])),
    (rules.card_is_shown, (["en"], ["en", "to"]), "“en”", (["to", "en"], ["en", "to"])),
]
