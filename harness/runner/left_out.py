"""What pytest and other libraries do that a run has no use for."""

from __future__ import annotations

import sys
from typing import Any

_UNUSED = (
    *("cacheprovider", "capture", "debugging", "doctest", "faulthandler", "junitxml", "legacypath", "logging", "monkeypatch"),
    *("pastebin", "recwarn", "setuponly", "setupplan", "skipping", "stepwise", "subtests", "terminal", "threadexception"),
    *("tmpdir", "unittest", "unraisableexception", "warnings"),
)
"""Plugins of pytest's own: several of them wrap each of a scenario's phases."""
QUIET = tuple(option for name in _UNUSED for option in ("-p", f"no:{name}"))
SWITCHES = (*QUIET, "--noconftest", "--assert=plain", "-o", "addopts=")
"""How a worker has pytest do without all of it. Nor are the steps' assertions rewritten: what an LPS does wrong is none."""
_MODULES: dict[str, Any] = dict.fromkeys(("httpx._main", "mako.ext.pygmentplugin"))
"""What others import where it is there: httpx's command line, with rich and click, and mako's colours, with pygments' lexers."""


def leave_out() -> None:
    """From now on, in this process.

    Besides those modules, what is said under each field of a file, which pydantic reads in the source for the editor's help. Its
    way to that is a private name; where it is not there, nothing is changed.
    """
    sys.modules.update(_MODULES)
    from pydantic._internal import _fields

    if hasattr(_fields, "extract_docstrings_from_cls"):
        _fields.extract_docstrings_from_cls = _nothing_said


def _nothing_said(*_: Any, **__: Any) -> dict[str, str]:
    return {}
