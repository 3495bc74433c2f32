"""What must hold of an answered questionnaire, QRD-DK. Answers in words and figures have no sourced template: not judged."""

from __future__ import annotations

from collections.abc import Callable

from harness.conformance.cda.document import EXAMPLES, METADATA, is_kind
from harness.conformance.cda.element import attributes, carries, has, matches, missing, shown
from harness.conformance.cda.header import judge_document
from harness.conformance.cda.qfdd import bounds, options_have_code, options_have_interval, response_options, type_of
from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, Rule, rule
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.standards import oids
from harness.standards.cda import codes
from harness.standards.cda.codes import HL7, NAMESPACES
from harness.standards.xml import Element, XmlDocument, text_of

SUBJECT = "qrd"
SOURCE = f"MedCom, QRD-DK, {EXAMPLES}"


def judge_qrd(data: bytes, file: str) -> list[Judgement]:
    """Every rule's result, those of the header first, on the answers in `data`; `file` is its name in findings. Never raises.

    judge_qrd(body, "svar.xml")
    """
    return judge_document(SUBJECT, data, file)


def _qrd_rule(
    number: int, title: str, grade: Grade, *needs: str, source: str = SOURCE
) -> Callable[[Callable[..., Outcome]], Rule]:
    return rule(f"QRD-{number:02}", subject=SUBJECT, title=title, grade=grade, owner=Owner.LPS, source=source, needs=needs)


@_qrd_rule(
    1,
    "Dokumentet er et QRD-DK: det har skabelonen og koden 74465-6 (LOINC)",
    Grade.F2,
    source=f"{METADATA}, typeCode; {SOURCE}",
)
def kind(response: XmlDocument) -> Outcome:
    """templateId 1.2.208.184.13.1, or one below it; code 74465-6."""
    return is_kind(response, codes.QRD)


@_qrd_rule(2, "Afsnittet med svar findes", Grade.F2)
def section(response: XmlDocument) -> Outcome:
    """Found by its templateId or its code, so that a fault in one of them is that rule's finding alone."""
    if _sections(response):
        return HOLDS
    body = response.root.find("cda:component", NAMESPACES)
    if body is None:
        return NotJudged("dokumentet har ingen krop (component)")
    return (missing(response, body, f"section[templateId/@root='{codes.ANSWERS_SECTION}']", "afsnittet med svar"),)


@_qrd_rule(3, "Afsnittet med svar har sin templateId", Grade.F3, "QRD-02")
def section_template(response: XmlDocument) -> Outcome:
    """2.16.840.1.113883.10.20.33.2.1."""
    return _each(_sections(response), lambda each: carries(response, each, "templateId", root=codes.ANSWERS_SECTION))


@_qrd_rule(4, "Afsnittet med svar har koden 74465-6 (LOINC)", Grade.F3, "QRD-02")
def section_code(response: XmlDocument) -> Outcome:
    """The same code as the document's own."""
    return _each(
        _sections(response), lambda each: carries(response, each, "code", code=codes.QRD.codes[0], codeSystem=oids.LOINC)
    )


@_qrd_rule(5, "Svarene står i en samling (organizer) med sin templateId", Grade.F2, "QRD-02")
def organizer(response: XmlDocument) -> Outcome:
    """2.16.840.1.113883.10.20.33.4.1, in one of the section's organizers at least."""
    if _organizers(response):
        return HOLDS
    sections = _sections(response)
    others = [found for each in sections for found in each.iter(f"{{{HL7}}}organizer")]
    if others:
        return carries(response, others[0], "templateId", root=codes.ANSWERS)
    return (missing(response, sections[0], "entry/organizer", f"organizer med templateId {codes.ANSWERS}"),)


@_qrd_rule(6, "Samlingen af svar er BATTERY", Grade.F3, "QRD-05")
def organizer_class(response: XmlDocument) -> Outcome:
    """classCode of the organizer. One that is missing, or is none the schema knows, CDA-H16 tells."""
    return tuple(
        Breach(response.at(each, "classCode"), "BATTERY", "CLUSTER")
        for each in _organizers(response)
        if each.get("classCode") == "CLUSTER"
    )


@_qrd_rule(7, "Samlingen af svar er afsluttet (COMPLETED)", Grade.F3, "QRD-05")
def organizer_status(response: XmlDocument) -> Outcome:
    """MedCom's examples write it in capitals, HL7's own vocabulary in small letters; both are accepted."""

    def check(each: Element) -> tuple[Breach, ...]:
        status = each.find("cda:statusCode", NAMESPACES)
        if status is None:
            return (missing(response, each, "statusCode", "statusCode COMPLETED"),)
        return (
            HOLDS if status.get("code", "").upper() == "COMPLETED" else (Breach(response.at(status), "COMPLETED", shown(status)),)
        )

    return _each(_organizers(response), check)


@_qrd_rule(8, "Et spørgsmål med valgmuligheder står med sin kode og sin ordlyd (originalText)", Grade.F3)
def question(response: XmlDocument) -> Outcome:
    """In each multiple choice observation, 2.16.840.1.113883.10.20.33.4.5."""

    def check(each: Element) -> tuple[Breach, ...]:
        code = each.find("cda:code", NAMESPACES)
        if code is None:
            return has(response, each, "code")
        if not code.get("code", "").strip():
            return (Breach(response.at(code, "code"), "spørgsmålets kode", "mangler"),)
        text = code.find("cda:originalText", NAMESPACES)
        if text is None:
            return (missing(response, code, "originalText", "spørgsmålets ordlyd"),)
        return HOLDS if text_of(text) else (Breach(response.at(text), "spørgsmålets ordlyd", "tom"),)

    return _each_choice(response, check)


@_qrd_rule(9, "Et valgt svar er en kode (CE) fra MedComs tabel over spørgsmål og svar", Grade.F3)
def answers(response: XmlDocument) -> Outcome:
    """Each value of a multiple choice observation: xsi:type CE, codeSystem 1.2.208.184.100.2. A nullFlavor is no answer."""

    def check(each: Element) -> tuple[Breach, ...]:
        breaches = []
        for value in _values(each):
            if type_of(value) != "CE":
                breaches.append(Breach(response.at(value, "type"), "CE", type_of(value) or "mangler"))
            elif not value.get("code", "").strip() or not matches(value, {"codeSystem": codes.PROMPTS}):
                expected = f"value med en kode og {attributes({'codeSystem': codes.PROMPTS})}"
                breaches.append(Breach(response.at(value), expected, shown(value)))
        return tuple(breaches)

    return _each_choice(response, check)


@_qrd_rule(10, "Et spørgsmåls svarmuligheder har koden 74467-2 (LOINC)", Grade.F3)
def options_code(response: XmlDocument) -> Outcome:
    """Where the template of response options stands, 2.16.840.1.113883.10.20.32.4.20."""
    return options_have_code(response)


@_qrd_rule(11, "Et spørgsmåls svarmuligheder siger færrest og flest svar (IVL_INT)", Grade.F3)
def options_interval(response: XmlDocument) -> Outcome:
    """Where the template of response options stands: a value IVL_INT with low and high, whole numbers in order."""
    return options_have_interval(response)


@_qrd_rule(12, "Der er så mange svar, som svarmulighederne tillader", Grade.F3, "QRD-11")
def number_of_answers(response: XmlDocument) -> Outcome:
    """In multiple choice with response options: no fewer values than low, no more than high."""

    def check(each: Element) -> tuple[Breach, ...]:
        found = _values(each)
        options = each.find(
            f"cda:entryRelationship/cda:observation/cda:templateId[@root='{codes.RESPONSE_OPTIONS}']/..", NAMESPACES
        )
        least, most = (None if options is None else bounds(options)) or (0, len(found))
        return HOLDS if least <= len(found) <= most else (Breach(response.at(each), f"{least} til {most} svar", f"{len(found)}"),)

    if not response_options(response):
        return NotJudged("svaret siger ikke, hvor mange svar der må gives")
    return _each_choice(response, check)


@_qrd_rule(13, "Henvisningen til skemaet er en reference (REFR) til et QFDD-DK (74468-0)", Grade.F3)
def form(response: XmlDocument) -> Outcome:
    """A reference with the template 1.2.208.184.6.1, or to a document with the form's code. That there is one is not sourced."""
    references = [each for each in response.root.iter(f"{{{HL7}}}reference") if _has_template(each) or _of_form(each)]
    if not references:
        return NotJudged("svaret henviser ikke til sit skema")
    breaches: list[Breach] = []
    for each in references:
        if each.get("typeCode") != "REFR":
            breaches.append(Breach(response.at(each, "typeCode"), "REFR", each.get("typeCode") or "mangler"))
        if not _has_template(each):
            breaches += carries(response, each, "templateId", root=codes.FORM_REFERENCE)
        document = each.find("cda:externalDocument", NAMESPACES)
        if document is None:
            breaches += has(response, each, "externalDocument")
        else:
            breaches += carries(response, document, "code", code=codes.QFDD.codes[0], codeSystem=oids.LOINC)
    return tuple(breaches)


@_qrd_rule(14, "Patienten som forfatter har koden SELF i HL7's kodesystem for roller", Grade.F3)
def patient_as_author(response: XmlDocument) -> Outcome:
    """2.16.840.1.113883.5.111."""
    found = response.root.findall(f"cda:author/cda:assignedAuthor/cda:code[@code='{codes.SELF}']", NAMESPACES)
    if not found:
        return NotJudged("patienten står ikke som forfatter med koden SELF")
    wrong = [each for each in found if each.get("codeSystem") != codes.ROLES]
    return tuple(Breach(response.at(each, "codeSystem"), codes.ROLES, each.get("codeSystem") or "mangler") for each in wrong)


def _sections(response: XmlDocument) -> list[Element]:
    marks = (f"cda:templateId[@root='{codes.ANSWERS_SECTION}']", f"cda:code[@code='{codes.QRD.codes[0]}']")
    return [
        each for each in response.root.iter(f"{{{HL7}}}section") if any(each.find(mark, NAMESPACES) is not None for mark in marks)
    ]


def _organizers(response: XmlDocument) -> list[Element]:
    path = f".//cda:organizer/cda:templateId[@root='{codes.ANSWERS}']/.."
    return [found for each in _sections(response) for found in each.findall(path, NAMESPACES)]


def _values(observation: Element) -> list[Element]:
    return [each for each in observation.findall("cda:value", NAMESPACES) if "nullFlavor" not in each.attrib]


def _has_template(reference: Element) -> bool:
    return reference.find(f".//cda:templateId[@root='{codes.FORM_REFERENCE}']", NAMESPACES) is not None


def _of_form(reference: Element) -> bool:
    return reference.find(f"cda:externalDocument/cda:code[@code='{codes.QFDD.codes[0]}']", NAMESPACES) is not None


def _each_choice(response: XmlDocument, check: Callable[[Element], tuple[Breach, ...]]) -> Outcome:
    path = f".//cda:observation/cda:templateId[@root='{codes.MULTIPLE_CHOICE}']/.."
    found = response.root.findall(path, NAMESPACES)
    return _each(found, check) if found else NotJudged("dokumentet har ingen svar med valgmuligheder efter MedComs skabelon")


def _each(elements: list[Element], check: Callable[[Element], tuple[Breach, ...]]) -> tuple[Breach, ...]:
    return tuple(breach for each in elements for breach in check(each))
