"""What no rule lays on the sender, and yet may be why a receiver does not show its letters as they were written.

That two letters have different ids, and an envelope calls its letter as others do, is what the standards mean; whether a
receiver must cope with less is not public. A letter in a character set that no rule judges may be read in another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from harness.conformance.edi_letter import character_set, judge_edi_letter
from harness.conformance.rule import Result
from harness.domain.correspondence import Sort
from harness.domain.exchange import Exchange
from harness.standards.correspondence import CARE_COMMUNICATION
from harness.standards.edi_letter import DIS91
from harness.standards.vans import Message
from harness.steps.messages.letters import envelope_in, told_in

_IDS: Final = ("kuvert-id", "nummer på forsendelsen (UNB)", "nummer på meddelelsen (UNH)")
_NAMES: Final = {Sort.LETTER: DIS91.name, Sort.MESSAGE: CARE_COMMUNICATION}
"""What the envelope calls each sort of letter. Rules speak of another name; they let MCM: before it be."""


def doubts(letters: Sequence[Sequence[Exchange]]) -> list[str]:
    """In Danish, of letters of one attempt, each with the messages that carry it: what is the same for two of them that should
    not be, and what is odd about one. Empty for none.
    """
    alike = (found for one, other in combinations(letters, 2) for found in _shared(one, other))
    odd = (found for messages in letters for each in messages for found in _odd(each))
    return list(dict.fromkeys((*alike, *odd)))


def _shared(one: Sequence[Exchange], other: Sequence[Exchange]) -> Iterator[str]:
    """The ids that two letters have in common."""
    for number, name in enumerate(_IDS):
        here, there = ({each.id: _ids(each)[number] for each in messages} for messages in (one, other))
        same = {found for found in here.values() if found} & set(there.values())
        if same:
            messages = sorted(each for each, found in (*here.items(), *there.items()) if found in same)
            yield f"besked {', '.join(messages)} har samme {name}"


def _ids(exchange: Exchange) -> tuple[str, str, str]:
    envelope, told = envelope_in(exchange), told_in(exchange)
    in_edifact = told is not None and told.sort is Sort.LETTER
    numbers = (told.transmission, told.identifier) if told and in_edifact else ("", "")
    return (envelope.identifier if envelope else "", *numbers)


def _odd(exchange: Exchange) -> Iterator[str]:
    """What is odd about one message by itself."""
    envelope, told = envelope_in(exchange), told_in(exchange)
    if envelope is None or told is None or told.sort is None or not isinstance(envelope.content, Message):
        return
    document = envelope.content.meta.document
    name = _NAMES.get(told.sort, document.name)
    if document.name.partition("#")[0] != name:
        yield f"kuverten i besked {exchange.id} kalder brevet {document.name}, og det er {name}"
    if told.sort is Sort.LETTER:
        judged = judge_edi_letter(envelope.content.data, exchange.id)
        for each in judged:
            if each.rule == character_set and each.result is Result.NOT_JUDGED:
                yield f"om brevet i besked {exchange.id} kan ingen regel sige, om det kan læses: {each.reason}"
