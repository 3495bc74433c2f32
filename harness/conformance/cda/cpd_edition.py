"""What must hold between two editions of one plan: the new one takes the old one's place.

The rules stand on what setId, versionNumber and relatedDocument mean in HL7 CDA R2 itself, so they are graded for every version
of CPD-DK; that no two editions may diverge is the programme's own requirement (KP-10).
"""

from __future__ import annotations

from collections.abc import Callable

from harness.conformance.cda.document import is_cda
from harness.conformance.cda.element import missing
from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, Result, Rule, judge, rule, rules_for
from harness.domain.errors import BadInput
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda.codes import NAMESPACES
from harness.standards.xml import Element, XmlDocument, parse

SUBJECT = "cpd-edition"
SOURCE = (
    "HL7 CDA R2, setId, versionNumber og relatedDocument; MedCom, CPD-DK 1.0.1, eksempler (KvalitetsIT/cda-validator@ceb5c65)"
)

Identity = tuple[str, str]
"""An id's root and extension, folded: UUIDs are the same in upper and lower case."""


def judge_edition(new: bytes, new_file: str, previous: bytes | None) -> list[Judgement]:
    """Every rule's result on the edition `new` after the edition `previous`, None when `new` is the plan's first.

    Rules for a first edition are not judged on a later one, and the other way round. When either is not a CDA document nothing
    is judged; `judge_cpd` speaks of that. Never raises for what the bytes hold.

        judge_edition(second, "udgave-2.xml", first)
    """
    try:
        documents = (parse(new, new_file), None if previous is None else parse(previous, "forrige udgave"))
    except BadInput as bad:
        return _nothing_judged(f"en af udgaverne kan ikke læses: {bad.reason}")
    if not all(is_cda(document) for document in documents if document is not None):
        return _nothing_judged("en af udgaverne er ikke et CDA-dokument")
    return judge(rules_for(SUBJECT), *documents)


def _nothing_judged(reason: str) -> list[Judgement]:
    return [Judgement(each, Result.NOT_JUDGED, reason=reason) for each in rules_for(SUBJECT)]


def _edition_rule(number: int, title: str, grade: Grade) -> Callable[[Callable[..., Outcome]], Rule]:
    return rule(f"CPD-V{number:02}", subject=SUBJECT, title=title, grade=grade, owner=Owner.LPS, source=SOURCE)


_FIRST = NotJudged("planen har ingen tidligere udgave")
_LATER = NotJudged("gælder kun en plans første udgave")


@_edition_rule(1, "Planens første udgave henviser ikke til en tidligere", Grade.F3)
def first_stands_alone(new: XmlDocument, previous: XmlDocument | None) -> Outcome:
    """No relatedDocument in a plan's first edition."""
    if previous is not None:
        return _LATER
    related = new.root.find("cda:relatedDocument", NAMESPACES)
    if related is None:
        return HOLDS
    return (Breach(new.at(related), "ingen relatedDocument", f"relatedDocument {related.get('typeCode', 'uden typeCode')}"),)


@_edition_rule(2, "En ny udgave har samme setId som den forrige", Grade.F2)
def same_set(new: XmlDocument, previous: XmlDocument | None) -> Outcome:
    """A receiver that groups editions by setId would otherwise show two plans."""
    if previous is None:
        return _FIRST
    found, wanted = new.root.find("cda:setId", NAMESPACES), _identity(previous.root.find("cda:setId", NAMESPACES))
    if found is None:
        return (missing(new, new.root, "setId", f"setId {_shown(wanted)}" if wanted else "setId"),)
    if wanted is None:
        return NotJudged("den forrige udgave har ingen setId")
    own = _identity(found)
    return HOLDS if own == wanted else (Breach(new.at(found), _shown(wanted), _shown(own)),)


@_edition_rule(3, "En ny udgave har et højere versionNumber end den forrige", Grade.F2)
def version_grows(new: XmlDocument, previous: XmlDocument | None) -> Outcome:
    """By how much is not said."""
    if previous is None:
        return _FIRST
    found, before = new.root.find("cda:versionNumber", NAMESPACES), _number(previous.root.find("cda:versionNumber", NAMESPACES))
    expected = "et versionNumber" if before is None else f"et versionNumber højere end {before}"
    if found is None:
        return (missing(new, new.root, "versionNumber", expected),)
    own = _number(found)
    if own is None and "value" in found.attrib:
        return NotJudged("udgavens versionNumber er ikke et tal (CDA-H15)")
    if own is not None and before is None:
        return NotJudged("den forrige udgave har intet versionNumber")
    if own is None or before is None or own <= before:
        return (Breach(new.at(found, "value"), expected, found.get("value") or "tomt"),)
    return HOLDS


@_edition_rule(4, "En ny udgave erstatter den forrige (relatedDocument RPLC)", Grade.F2)
def replaces_previous(new: XmlDocument, previous: XmlDocument | None) -> Outcome:
    """One relatedDocument has typeCode RPLC and the previous edition's id in parentDocument; a code or a
    versionNumber that stands there too is that edition's.
    """
    if previous is None:
        return _FIRST
    wanted = _identity(previous.root.find("cda:id", NAMESPACES))
    if wanted is None:
        return NotJudged("den forrige udgave har intet id")
    related = new.root.findall("cda:relatedDocument", NAMESPACES)
    links = [
        (each.get("typeCode", ""), _identity(parent))
        for each in related
        for parent in each.findall("cda:parentDocument/cda:id", NAMESPACES)
    ]
    if ("RPLC", wanted) in links:
        return _told_otherwise(new, previous, wanted)
    expected = f"RPLC af {_shown(wanted)}"
    if not related:
        return (missing(new, new.root, "relatedDocument", expected),)
    actual = ", ".join(f"{kind or 'uden typeCode'} af {_shown(parent)}" for kind, parent in links)
    return (Breach(new.at(related[0]), expected, actual or "relatedDocument uden id på det erstattede"),)


@_edition_rule(5, "En ny udgave handler om samme patient som den forrige", Grade.F1)
def same_patient(new: XmlDocument, previous: XmlDocument | None) -> Outcome:
    """By CPR where both have one, else by any other number they have in common. Findings never show the numbers."""
    if previous is None:
        return _FIRST
    path = "cda:recordTarget/cda:patientRole/cda:id"
    ids = new.root.findall(path, NAMESPACES)
    own, before = _numbers(ids), _numbers(previous.root.findall(path, NAMESPACES))
    shared = own.keys() & before.keys()
    if not shared:
        return NotJudged("udgaverne har intet patientnummer af samme slags")
    if oids.CPR in shared:
        shared = {oids.CPR}
    elif any(own[root] & before[root] for root in shared):
        return HOLDS
    numbered = [each for each in ids if _number_of(each)]  # one without a number names nobody
    strangers = [each for each in numbered if each.get("root") in shared and _number_of(each) not in before[each.get("root", "")]]
    if not strangers:
        return HOLDS
    return (Breach(new.at(strangers[0], "extension"), "samme patientnummer som i den forrige udgave", "et andet nummer"),)


def _told_otherwise(new: XmlDocument, previous: XmlDocument, replaced: Identity) -> tuple[Breach, ...]:
    """A breach for each code and versionNumber that is said to be the replaced edition's, and is not."""
    parents = new.root.findall("cda:relatedDocument[@typeCode='RPLC']/cda:parentDocument", NAMESPACES)
    own = [each for each in parents if replaced in map(_identity, each.findall("cda:id", NAMESPACES))]
    breaches = []
    told = [("code", "code"), ("code", "codeSystem")]
    if not version_grows.check(new, previous):  # else CPD-V03 speaks of how the editions are counted
        told.append(("versionNumber", "value"))
    for name, attribute in told:
        before = previous.root.find(f"cda:{name}[@{attribute}]", NAMESPACES)
        for each in (one for parent in own for one in parent.findall(f"cda:{name}[@{attribute}]", NAMESPACES)):
            if before is not None and each.get(attribute, "").strip() != before.get(attribute, "").strip():
                expected = f"{before.get(attribute)}, som den forrige udgave har"
                breaches.append(Breach(new.at(each, attribute), expected, each.get(attribute) or "tomt"))
    return tuple(breaches)


def _identity(element: Element | None) -> Identity | None:
    if element is None:
        return None
    root = element.get("root", "").casefold()
    return (root, element.get("extension", "").casefold()) if root else None


def _shown(identity: Identity | None) -> str:
    return "^".join(part for part in identity if part) if identity else "uden root"


def _number(element: Element | None) -> int | None:
    value = element.get("value", "").strip() if element is not None else ""
    return int(value) if value.isascii() and value.isdecimal() else None


def _numbers(ids: list[Element]) -> dict[str, set[str]]:
    numbers: dict[str, set[str]] = {}
    for each in ids:
        root, number = each.get("root", ""), _number_of(each)
        if root and number:
            numbers.setdefault(root, set()).add(number)
    return numbers


def _number_of(element: Element) -> str:
    return element.get("extension", "").replace("-", "").strip().upper()
