"""A result that was denied is found in whatever way it was sent."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from urllib.parse import quote

import pytest

from harness.domain.exchange import Request
from harness.steps.laboratory.laboratory_traces import standing_alone, told_in

SAID = "Tidligere Hæmoglobin A1c: 113 mmol/mol"
VALUE = standing_alone("113", "mmol/mol")


def zipped(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("svar.txt", data)
    return packed.getvalue()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": bytes,
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "UTF-16 without BOM": lambda data: data.decode().encode("utf-16-be"),
    "UTF-32": lambda data: data.decode().encode("utf-32"),
    "ISO 8859-1": lambda data: data.decode().encode("iso-8859-1"),
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "zip": zipped,
    "Base64": base64.b64encode,
    "Base64 for addresses": base64.urlsafe_b64encode,
    "Base64 in lines": base64.encodebytes,
    "JSON": lambda data: json.dumps({"tekst": data.decode()}).encode(),
    "JSON, all escaped": lambda data: "".join(f"\\u{ord(each):04x}" for each in data.decode()).encode(),
    "XML, all escaped": lambda data: "".join(f"&#{ord(each)};" for each in data.decode()).encode(),
    "an address": lambda data: quote(data).encode(),
}


@pytest.mark.parametrize("outer", ["as it is", "gzip", "Base64", "JSON"])
@pytest.mark.parametrize("inner", PACKINGS)
def test_a_value_is_found_however_it_is_packed(inner: str, outer: str) -> None:
    packed = PACKINGS[inner](SAID.encode())
    if outer == "JSON":
        packed = base64.b64encode(packed)
    told = [*told_in(Request("POST", "/vans/afsendelse", (), PACKINGS[outer](packed)))]
    assert any(VALUE.search(text) for text in told)


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/laba/opslag", (), b"", "q=113%20mmol"),
        Request("GET", "/laba/113"),
        Request("GET", "/laba/opslag", (("x-svar", "113"),)),
        Request("GET", "/laba/opslag", (("x-svar", base64.b64encode(b"A1c 113 ").decode()),)),
    ],
)
def test_it_is_found_outside_the_body_too(request_: Request) -> None:
    assert any(VALUE.search(text) for text in told_in(request_))


@pytest.mark.parametrize("text", ["113", "113,0", "113.00 mmol", "113mmol/mol", '{"v":113}', ">113<", "RSL+NV+113+7"])
def test_a_value_stands_alone(text: str) -> None:
    assert VALUE.search(text)


@pytest.mark.parametrize(
    "text", ["1130", "2113", "08:15:00.113Z", "5-113-2", "a113b", "11,3", "NPU113", "113.5", "2026-10-05T11:30"]
)
def test_another_number_is_not_the_value(text: str) -> None:
    assert not VALUE.search(text)


def test_decimals_are_written_in_three_ways() -> None:
    value = standing_alone("8,4")
    assert all(value.search(text) for text in ("8,4", "8.4", "84", "8,40"))
    assert not any(value.search(text) for text in ("8,41", "18,4", "8", "8:4"))
