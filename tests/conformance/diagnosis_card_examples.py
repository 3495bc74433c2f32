"""The rules about diagnosekort: an example that breaks each, and one that holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from harness.conformance.behaviour import diagnosis_card as rules
from harness.conformance.rule import Rule
from harness.domain.diagnosis_card import CardDiagnosis, CardStatus, CardType, SharedCard
from harness.domain.identifiers import Cpr
from harness.domain.patient import Patient
from harness.standards.fhir import codes

KOL = CardDiagnosis("R95", "DJ449", "Kronisk obstruktiv lungesygdom UNS", CardStatus.CURRENT, CardType.COURSE, date(2024, 1, 2))
EMPHYSEMA = replace(KOL, icd="DJ439", text="Lungeemfysem UNS")
T2D = CardDiagnosis("T90", "DE119a", "Diabetes type 2", CardStatus.RELEVANT, CardType.CONTACT)
TOLD = CardDiagnosis(text="Årlig kontrol BCD", status=CardStatus.CURRENT, type=CardType.COURSE)
BARE = CardDiagnosis(status=CardStatus.CURRENT)
FIRST = SharedCard("a", "2026-10-05T10:15:00+02:00", "2026-10-05T10:15:01+02:00")
SECOND = SharedCard("b", "2026-10-05T08:20:00Z", "2026-10-05T10:20:00+02:00")
ELMER = Patient("Elmer", Cpr("2509479989"), ("Elmer", "Test"), "Hansen", date(1947, 9, 25), female=False)
OWN = replace(FIRST, name="Hansen, Elmer", gender="male", born="1947-09-25", senders=((codes.SOR, "1"), (codes.YDERNUMMER, "2")))
OTHER_NUMBER = replace(OWN, senders=((codes.SOR, "1"), ("urn:oid:1.2.208.176.1.3", "12345678")))
FIFTH, NIGHT = [date(2026, 10, 5)], [date(2026, 10, 5), date(2026, 10, 6)]
TEXTS = {"R95": "Kronisk obstruktiv lungesygdom", "DJ449": KOL.text, "T90": T2D.text, "DJ439": EMPHYSEMA.text}
BEGUN, ENDED = datetime(2026, 10, 5, 8, 15, tzinfo=UTC), datetime(2026, 10, 5, 8, 16, tzinfo=UTC)

# rule, what breaks it, what must be found, what holds
EXAMPLES: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (rules.card_came, (0,), "intet diagnosekort", (2,)),
    (rules.all_are_shared, ([KOL, KOL], [KOL, T2D]), "R95/DJ449: 2 gange, T90/DE119a: 0 gange", ([T2D, KOL], [KOL, T2D])),
    (rules.all_are_shared, ([EMPHYSEMA], [KOL]), "R95/DJ449: 0 gange", ([EMPHYSEMA, replace(KOL, icd="dj449")], [KOL])),
    (
        rules.all_are_shared,
        ([replace(TOLD, text="Årlig kontrol")], [TOLD, KOL]),
        "R95/DJ449: 0 gange",
        ([replace(TOLD, text="Årlig\nkontrol BCD (egen tekst)")], [TOLD]),
    ),
    (rules.only_own_are_shared, ([KOL, T2D], [T2D]), "også T90/DE119a", ([KOL], [T2D])),
    (rules.none_is_disclosed, ([KOL, T2D], [T2D]), "også T90/DE119a", ([KOL], [T2D])),
    (rules.deleted_are_gone, ([T2D], [KOL, T2D]), "også T90/DE119a", ([EMPHYSEMA], [KOL, T2D])),
    (rules.empty_card_is_none, (1,), "1 diagnosekort", (0,)),
    (rules.codes_are_as_entered, ([replace(KOL, icpc="")], [KOL]), "DJ449 for R95/DJ449", ([replace(KOL, icd="dj449")], [KOL])),
    (rules.codes_are_as_entered, ([KOL], [replace(KOL, icpc="")]), "R95/DJ449 for DJ449", ([TOLD], [TOLD])),
    (
        rules.text_is_the_codes,
        ([replace(KOL, text="KOL")], KOL, KOL.text),
        "“KOL”",
        ([T2D, replace(KOL, text="Kronisk obstruktiv\n lungesygdom UNS")], KOL, KOL.text),
    ),
    (rules.text_is_the_codes, ([], KOL, KOL.text), "ingen diagnose", ([KOL], KOL, KOL.text)),
    (rules.own_text_is_whole, ([replace(TOLD, text="Årlig")], TOLD.text), "“Årlig”", ([KOL, TOLD], TOLD.text)),
    (
        rules.status_is_as_entered,
        ([replace(KOL, status=CardStatus.RELEVANT)], [KOL]),
        "R95/DJ449: relevant",
        ([KOL, T2D], [T2D, KOL]),
    ),
    (rules.status_is_as_entered, ([replace(KOL, status="")], [KOL]), "R95/DJ449: intet", ([KOL], [KOL])),
    (rules.type_is_as_entered, ([replace(T2D, type=CardType.COURSE)], [T2D]), "T90/DE119a: forløb", ([T2D], [T2D])),
    (
        rules.days_are_as_entered,
        ([replace(KOL, began=None, ended=date(2026, 10, 5))], [KOL]),
        "R95/DJ449: ingen debut til 2026-10-05",
        ([KOL], [KOL]),
    ),
    (rules.note_stays, (3,), "noten i 3", (0,)),
    (
        rules.change_has_its_time,
        (replace(FIRST, changed="2026-10-05T10:15:00Z"), BEGUN, ENDED),
        "2026-10-05T10:15:00Z",
        (FIRST, BEGUN, ENDED),
    ),
    (
        rules.change_has_its_time,
        (replace(FIRST, changed="2026-10-05"), BEGUN, ENDED),
        "2026-10-05",
        (replace(FIRST, changed="2026-10-05T09:55:00+02:00"), BEGUN, ENDED),
    ),
    (rules.change_has_its_time, (replace(FIRST, changed=""), BEGUN, ENDED), "intet tidspunkt", (FIRST, BEGUN, ENDED)),
    (
        rules.change_has_its_time,
        (replace(FIRST, changed="2026-10-05T07:44:59Z"), BEGUN, ENDED),
        "2026-10-05T07:44:59Z",
        (replace(FIRST, changed="2026-10-05T07:45:00Z"), BEGUN, ENDED),
    ),
    (
        rules.change_has_its_time,
        (replace(FIRST, changed="2026-10-05T08:46:01Z"), BEGUN, ENDED),
        "2026-10-05T08:46:01Z",
        (replace(FIRST, changed="2026-10-05T08:46:00Z"), BEGUN, ENDED),
    ),
    (
        rules.both_times_are_new,
        (FIRST, replace(SECOND, assembled="2026-10-05T08:19:58Z")),
        f"{SECOND.changed} og 2026-10-05T08:19:58Z",
        (FIRST, replace(SECOND, assembled="2026-10-05T08:19:59Z")),
    ),
    (
        rules.both_times_are_new,
        (FIRST, replace(SECOND, assembled=FIRST.assembled)),
        f"{SECOND.changed} og {FIRST.assembled}",
        (FIRST, SECOND),
    ),
    (
        rules.both_times_are_new,
        (FIRST, replace(SECOND, changed=FIRST.changed)),
        f"{FIRST.changed} og {SECOND.assembled}",
        (FIRST, SECOND),
    ),
    (
        rules.both_times_are_new,
        (FIRST, replace(SECOND, changed="2026-10-05T08:25:00Z")),
        f"2026-10-05T08:25:00Z og {SECOND.assembled}",
        (FIRST, SECOND),
    ),
    (rules.documents_are_new, ([FIRST, replace(SECOND, id="a")],), "a igen", ([FIRST, SECOND],)),
    (rules.card_is_the_patients, (["T90/DE119a"],), "også en andens: T90/DE119a", ([],)),
    (
        rules.person_is_the_patient,
        (replace(OWN, name="Nancy Test Berggren", gender="female"), ELMER),
        "en andens navn, køn (vises ikke)",
        (OWN, ELMER),
    ),
    (rules.person_is_the_patient, (replace(OWN, born="1948-12-25"), ELMER), "en andens fødselsdato (vises ikke)", (FIRST, ELMER)),
    (rules.sender_is_the_clinic, (OWN, "3", "2"), "1 (urn:oid:1.2.208.176.1.1)", (FIRST, "3", "2")),
    (rules.sender_is_the_clinic, (OWN, "1", "3"), "2 (urn:oid:1.2.208.176.1.4)", (OWN, "1", "2")),
    (rules.sender_is_the_clinic, (replace(OWN, senders=(("urn:x", "2"),)), "1", "2"), "2 (urn:x)", (OTHER_NUMBER, "1", "2")),
    (rules.sender_is_the_clinic, (replace(OWN, senders=(("", "2"),)), "1", "2"), "2 (uden system)", (OWN, "1", "2")),
    (
        rules.texts_are_their_own,
        ([replace(KOL, text=T2D.text)], [KOL, T2D], TEXTS),
        "R95/DJ449: “Diabetes type 2”",
        ([replace(KOL, icd=""), replace(T2D, text="Type 2-diabetes")], [KOL, T2D], TEXTS),
    ),
    (
        rules.texts_are_their_own,
        ([KOL, replace(EMPHYSEMA, text=KOL.text)], [KOL, EMPHYSEMA], TEXTS),
        f"R95/DJ439: “{KOL.text}”",
        ([KOL, replace(EMPHYSEMA, text=TEXTS["R95"])], [KOL, EMPHYSEMA], TEXTS),
    ),
    (
        rules.recorded_when_entered,
        ([replace(KOL, recorded=date(1900, 1, 1))], [(KOL, FIFTH)]),
        "R95/DJ449: 1900-01-01",
        ([T2D, replace(KOL, recorded=date(2026, 10, 5))], [(KOL, FIFTH), (T2D, FIFTH)]),
    ),
    (
        rules.recorded_when_entered,
        ([replace(KOL, recorded=date(2026, 10, 4))], [(KOL, NIGHT)]),
        "R95/DJ449: 2026-10-04",
        ([replace(KOL, recorded=date(2026, 10, 6))], [(KOL, NIGHT)]),
    ),
    (
        rules.codes_and_type_are_shown,
        ([replace(KOL, icpc="")], [KOL]),
        "R95/DJ449: /DJ449 forløb",
        ([replace(KOL, icd="dj449")], [KOL]),
    ),
    (
        rules.codes_and_type_are_shown,
        ([replace(T2D, type=CardType.COURSE)], [T2D]),
        "T90/DE119a: T90/DE119A forløb",
        ([T2D], [T2D]),
    ),
    (rules.all_are_shown, ([KOL], [KOL, T2D]), "ikke, eller flere gange: T90/DE119a", ([T2D, KOL], [KOL, T2D])),
    (
        rules.all_are_shown,
        ([KOL], [KOL, BARE]),
        "ikke, eller flere gange: en diagnose uden kode og tekst",
        ([KOL, replace(BARE, text="Uden navn")], [KOL, BARE]),
    ),
    (
        rules.all_are_shown,
        ([replace(KOL, text="Kronisk obstruktiv lungesygdom")], [KOL]),
        "ikke, eller flere gange: R95/DJ449",
        ([replace(KOL, text="KOL: Kronisk obstruktiv\nlungesygdom UNS")], [KOL]),
    ),
    (rules.gone_are_not_shown, ([KOL, T2D], [T2D]), "også T90/DE119a", ([KOL], [T2D])),
    (rules.newest_status_is_shown, ([replace(T2D, status=CardStatus.CURRENT)], [T2D]), "T90/DE119a: aktuel", ([T2D], [T2D])),
    (rules.invalid_is_not_shown, ([KOL], [KOL, T2D]), "også R95/DJ449", ([], [KOL, T2D])),
]
