"""What was entered, read off or chosen, and what was done to a review, as people write it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from harness.domain.own_values import typed
from harness.domain.prompt import Answer, Field, Prompt, Wanted
from harness.domain.review import (
    Act,
    Approved,
    Assessed,
    Attested,
    Claimed,
    Cleared,
    Commented,
    Deployed,
    Escalated,
    Paused,
    Reconfirmed,
    Refused,
    Released,
    Resumed,
    Returned,
    Submitted,
)


def said(prompt: Prompt | None, answer: Answer) -> Iterator[str]:
    """What a tester read off, or chose to enter, a line each; of a `prompt` that is not known by the names in the answer."""
    if prompt is not None and prompt.wanted is Wanted.CHOOSE:
        if answer.goes_on:
            chosen = typed(prompt.own, answer.values)
            for each in prompt.own:
                yield f"{each.stands}: {f'erstattet af “{chosen[each.name]}”' if each.name in chosen else 'som det står'}"
        return
    fields = prompt.fields if prompt else ()
    titles = {each.name: each.title for each in fields}
    for name, value in answer.values.items():
        for title, text in list(told(fields, {name: value})) or [(titles.get(name, name), "ingen")]:
            yield f"{title}: {text or '(tom)'}"


def file_told(text: str) -> str:
    """A file in base64, by its size and the beginning of its SHA-256."""
    data = base64.b64decode(text)
    return f"en fil på {len(data)} bytes (SHA-256 {hashlib.sha256(data).hexdigest()[:12]}…)"


def told(
    fields: tuple[Field, ...], values: Mapping[str, Any], file: Callable[[str], str] = file_told
) -> Iterator[tuple[str, str]]:
    """`values` by the names of `fields`: title and value, one pair for each line. Nothing is told of what is not there.

    `file` says what is told of a file.
    """
    by_name = {each.name: each for each in fields}
    for name, value in values.items():
        known = by_name.get(name) or Field(name, name, "tekst")
        if isinstance(value, Mapping):
            for title, text in told(known.fields, value, file):
                yield f"{known.title}: {title}", text
        elif isinstance(value, list | tuple):
            for each in value:
                if isinstance(each, Mapping):
                    yield known.title, ", ".join(f"{title}: {text}" for title, text in told(known.fields, each, file))
                else:
                    yield known.title, _plain(known.fields[0] if known.fields else known, each, file)
        elif value is not None:
            yield known.title, _plain(known, value, file)


def _plain(known: Field, value: Any, file: Callable[[str], str]) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if not isinstance(value, str):
        return str(value)
    if known.kind == "fil":
        return file(value)
    try:
        return f"{datetime.fromisoformat(value):%d-%m-%Y kl. %H.%M}" if known.kind == "tidspunkt" else _day(value)
    except ValueError:
        return value


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day:%d-%m-%Y}" if text == day.isoformat() else text


def act_told(act: Act) -> tuple[str, str]:
    """What was done to a review, in a few words, and what was said with it: `("Sat på pause", "Ferie")`."""
    match act:
        case Submitted(scenarios=chosen):
            return f"Indsendt til MedCom: {len(chosen)} {'resultat' if len(chosen) == 1 else 'resultater'}", ""
        case Claimed():
            return "Taget til gennemgang", ""
        case Released(reason=reason):
            return "Sluppet", reason
        case Paused(reason=reason):
            return "Sat på pause", reason
        case Resumed():
            return "Genoptaget", ""
        case Escalated(reason=reason):
            return "Meldt kritisk", reason
        case Commented(text=text, scenario=scenario):
            return f"Bemærkning{f' til {scenario}' if scenario else ''}", text
        case Assessed(scenario=scenario, grade=grade, proposed=proposed, reason=reason):
            return f"{scenario} vurderet til {grade} (forslag: {proposed})", reason
        case Reconfirmed(reason=reason):
            return "Bekræftet, at en forældet kørsel stadig gælder", reason
        case Cleared(reason=reason):
            return "Et tal, der lignede et CPR-nummer, er frigivet", reason
        case Returned(reason=reason):
            return "Returneret til leverandøren", reason
        case Refused(reason=reason):
            return "Ikke godkendt", reason
        case Approved(rests_on=grounds):
            rests = [
                f"{each.what}{f' {each.standard}' if each.standard else ''}{f' ({each.run})' if each.run else ''}"
                for each in grounds
            ]
            return "Godkendt", f"Bygger på: {', '.join(rests)}" if rests else ""
        case Attested(what=what, date=day, file=file):
            return f"{what} bestået {_day(day)}", file
        case Deployed(date=day):
            return f"Udbredt til alle kunder {_day(day)}", ""
