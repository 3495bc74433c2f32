"""MedCom's letters in OIOXML: their names, version codes, elements and namespaces, each with where it was read.

An unknown namespace is empty. `sourced` says that a rule may ask for it; the others are only seen in use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_OIO: Final = "http://rep.oio.dk/medcom.dk/xml/schemas"
_SUNDCOM: Final = "http://rep.oio.dk/sundcom.dk/medcom.dk/xml/schemas"
LABORATORY: Final = f"{_OIO}/2014/10/08/"  # MedCom's stylesheet from MEDRPT R0131K, LaboratoryReport XR0131K
MUNICIPAL: Final = f"{_OIO}/2016/12/01/"  # MedCom's display stylesheet for MunicipalityReferral and MunicipalityLetter
EMERGENCY: Final = f"{_OIO}/2019/03/31/"  # a public VANSEnvelope with an XDIS22 (XD2230L); XREF22 was not found
SUNDCOM_2005: Final = f"{_SUNDCOM}/2005/08/07/"  # MedCom's stylesheets for epikriser and for CONTRL C0230Q
SUNDCOM_2006: Final = f"{_SUNDCOM}/2006/07/01/"  # ClinicalEmail, as a public mailbox for MedCom letters writes it

PLEASE_RECEIPT: Final = "pluspositivkvitt"
NO_RECEIPT: Final = "minuspositivkvitt"
NEW_LETTER: Final = "nytbrev"
IDENTIFIER_CODES: Final = ("ydernummer", "lokationsnummer", "kommunenummer", "sygehusafdelingsnummer", "sorkode")
REFUSE_CODES: Final = (
    "ikke_specificeret",
    "ukendt_lokationsnummer",
    "problem_med_modtagerID",
    "problem_med_version",
    "syntaksfejl",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One of MedCom's letters. `element` is the letter's element in Emessage, `danish` what a reader calls it."""

    name: str
    version: str
    element: str
    danish: str
    namespace: str = ""
    sourced: bool = False


# Names, version codes and elements: MedCom, Godkendte systemer (09-07-2026), and MedCom, EHMI, DK_EDEL Code Lists, Document
# types v7.2.
XREF15: Final = Kind("XREF15", "XH1530R", "MunicipalityReferral", "Henvisning til kommunal forebyggelse", MUNICIPAL, True)
XDIS15: Final = Kind("XDIS15", "XD1530L", "MunicipalityLetter", "Afslutningsnotat fra kommunal forebyggelse", MUNICIPAL, True)
XREF22: Final = Kind("XREF22", "XH2230R", "EmergencyMunicipalityReferral", "Henvisning til kommunens akutfunktion")
XDIS22: Final = Kind("XDIS22", "XD2230L", "EmergencyMunicipalityLetter", "Afslutningsnotat fra kommunens akutfunktion", EMERGENCY)
XCTL02: Final = Kind("XCTL02", "XC0230Q", "NegativeReceipt", "Negativ kvittering", SUNDCOM_2005)
XCTL03: Final = Kind("XCTL03", "XC0330Q", "PositiveReceipt", "Positiv kvittering", SUNDCOM_2005)
XDIS01: Final = Kind("XDIS01", "XD0134L", "DischargeLetter", "Udskrivningsepikrise", SUNDCOM_2005)
XDIS91: Final = Kind("XDIS91", "XD9134L", "ClinicalEmail", "Korrespondance", SUNDCOM_2006)
XREF01: Final = Kind("XREF01", "XH0131R", "HospitalReferral", "Sygehushenvisning")
GGOP: Final = Kind("GGOP", "GGOP100", "RehabilitationPlan", "Genoptræningsplan")

KINDS: Final = (XREF15, XDIS15, XREF22, XDIS22, XCTL02, XCTL03, XDIS01, XDIS91, XREF01, GGOP)
RECEIPTS: Final = (XCTL02, XCTL03)
BY_ELEMENT: Final = {kind.element: kind for kind in KINDS}
BY_VERSION: Final = {kind.version: kind for kind in KINDS}
