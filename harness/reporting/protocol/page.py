"""The protocol as one page that opens from a disk and prints."""

from __future__ import annotations

import base64
from pathlib import Path

from harness.record.result import Result
from harness.reporting.protocol.document import EvidenceFile, Protocol
from harness.reporting.protocol.made import whole_protocol
from harness.reporting.protocol.pictures import picture_of
from harness.reporting.rendering import render


def testprotokol_html(result: Result, evidence: Path) -> bytes:
    """The run's protocol, with the pictures of `evidence` in place."""
    return as_page(whole_protocol(result, evidence), evidence)


def as_page(protocol: Protocol, evidence: Path | None = None) -> bytes:
    """The protocol as HTML. A picture that is not in `evidence`, or cannot be shown, stands by its name alone."""

    def shown(file: EvidenceFile) -> str:
        data = picture_of(file, evidence) if evidence else b""
        return f"data:{file.media_type};base64,{base64.b64encode(data).decode('ascii')}" if data else ""

    return render("testprotokol.html", protocol=protocol, rehearsal=protocol.rehearsal, shown=shown)
