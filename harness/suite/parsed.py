"""Feature files as the Gherkin parser gives them: parsed once a process, and kept for the next one where it wants them.

Parsing is most of what it takes to read features. What is kept lies in the folder LPS_CACHE names, else in the user's own cache.
Its name is the SHA-256 of the text and the parser's version: another text has another name, so what is found is never an older
one's. It begins with its content's own SHA-256, and what is damaged is parsed anew. Where nothing can be kept, nothing is.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from gherkin.parser import Parser

from harness.house import cache_folder

_MOST = 1000
"""How many are kept; with one more, all are thrown away: whoever needs one parses it again."""


@lru_cache(maxsize=512)
def parsed(text: str) -> Mapping[str, Any]:
    """The Gherkin document in `text`, as the parser gives it; not to be changed. Raises CompositeParserException."""
    return dict(Parser().parse(text))


@lru_cache(maxsize=512)
def parsed_or_kept(text: str) -> Mapping[str, Any]:
    """As `parsed`, and the same also when another process parsed it."""
    file = cache_folder() / "gherkin" / f"{hashlib.sha256(f'{_parser()} {text}'.encode()).hexdigest()}.json"
    kept = _read(file)
    if kept is None:
        kept = parsed(text)
        with suppress(OSError):  # no folder, a full disk, another's file: then it is parsed the next time too
            _keep(file, kept)
    return kept


@cache
def _parser() -> str:
    return version("gherkin-official")


def _read(file: Path) -> Mapping[str, Any] | None:
    try:
        name, _, content = file.read_bytes().partition(b"\n")
    except OSError:
        return None
    if name != hashlib.sha256(content).hexdigest().encode():
        return None
    document: dict[str, Any] = json.loads(content)
    return document


def _keep(file: Path, document: Mapping[str, Any]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    others = list(file.parent.iterdir())
    for each in others if len(others) >= _MOST else ():
        each.unlink()
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    own = file.with_suffix(f".{os.getpid()}")
    own.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
    own.replace(file)  # whole or not at all, also when several workers keep the same one
