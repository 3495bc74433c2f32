"""The certificate as PDF/A: made from the bytes of its JSON file, dated by its approval, with fonts that come with typst."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from harness.reporting.certificate.content import Signed, written

_PAGE: Final = Path(__file__).with_name("certifikat.typ")


def pdf_of(certificate: Signed) -> bytes:
    """The PDF of the certificate. The same certificate gives the same bytes."""
    import typst

    page: bytes = typst.compile(
        _PAGE.read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards="a-2b",
        sys_inputs={"fil": written(certificate).decode(), "dag": f"{certificate.certifikat.approved_at:%Y-%m-%d}"},
    )
    return page
