"""Reads feature files, and refuses every one that would be run otherwise than it reads.

pytest-bdd drops or passes silently what it does not understand: a doubled name, a misspelt keyword, a step that is only
description. Here each of these is an error with file and line, before anything runs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from gherkin.dialect import Dialect
from gherkin.errors import CompositeParserException, ParserError

from harness.domain.errors import FeatureError
from harness.domain.scenario import ACCOUNT, Scenario
from harness.suite.parsed import parsed

Parse = Callable[[str], Mapping[str, Any]]
"""Gives the Gherkin document in a text. Raises CompositeParserException."""
_SEEN_IN = ("set:snitflade", "set:skærm", "set:testgrænseflade", ACCOUNT)
_ID = re.compile(r"[A-ZÆØÅ]{2,}-\d{2,}")
_PLACEHOLDER = re.compile(r"<([^<>\s][^<>]*)>")


def read_feature(path: Path, shown: str, parse: Parse = parsed) -> list[Scenario]:
    """The scenarios of the file, outlines row by row, in file order. `shown` is its name in messages; `parse` parses its text.

    Raises FeatureError with every reason to refuse the file, one `file:line: reason` per line.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise FeatureError(f"{shown}:1: Filen er ikke UTF-8 ({error.reason} ved byte {error.start}).") from None
    if not unicodedata.is_normalized("NFC", text):
        raise FeatureError(
            f"{shown}:{_first_decomposed(text)}: Et bogstav som å er skrevet som to tegn. Gem filen i Unicode NFC."
        )
    if text.startswith("\ufeff"):
        raise FeatureError(f"{shown}:1: Filen begynder med et usynligt tegn (BOM). Gem den som UTF-8 uden BOM.")
    if not text.startswith("# language: da"):
        raise FeatureError(f"{shown}:1: Første linje skal være “# language: da”.")
    try:
        document = parse(text)
    except CompositeParserException as errors:
        # The first only: after a line it cannot read, the parser blames good lines too.
        raise FeatureError(_unreadable(shown, text.split("\n"), errors.errors[0])) from None
    if not document.get("feature"):
        raise FeatureError(f"{shown}:1: Filen har ingen Egenskab.")
    reader = _Reader(shown, document["feature"], text.split("\n"))
    scenarios = list(reader.scenarios())
    if reader.problems:
        raise FeatureError("\n".join(reader.problems))
    return scenarios


def read_folders(features: Path, folders: Iterable[str]) -> list[Scenario]:
    """The scenarios of these folders under `features`, by file name. Raises FeatureError, also for an id that two share."""
    files = [path for folder in folders for path in sorted((features / folder).rglob("*.feature"))]
    scenarios = [each for path in files for each in read_feature(path, path.relative_to(features.parent).as_posix())]
    refuse_shared_ids(scenarios)
    return scenarios


def _unreadable(shown: str, lines: list[str], error: ParserError) -> str:
    number = (getattr(error, "location", None) or {}).get("line", 1)
    return f"{shown}:{number}: {_unread(lines[number - 1].strip() if number <= len(lines) else '')}"


def _unread(line: str) -> str:
    if not line:
        return "Her mangler noget: filen holder op, før den er færdig."
    word = _looks_like(line, structure_only=False)
    if word:
        return f"“{line}” ligner “{word}”, men kan ikke læses her. Nøgleord skrives på dansk og med stort, fx Scenarie: og Når."
    return f"“{line}” kan ikke læses her. Se efter et stavet forkert ord foran kolon eller en manglende overskrift."


def _first_decomposed(text: str) -> int:
    lines = text.split("\n")
    return next(number for number, line in enumerate(lines, 1) if not unicodedata.is_normalized("NFC", line))


def refuse_shared_ids(scenarios: Iterable[Scenario]) -> None:
    """Raises FeatureError when two scenarios have one id tag; the rows of one outline share theirs."""
    first: dict[str, Scenario] = {}
    problems: dict[str, None] = {}
    for scenario in scenarios:
        tag = f"@id:{scenario.id.partition('[')[0]}"
        other = first.setdefault(tag, scenario)
        if (other.file, other.line) != (scenario.file, scenario.line):
            problems[f"{scenario.file}:{scenario.line}: {tag} findes også i {other.file}:{other.line}."] = None
    if problems:
        raise FeatureError("\n".join(problems))


class _Reader:
    def __init__(self, shown: str, feature: dict[str, Any], lines: list[str]) -> None:
        self._shown = shown
        self._feature = feature
        self._lines = lines
        self._names: dict[str, int] = {}
        self._ids: dict[str, int] = {}
        self.problems: list[str] = []

    def scenarios(self) -> Iterator[Scenario]:
        """Every scenario; what is wrong is left in `problems`."""
        self._look(self._feature, structure_only=True)
        self._wants_scenarios(self._feature, "Egenskaben")
        yield from self._children(self._feature["children"], [], _tags(self._feature))

    def _children(self, children: list[dict[str, Any]], before: list[dict[str, Any]], tags: frozenset[str]) -> Iterator[Scenario]:
        for child in children:
            if "background" in child:
                self._look(child["background"])
                self._starts_well(child["background"]["steps"])
                before = before + child["background"]["steps"]
            elif "rule" in child:
                self._look(child["rule"], structure_only=True)
                self._wants_scenarios(child["rule"], "Reglen")
                yield from self._children(child["rule"]["children"], before, tags | _tags(child["rule"]))
            else:
                yield from self._scenario(child["scenario"], before, tags | _tags(child["scenario"]))

    def _wants_scenarios(self, node: dict[str, Any], what: str) -> None:
        if not any("scenario" in child or "rule" in child for child in node["children"]):
            self._refuse(node["location"]["line"], f"{what} “{node['name']}” har ingen scenarier")

    def _scenario(self, node: dict[str, Any], before: list[dict[str, Any]], tags: frozenset[str]) -> Iterator[Scenario]:
        name, line = node["name"], node["location"]["line"]
        ids = [tag.removeprefix("id:") for tag in tags if tag.startswith("id:")]
        self._look(node)
        if not name:
            self._refuse(line, "scenariet har intet navn")
        self._unique(self._names, name, line, f"navnet “{name}”")
        if len(ids) != 1:
            self._refuse(line, f"“{name}” skal have netop ét tag som @id:DEL-01")
        elif not _ID.fullmatch(ids[0]):
            self._refuse(line, f"@id:{ids[0]} skal skrives som @id:DEL-01: store bogstaver, bindestreg og mindst to cifre")
        else:
            self._unique(self._ids, ids[0], line, f"@id:{ids[0]}")
        if not any(tag.startswith("prøver:") for tag in tags):
            self._refuse(line, f"“{name}” siger ikke, hvem det prøver (fx @prøver:lps)")
        if not tags & set(_SEEN_IN):
            self._refuse(line, f"“{name}” siger ikke, hvor det ses: {', '.join('@' + each for each in _SEEN_IN)}")
        if not node["steps"]:
            self._refuse(line, f"“{name}” har ingen trin")
        elif not self._has_outcome(node["steps"]):
            self._refuse(line, f"“{name}” har intet Så og kan derfor ikke fejle")
        self._starts_well(node["steps"])
        for row in self._rows(node, before + node["steps"]):
            yield self._row(node, before + node["steps"], tags, ids[0] if ids else "", row)

    def _starts_well(self, steps: list[dict[str, Any]]) -> None:
        for first in steps[:1]:
            if first["keywordType"] in ("Conjunction", "Unknown"):
                self._refuse(first["location"]["line"], f"første trin må ikke være “{first['keyword'].strip()}”")

    def _has_outcome(self, steps: list[dict[str, Any]]) -> bool:
        return any(step["keywordType"] == "Outcome" for step in steps)

    def _rows(self, node: dict[str, Any], steps: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
        tables = node["examples"]
        wanted = dict.fromkeys(name for text in (node["name"], *_texts(steps)) for name in _PLACEHOLDER.findall(text))
        if not tables:
            if node["keyword"] in _outlines():
                self._refuse(node["location"]["line"], f"“{node['name']}” er et {node['keyword']} uden Eksempler")
            for lacking in wanted:
                self._refuse(node["location"]["line"], f"<{lacking}> står i “{node['name']}”, som ingen Eksempler har")
            yield {}
            return
        firsts: set[str] = set()
        for table in tables:
            line = table["location"]["line"]
            self._look(table)
            if table["tags"]:
                self._refuse(line, "Eksempler må ikke have tags")
            columns = [cell["value"] for cell in (table.get("tableHeader") or {"cells": []})["cells"]]
            if not table["tableBody"]:
                self._refuse(line, "Eksempler har ingen rækker")
            for column in sorted({each for each in columns if columns.count(each) > 1}):
                self._refuse(line, f"kolonnen “{column}” står flere gange")
            for lacking in (each for each in wanted if each not in columns):
                self._refuse(line, f"<{lacking}> er ikke en kolonne i Eksempler")
            for row in table["tableBody"]:
                values = dict(zip(columns, (cell["value"] for cell in row["cells"]), strict=True))
                first = row["cells"][0]["value"]
                if not first:
                    self._refuse(row["location"]["line"], "rækken mangler en værdi i første kolonne")
                elif first in firsts:
                    self._refuse(row["location"]["line"], f"to rækker begynder med “{first}”")
                firsts.add(first)
                yield values

    def _row(
        self, node: dict[str, Any], steps: list[dict[str, Any]], tags: frozenset[str], id: str, row: dict[str, str]
    ) -> Scenario:
        return Scenario(
            id=f"{id}[{next(iter(row.values()))}]" if row else id,
            title=_filled(node["name"], row),
            feature=self._feature["name"],
            feature_description=_plain(self._feature["description"]),
            file=self._shown,
            line=node["location"]["line"],
            tags=tags,
            steps=tuple(f"{step['keyword'].strip()} {_filled(step['text'], row)}" for step in steps),
            parameters=row,
        )

    def _unique(self, seen: dict[str, int], value: str, line: int, what: str) -> None:
        if value in seen:
            self._refuse(line, f"{what} er brugt før, på linje {seen[value]}")
        seen.setdefault(value, line)

    def _look(self, node: dict[str, Any], *, structure_only: bool = False) -> None:
        """Refuse description lines that look like a step or a heading, or stand so close to the steps that they may be one."""
        if not node["description"]:
            return
        number, before, word = node["location"]["line"], "", ""
        for text in map(str.strip, node["description"].split("\n")):
            number = next(at for at in range(number + 1, len(self._lines) + 1) if self._lines[at - 1].strip() == text)
            sentence_goes_on = before[-1:].isalnum() or before.endswith(",")
            word = _looks_like(text, structure_only or (sentence_goes_on and text[:1].islower()))
            if word:
                self._refuse(number, f"“{text}” ligner “{word}”, men bliver læst som beskrivelse")
            before = text
        if not word and any(step["location"]["line"] == number + 1 for step in node.get("steps", ())):
            self._refuse(number, f"“{before}” er ikke et trin. Er det beskrivelse, skal der være en tom linje før første trin")

    def _refuse(self, line: int, reason: str) -> None:
        self.problems.append(f"{self._shown}:{line}: {reason[0].upper()}{reason[1:]}.")


def _tags(node: dict[str, Any]) -> frozenset[str]:
    return frozenset(tag["name"].removeprefix("@") for tag in node["tags"])


def _texts(steps: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Everything in the steps that a row is put into."""
    for step in steps:
        yield step["text"]
        yield step.get("docString", {}).get("content", "")
        yield from (cell["value"] for row in step.get("dataTable", {}).get("rows", ()) for cell in row["cells"])


def _filled(text: str, row: dict[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: row.get(match[1], match[0]), text)


def _plain(description: str) -> str:
    return " ".join(line.strip() for line in (description or "").splitlines()).strip()


def _looks_like(line: str, structure_only: bool) -> str:
    text = unicodedata.normalize("NFC", line).strip().casefold()
    for word in _headings() if structure_only else (*_headings(), *_step_words()):
        if text.startswith(word) and (word.endswith(":") or not text[len(word) : len(word) + 1].isalpha()):
            return word
    return ""


@cache
def _headings() -> tuple[str, ...]:
    kinds = ("scenario", "scenario_outline", "examples", "background", "rule", "feature")
    return _words(kinds, ":")


@cache
def _outlines() -> frozenset[str]:
    return frozenset(_dialect("da").scenario_outline_keywords)


@cache
def _step_words() -> tuple[str, ...]:
    return _words(("given", "when", "then", "and", "but"), "")


def _words(kinds: tuple[str, ...], ending: str) -> tuple[str, ...]:
    words = set()
    for language in ("da", "en"):
        words |= {word.strip().casefold() for kind in kinds for word in getattr(_dialect(language), f"{kind}_keywords")}
    return tuple(sorted(word + ending for word in words - {"*"}))


def _dialect(language: str) -> Dialect:
    dialect = Dialect.for_name(language)
    assert dialect is not None, f"gherkin has no {language}"
    return dialect
