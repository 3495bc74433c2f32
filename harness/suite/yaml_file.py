"""Reads a YAML file and knows line and column of everything in it, so that a mistake can be shown where it stands.

Besides what YAML itself refuses, a key that stands twice, an alias, a value YAML 1.1 reads as something else than it looks
like (`NO`, `010`, `12:30`), an unset `${NAME}` and a secret written out are refused.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer

from harness.domain.errors import YamlError

Where = tuple[str | int, ...]
"""The way to a value: keys and 0-based positions in lists."""

Place = tuple[int, int]
"""Line and column, 1-based."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend. `sentence` is Danish and says what was expected and what was found."""

    file: str
    place: Place
    where: Where
    sentence: str

    def __str__(self) -> str:
        head = f"{self.file}:{self.place[0]}:{self.place[1]}  {field_name(self.where)}".rstrip()
        return f"{head}\n    {self.sentence}"


@dataclass(slots=True)
class Marked:
    """A file's `data`, with the place of each value and each key, and each plain value as `written` (before `${…}`)."""

    file: str
    data: Any = None
    values: dict[Where, Place] = field(default_factory=dict)
    keys: dict[Where, Place] = field(default_factory=dict)
    written: dict[Where, str] = field(default_factory=dict)

    def found(self, where: Where) -> str:
        """What stands at `where`, as a Danish error may show it: CPR numbers are hidden, long texts cut."""
        if where not in self.written:
            value = self.data
            for part in where:
                value = value[part]
            return "en liste" if isinstance(value, list) else "felter"
        return quoted(self.written[where])


def load_yaml(path: Path) -> Marked:
    """The content of `path`, with places. Raises YamlError with every mistake in the file."""
    marked, mistakes = read_marked(path)
    refuse(mistakes)
    return marked


def refuse(mistakes: Iterable[Mistake]) -> None:
    """Raise YamlError with `mistakes`, the first for each value, in the order of the file. Does nothing when there are none."""
    first: dict[Where, Mistake] = {}
    for mistake in mistakes:
        first.setdefault(mistake.where, mistake)
    if first:
        raise YamlError(*sorted(first.values(), key=lambda each: each.place))


def read_marked(path: Path) -> tuple[Marked, Sequence[Mistake]]:
    """The content of `path` and the mistakes in it, not to be changed. Raises YamlError where there is nothing to go on with."""
    file = shown(path)
    try:
        text = unicodedata.normalize("NFC", path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise YamlError(f"{file}\n    Filen findes ikke.") from None
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        place = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        raise _stop(file, place, "Skal være gemt som UTF-8. Her står et tegn i et andet tegnsæt.") from None
    return _marked(file, text) if "${" in text else _marked_before(file, text)


def _marked(file: str, text: str) -> tuple[Marked, Sequence[Mistake]]:
    try:
        root = _composed(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _stop(file, (mark.line + 1, mark.column + 1) if mark else (1, 1), _danish(error)) from None
    except yaml.reader.ReaderError as error:
        before_it = text[: error.position]
        place = before_it.count("\n") + 1, len(before_it) - before_it.rfind("\n")
        raise _stop(file, place, f"Her står et usynligt tegn (U+{int(error.character):04X}), som ikke må stå i YAML.") from None
    if root is None:
        raise _stop(file, (1, 1), "Filen er tom.")
    builder = _Builder(Marked(file))
    builder.marked.data = builder.build(root, ())
    return builder.marked, tuple(builder.mistakes)


_marked_before = lru_cache(maxsize=128)(_marked)  # of 24 systems each run rests on the same files but one


def _stop(file: str, place: Place, sentence: str) -> YamlError:
    return YamlError(Mistake(file, place, (), sentence))


def field_name(where: Where) -> str:
    """The way to a value as people read it, CPR numbers hidden. `field_name(("krav", 0, "id")) == "krav[1].id"`."""
    return _hidden(re.sub(r"\.\[", "[", ".".join(f"[{part + 1}]" if isinstance(part, int) else part for part in where)))


def shown(path: Path) -> str:
    """`path` as people read it: from where they stand when it lies there, with forward slashes."""
    resolved, here = path.resolve(), Path.cwd().resolve()
    return (resolved.relative_to(here) if resolved.is_relative_to(here) else resolved).as_posix()


def quoted(text: str) -> str:
    """`text` in quotes, on one line and at most 60 characters, without the last four digits of CPR numbers and what opens an
    address.
    """
    line = _hidden(" ".join(text.split()))
    return f'"{line if len(line) <= 60 else line[:59] + "…"}"'


def _hidden(text: str) -> str:
    return _CPR.sub(r"\1-****", _PASSWORD.sub(r"\1****@", text))


_CPR = re.compile(r"(?<!\d)(\d{6})[- ]?\d{4}(?!\d)")
_PASSWORD = re.compile(r"(://[^/\s:@]*:)[^/\s]*@")
"""In an address: between the name and the host."""
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ELSEWHERE = re.compile(r"(env|fil):.*")
"""What says where a secret is, and is none itself."""
_SECRET = re.compile(r"(password|kodeord|adgangskode|token|nøgle|secret)(s|en|et|r|rne)?$", re.IGNORECASE)


def _composed(text: str) -> yaml.Node | None:
    """The nodes of `text`: from libyaml, many times faster, where it reads as PyYAML does; what is wrong PyYAML tells."""
    if not _READ_OTHERWISE.search(text):
        with suppress(yaml.YAMLError):  # the loader below says what is wrong, and where
            return yaml.compose(text, Loader=_Quick)
    return yaml.compose(text, Loader=_Loader)


_READ_OTHERWISE = re.compile(r"[\t\x85\u2028\u2029\ufeff]|(^|[\s\[{,])\?\s|:\s*[,\]}]|^(---|\.\.\.)", re.MULTILINE)
"""Where libyaml lets pass what PyYAML refuses, or says another column: tabs, what nobody sees, a key or value left out.

A question mark inside a word in `[ ]` or `{ }` it also lets pass, as YAML 1.2 does.
"""


class _NoAliases(Composer):
    """Refuses aliases: they hide where a value stands, and can grow without limit."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):  # type: ignore[attr-defined]  # the parser beside it has it
            mark = self.get_event().start_mark  # type: ignore[attr-defined]
            raise yaml.composer.ComposerError(None, None, "found alias", mark)
        return super().compose_node(parent, index)


class _Loader(_NoAliases, yaml.SafeLoader):
    """PyYAML's safe loader without aliases."""


class _Quick(_NoAliases, yaml.CSafeLoader):
    """The same from libyaml's events."""

    def __init__(self, text: str) -> None:
        yaml.CSafeLoader.__init__(self, text)
        Composer.__init__(self)


@dataclass(slots=True)
class _Builder:
    """Turns PyYAML's nodes into plain data and remembers where everything stood."""

    marked: Marked
    mistakes: list[Mistake] = field(default_factory=list)
    loader: yaml.SafeLoader = field(default_factory=lambda: yaml.SafeLoader(""))

    def build(self, node: yaml.Node, where: Where) -> Any:
        self.marked.values[where] = _place(node)
        if node.tag.removeprefix("tag:yaml.org,2002:") not in _KINDS:
            self._mistake(_place(node), where, f"Mærket {quoted(node.tag)} kan ikke bruges her. Skriv værdien uden det.")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(each, (*where, number)) for number, each in enumerate(node.value)]
        return self._scalar(node, where)

    def _mapping(self, node: yaml.MappingNode, where: Where) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._mistake(_place(key), where, "Et felts navn skal være tekst. Fundet: en liste eller felter.")
                continue
            here = (*where, str(key.value))
            if key.value in content:
                first = self.marked.keys[here][0]
                self._mistake(_place(key), here, f"Feltet må kun stå én gang. Fundet: også i linje {first}.")
                continue
            self.marked.keys[here] = _place(key)
            content[key.value] = self.build(value, here)
        return content

    def _scalar(self, node: yaml.Node, where: Where) -> Any:
        written = str(node.value)
        try:
            value = self.loader.construct_object(node)
        except ValueError:
            self._mistake(_place(node), where, f"Skal være en dato, der findes. Fundet: {quoted(written)}.")
            return None
        if value is not None:
            self.marked.written[where] = written
        name = next((part for part in reversed(where) if isinstance(part, str)), "")
        told = _VARIABLE.fullmatch(written) or _ELSEWHERE.fullmatch(written)
        if value is not None and _SECRET.search(name) and not told:
            sentence = "En hemmelighed må ikke stå i filen. Skal være env:NAVN, fil:STI eller ${NAVN}. Fundet: [skjult]."
            self._mistake(_place(node), where, sentence)
            return None
        if isinstance(value, str):
            return _VARIABLE.sub(lambda match: self._variable(match[1], node, where), value)
        if trap := _trap(value, written):
            self._mistake(
                _place(node), where, f"YAML læser {quoted(written)} som {trap}. Er det tekst, så skriv det i citationstegn."
            )
        return value

    def _variable(self, name: str, node: yaml.Node, where: Where) -> str:
        if not _VARIABLE_NAME.fullmatch(name):
            sentence = "Skal være ${NAVN} med bogstaver, tal og understregning."
            self._mistake(_place(node), where, f"{sentence} Fundet: {quoted('${' + name + '}')}.")
        elif not os.environ.get(name):
            self._mistake(_place(node), where, f"Miljøvariablen {name} er ikke sat. Sæt den, før du starter lps.")
        return os.environ.get(name, "")

    def _mistake(self, place: Place, where: Where, sentence: str) -> None:
        self.mistakes.append(Mistake(self.marked.file, place, where, sentence))


_KINDS = ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")


def _place(node: yaml.Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _trap(value: Any, written: str) -> str:
    """What YAML 1.1 makes of a plain value that looks like something else; empty when it is what it looks like."""
    if isinstance(value, bool):
        return "" if written in ("true", "false") else "sand" if value else "falsk"
    if isinstance(value, int | float) and (":" in written or re.match(r"[-+]?0[0-7bx_]", written)):
        return f"tallet {value}"
    return ""


def _danish(error: yaml.MarkedYAMLError) -> str:
    problem = f"{error.context or ''} {error.problem or ''}".strip()
    text = next((danish for english, danish in _DANISH.items() if english in problem), f"({problem})")
    return f"YAML'en kan ikke læses: {text}."


_DANISH = {
    "found character '\\t'": "der står et tabulatortegn. Brug mellemrum",
    "that cannot start any token": "der står et tegn, som en værdi ikke må begynde med. Skriv værdien i citationstegn",
    "could not find expected ':'": "der mangler et kolon efter feltets navn i linjen før",
    "mapping values are not allowed here": "der står et kolon for meget. Er det en del af teksten, så skriv den i citationstegn",
    "sequence entries are not allowed here": "en bindestreg står et sted, hvor der ikke kan begynde en liste",
    "mapping keys are not allowed here": "her kan der ikke begynde et felt",
    "found unexpected end of stream": "et citationstegn bliver ikke lukket",
    "unknown escape character": "der står en omvendt skråstreg i en tekst. Brug enkelte citationstegn",
    "expected ',' or ']'": "en liste i [ ] mangler et komma eller ]",
    "expected ',' or '}'": "felter i { } mangler et komma eller }",
    "expected <block end>": "linjen er ikke rykket lige så langt ind som linjerne før",
    "expected a single document": "filen har mere end ét dokument (---)",
    "found alias": "henvisninger (*navn) kan ikke bruges her. Skriv indholdet ud",
    "expected the node content": "der mangler en værdi",
}
