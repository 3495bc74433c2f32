"""`lps reference` without an address: only for systems that have folders."""

from __future__ import annotations

import pytest

from harness.cli.main import main


def test_a_system_without_folders_needs_to_know_where_the_hub_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reference", "--vendor", "novax"]) == 2
    assert "Skriv --services ADRESSE: et af systemerne har ingen mapper (kanaler) i sin fil." in capsys.readouterr().err
