"""QFDD-DK, a questionnaire as a form: what it asks, how it is written, and how it is read.

How a form holds its questions is not sourced, so that is the project's own shape within CDA's schema; sourced are the document's
templates and code, the prompt table, and the response options.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.standards import oids
from harness.standards.cda import codes
from harness.standards.cda.codes import HL7, NAMESPACES
from harness.standards.cda.header import Header, build_document, entry_id, need, number_at, plain, read_header
from harness.standards.cda.parts import Part, component, part
from harness.standards.xml import Element, XmlDocument


@dataclass(frozen=True, slots=True)
class Option:
    """An answer that can be chosen, from MedCom's prompt table: `A1` *Ja*."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """How many of which options may be chosen."""

    options: tuple[Option, ...]
    at_least: int = 0
    at_most: int = 1


class Free(StrEnum):
    """A question that is answered in the patient's own words or figures. The value is the answer's data type in CDA."""

    TEXT = "ST"
    NUMBER = "REAL"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, by its code in MedCom's prompt table (`q10-100`, "" when it is not there), with what may be answered."""

    code: str
    text: str
    answer: Choice | Free


@dataclass(frozen=True, slots=True)
class QuestionnaireForm:
    """A form. Its title stands in the header."""

    header: Header
    questions: tuple[Question, ...]


def build_qfdd(form: QuestionnaireForm) -> bytes:
    """The form as a CDA document. The document's id must be a UUID, and no text may have characters outside XML (ValueError)."""
    section = component(
        part("code", code=codes.QFDD.codes[0], codeSystem=oids.LOINC, codeSystemName="LOINC", displayName=codes.QFDD.display),
        part("title", form.header.title),
        part("text", *(part("paragraph", each.text) for each in form.questions)),
        part(
            "entry",
            part(
                "organizer",
                entry_id(form.header.document_id, "Questions"),
                part("statusCode", code="active"),
                *(part("component", _observation(form, number)) for number in range(len(form.questions))),
                classCode="BATTERY",
                moodCode="DEF",
            ),
            typeCode="DRIV",
            contextConductionInd="true",
        ),
    )
    return build_document(codes.QFDD, form.header, section)


def question_code(code: str, text: str) -> Part:
    """A question's code in the prompt table, with the question as it was asked."""
    known = {"code": code, "codeSystem": codes.PROMPTS} if code else {"nullFlavor": "NI"}
    return part("code", part("originalText", text), **known)


def option_value(option: Option) -> Part:
    """An option as the value of an observation."""
    return part("value", **{codes.XSI_TYPE: "CE"}, code=option.code, codeSystem=codes.PROMPTS, displayName=option.text)


def response_options(at_least: int, at_most: int) -> Part:
    """How many answers may be given: MedCom's template, IVL_INT from the least to the most."""
    bounds = part("value", part("low", value=str(at_least)), part("high", value=str(at_most)), **{codes.XSI_TYPE: "IVL_INT"})
    observation = part(
        "observation",
        part("templateId", root=codes.RESPONSE_OPTIONS),
        part("code", code=codes.RESPONSE_OPTIONS_CODE, codeSystem=oids.LOINC, codeSystemName="LOINC"),
        bounds,
        classCode="OBS",
        moodCode="EVN",
    )
    return part("entryRelationship", observation, typeCode="SUBJ")


def _observation(form: QuestionnaireForm, number: int) -> Part:
    question = form.questions[number]
    match question.answer:
        case Choice(options, at_least, at_most):
            content = [*map(option_value, options), response_options(at_least, at_most)]
        case free:
            content = [part("value", **{codes.XSI_TYPE: free.value}, nullFlavor="NI")]
    return part(
        "observation",
        entry_id(form.header.document_id, f"Question{number + 1}"),
        question_code(question.code, question.text),
        *content,
        classCode="OBS",
        moodCode="DEF",
    )


def read_qfdd(document: XmlDocument) -> QuestionnaireForm:
    """What the form asks. Raises BadInput with its place when it is no QFDD-DK, or a part cannot be read."""
    header = read_header(document, codes.QFDD)
    return QuestionnaireForm(header, tuple(_question(document, each) for each in prompted(document)))


def prompted(document: XmlDocument) -> list[Element]:
    """The observations whose code has a question's words, or is in the prompt table; in the document's order."""
    paths = ("cda:code/cda:originalText", f"cda:code[@codeSystem='{codes.PROMPTS}']")
    observations = document.root.iter(f"{{{HL7}}}observation")
    return [each for each in observations if any(each.find(path, NAMESPACES) is not None for path in paths)]


def _question(document: XmlDocument, observation: Element) -> Question:
    code, text = read_question(document, observation)
    values = observation.findall("cda:value", NAMESPACES)
    bounds = read_bounds(document, observation)
    if bounds is None and any(type_of(each) in tuple(Free) for each in values):
        return Question(code, text, Free(type_of(values[0])))
    return Question(code, text, Choice(read_options(observation), *(bounds or ())))


def read_question(document: XmlDocument, observation: Element) -> tuple[str, str]:
    """A question's code and text."""
    code = need(document, observation, "code")
    text = code.find("cda:originalText", NAMESPACES)
    return code.get("code", ""), "" if text is None else plain(text)


def read_options(observation: Element) -> tuple[Option, ...]:
    """The options that the observation's values are. One with a nullFlavor is none."""
    values = observation.findall("cda:value", NAMESPACES)
    return tuple(Option(each.get("code", ""), each.get("displayName", "")) for each in values if "nullFlavor" not in each.attrib)


def read_bounds(document: XmlDocument, observation: Element) -> tuple[int, int] | None:
    """How few and how many answers may be given; None when that is not said. Raises BadInput."""
    path = f"cda:entryRelationship/cda:observation/cda:templateId[@root='{codes.RESPONSE_OPTIONS}']/../cda:value"
    value = observation.find(path, NAMESPACES)
    if value is None:
        return None
    return number_at(document, need(document, value, "low")), number_at(document, need(document, value, "high"))


def type_of(value: Element) -> str:
    """The data type that `xsi:type` names, without its prefix."""
    return value.get(codes.XSI_TYPE, "").rpartition(":")[2].strip()
