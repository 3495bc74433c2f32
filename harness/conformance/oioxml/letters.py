"""Judges a MedCom letter in OIOXML: its head by the rules of `oioxml`, its content by those of `xref`, `xdis` or `xctl`."""

from __future__ import annotations

from dataclasses import replace

from harness.conformance.oioxml import content as oioxml_content
from harness.conformance.oioxml import head as oioxml_head
from harness.conformance.oioxml.letter import receive
from harness.conformance.rule import Judgement, Result, judge, rules_for
from harness.standards.oioxml.kinds import Kind


def judge_oioxml(data: bytes, file: str) -> list[Judgement]:
    """Every rule's result on the letter in `data`; `file` is its name in findings. Never raises for what the bytes contain.

    The content is judged only where the letter is of a known kind, told by its element and namespace. What has no public source
    is told with the rule of the letter's name.
    """
    received = receive(data, file)
    head = judge(rules_for(oioxml_head.SUBJECT), received)
    number, named = next((number, each) for number, each in enumerate(head) if each.rule is oioxml_head.letter_and_namespace)
    if named.result is not Result.HOLDS or received.kind is None:
        return head
    if left_out := not_public(received.kind):
        head[number] = replace(named, reason=f"ikke kontrolleret: {left_out}")
    return head + judge(rules_for(oioxml_content.subject_of(received.kind)), received)


def not_public(kind: Kind) -> str:
    """What of a letter of this kind is not judged, since no public source says it, as a Danish sentence; empty for nothing.

    not_public(XCTL03) == "navnerum i XCTL03: det er der ingen offentlig kilde til"
    """
    parts = [] if kind in oioxml_content.WITH_CONTENT else ["indhold"]
    parts += [] if kind.sourced else ["navnerum"]
    return f"{' og '.join(parts)} i {kind.name}: det er der ingen offentlig kilde til" if parts else ""
