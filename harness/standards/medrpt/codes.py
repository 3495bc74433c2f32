"""EDIFACT's codes in MEDRPT R0131K, and XRPT01's words for them.

Source: MedCom's stylesheets from MEDRPT R0131K to LaboratoryReport (namespace 2014/10/08) and back.
"""

from __future__ import annotations

from typing import Final

from harness.standards.medrpt.report import (
    CodeType,
    IdentifierCode,
    IntervalType,
    Operator,
    ReportStatus,
    ResultStatus,
    ResultType,
    Validation,
)

MESSAGE: Final = ("MEDRPT", "D", "93A", "UN", "R0131K")
STATISTICAL: Final = "RPT01"

IDENTIFIERS: Final = {  # qualifier, and who keeps the list
    IdentifierCode.HOSPITAL: ("SKS", "SST"),
    IdentifierCode.YDER: ("YNR", "SFU"),
    IdentifierCode.GLN: ("", "9"),
    IdentifierCode.MUNICIPALITY: ("KOM", "IM"),
    IdentifierCode.SOR: ("SOR", "SST"),
}
IDENTIFIER_WORDS: Final = {code: word for word, (code, _) in IDENTIFIERS.items()} | {"EAN": IdentifierCode.GLN}
LOCAL: Final = "91"

REPORT: Final = {"K": ReportStatus.COMPLETE, "D": ReportStatus.PARTIAL, "M": ReportStatus.RECEIVED}
RESULT: Final = {  # GIS and STS; N with PR is RECEIVED when the value says so
    ("N", "FR"): ResultStatus.FINAL,
    ("M", "FR"): ResultStatus.CORRECTED,
    ("M", "MR"): ResultStatus.CORRECTED,
    ("N", "PR"): ResultStatus.PRELIMINARY,
}
CODE_TYPES: Final = {"CQU": CodeType.IUPAC, "91": CodeType.LOCAL}
RESULT_TYPES: Final = {"NV": ResultType.NUMERIC, "AV": ResultType.TEXT}
OPERATORS: Final = {"7": Operator.LESS, "6": Operator.GREATER}
VALIDATIONS: Final = {"HI": Validation.HIGH, "LO": Validation.LOW, "UN": Validation.ABNORMAL}
INTERVALS: Final = {"F": IntervalType.PHYSIOLOGICAL, "T": IntervalType.THERAPEUTIC, "U": IntervalType.UNSPECIFIED}

SPECIALITIES: Final = {  # SPR; those a laboratory or a clinic sends under
    "90": "almen_medicin",
    "60": "klin_biokemi",
    "61": "klin_fys_nuklearmedicin",
    "62": "klin_immunologi",
    "63": "klin_mikrobiologi",
    "67": "klin_farmakologi",
    "68": "klin_genetik",
    "2511": "klinisk_kemi",
    "7045": "med_laboratorier",
    "7046": "omegnslaboratorier",
    "99": "ikkeklassificeret",
}
