"""What others have packed, and damaged: it is read as it stands, and never stops who looks."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.record.packed import opened, packed_in, with_plain_breaks

CONTENT = bytes(range(256)) * 8


def packed(way: int) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", way) as file:
        file.writestr("a", CONTENT)
    return written.getvalue()


@pytest.mark.parametrize("way", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_whichever_byte_is_damaged_nothing_is_raised(way: int) -> None:
    whole = packed(way)
    assert opened(whole) == [CONTENT]
    for place in range(4, len(whole)):
        assert opened(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :]) in ([], [CONTENT]), place


@pytest.mark.parametrize("damaged", [0, 1, 2])
def test_a_damaged_member_hides_none_of_the_others(damaged: int) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        for name in "abc":
            file.writestr(name, name.encode() * 40)
    names = [b"a", b"b", b"c"]
    hurt = written.getvalue().replace(names[damaged] * 40, b"x" * 40)
    assert opened(hurt) == [each * 40 for number, each in enumerate(names) if number != damaged]


@given(st.lists(st.sampled_from(["QUJD" * 5, "QUJD" * 9, "/+\\/", "=", " ", "\n", "<", "ord"]), max_size=14))
def test_where_base64_stands_is_what_the_plain_pattern_says(parts: list[str]) -> None:
    body = "".join(parts).encode()
    plain = [found.span() for found in re.finditer(rb"[A-Za-z0-9+/\\]{40,}(?:\s+[A-Za-z0-9+/\\]+)*+={0,2}", body)]
    assert [place for place, _ in packed_in(body)] == plain


def test_a_break_is_as_long_as_it_was_written() -> None:
    assert with_plain_breaks(b"a\\nb&#10;c&#xD;d") == b"a  b     c     d"
    assert with_plain_breaks(b"a&b") == b"a&b"
