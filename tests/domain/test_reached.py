"""How far a system has come: no rung is skipped."""

from __future__ import annotations

import pytest

from harness.domain.reached import Reached, reached


@pytest.mark.parametrize(
    ("certified", "attested", "deployed", "expected"),
    [
        (False, ("SIT", "releasetest"), True, Reached.NOT_YET),
        (True, (), False, Reached.CERTIFIED),
        (True, ("SIT",), True, Reached.CERTIFIED),
        (True, ("SIT", "releasetest"), False, Reached.READY),
        (True, ("SIT", "releasetest"), True, Reached.DEPLOYED),
    ],
)
def test_no_rung_is_skipped(certified: bool, attested: tuple[str, ...], deployed: bool, expected: Reached) -> None:
    assert reached(certified, dict.fromkeys(attested), deployed) is expected
