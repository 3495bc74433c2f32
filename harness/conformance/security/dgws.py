"""Judges the DGWS header of a request: medcom:Header, and the SOSI ID card in wsse:Security. Subject `dgws`.

Asserted is what the schemas of DGWS say, and what the national library that makes the cards (seal.java) does not do without. The
rules stand in `dgws_header` and `id_card`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from harness.conformance.rule import Judgement, judge, rules_for
from harness.conformance.security import dgws_header, id_card
from harness.conformance.security.id_card import LEVEL_UNCHECKED
from harness.conformance.security.secured import SUBJECT, Secured
from harness.conformance.security.soap_header import read_headed
from harness.domain.finding import Owner
from harness.domain.profile import Profile

__all__ = ["LEVEL_UNCHECKED", "RULE_MODULES", "judge_dgws", "least_level"]

RULE_MODULES = (dgws_header, id_card)
"""Importing them registers the rules, in this order."""


def least_level(profiles: Mapping[str, Profile]) -> str:
    """The least level that is decided to be demanded of an ID card; empty while none is."""
    profile = profiles.get("sikkerhed")
    return profile.decided("dgws-niveau") if profile else ""


def judge_dgws(
    data: bytes, file: str, now: datetime | None, *, sender: Owner = Owner.LPS, sts: Sequence[bytes] = (), level: str = ""
) -> list[Judgement]:
    """Every rule over the header of one request, which `sender` sent and must mend; a packed one is given as `mtom.inlined`.

    `now` is when it was received; None where nobody knows: then the card is held against the message's own time. `sts` are the
    token service's certificates, as `read_certificates` gives them, and `level` the least one the campaign demands (`1` to `5`);
    without them signature and level are not checked. What cannot be read breaks DGWS-01, and nothing else is judged.

    >>> [each.rule.id for each in judge_dgws(request.body, "iti18.xml", now) if each.result is Result.BROKEN]
    []
    """
    owned = [replace(each, owner=sender) for each in rules_for(SUBJECT)]
    return judge(owned, Secured(read_headed(data, file), now, sts, level))
