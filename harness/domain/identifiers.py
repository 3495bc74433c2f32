"""Danish identifiers as types: each refuses, in Danish, what cannot be one. Where it stands in FHIR is its `SYSTEMS`.

Only what is sourced is asked for: no modulus 11 in a CPR number (dropped as a requirement on 1 October 2007), no check of
the last digits of a SOR code. Sources: dk-core (hl7dk/dk-core@8322003), the invariants of its identifier types, which MedCom's
FHIR packages carry on; MedCom's FHIR examples; MedCom, Nationale test-CPR-numre.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

_DAY = r"(?:(?:0[1-9]|[12]\d|3[01])(?:0[13578]|1[02])|(?:0[1-9]|[12]\d|30)(?:0[469]|11)|(?:0[1-9]|[12]\d)02)"
_CPR = re.compile(rf"{_DAY}\d{{6}}", re.ASCII)
_X_ECPR = re.compile(rf"{_DAY}\d\d[17][A-Z]{{2}}\d", re.ASCII)
_D_ECPR = re.compile(rf"{_DAY}\d\d[056][A-Z]{{2}}\d", re.ASCII)
_SOR = re.compile(r"\d{11,}", re.ASCII)
_YDER = re.compile(r"\d{6}", re.ASCII)
_GLN = re.compile(r"\d{13}", re.ASCII)
_CVR = re.compile(r"\d{8}", re.ASCII)
_AUTHORISATION = re.compile(r"[b-df-hj-np-tv-zB-DF-HJ-NP-TV-Z0-9]{5}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cpr:
    """A CPR number, ten digits. Its `repr` hides the last four; `str()` gives all ten. Raises ValueError.

    Source: dk-core, invariant `cpr` (the day exists in the month; leap years are not looked at).
    """

    SYSTEMS: ClassVar = ("urn:oid:1.2.208.176.1.2",)
    digits: str

    def __post_init__(self) -> None:
        if not _CPR.fullmatch(self.digits):
            raise ValueError("et CPR-nummer er ti cifre og begynder med en dato (DDMMÅÅ)")

    def __str__(self) -> str:
        return self.digits

    def __repr__(self) -> str:
        return f"Cpr({self.digits[:6]}-****)"

    @property
    def root(self) -> str:
        """The OID it is registered under, as CDA and XDS write it."""
        return self.SYSTEMS[0].removeprefix("urn:oid:")

    @property
    def born(self) -> date:
        """Date of birth; the century follows from the seventh digit (CPR-kontoret, Personnummeret i CPR).

        Raises ValueError for 29 February of a year that has none.
        """
        year, seventh = int(self.digits[4:6]), int(self.digits[6])
        if seventh <= 3:
            century = 1900
        elif seventh in (4, 9):
            century = 2000 if year <= 36 else 1900
        else:
            century = 2000 if year <= 57 else 1800
        return date(century + year, int(self.digits[2:4]), int(self.digits[:2]))

    @property
    def female(self) -> bool:
        """True when the last digit is even."""
        return int(self.digits[-1]) % 2 == 0


@dataclass(frozen=True, slots=True)
class Ecpr:
    """A replacement for a CPR number, of the X kind or the D kind; the seventh character tells. `repr` hides the last four.

    `Ecpr("0703921VJ5").kind == "X"`. Raises ValueError. Source: dk-core, invariants `x-ecpr` and `d-ecpr`.
    """

    SYSTEMS: ClassVar = ("urn:oid:1.2.208.176.1.6.1.1", "urn:oid:1.2.208.176.1.6.1.3")
    value: str

    def __post_init__(self) -> None:
        if not (_X_ECPR.fullmatch(self.value) or _D_ECPR.fullmatch(self.value)):
            raise ValueError(
                "et eCPR-nummer er en dato (DDMMÅÅ), et af cifrene 0, 1, 5, 6 og 7, to store bogstaver (A–Z) og et ciffer"
            )

    def __str__(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return f"Ecpr({self.value[:6]}-****)"

    @property
    def kind(self) -> str:
        """`X` or `D`."""
        return "X" if _X_ECPR.fullmatch(self.value) else "D"

    @property
    def system(self) -> str:
        """Where its kind is registered, as FHIR writes it."""
        return self.SYSTEMS["XD".index(self.kind)]

    @property
    def root(self) -> str:
        """The OID its kind is registered under, as CDA and XDS write it."""
        return self.system.removeprefix("urn:oid:")


PersonNumber = Cpr | Ecpr
"""What a patient is known by: a CPR number, or an eCPR where there is none. No text can be both."""


def person_number(text: str) -> PersonNumber:
    """The CPR number or eCPR that `text` is: `person_number("0703921VJ5").root == "1.2.208.176.1.6.1.1"`. Raises ValueError."""
    return Cpr(text) if text.isdigit() else Ecpr(text)


@dataclass(frozen=True, slots=True)
class Sor:
    """A SOR code: at least 11 digits. Raises ValueError. Source: dk-core, invariant `min-digits-sor`."""

    SYSTEMS: ClassVar = ("urn:oid:1.2.208.176.1.1",)
    digits: str

    def __post_init__(self) -> None:
        if not _SOR.fullmatch(self.digits):
            raise ValueError("en SOR-kode er mindst 11 cifre")

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True, slots=True)
class Yder:
    """A ydernummer: six digits, leading zeros included. Raises ValueError. Source: MedCom's FHIR examples (091034, 045861)."""

    SYSTEMS: ClassVar = ("urn:oid:1.2.208.176.1.4",)
    digits: str

    def __post_init__(self) -> None:
        if not _YDER.fullmatch(self.digits):
            raise ValueError("et ydernummer er seks cifre, med nuller foran")

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True, slots=True)
class Gln:
    """A GLN (EAN lokationsnummer): 13 digits, the last of which checks the others. Raises ValueError.

    The first system is MedCom's spelling, the second dk-core's; both are in use. Source: GS1, check digit with weights 1 and 3.
    """

    SYSTEMS: ClassVar = ("https://www.gs1.org/gln", "http://www.gs1.org/gln")
    digits: str

    def __post_init__(self) -> None:
        if not _GLN.fullmatch(self.digits):
            raise ValueError("et lokationsnummer (GLN) er 13 cifre")
        if _weighed(self.digits, (1, 3) * 6 + (1,)) % 10:
            raise ValueError("lokationsnummerets (GLN) kontrolciffer passer ikke")

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True, slots=True)
class Cvr:
    """A CVR number: eight digits that fit modulus 11. Raises ValueError. Source: dk-core, CVR."""

    SYSTEMS: ClassVar = ("http://cvr.dk",)
    digits: str

    def __post_init__(self) -> None:
        if not _CVR.fullmatch(self.digits):
            raise ValueError("et CVR-nummer er otte cifre")
        if _weighed(self.digits, (2, 7, 6, 5, 4, 3, 2, 1)) % 11:
            raise ValueError("CVR-nummerets kontrolciffer passer ikke")

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True, slots=True)
class AuthorisationId:
    """A health professional's id in Autorisationsregistret: five letters (no vowels) or digits. Raises ValueError.

    Source: dk-core, authorisation identifier.
    """

    SYSTEMS: ClassVar = ("https://autregweb.sst.dk",)
    value: str

    def __post_init__(self) -> None:
        if not _AUTHORISATION.fullmatch(self.value):
            raise ValueError("et autorisations-id er fem tegn: cifre og bogstaver, men ingen vokaler")

    def __str__(self) -> str:
        return self.value


def parse_uuid(text: str) -> UUID:
    """The UUID in `text`, with `urn:uuid:` before it or without, in either case. Raises ValueError.

    `parse_uuid("urn:uuid:7C596B9A-112E-4386-AE71-5ECDD3ED7C50").version == 4`. Source: RFC 4122, section 3.
    """
    bare = text[len("urn:uuid:") :] if text[:9].lower() == "urn:uuid:" else text
    if not _UUID.fullmatch(bare):
        raise ValueError("et UUID er 32 hexcifre i fem grupper: 8-4-4-4-12, evt. med urn:uuid: foran")
    return UUID(bare)


def _weighed(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


LONE_CPR: Final = (
    # A pattern that begins with a digit is searched several times as fast as one that begins by looking back.
    r"([0-3](?<![A-Za-z0-9.\-].)(?:(?<=0)[1-9]|(?<=[12])\d|(?<=3)[01])(?:0[1-9]|1[0-2])\d\d)-?(\d{4})(?![A-Za-z0-9\-])(?!\.\d)"
)
"""A CPR number in running text: it begins with a date, and stands alone, not in a longer number, a UUID or an address."""
_LONE_CPR = re.compile(LONE_CPR, re.ASCII)
_ANOTHER_KIND = re.compile(
    r"\b(?:sags?|prøve|rekvisitions?|bestillings?|ordre|faktura|kvitterings?|dokument|besked|reference|ref|yder|lokations?|telefon|tlf|mobil)"
    r"-?(?:nr|nummer|id)?\.?:?\s{0,3}$",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(r"(nr\.)(?=\d)", re.IGNORECASE)


def cprs_written_in(text: str) -> set[str]:
    """What people who read `text` take for CPR numbers, ten digits each: lone, and not called a number of another kind.

    cprs_written_in("CPR 251248-9996, sagsnr. 250947-9989") == {"2512489996"}
    """
    spaced = _AT_ONCE.sub(r"\1 ", text)
    found = ((match, spaced[max(0, match.start() - 40) : match.start()]) for match in _LONE_CPR.finditer(spaced))
    return {match[1] + match[2] for match, before in found if not _ANOTHER_KIND.search(before)}
