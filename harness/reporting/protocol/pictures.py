"""The pictures testers handed in, shown where they belong."""

from __future__ import annotations

import struct
from pathlib import Path

from harness.reporting.protocol.document import EvidenceFile


def picture_of(file: EvidenceFile, evidence: Path) -> bytes:
    """The bytes of a PNG or JPEG picture in the folder `evidence`; empty for what is none, is not there, or has no size."""
    if not file.is_picture:
        return b""
    try:
        data = (evidence / file.sha256).read_bytes()
    except FileNotFoundError:
        return b""
    return data if size_of(data) else b""


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or JPEG picture; None when its bytes do not tell. Sources: PNG (IHDR), JPEG (SOF)."""
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return struct.unpack(">II", data[16:24]) if data[12:16] == b"IHDR" and len(data) > 24 else None
    at = 2
    while data[:2] == b"\xff\xd8" and at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
