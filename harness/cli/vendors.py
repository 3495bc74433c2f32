"""`lps vendors`: the systems to be certified, how they are driven and what they are approved for."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from harness.cli.danish import command
from harness.cli.options import home_option, json_option
from harness.domain.vendor import ApprovalStatus, Channel, Vendor
from harness.house import House
from harness.suite.vendors import load_vendors, read_vendors

HEADINGS = ("Id", "Produkt", "Leverandør", "Version", "Driver", "Rute", "Sender CPD-DK", "Godkendelser")


@command()
@home_option
@json_option
def vendors(house: House, as_json: bool) -> None:
    """Vis systemerne, og hvad de er godkendt til.

    Eksempel: lps vendors --json
    """
    if as_json:
        sys.stdout.write(read_vendors(house).model_dump_json(indent=2) + "\n")
        return
    systems = list(load_vendors(house).values())
    print("\n".join(aligned([HEADINGS, *map(_row, systems)])))
    for source in dict.fromkeys(f"{each.source}, {each.source_date:%d-%m-%Y}" for each in systems):
        print(f"\nGodkendelser efter: {source}")


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """`rows` as lines of text with columns two spaces apart."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _row(system: Vendor) -> tuple[str, ...]:
    cpd = [
        f"{each.version} {each.status}" for each in system.approvals if (each.standard, each.channel) == ("CPD-DK", Channel.SEND)
    ]
    return (
        system.id,
        system.product,
        system.supplier,
        system.version,
        system.driver,
        system.rute.value if system.rute.decided else f"{system.rute.value} (afventer)",
        ", ".join(cpd) or "intet opslag",
        str(sum(each.status == ApprovalStatus.APPROVED for each in system.approvals)),
    )
