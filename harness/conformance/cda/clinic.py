"""A document names the clinic that made it, wherever it names a clinic by SOR. Subject `cda-klinik`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from harness.conformance.cda.document import EXAMPLES, SCHEMA, TOOL, read_plan
from harness.conformance.cda.element import cda_path
from harness.conformance.rule import Breach, Judgement, NotJudged, Outcome, Result, judge, rule, rules_for
from harness.domain.errors import BadInput
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda.codes import APPOINTMENT_KINDS, NAMESPACES
from harness.standards.xml import Element, XmlDocument

SUBJECT = "cda-klinik"
_IN_AUTHOR = ("assignedAuthor/id", "assignedAuthor/representedOrganization/id")
_OF_PATIENT = "recordTarget/patientRole/providerOrganization/id"
_APPOINTMENT = ".//cda:encounter"
_IN_APPOINTMENT = ("cda:participant[@typeCode='LOC']/cda:participantRole/cda:id", "cda:performer/cda:assignedEntity/cda:id")


def judge_clinic(data: bytes, file: str, sor: str) -> list[Judgement]:
    """The rule's result on the document in `data` (`file` in findings), made at the clinic with this SOR code. Never raises.

    judge_clinic(document, "plan.xml", "73091000016008")
    """
    try:
        document = read_plan(data, file)
    except BadInput:
        return [Judgement(each, Result.NOT_JUDGED, reason="dokumentet kan ikke læses") for each in rules_for(SUBJECT)]
    return judge(rules_for(SUBJECT), document, sor)


@rule(
    "CDA-S01",
    subject=SUBJECT,
    title="En af forfatterne, og patientens klinik, er den klinik, systemet er sat op som",
    grade=Grade.F3,
    owner=Owner.LPS,
    source=f"{TOOL} (authorInstitution, SOR); {SCHEMA}: assignedAuthor, providerOrganization",
)
def own_clinic(document: XmlDocument, sor: str) -> Outcome:
    """Where an id is SOR's, the code is the clinic's; where it is the clinic's code, it stands under SOR. Nothing is asked to be
    there, and other ids may be. An author may be another when one is not. Another clinic that is named in several places is told
    of once. Of the custodian, who may be another, and of a code's form other rules speak.
    """
    authors = [_ids(each, _IN_AUTHOR) for each in document.root.findall("cda:author", NAMESPACES)]
    patients, appointed = _ids(document.root, (_OF_PATIENT,)), _appointed(document)
    if not any(_is_told(each, sor) for each in (*chain(*authors), *patients, *appointed)):
        return NotJudged("dokumentet nævner ingen klinik med SOR-kode")
    others = appointed  # of whom CDA-S02 speaks, as far as they are another
    if any(not any(_is_wrong(each, sor) for each in author) for author in authors):
        others = [*chain(*authors), *appointed]
        authors = []
    found = [*chain(*authors), *patients, *(each for each in others if not _is_another(each, sor))]
    wrong = {(each.get("root"), _code(each)): each for each in reversed(found) if _is_wrong(each, sor)}
    return tuple(_breach(document, each, sor) for each in reversed(wrong.values()))


@rule(
    "CDA-S02",
    subject=SUBJECT,
    title="En aftales sted og udfører er den klinik, systemet er sat op som",
    grade=Grade.F4,
    owner=Owner.LPS,
    source=f"{SCHEMA}: encounter, participant (LOC) og performer",
    remark="en klinik kan have flere steder, og en anden kan udføre aftalen",
)
def own_place(document: XmlDocument, sor: str) -> Outcome:
    """An appointment that is held elsewhere, by a SOR code, is told of once."""
    appointed = _appointed(document)
    if not any(_is_told(each, sor) for each in appointed):
        return NotJudged("dokumentet nævner intet sted med SOR-kode")
    others = {_code(each): each for each in reversed(appointed) if _is_another(each, sor)}
    return tuple(_breach(document, each, sor) for each in reversed(others.values()))


@rule(
    "CDA-S03",
    subject=SUBJECT,
    title="En aftale i almen praksis er ikke kodet som regionens eller kommunens",
    grade=Grade.F4,
    owner=Owner.LPS,
    source=f"MedCom Message Codes (1.2.208.184.100.1), {EXAMPLES}: {', '.join(APPOINTMENT_KINDS)}",
    remark="kilderne siger kun, hvad koderne hedder, og ikke, hvornår hver af dem skal bruges",
)
def of_the_practice(document: XmlDocument, sor: str) -> Outcome:
    """The code of each appointment that is performed at the clinic, or has its place there. Codes that are not known are free."""
    own = [
        each
        for each in document.root.iterfind(_APPOINTMENT, NAMESPACES)
        if any(_code(found) == sor for path in _IN_APPOINTMENT for found in each.iterfind(path, NAMESPACES))
    ]
    if not own:
        return NotJudged("dokumentet har ingen aftale i klinikken")
    codes = (code for each in own for code in each.iterfind("cda:code", NAMESPACES))
    wrong = (each for each in codes if each.get("code") in APPOINTMENT_KINDS[1:])
    return tuple(Breach(document.at(each, "code"), APPOINTMENT_KINDS[0], each.get("code", "")) for each in wrong)


def _ids(within: Element, paths: Iterable[str]) -> list[Element]:
    return [each for path in paths for each in within.findall(cda_path(path), NAMESPACES)]


def _appointed(document: XmlDocument) -> list[Element]:
    return [each for path in _IN_APPOINTMENT for each in document.root.iterfind(f"{_APPOINTMENT}/{path}", NAMESPACES)]


def _is_told(each: Element, sor: str) -> bool:
    return each.get("root") == oids.SOR or _code(each) == sor


def _is_another(each: Element, sor: str) -> bool:
    """Whether it is a clinic's code that can be another's."""
    return each.get("root") == oids.SOR and "nullFlavor" not in each.attrib and _code(each) not in ("", sor)


def _is_wrong(each: Element, sor: str) -> bool:
    root = each.get("root", "")
    return "nullFlavor" not in each.attrib and bool(root) and (root == oids.SOR) != (_code(each) == sor)


def _breach(document: XmlDocument, each: Element, sor: str) -> Breach:
    if each.get("root") == oids.SOR:
        return Breach(document.at(each, "extension"), f"klinikkens SOR-kode {sor}", _code(each) or "ingen kode")
    return Breach(document.at(each, "root"), f"SOR's OID {oids.SOR} til klinikkens SOR-kode", each.get("root", ""))


def _code(each: Element) -> str:
    return each.get("extension", "").strip()
