"""QRD-DK, a questionnaire as it was answered: what was said, how it is written, and how it is read.

Sourced are the section, the organizer, multiple choice with its response options, and the reference to the form (MedCom's QRD-DK
examples). That answers in words and figures are observations too, without a template, is the project's own shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from harness.standards import oids
from harness.standards.cda import codes
from harness.standards.cda.codes import NAMESPACES
from harness.standards.cda.header import Header, build_document, entry_id, medcom_id, plain, read_header
from harness.standards.cda.parts import Part, component, part, time_of
from harness.standards.cda.qfdd import (
    Choice,
    Free,
    option_value,
    prompted,
    question_code,
    read_bounds,
    read_options,
    read_question,
    response_options,
    type_of,
)
from harness.standards.xml import Element, XmlDocument


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question: a `Choice` whose options are those that were chosen, a finite number, or a text.

    `code` is the question's in MedCom's prompt table, "" when it is not there.
    """

    code: str
    question: str
    said: Choice | Decimal | str


@dataclass(frozen=True, slots=True)
class QuestionnaireResponse:
    """An answered questionnaire. `form_id` is the document id of the form that was answered, "" when it is not said."""

    header: Header
    form_id: str
    answers: tuple[Answer, ...]


def build_qrd(response: QuestionnaireResponse) -> bytes:
    """The answers as a CDA document. Its id must be a UUID, and no text may have characters outside XML (ValueError)."""
    header = response.header
    section = component(
        part("templateId", root=codes.ANSWERS_SECTION),
        part("code", code=codes.QRD.codes[0], codeSystem=oids.LOINC, codeSystemName="LOINC", displayName=codes.QRD.display),
        part("title", header.title),
        part("text", *(part("paragraph", f"{each.question} {_shown(each.said)}") for each in response.answers)),
        part(
            "entry",
            part(
                "organizer",
                part("templateId", root=codes.ANSWERS),
                entry_id(header.document_id, "Answers"),
                part("statusCode", code="COMPLETED"),
                part("effectiveTime", value=time_of(header.created)),
                *_form(response.form_id),
                *(part("component", _observation(response, number)) for number in range(len(response.answers))),
                classCode="BATTERY",
                moodCode="EVN",
            ),
            typeCode="DRIV",
            contextConductionInd="true",
        ),
    )
    return build_document(codes.QRD, header, section)


def _form(form_id: str) -> list[Part]:
    if not form_id:
        return []
    code = part("code", code=codes.QFDD.codes[0], codeSystem=oids.LOINC, codeSystemName="LOINC")
    document = part("externalDocument", medcom_id("id", form_id), code)
    return [part("reference", part("templateId", root=codes.FORM_REFERENCE), document, typeCode="REFR")]


def _observation(response: QuestionnaireResponse, number: int) -> Part:
    answer = response.answers[number]
    template: list[Part] = []
    match answer.said:
        case Choice(options, at_least, at_most):
            template = [part("templateId", root=codes.MULTIPLE_CHOICE)]
            content = [*map(option_value, options), response_options(at_least, at_most)]
        case Decimal():
            content = [part("value", **{codes.XSI_TYPE: Free.NUMBER.value}, value=f"{answer.said:f}")]
        case text:
            content = [part("value", text, **{codes.XSI_TYPE: Free.TEXT.value})]
    return part(
        "observation",
        *template,
        entry_id(response.header.document_id, f"Answer{number + 1}"),
        question_code(answer.code, answer.question),
        *content,
        classCode="OBS",
        moodCode="EVN",
    )


def _shown(said: Choice | Decimal | str) -> str:
    match said:
        case Choice(options):
            return ", ".join(each.text for each in options)
        case Decimal():
            return f"{said:f}".replace(".", ",")
        case text:
            return text


def read_qrd(document: XmlDocument) -> QuestionnaireResponse:
    """What was answered. Raises BadInput with its place when it is no QRD-DK, or a part cannot be read."""
    header = read_header(document, codes.QRD)
    path = f".//cda:reference/cda:externalDocument/cda:code[@code='{codes.QFDD.codes[0]}']/../cda:id"
    form = document.root.find(path, NAMESPACES)
    form_id = "" if form is None else form.get("extension") or form.get("root") or ""
    return QuestionnaireResponse(header, form_id, tuple(_answer(document, each) for each in prompted(document)))


def _answer(document: XmlDocument, observation: Element) -> Answer:
    code, question = read_question(document, observation)
    value = observation.find("cda:value", NAMESPACES)
    bounds = read_bounds(document, observation)
    free = value is not None and bounds is None and "nullFlavor" not in value.attrib and type_of(value) in tuple(Free)
    if value is not None and free:
        return Answer(code, question, _free(document, value))
    return Answer(code, question, Choice(read_options(observation), *(bounds or ())))


def _free(document: XmlDocument, value: Element) -> Decimal | str:
    if type_of(value) == Free.TEXT:
        return plain(value)
    try:
        number = Decimal(value.get("value", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise document.bad(value, "Svaret skal være et tal")
    return number
