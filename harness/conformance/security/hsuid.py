"""What must hold of the HSUID header of a request that finds or fetches documents (ITI-18, ITI-43). Subject `hsuid`.

Asserted is what the schema of HSUID 1.1 says. It also wants NameFormat on every attribute; in use only nsi:OrgUsingID has it, so
that is not asked for. Not checked: which attributes a clinician or a citizen must have, and what they must say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from harness.conformance.rule import HOLDS, Breach, Judgement, NotJudged, Outcome, Rule, judge, rule, rules_for
from harness.conformance.security.soap_header import (
    AUTHORISATION_FORM,
    AUTHORISATION_SOURCE,
    CPR_FORM,
    CPR_SOURCE,
    Form,
    Headed,
    ill_formed,
    is_a,
    misplaced,
    one_block,
    read_headed,
    unlike,
    values_of,
)
from harness.conformance.subject import some
from harness.domain.finding import Owner
from harness.domain.grade import Grade
from harness.domain.identifiers import Sor, Yder
from harness.standards import security_codes as codes
from harness.standards.security_codes import HSUID
from harness.standards.xds.codes import ADHOC_QUERY, RETRIEVE
from harness.standards.xml import Element

SUBJECT = "hsuid"
XSD = "HSUID 1.1, hsuid-1_1.xsd"
WSDL = "DDS, XDS.b_DocumentRepository.wsdl, soap:header"
MIN_LOG = "NSPOP, DDS (pageId 131144206): et opslag skrives i MinLog"


@dataclass(frozen=True, slots=True)
class Looked(Headed):
    """A message that looks something up. `about`: whose documents are fetched; `clinic`: the numbers of the clinic that looks.

    Empty where nobody knows: then it is not held against them.
    """

    about: Collection[str] = ()
    clinic: Collection[str] = ()


def judge_hsuid(
    data: bytes, file: str, *, sender: Owner = Owner.LPS, about: Collection[str] = (), clinic: Collection[str] = ()
) -> list[Judgement]:
    """Every rule over the header of one request, which `sender` sent and must mend; a packed one is given as `mtom.inlined`.

    `about` are the CPR numbers of those whose documents an ITI-43 fetches, `clinic` the numbers of the clinic that looks them up;
    without them it is not judged whether the header names them. What cannot be read breaks HSUID-01, and nothing else is judged;
    nor is anything on other requests than ITI-18 and ITI-43.

    >>> [each.rule.id for each in judge_hsuid(request.body, "iti18.xml") if each.result is Result.BROKEN]
    []
    """
    read = read_headed(data, file)
    looked = Looked(read.place, read.problem, read.message, read.header, read.body, about, clinic)
    return judge([replace(each, owner=sender) for each in rules_for(SUBJECT)], looked)


def _rule(id: str, title: str, grade: Grade, source: str, *needs: str) -> Callable[[Callable[[Looked], Outcome]], Rule]:
    return rule(id, subject=SUBJECT, title=title, grade=grade, owner=Owner.LPS, source=source, needs=needs)


@_rule("HSUID-01", "Beskeden er SOAP og kan læses", Grade.F2, "SOAP 1.1; SOAP 1.2")
def readable(headed: Looked) -> Outcome:
    """Not XML, or not SOAP."""
    return (Breach(headed.place, "en SOAP-besked", headed.problem),) if headed.problem else HOLDS


@_rule("HSUID-02", "SOAP-headeren har netop én HsuidHeader", Grade.F2, WSDL, "HSUID-01")
def one_header(headed: Looked) -> Outcome:
    """On ITI-18 and ITI-43."""
    if headed.body not in (ADHOC_QUERY, RETRIEVE):
        return NotJudged("HSUID bedømmes kun på ITI-18 og ITI-43")
    return one_block(headed, f"{{{HSUID}}}HsuidHeader")


@_rule("HSUID-03", "HsuidHeader har en Assertion med Issuer og AttributeStatement", Grade.F3, XSD, "HSUID-02")
def parts(headed: Looked) -> Outcome:
    """One of each, in this order, and at least one Attribute."""
    header = headed.blocks(f"{{{HSUID}}}HsuidHeader")[0]
    if wrong := misplaced(headed, header, ((f"{{{HSUID}}}Assertion", 1, 1),)):
        return wrong
    model = ((f"{{{HSUID}}}Issuer", 1, 1), (f"{{{HSUID}}}AttributeStatement", 1, 1))
    if wrong := misplaced(headed, _assertion(headed), model):
        return wrong
    statement = _assertion(headed).findall(f"{{{HSUID}}}AttributeStatement")[0]
    return HOLDS if _attributes(headed) else (headed.breach(statement, "mindst én Attribute", "0"),)


@_rule("HSUID-04", "Assertion har IssueInstant og Version", Grade.F3, XSD, "HSUID-03")
def assertion_attributes(headed: Looked) -> Outcome:
    """Each of its type."""
    return unlike(headed, _assertion(headed), {"IssueInstant": "dateTime", "Version": "decimal"})


@_rule("HSUID-05", "Assertion og AttributeStatement har deres faste id", Grade.F3, XSD, "HSUID-03")
def ids(headed: Looked) -> Outcome:
    """HSUID and HSUIDdata."""
    statement = _assertion(headed).findall(f"{{{HSUID}}}AttributeStatement")[0]
    return some(
        headed.breach(each, wanted, each.get("id") or "mangler", "id")
        for each, wanted in ((_assertion(headed), codes.HSUID_ID), (statement, codes.HSUID_DATA))
        if each.get("id") != wanted
    )


@_rule("HSUID-06", "Udstederen er et navn uden mellemrum", Grade.F4, XSD, "HSUID-03")
def issuer(headed: Looked) -> Outcome:
    """xs:NCName."""
    found = _assertion(headed).findall(f"{{{HSUID}}}Issuer")[0]
    text = found.text or ""
    return HOLDS if is_a("NCName", text) else (headed.breach(found, "et navn uden mellemrum", text.strip() or "ingenting"),)


@_rule("HSUID-07", "Oplysningerne har kendte navne", Grade.F3, XSD, "HSUID-03")
def names(headed: Looked) -> Outcome:
    """The twelve of HSUID 1.1."""
    return some(
        headed.breach(each, "et navn fra HSUID 1.1", each.get("Name") or "mangler", "Name")
        for each in _attributes(headed)
        if each.get("Name") not in codes.HSUID_ATTRIBUTES
    )


@_rule("HSUID-08", "Hver oplysning har netop én værdi", Grade.F3, XSD, "HSUID-03")
def values(headed: Looked) -> Outcome:
    """One AttributeValue."""
    model = ((f"{{{HSUID}}}AttributeValue", 1, 1),)
    return some(breach for each in _attributes(headed) for breach in misplaced(headed, each, model))


@_rule("HSUID-09", "Organisationens id er ydernummer, SKS- eller SOR-kode", Grade.F3, XSD, "HSUID-07")
def organisation(headed: Looked) -> Outcome:
    """NameFormat: must stand on nsi:OrgUsingID, may stand on the others."""
    return some(
        headed.breach(each, " eller ".join(sorted(codes.HSUID_FORMATS)), each.get("NameFormat") or "mangler", "NameFormat")
        for each in _attributes(headed)
        if (each.get("Name") == codes.ORG_USING_ID or "NameFormat" in each.attrib)
        and each.get("NameFormat") not in codes.HSUID_FORMATS
    )


@_rule("HSUID-10", "CPR-numrene har et CPR-nummers form", Grade.F3, CPR_SOURCE, "HSUID-08")
def cpr(headed: Looked) -> Outcome:
    """The acting and the responsible user's, and the citizen's, where they are given; eCPR too. None is shown."""
    return ill_formed(
        headed, _attributes(headed), dict.fromkeys((codes.ACTING_CPR, codes.RESPONSIBLE_CPR, codes.CITIZEN_CPR), CPR_FORM)
    )


@_rule("HSUID-11", "Den ansvarliges autorisations-id har fem tegn", Grade.F3, AUTHORISATION_SOURCE, "HSUID-08")
def authorisation(headed: Looked) -> Outcome:
    """Where it is given."""
    return ill_formed(headed, _attributes(headed), {codes.RESPONSIBLE_AUTHORISATION: AUTHORISATION_FORM})


@_rule(
    "HSUID-12",
    "Organisationens id har sin slags form",
    Grade.F3,
    "HL7 Danmark, dk-core@8322003, SOR; MedCom, FHIR-eksempler, ydernummer",
    "HSUID-08",
    "HSUID-09",
)
def organisation_form(headed: Looked) -> Outcome:
    """Six digits for a ydernummer, at least eleven for a SOR code; an SKS code is not judged."""
    forms = {
        "nsi:ynumber": Form("et ydernummer på seks cifre", (Yder,)),
        "nsi:sor": Form("en SOR-kode på mindst 11 cifre", (Sor,)),
    }
    return some(
        breach
        for each in _attributes(headed)
        if (form := forms.get(each.get("NameFormat", "")))
        for breach in ill_formed(headed, [each], {codes.ORG_USING_ID: form})
    )


@rule(
    "HSUID-13",
    subject=SUBJECT,
    title="Borgeren i HSUID er den, der bliver slået op",
    grade=Grade.F1,
    owner=Owner.LPS,
    source=f"{XSD} (nsi:CitizenCivilRegistrationNumber); {MIN_LOG}",
    needs=("HSUID-10",),
    remark="ingen offentlig kilde siger, hvis nummer borgerens er",
)
def citizen_looked_up(headed: Looked) -> Outcome:
    """Of an ITI-18 that names both, and of an ITI-43 where it is known whose documents it fetches. No number is shown."""
    assert headed.message is not None, "it could be read"
    asked = {(each.text or "").strip(" '\"()").partition("^")[0] for each in headed.message.root.iterfind(_ASKED_FOR)}
    asked |= set(headed.about)
    told = [each for each in _attributes(headed) if each.get("Name") == codes.CITIZEN_CPR]
    return some(
        headed.breach(value, "den borger, der bliver slået op", "en anden borger (vises ikke)")
        for each in told
        for value in values_of(each)
        if asked and (value.text or "").strip() not in asked
    )


@_rule("HSUID-14", "Organisationen, der slår op, er klinikken selv", Grade.F2, f"{XSD} (nsi:OrgUsingID); {MIN_LOG}", "HSUID-12")
def own_organisation(headed: Looked) -> Outcome:
    """A ydernummer or a SOR code, where it is known which clinic it is."""
    told = [each for each in _attributes(headed) if each.get("Name") == codes.ORG_USING_ID]
    numbers = [each for each in told if each.get("NameFormat") != "nsi:skskode"]
    if not headed.clinic or not numbers:
        return NotJudged("klinikkens numre er ikke kendt" if numbers else "der står intet ydernummer og ingen SOR-kode")
    said = [value for each in numbers for value in each.iterchildren("*")]
    wanted = " eller ".join(sorted(headed.clinic))
    return some(headed.breach(each, wanted, text) for each in said if (text := (each.text or "").strip()) not in headed.clinic)


_ASKED_FOR = ".//{*}AdhocQuery/{*}Slot[@name='$XDSDocumentEntryPatientId']/{*}ValueList/{*}Value"


def _assertion(headed: Headed) -> Element:
    return headed.blocks(f"{{{HSUID}}}HsuidHeader")[0].findall(f"{{{HSUID}}}Assertion")[0]


def _attributes(headed: Headed) -> list[Element]:
    return _assertion(headed).findall(f"{{{HSUID}}}AttributeStatement/{{{HSUID}}}Attribute")
