"""Another value of the same kind: what a system writes when it takes the wrong one, not when it writes nonsense.

A date becomes another date, a number another number, a code its neighbour, a CPR number another test person's, and a text
another text as long. Each value has one other, so that the same change is the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

_PAIRS: Final = (
    ("true", "false"),
    ("ja", "nej"),
    ("M", "F"),
    ("male", "female"),
    ("N", "R"),
    ("active", "completed"),
    ("final", "preliminary"),
    ("generated", "empty"),
    ("current", "superseded"),
    ("official", "usual"),
    ("primary", "cc"),
    ("new-message", "modified-message"),
    ("reply-message", "forward-message"),
    ("problem-list-item", "encounter-diagnosis"),
    ("homecareobservation-message", "care-communication-message"),
    ("document", "collection"),
    ("message", "batch"),
    ("ok", "transient-error"),
    ("pluspositivkvitt", "minuspositivkvitt"),
    ("nytbrev", "rettetbrev"),
    ("ydernummer", "sorkode"),
    ("lokationsnummer", "kommunenummer"),
    ("komplet_svar", "del_svar"),
    ("svar_endeligt", "svar_midlertidigt"),
    ("numerisk", "alfanumerisk"),
    ("iupac", "lokal"),
    ("mindre_end", "stoerre_end"),
    ("for_hoej", "for_lav"),
    ("fysiologisk", "terapeutisk"),
    ("reliable", "unreliable"),
    ("EAN", "CVR"),
    ("XML", "EDIFACT"),
    ("HL7", "Binary"),
    ("RPLC", "APND"),
    ("da-DK", "en-US"),
    ("da", "en"),
    ("DK", "SE"),
    ("LeafClass", "ObjectRef"),
    ("system", "user"),
    ("KOL", "T2D"),
    ("LRS", "HJERTE"),
    ("mg/L", "g/L"),
    ("mmol/L", "mmol/mol"),
    ("text/xml", "text/plain"),
    ("application/json", "text/plain"),
    ("application/fhir+json", "application/fhir+xml"),
)
"""Words of which there are only a few: the other one is one that is allowed, too."""
_OTHER: Final = {**dict(_PAIRS), **{two: one for one, two in _PAIRS}}
_PERSONS: Final = (("2509479989", "3001749995"), ("2512489996", "1509819996"))
"""National test persons (MedCom, Nationale test-CPR-numre): two men, two women."""
_MOMENTS: Final = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"), "%Y-%m-%dT%H:%M:%S"),
    (re.compile(r"(?:19|20)\d{12}(?!\d)"), "%Y%m%d%H%M%S"),
    (re.compile(r"(?:19|20)\d{10}(?!\d)"), "%Y%m%d%H%M"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "%Y-%m-%d"),
    (re.compile(r"(?:19|20)\d{6}(?!\d)"), "%Y%m%d"),
    (re.compile(r"(?<![\d:])[0-2]\d:[0-5]\d(?![\d:])"), "%H:%M"),
)
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_CPR: Final = re.compile(r"(?<!\d)[0-3]\d[01]\d{7}(?!\d)")
_GLN: Final = re.compile(r"(?<!\d)57\d{11}(?!\d)")
_VOWELS: Final = "aeiouyæøåAEIOUYÆØÅ"


def another(value: str) -> str:
    """Another value of the same kind; never `value` itself. What is empty becomes a word.

    another("2026-10-05") == "2026-10-04"; another("DJ449") == "DJ448"; another("Rygestop") == "Ragestop"
    """
    if not value.strip():
        return f"{value}x"
    if value.strip() in _OTHER:
        return value.replace(value.strip(), _OTHER[value.strip()])
    for change in (_person, _moment, _identifier, _number, _word):
        changed = change(value)
        if changed != value:
            return changed
    return f"{value}x"


def _person(value: str) -> str:
    return _CPR.sub(_other_person, value)


def _other_person(found: re.Match[str]) -> str:
    one, two = _PERSONS[int(found[0][-1]) % 2 == 0]
    return two if found[0] == one else one


def _moment(value: str) -> str:
    for pattern, written in _MOMENTS:
        if not pattern.search(value):
            continue
        try:
            return pattern.sub(_shifted(written), value)
        except ValueError:  # it only looked like one
            continue
    return value


def _shifted(written: str) -> Callable[[re.Match[str]], str]:
    """A day earlier, or an hour where there is no day."""
    back = timedelta(days=1) if "d" in written else timedelta(hours=1)
    return lambda found: (datetime.strptime(found[0], written) - back).strftime(written)  # noqa: DTZ007 what it says stays


def _identifier(value: str) -> str:
    if _UUID.search(value):
        return _UUID.sub(lambda found: _turned(found[0][0]) + found[0][1:], value)
    if _GLN.search(value):
        return _GLN.sub(_other_gln, value)
    if re.fullmatch(r"[0-9a-f]{14,64}", value) and not value.isdigit():
        return _turned(value[0]) + value[1:]
    return value


def _turned(digit: str) -> str:
    return "1" if digit != "1" else "2"


def _other_gln(found: re.Match[str]) -> str:
    """Another location number with a check digit that is right (GS1, General Specifications: weights 1 and 3)."""
    digits = found[0][:11] + str((int(found[0][11]) + 1) % 10)
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-total % 10)


def _number(value: str) -> str:
    """The last digit of the last number another one; a number alone stays above zero."""
    found = list(re.finditer(r"\d", value))
    if not found or (" " in value.strip() and not re.fullmatch(r"[\d., ]+", value.strip())):
        return value  # a sentence that has a number in it is a text
    last = found[-1]
    other = str((int(last[0]) + 1) % 10) if value.strip() == last[0] and last[0] != "9" else str((int(last[0]) - 1) % 10)
    return value[: last.start()] + other + value[last.end() :]


def _word(value: str) -> str:
    """The first vowel another one; where there is none, the first letter. A run's mark has no vowels, and stays."""
    for at, sign in enumerate(value):
        if sign in _VOWELS:
            turned = "e" if sign in "aA" else "a"
            return value[:at] + (turned.upper() if sign.isupper() else turned) + value[at + 1 :]
    for at, sign in enumerate(value):
        if sign.isalpha():
            return value[:at] + ("x" if sign not in "xX" else "z") + value[at + 1 :]
    return value
