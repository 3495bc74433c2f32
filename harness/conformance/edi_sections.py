"""The sections of a letter in EDIFACT and what stands in them: parties, times, the patient's names, the file's number, codes.

Judged is what MedCom's stylesheets to OIOXML need to find a part again, and what OIOXML's schemas then ask of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from harness.conformance.edi_frame import MAPPING, Letter, edi_rule, in_sections, moment
from harness.conformance.rule import Breach, Outcome
from harness.domain.grade import Grade
from harness.domain.identifiers import Gln, Sor, Yder
from harness.standards.edifact import Segment

_SCHEMAS: Final = (
    "MedCom, ClinicalEmail.xsd (2005/08/07) og BinaryLetter.xsd (2012/03/28), Sender og Receiver, "
    "glasdam/edifact_converter@cce11aa"
)
_REFERENCE: Final = "MedCom, Reference.xsd (2012/03/28), RefDescription, glasdam/edifact_converter@cce11aa"
_STANDS_IN: Final = {
    ("NAD", "SSP"): "S01",
    ("NAD", "PO"): "S01",
    ("PNA", "PAT"): "S07",
    ("RFF", "AHI"): "S11",
    ("RFF", "REI"): "S11",
    ("PAS", ""): "S11",
    ("UNO", ""): "S11",
    ("FTX", ""): "S14",
}
"""Where the stylesheets look for each; in S07 any RFF is taken for the patient's number."""

_NUMBERS: Final[dict[str, tuple[Callable[[str], object], str]]] = {
    "YNR": (Yder, "et ydernummer på seks cifre"),
    "SOR": (Sor, "en SOR-kode på mindst 11 cifre"),
    "": (Gln, "et lokationsnummer på 13 cifre (uden kode), eller YNR, SKS, SOR eller KOM"),
    "EAN": (Gln, "et lokationsnummer på 13 cifre"),
}
_OTHER_KINDS: Final = ("SKS", "KOM")
_EPISODES: Final = ("POT", "HS", "HA", "DA", "REQ")
_SPECIALITIES: Final = frozenset(
    (
        *("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "18", "20", "22", "30", "31", "32", "33", "34", "35"),
        *("38", "40", "42", "44", "46", "48", "50", "52", "60", "61", "62", "63", "64", "65", "66", "67", "68", "80", "84", "86"),
        *("90", "91", "99", "580", "1519", "2021", "2501", "2503", "2504", "2505", "2506", "2507", "2508", "2509", "2511"),
        *("2518", "2520", "2522", "2523", "2524", "2525", "2526", "2528", "4050", "4551", "5053", "5552", "6054", "6055"),
        *("7045", "7046", "9463"),
    )
)


@edi_rule("EDI-18", "Hver del af brevet står i sit eget afsnit", Grade.F2, MAPPING, "EDI-02")
def sections(letter: Letter) -> Outcome:
    """Sender and receiver each in an S01 of their own, the patient in S07, files and the course in S11, texts in S14.

    Of a party that is named too often EDI-05 speaks.
    """
    found = []
    too_often = [role for role in ("SSP", "PO") if len(letter.all("NAD", role)) > len(letter.all("UNH"))]
    for message in letter.messages:
        parties: dict[int, str] = {}
        for start, (section, each) in enumerate(in_sections(message)):
            wanted = _STANDS_IN.get((each.tag, each.value(1))) or _STANDS_IN.get((each.tag, ""))
            if each.tag == "NAD" and each.value(1) in too_often:
                continue
            if wanted and section != wanted:
                found.append(
                    Breach(each.at(letter.file), f"{_name(each)} i afsnittet {wanted}", section or "uden for afsnittene")
                )
            elif each.tag == "NAD" and wanted:
                begun = max(at for at, other in enumerate(message[:start]) if other.tag == "S01")
                if parties.setdefault(begun, each.value(1)) != each.value(1):
                    found.append(Breach(each.at(letter.file), f"{_name(each)} i sit eget S01", f"samme S01 som {parties[begun]}"))
    return tuple(found)


def _name(each: Segment) -> str:
    return f"{each.tag}+{each.value(1)}" if each.tag in ("NAD", "PNA", "RFF", "FTX") else each.tag


@edi_rule(
    "EDI-19",
    "Afsender og modtager har et nummer af den slags, brevet siger, og afsenderen et navn",
    Grade.F2,
    f"{_SCHEMAS}; {MAPPING}",
    "EDI-02",
)
def party_numbers(letter: Letter) -> Outcome:
    """NAD 2.1 and 2.2: Identifier and IdentifierCode are mandatory in OIOXML. NAD 4.1: OrganisationName is so of the sender."""
    found: list[Breach] = []
    for nad in (*letter.all("NAD", "SSP"), *letter.all("NAD", "PO")):
        number, kind = nad.value(2), nad.value(2, 2)
        if not number:
            found.append(Breach(nad.at(letter.file, 2), "afsenderens eller modtagerens nummer", "mangler"))
        elif kind in _NUMBERS:
            right, told = _NUMBERS[kind]
            try:
                right(number)
            except ValueError:
                found.append(Breach(nad.at(letter.file, 2), told, number))
        elif kind not in _OTHER_KINDS:
            found.append(Breach(nad.at(letter.file, 2, 2), "YNR, SKS, SOR, KOM, EAN eller ingen kode", kind))
        if nad.value(1) == "SSP" and not nad.value(4):
            found.append(Breach(nad.at(letter.file, 4), "afsenderens navn", "mangler"))
    return tuple(found)


@edi_rule(
    "EDI-20",
    "Brevets tider er skrevet med år, måned, dag, time og minut",
    Grade.F3,
    f"{MAPPING}; UN/EDIFACT D.93A, 2379: 203",
    "EDI-02",
)
def times(letter: Letter) -> Outcome:
    """DTM+137 and DTM+182: format 203, and a real time in it."""
    found: list[Breach] = []
    for dtm in (*letter.all("DTM", "137"), *letter.all("DTM", "182")):
        other = [*letter.differs(dtm, (1, 3), "203")]
        found += other
        if not other and moment(dtm) is None:
            found.append(Breach(dtm.at(letter.file, 1, 2), "12 cifre, fx 202610051015", dtm.value(1, 2) or "mangler"))
    return tuple(found)


@edi_rule("EDI-21", "Brevets nummer er det samme alle de steder, det står", Grade.F4, MAPPING, "EDI-03")
def one_number(letter: Letter) -> Outcome:
    """RFF+SRI, where there is one: the stylesheets write Letter/Identifier both there and in UNH 1."""
    return tuple(
        breach
        for message in letter.messages
        for each in message
        if each.tag == "RFF" and each.value(1) == "SRI"
        for breach in letter.differs(each, (1, 2), message[0].value(1))
    )


@edi_rule("EDI-22", "Koderne for speciale og forløb er nogle, MedCom har", Grade.F4, MAPPING, "EDI-02")
def codes(letter: Letter) -> Outcome:
    """SPR+ORG 2.1 and PAS 1.1, where they stand: what the stylesheets cannot translate, they refuse."""
    found = []
    for each in letter.all("SPR", "ORG"):
        if each.value(2) and each.value(2) not in _SPECIALITIES:
            found.append(Breach(each.at(letter.file, 2), "et speciale fra MedComs liste", each.value(2)))
    for each in letter.all("PAS"):
        if each.value(1) not in _EPISODES:
            found.append(Breach(each.at(letter.file, 1), " eller ".join(_EPISODES), each.value(1) or "mangler"))
    return tuple(found)


@edi_rule(
    "EDI-23",
    "Patientens efternavn er der, navnene er mærket SU og FO, og nummeret CPR",
    Grade.F4,
    f"{MAPPING}; UN/EDIFACT D.93A, PNA: 3405",
    "EDI-02",
)
def names_are_marked(letter: Letter) -> Outcome:
    """PNA 5.2, PersonSurnameName in OIOXML; PNA 5.1 and 6.1 before a name; and PNA 2.4 where it stands."""
    found: list[Breach] = []
    for pna in letter.all("PNA", "PAT"):
        if not pna.value(5, 2):
            found.append(Breach(pna.at(letter.file, 5, 2), "patientens efternavn", "mangler"))
        for element, mark in ((5, "SU"), (6, "FO")):
            if pna.value(element, 2):
                found += letter.differs(pna, (element, 1), mark)
        if pna.value(2, 4):
            found += letter.differs(pna, (2, 4), "CPR")
    return tuple(found)


@edi_rule("EDI-24", "En fil har det samme nummer før og efter sit indhold", Grade.F4, MAPPING, "EDI-02")
def file_numbers(letter: Letter) -> Outcome:
    """UNO 1.1 and UNP 2.1."""
    pairs = zip(letter.all("UNO"), letter.all("UNP"), strict=False)  # EDI-09 says where there is one too few
    return tuple(breach for uno, unp in pairs for breach in letter.differs(unp, (2, 1), uno.value(1)))


@edi_rule("EDI-25", "Henvisningen til en fil siger, hvad filen er", Grade.F4, _REFERENCE, "EDI-02")
def references_are_described(letter: Letter) -> Outcome:
    """FTX+BIN 4.1, RefDescription of 1 to 70 characters in OIOXML."""
    found = (each for each in letter.all("FTX", "BIN") if not each.value(4))
    return tuple(Breach(each.at(letter.file, 4), "en tekst på 1 til 70 tegn", "mangler") for each in found)
