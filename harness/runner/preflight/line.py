"""One line of a preflight, and how checks that stand on one another are carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, TypeVar

from harness.domain.errors import ConfigurationError, YamlError
from harness.suite.yaml_file import Mistake, field_name

S = TypeVar("S")


class State(StrEnum):
    """How one line stands; none of them says anything about the LPS's quality."""

    GOOD = "i orden"
    CONFIGURATION = "konfiguration"
    ENVIRONMENT = "miljø"
    UNCHECKED = "ikke kontrolleret"

    @property
    def stops(self) -> bool:
        """Whether a run cannot begin like this."""
        return self in (State.CONFIGURATION, State.ENVIRONMENT)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where to look: a field of a file (line and column from 1), an option of the command line, or a file alone."""

    field: str = ""
    file: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = ":".join(str(each) for each in (self.file, self.line, self.column) if each not in ("", None))
        return f"{place}  {self.field}".strip()


NOWHERE = Spot()


@dataclass(frozen=True, slots=True)
class Line:
    """What one check saw: Danish texts. `check` and `what` are put in where it is carried out."""

    state: State
    found: str
    wanted: str = ""
    todo: str = ""
    spot: Spot = NOWHERE
    check: str = ""
    what: str = ""


def good(found: str, todo: str = "") -> Line:
    """As it should be. `todo`: what is wise to do all the same."""
    return Line(State.GOOD, found, todo=todo)


def unchecked(found: str, todo: str = "") -> Line:
    """Not looked at; `found` says why."""
    return Line(State.UNCHECKED, found, todo=todo)


def wrong(found: str, wanted: str, todo: str, spot: Spot = NOWHERE) -> Line:
    """Something the user wrote."""
    return Line(State.CONFIGURATION, found, wanted, todo, spot)


def failing(found: str, wanted: str, todo: str, spot: Spot = NOWHERE) -> Line:
    """The machine, the network, or somebody else's server."""
    return Line(State.ENVIRONMENT, found, wanted, todo, spot)


@dataclass(frozen=True, slots=True)
class Check(Generic[S]):
    """One check of a subject: yields its lines, none when it does not concern it. Not carried out where one of `needs` failed."""

    id: str
    what: str
    look: Callable[[S], Iterable[Line]]
    needs: tuple[str, ...] = ()


def carried_out(checks: Sequence[Check[S]], subject: S, of: str = "") -> list[Line]:
    """The lines of `checks`, in order. `of` is put before what each looks at: `Plads dds`.

    A check that stands on a failed one is a line that says so, and those on it likewise.
    """
    names = {each.id: each.what for each in checks}
    failed: set[str] = set()
    lines: list[Line] = []
    for each in checks:
        lacking = [names[name] for name in each.needs if name in failed]
        seen = (
            list(each.look(subject))
            if not lacking
            else [unchecked(f"Kan først ses, når dette er i orden: {', '.join(lacking)}.")]
        )
        if lacking or any(line.state.stops for line in seen):
            failed.add(each.id)
        lines += [replace(line, check=each.id, what=f"{of}: {each.what}" if of else each.what) for line in seen]
    return lines


def told_of(error: ConfigurationError, spot: Spot = NOWHERE) -> Iterator[Line]:
    """What `error` tells, as lines of configuration: each mistake of a YAML file by itself, with its place."""
    mistakes = error.args if isinstance(error, YamlError) else ()
    for each in mistakes:
        if isinstance(each, Mistake):
            wanted, _, found = each.sentence.partition(" Fundet: ")
            place = Spot(field_name(each.where), each.file, *each.place)
            yield wrong(found or wanted, wanted if found else "", "Ret det i filen.", place)
        else:
            file, _, sentence = str(each).partition("\n")
            todo = "Ret stien til filen." if sentence.strip() == "Filen findes ikke." else "Ret det i filen."
            yield wrong(sentence.strip() or file, "", todo, Spot(file=file if sentence else ""))
    if not mistakes:
        text = str(error)
        option = text.split()[0] if text.startswith("--") else ""
        yield wrong(text, "", "Ret det, og prøv igen.", Spot(option) if option else spot)
