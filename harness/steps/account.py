"""The Danish step in which the vendor gives an account of something nobody can see on a screen or in a message."""

from __future__ import annotations

from pytest_bdd import parsers, then

from harness.steps.story import Story


@then(parsers.parse("redegør leverandøren for, {what}"))
def account(story: Story, what: str) -> None:
    """Leverandøren forklarer det i en tekst eller en fil. MedCom vurderer redegørelsen bagefter; indtil da afventer scenariet."""
    by = story.driver.account()
    given = f"{by} har redegjort for, {what}. MedCom har ikke vurderet redegørelsen endnu."
    story.attempt.accounts.append(given if by else f"Ingen har redegjort for, {what}. Det gør en tester (driver: attended).")
