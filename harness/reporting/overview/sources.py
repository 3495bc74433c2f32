"""Reads what the overview is made of: the systems' files, the campaigns, the certificates and the certificeringer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from harness.house import House
from harness.reporting.overview.matrix import Overview, overview_of
from harness.reporting.store import read_store
from harness.suite.campaigns import EVERY, load_campaigns
from harness.suite.vendors import load_vendors

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def read_overview(
    house: House, reports: Path, stores: Iterable[Path] = (), trusted: Ed25519PublicKey | None = None, campaign: str = EVERY
) -> Overview:
    """The overview of the systems to be certified, with the rows of `campaign`. Raises ConfigurationError."""
    store = read_store(reports, stores, trusted)
    systems = load_vendors(house).values()
    return overview_of(systems, load_campaigns(house, campaign), store.counted, store.runs, store.remarks)
