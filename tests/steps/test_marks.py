"""A mark is found in a text however its letters are written."""

from __future__ import annotations

import pytest

from harness.steps.messages.marks import stands_in


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "iso-8859-1", "ascii"])
def test_a_mark_is_found_in_each_encoding(encoding: str) -> None:
    text = "<a>Træn BCDFGH</a>".encode(encoding, "xmlcharrefreplace")
    assert stands_in(["XXXXXX", "BCDFGH"], b"", text)
    assert not stands_in(["XXXXXX"], text)
    assert not stands_in([], text)
