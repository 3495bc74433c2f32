"""What a page of the matrix is asked to show. All of it stands in the address, so that it can be shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from harness.dashboard.pages.matrix import Shown, supplier_of
from harness.dashboard.wall import Grid, Heading, Wall


@dataclass(frozen=True, slots=True)
class Asked:
    """The campaign and grid that are shown, and the filter: a system, a supplier, a standing or sign, and words to look for."""

    campaign: Heading
    grids: tuple[Grid, ...]
    grid: Grid
    system: str = ""
    supplier: str = ""
    standing: str = ""
    words: str = ""

    @property
    def filtered(self) -> bool:
        """Whether something else than everything is asked for."""
        return bool(self.system or self.supplier or self.standing or self.words)

    @property
    def suppliers(self) -> tuple[str, ...]:
        """Whose the systems are, each once."""
        return tuple(dict.fromkeys(supplier for each in self.grid.rows if (supplier := supplier_of(each))))

    def keeps(self, row: Heading) -> bool:
        """Whether the filter shows this system."""
        return self.system in ("", row.id) and self.supplier in ("", supplier_of(row))

    def faint(self, cell: Shown) -> bool:
        """Whether the filter asks for other standings than this one's."""
        return self.standing not in ("", cell.look.code, *(each.code for each in cell.signs))

    def address(self, **other: str) -> str:
        """The address of this page, with `other` in place of what is asked for."""
        asked = {
            "kampagne": self.campaign.id,
            "gitter": self.grid.id,
            "system": self.system,
            "leverandoer": self.supplier,
            "standing": self.standing,
            "q": self.words,
        } | other
        return "/?" + urlencode({name: value for name, value in asked.items() if value})


def asked_of(query: Mapping[str, Any], wall: Wall) -> Asked | None:
    """What `query` asks for; what it does not say is the first there is. None: it names what is not there, or nothing is."""
    campaigns = {each.id: each for each in wall.campaigns}
    campaign = campaigns.get(query.get("kampagne") or next(iter(campaigns), ""))
    if campaign is None:
        return None
    grids = wall.grids(campaign.id)
    grid = next((each for each in grids if query.get("gitter", "") in ("", each.id)), None)
    if grid is None:
        return None
    told = (str(query.get(name, "")).strip() for name in ("system", "leverandoer", "standing", "q"))
    return Asked(campaign, grids, grid, *told)
