"""Whether a plan calls its disease what it is coded as: in its title, at the code, and in the text about the diagnoses.

Other words for the disease are free. What is wrong is the name of another of the diseases told apart here, where the plan's own
is not named: the patient reads the name, not the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from harness.conformance.cda.cpd_label import CODED_AS
from harness.conformance.cda.document import EXAMPLES
from harness.conformance.cda.plan_diagnoses import SUBJECT, codings, diagnosis_values
from harness.conformance.rule import HOLDS, Breach, NotJudged, Outcome, rule
from harness.domain.careplan import Disease
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards.cda.codes import HL7, NAMESPACES
from harness.standards.xml import Element, XmlDocument, local_name, text_of

_MODEL: Final = "Sundhedsstyrelsen, Generisk model for pakkeforløb for mennesker med kronisk sygdom, Behandlingsplan (KP-09)"
_CODES: Final = "ICPC-2-DK i KvalitetsIT/cda-validator@ceb5c65"


@dataclass(frozen=True, slots=True)
class _Known:
    """A disease: how its codes begin, the names that are nobody else's, and what also may be said of it."""

    codes: tuple[str, ...]
    name: re.Pattern[str]
    also: re.Pattern[str]


def _known(codes: tuple[str, ...], name: str, also: str = r"(?!)") -> _Known:
    return _Known(codes, re.compile(name, re.IGNORECASE), re.compile(also, re.IGNORECASE))


_DISEASES: Final[Mapping[str, _Known]] = {
    "KOL": _known(CODED_AS[Disease.KOL], r"\bKOL\b|kronisk obstruktiv lunge", r"emfysem|rygerlunge|lunge"),
    "diabetes": _known((*CODED_AS[Disease.T2D], "T89", "DE10"), r"diabetes|sukkersyge", r"diabet|\bT2D|\bDM ?2\b|NIDDM"),
    "iskæmisk hjertesygdom": _known(
        CODED_AS[Disease.HJERTE],
        r"iskæmisk hjerte|angina pectoris|myokardieinfarkt",
        r"hjerte|angina|infarkt|koronar|hypertens|blodtryk|lipid|kolester|\b(?:IHS|IHD|AMI)\b",
    ),
    "lænderygsmerter": _known(
        (*CODED_AS[Disease.LRS], "DM4", "DM5", "DS23", "DS33", "DG55"),
        r"lænderyg|lændesmerter|rygsyndrom|diskusprolaps",
        r"ryg(?!ni|e)|lænd|lumba|diskus|is(?:ch|k)ias|spinal|spondyl|radikul|\bLRS\b",
    ),
    "astma": _known(("R96", "DJ45", "DJ46"), r"\bastma\b"),
}
_CODE: Final = re.compile(r"[A-Z]{1,4}\d[0-9A-Za-z]*\b")
_TOO: Final = re.compile(r"\b(?:også|samt|kendt|tidligere|desuden|og|med|hos)\b", re.IGNORECASE)
"""Words of a disease that the patient has besides."""
_BLOCKS: Final = tuple(f"{{{HL7}}}{name}" for name in ("paragraph", "item", "tr"))


@rule(
    "CPD-K06",
    subject=SUBJECT,
    title="Planen kalder sin sygdom det, den er kodet som, og ikke en anden sygdoms navn",
    grade=Grade.F2,
    owner=Owner.LPS,
    source=f"{_MODEL}; {_CODES}; {EXAMPLES}: titel, kodens navn og teksten siger den samme sygdom",
)
def names(plan: XmlDocument) -> Outcome:
    """The title, each diagnosis' displayName, and the section of the diagnoses. A disease that the patient has too may stand
    beside the plan's own. Where a diagnosis is of another disease than those told apart here, it may be what the title and the
    text speak of: then only the names at known codes are looked at. Of several wrong names the first is told.
    """
    values = diagnosis_values(plan)
    diseases = [_coded(set(_codes(value))) for value in values]
    if not any(diseases):
        return NotJudged("planens diagnose er ikke en af de sygdomme, hvis navne er kendt")
    own = set().union(*diseases) if all(diseases) else set()
    for place, attribute, text, fitting in (*(_title(plan, own) if own else ()), *_displays(values)):
        if _is_anothers(text, fitting):
            return (Breach(plan.at(place, attribute), " eller ".join(sorted(fitting)), text),)
    return _told_wrong(plan, values, own) if own else HOLDS


_Said = tuple[Element, str, str, set[str]]
"""Where it stands, in which attribute (empty: none), what, and the diseases that it may be the name of."""


def _title(plan: XmlDocument, own: set[str]) -> Iterator[_Said]:
    for title in plan.root.iterfind("cda:title", NAMESPACES):
        yield title, "", text_of(title), own


def _displays(values: list[Element]) -> Iterator[_Said]:
    """At each code of a known disease, or translated to one, its name is that of the code."""
    for value in values:
        for coded in codings(value):
            if fitting := _coded({coded.get("code", "")}) or _coded(set(_codes(value))):
                yield coded, "displayName", coded.get("displayName", ""), fitting


def _told_wrong(plan: XmlDocument, values: list[Element], own: set[str]) -> Outcome:
    """A line that is the plan's own code with another disease's name; or nothing but other diseases, line after line, and in no
    section's title the plan's own.
    """
    sections = dict.fromkeys(section for value in values for section in value.iterancestors(f"{{{HL7}}}section"))
    narratives = [text for section in sections for text in section.iterchildren(f"{{{HL7}}}text")]
    lines = [(each, text) for narrative in narratives for each in _lines(narrative) if (text := text_of(each))]
    strays = [(each, text) for each, text in lines if _is_anothers(text, own) and not _TOO.search(text)]
    paired = [(each, text) for each, text in strays if (code := _CODE.match(text)) and _coded({code[0]}) & own]
    titled = any(_names_one(text_of(title), own) for section in sections for title in section.iterchildren(f"{{{HL7}}}title"))
    wrong = paired or (strays if len(strays) == len(lines) and not titled else [])
    return tuple(Breach(plan.at(each), " eller ".join(sorted(own)), text) for each, text in wrong[:1])


def _lines(narrative: Element) -> list[Element]:
    blocks = [
        each
        for each in narrative.iter(*_BLOCKS)
        if next(each.iterdescendants(*_BLOCKS), None) is None
        and not any(local_name(above) == "thead" for above in each.iterancestors())
    ]
    return blocks or [narrative]


def _is_anothers(text: str, own: set[str]) -> bool:
    """Whether a text names another disease and none of `own`."""
    return not _names_one(text, own) and any(known.name.search(text) for name, known in _DISEASES.items() if name not in own)


def _names_one(text: str, own: set[str]) -> bool:
    return any(known.name.search(text) or known.also.search(text) for name, known in _DISEASES.items() if name in own)


def _coded(codes: set[str]) -> set[str]:
    return {name for name, known in _DISEASES.items() if any(code.startswith(known.codes) for code in codes)}


def _codes(value: Element) -> list[str]:
    return [each.get("code", "") for each in codings(value)]
