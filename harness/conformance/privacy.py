"""The rule that only test persons may be met."""

from __future__ import annotations

from harness.conformance.rule import Breach, Outcome, rule
from harness.domain.finding import Location, Owner
from harness.domain.grade import Grade


@rule(
    "CPR-01",
    subject="cpr",
    title="Kun nationale test-CPR-numre må bruges som patient",
    grade=Grade.F1,
    owner=Owner.LPS,
    source="MedCom, Nationale test-CPR-numre",
)
def only_test_persons(places: tuple[str, ...]) -> Outcome:
    """Each of `places` says where a number outside the allowed list stood as a patient. The number itself is never shown."""
    return tuple(
        Breach(Location("beskeden", path=place), "et test-CPR-nummer", "et andet CPR-nummer (vises ikke)") for place in places
    )
