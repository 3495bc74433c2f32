"""Names in metadata are those of the document, however much of them is given."""

from __future__ import annotations

import pytest

from harness.conformance.xds.agreement import _among


@pytest.mark.parametrize(
    ("given", "own", "holds"),
    [
        (["H.C."], ["H.C."], True),
        (["H", "C"], ["H.C."], True),
        (["h.", "c."], ["Hans", "Christian"], True),
        (["ÅSE&Test"], ["Åse", "Test"], True),
        ([""], ["Åse"], True),
        (["Åsa"], ["Åse"], False),
        (["H.D."], ["H.C."], False),
    ],
)
def test_each_word_that_is_given_begins_one_of_the_persons_own(given: list[str], own: list[str], holds: bool) -> None:
    assert _among(given, own) is holds
