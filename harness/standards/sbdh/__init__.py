"""EHMI's transport envelope: SBDH round a MedCom FHIR message, and the ebBP receipts that answer it.

Sources: medcomdk/dk-ehmi-sbdh@38082f8, examples of 2025, and its text about DOCUMENTID for an Acknowledgement;
UN/CEFACT Standard Business Document Header 1.3; OASIS ebBP Signals 2.0.
"""

from __future__ import annotations

from harness.standards.sbdh.build import build_receipt, build_sbdh
from harness.standards.sbdh.envelope import Endpoint, Envelope, Receipt, SignalError, masked, receipt_for
from harness.standards.sbdh.read import read_sbdh

__all__ = [
    "Endpoint",
    "Envelope",
    "Receipt",
    "SignalError",
    "build_receipt",
    "build_sbdh",
    "masked",
    "read_sbdh",
    "receipt_for",
]
