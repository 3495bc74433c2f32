"""Forms: the fields of a prompt as inputs, and what a browser sent back as an answer.

The names of inputs are those of the test interface, with dots between: `scorer.0.kode`. What an answer has besides begins with
`_`: `_svar` (an `Outcome`; of a prompt that is judged also a grade), `_karakter`, `_bemærkning`, `_filer`, `_spørgsmål` (the
prompt's id) and `_csrf`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from multipart import MultipartError, parse_form_data  # type: ignore[import-untyped]

from harness.domain.errors import BadInput
from harness.domain.exchange import Request
from harness.domain.grade import Grade
from harness.domain.own_values import OwnValue, misfits
from harness.domain.prompt import UNGROUNDED, WRITTEN, Answer, Field, Outcome, Prompt, mistakes_in
from harness.record.attachments import MAX_FILE

OTHER: Final = "_anden"
"""Chosen where the system's own key of a thing is asked for, and it is none that the scenario has named: the value is empty."""
EMPTY: Final = "_tom"
"""Chosen where an empty text is one of the choices: a tester saw that nothing stands there, and did not just forget it.

For a text that must be there, outside rows, `NAME._tom` is a box to tick that says the same.
"""
MOST_PARTS: Final = 5_000
"""Inputs in one form: rows in rows are many."""


@dataclass(slots=True)
class Sent:
    """What a form carried: its texts by name, and its files, each a name and its bytes."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text called `name`, without blanks around it; empty when there is none."""
        return self.texts.get(name, "").strip()

    def rows(self, path: str) -> list[int]:
        """The numbers of the rows in the list at `path`."""
        begin = f"{path}."
        found = {name.removeprefix(begin).partition(".")[0] for name in (*self.texts, *self.files) if name.startswith(begin)}
        return sorted(int(each) for each in found if re.fullmatch(r"[0-9]{1,5}", each))

    def change_rows(self, wish: str) -> None:
        """Add a row to a list (`+scorer`), or take one away (`-scorer.2`)."""
        sign, path = wish[:1], wish[1:]
        if sign == "+":
            numbers = self.rows(path) or [0]
            for number in (*numbers, numbers[-1] + 1):
                self.texts.setdefault(f"{path}.{number}.", "")
        else:
            self.texts = {name: text for name, text in self.texts.items() if not f"{name}.".startswith(f"{path}.")}


def read_form(request: Request) -> Sent:
    """What the form in `request` carried. Raises BadInput when it is none."""
    environ = {
        "wsgi.input": BytesIO(request.body),
        "CONTENT_TYPE": request.header("content-type"),
        "CONTENT_LENGTH": str(len(request.body)),
    }
    try:
        # Everything stays in memory: a file that is refused has never been on the disk.
        texts, files = parse_form_data(
            environ, strict=True, part_limit=MOST_PARTS, spool_limit=len(request.body) + 1, memory_limit=len(request.body) + 1
        )
        sent = Sent({name: text.replace("\r\n", "\n") for name, text in texts.iterallitems()})
    except (MultipartError, ValueError, LookupError):
        raise BadInput("Det, browseren sendte, er ikke en hel formular. Hent siden igen, og svar igen") from None
    for name, part in files.iterallitems():
        sent.files.setdefault(name, []).append((part.filename, part.raw))
    return sent


@dataclass(frozen=True, slots=True)
class Mistake:
    """What keeps a form from being an answer: the name of the input it is about, and a Danish sentence."""

    at: str
    says: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list: its path, and its inputs."""

    path: str
    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Input:
    """One field in a form. `text` is what stands in it; of a list `rows`, and `blank`, a row to be made more of (number `*`).

    A key without `options` is not asked for: the scenario has named nothing of that kind. `empty`: a tester can say that it
    stands there without any text, and `ticked` that they did.
    """

    field: Field
    path: str
    title: str
    text: str = ""
    empty: bool = False
    ticked: bool = False
    options: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    blank: Row | None = None
    parts: tuple[Input, ...] = ()


def inputs(fields: tuple[Field, ...], sent: Sent, known: Mapping[str, tuple[str, ...]], at: str = "") -> tuple[Input, ...]:
    """`fields` as inputs with what was `sent`; `known` are the names the scenario has given, by the key they stand for."""
    return tuple(_input(each, _path(at, each.name), sent, known) for each in fields)


def _input(each: Field, path: str, sent: Sent, known: Mapping[str, tuple[str, ...]]) -> Input:
    title = each.title or each.name or "Værdi"
    match each.kind:
        case "rækker" | "liste":

            def row(number: object) -> Row:
                return Row(f"{path}.{number}", inputs(each.fields, sent, known, f"{path}.{number}"))

            return Input(each, path, title, rows=tuple(map(row, sent.rows(path) or [0])), blank=row("*"))
        case "felter":
            return Input(each, path, title, parts=inputs(each.fields, sent, known, path))
        case _:
            options = known.get(each.name, ()) if each.key else tuple(str(choice) or EMPTY for choice in each.choices)
            empty = each.kind == "tekst" and each.required and not each.key and not in_rows(path)
            return Input(each, path, title, sent.texts.get(path, ""), empty, f"{path}.{EMPTY}" in sent.texts, options)


def read_answer(prompt: Prompt, sent: Sent, by: str) -> tuple[Answer, list[tuple[str, bytes]], list[Mistake]]:
    """What was answered, the files that go with it, and what keeps it from being an answer to `prompt`."""
    chosen = sent.text("_svar")
    grade = sent.text("_karakter")
    if prompt.wanted.judged and chosen in Grade.__members__:
        chosen, grade = Outcome.JUDGED, chosen
    if chosen not in tuple(Outcome):
        return Answer(Outcome.SKIPPED, by), [], [Mistake("_svar", "Vælg et svar.")]
    outcome = Outcome(chosen)
    reader = _Reader(sent)
    answer = Answer(outcome, by, grade if outcome in (Outcome.JUDGED, Outcome.FAULT) else "", sent.text("_bemærkning"))
    if answer.goes_on:
        answer = replace(answer, values=reader.object(prompt.fields, ""))
        reader.mistakes += [Mistake(at, says) for at, says in misfits(prompt.own, answer.values)]
    mistakes = [*reader.mistakes]
    named = {mistake.at for mistake in mistakes}
    files = [each for each in (*sent.files.get("_filer", ()), *reader.files) if each[0] or each[1]]
    places = {f"{each.title} mangler.": each.name for each in prompt.fields}
    places |= dict.fromkeys(("Skriv hvorfor.", *UNGROUNDED.values()), "_bemærkning")
    # What the reader could not read is missing for the answer too: a tester is told once.
    for says in mistakes_in(
        replace(prompt, fields=(), own=()) if reader.mistakes else prompt, answer, sum(bool(data) for _, data in files)
    ):
        at = places.get(says, "_karakter" if says.startswith("Vælg") and outcome is Outcome.FAULT else "_svar")
        if at not in named:
            mistakes.append(Mistake(at, says))
    return answer, files, mistakes


def mistakes_at(each: Field, path: str, sent: Sent, own: tuple[OwnValue, ...] = ()) -> list[Mistake]:
    """What is wrong with what was sent of one field, the one at `path`; `own` are the values that may be chosen."""
    reader = _Reader(sent)
    reader.value(each, path, "")
    return reader.mistakes + [Mistake(at, says) for at, says in misfits(own, sent.texts) if at == path]


class _Reader:
    """Reads values out of a form, and notes what is wrong with them, and which files they are."""

    def __init__(self, sent: Sent) -> None:
        self._sent = sent
        self.mistakes: list[Mistake] = []
        self.files: list[tuple[str, bytes]] = []

    def object(self, fields: tuple[Field, ...], at: str, where: str = "") -> dict[str, Any]:
        """The fields that were filled in, by name."""
        found = {each.name: self.value(each, _path(at, each.name), where) for each in fields}
        return {name: value for name, value in found.items() if value is not None}

    def value(self, each: Field, path: str, where: str) -> Any:
        """What was sent of the field at `path`; `where` says which row it stands in."""
        match each.kind:
            case "rækker":
                return [
                    self.object(each.fields, f"{path}.{number}", f"{where}{each.title}, række {place}: ")
                    for place, number in enumerate(self._filled(path), 1)
                ]
            case "liste":
                return [
                    self.value(each.fields[0], f"{path}.{number}", f"{where}{each.title}, nr. {place}: ")
                    for place, number in enumerate(self._filled(path), 1)
                ]
            case "felter":
                return self.object(each.fields, path, f"{where}{each.title}: ") or None
        value = self._plain(each, path, where)
        if value is None and each.required and not any(mistake.at == path for mistake in self.mistakes):
            empty = " Står der intet på skærmen, så sæt kryds ved det." if each.kind == "tekst" and not each.key else ""
            self.mistakes.append(Mistake(path, f"{where}{each.title or 'Værdien'} mangler.{empty}"))
        return value

    def _filled(self, path: str) -> Iterator[int]:
        """The rows in which anything stands: one that was left blank is none."""
        texts, files = self._sent.texts, self._sent.files
        for number in self._sent.rows(path):
            begin = f"{path}.{number}"
            within = [name for name in (*texts, *files) if f"{name}.".startswith(f"{begin}.")]
            if any(texts.get(name, "").strip() or any(data for _, data in files.get(name, ())) for name in within):
                yield number

    def _plain(self, each: Field, path: str, where: str) -> Any:
        text = self._sent.text(path)
        if each.kind == "fil":
            given = [one for one in self._sent.files.get(path, ()) if one[1]]
            if not given:
                return None
            if len(given[0][1]) > MAX_FILE:
                self.mistakes.append(Mistake(path, f"{where}{each.title}: Filen er for stor."))
                return None
            self.files.append(given[0])
            return base64.b64encode(given[0][1]).decode("ascii")
        if each.key:
            asked = path in self._sent.texts
            return "" if text == OTHER or (each.required and not asked) else text or None
        if each.kind == "tekst":
            may_be_empty = in_rows(path) or f"{path}.{EMPTY}" in self._sent.texts
            return text if text or (each.required and may_be_empty) else None
        if not text:
            return None
        try:
            match each.kind:
                case "tal":
                    if not re.fullmatch(r"[-+]?\d{1,18}", text):
                        raise ValueError
                    return int(text)
                case "ja-nej":
                    return {"ja": True, "nej": False}[text]
                case "valg":
                    return next(choice for choice in each.choices if (str(choice) or EMPTY) == text)
                case "dato":
                    return date.fromisoformat(text).isoformat()
                case _:
                    if not re.fullmatch(r"[0-9-]{10}[T ][0-9]{2}:[0-9]{2}(?::00)?", text):
                        raise ValueError  # a day alone is no time, and nobody said that it was midnight
                    return datetime.fromisoformat(text).strftime("%Y-%m-%dT%H:%M")
        except (ValueError, KeyError, StopIteration):
            self.mistakes.append(Mistake(path, f"{where}{each.title}: {WRITTEN[each.kind]} Fundet: {text[:60]}"))
            return None


def in_rows(path: str) -> bool:
    """Whether an input stands in a row: there an empty text is one of a row that says something else."""
    return any(part.isdecimal() or part == "*" for part in path.split("."))


def _path(at: str, name: str) -> str:
    return f"{at}.{name}".strip(".")
