"""Judges a MedCom letter in OIOXML: its head by the rules of `oioxml`, its content by those of `xref`, `xdis` or `xctl`."""

from __future__ import annotations

from harness.conformance.oioxml import content as oioxml_content
from harness.conformance.oioxml import head as oioxml_head
from harness.conformance.oioxml.letter import receive
from harness.conformance.rule import Judgement, Result, judge, rules_for


def judge_oioxml(data: bytes, file: str) -> list[Judgement]:
    """Every rule's result on the letter in `data`; `file` is its name in findings. Never raises for what the bytes contain.

    The content is judged only where the letter is of a known kind, told by its element and namespace.
    """
    received = receive(data, file)
    head = judge(rules_for(oioxml_head.SUBJECT), received)
    known = next(each for each in head if each.rule is oioxml_head.letter_and_namespace).result is Result.HOLDS
    if not known or received.kind is None:
        return head
    return head + judge(rules_for(oioxml_content.subject_of(received.kind)), received)
