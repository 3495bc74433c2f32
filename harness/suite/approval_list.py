"""What standards are called in MedCom's registry of approved systems, read from fixtures/godkendelsesliste.yaml."""

from __future__ import annotations

from harness.house import House
from harness.suite.model import Strict, Text, read_as


class ApprovalListFile(Strict):
    """Navnene i MedComs godkendelsesliste. Hvad hvert system er godkendt til, står i systemets egen fil."""

    kilde: Text
    systemtype: Text
    """Listens ord for den slags systemer, der er tale om."""
    navne: dict[Text, Text]
    """Hvad hver standard hedder, efter det id, den har i listen."""


def load_approval_list(house: House) -> ApprovalListFile:
    """The names. Raises YamlError."""
    return read_as(ApprovalListFile, house.fixtures / "godkendelsesliste.yaml")
