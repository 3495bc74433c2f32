"""The parts of a JSON message by their places in its text: what is changed is changed there, and every other character stays."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, Final

_BLANK: Final = re.compile(r"[ \t\r\n]*")
_BARE: Final = re.compile(r"[^\s,\]}]+")


@dataclass(slots=True)
class _Node:
    """A value from `start` to `end`. `lead` is where what belongs to it as a member begins: white space and its name."""

    start: int
    end: int = 0
    lead: int = 0
    tail: int = 0
    """Where the white space after it ends: at a comma or a bracket."""
    name: str = ""
    members: list[_Node] = field(default_factory=list)
    is_list: bool = False
    value: Any = None
    path: str = ""

    @property
    def is_leaf(self) -> bool:
        return not isinstance(self.value, dict | list)


def paths(data: bytes) -> dict[str, bool]:
    """The path of every member, in the order they come, and whether it has a value of its own."""
    found: dict[str, bool] = {}
    for each in _all(_read(data.decode())):
        if each.path:
            found[each.path] = found.get(each.path, False) or each.is_leaf
    return found


def edited(data: bytes, edits: Mapping[str, Callable[[str], str] | None]) -> bytes:
    """`data` with the members at the paths left out (None), or with each value there made new.

    An object or a list that is left empty goes with what was in it. A number stays a number, and true becomes what is made of
    "true".
    """
    text = data.decode()
    return (_written(_read(text), text, edits) or "{}").encode()


def _written(node: _Node, text: str, edits: Mapping[str, Callable[[str], str] | None]) -> str | None:
    """The node as it is to stand; None when it is to go."""
    written = text[node.start : node.end]
    if node.path in edits:
        new = edits[node.path]
        if new is None:
            return None
        if node.is_leaf:
            return _other(node.value, written, new)
    if not node.members:
        return written
    kept = [
        text[each.lead : each.start] + inner + text[each.end : each.tail]
        for each in node.members
        if (inner := _written(each, text, edits)) is not None
    ]
    if not kept:
        return None
    closing = text[node.members[-1].end : node.members[-1].tail]
    if not kept[-1].endswith(closing):
        kept[-1] += closing
    return text[node.start] + ",".join(kept) + text[node.end - 1]


def _other(value: Any, written: str, new: Callable[[str], str]) -> str:
    if not isinstance(value, str):
        return new(written)
    return json.dumps(new(value), ensure_ascii=written.isascii() and not value.isascii())


def _read(text: str) -> _Node:
    """The values with their places. Raises ValueError for what is no JSON."""
    json.loads(text)
    root = _value(text, _skip(text, 0))
    _name_all(root, "", _pointed_at(root.value))
    return root


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _value(text: str, at: int) -> _Node:
    node = _Node(at)
    match text[at : at + 1]:
        case "{" | "[":
            _members(text, node)
        case '"':
            node.value, node.end = scanstring(text, at + 1)
        case _:
            found = _BARE.match(text, at)
            assert found is not None, "it is JSON"
            node.value, node.end = json.loads(found[0]), found.end()
    return node


def _members(text: str, node: _Node) -> None:
    node.is_list = text[node.start] == "["
    node.value = [] if node.is_list else {}
    at, close = node.start + 1, "]" if node.is_list else "}"
    if text[_skip(text, at)] == close:
        node.end = _skip(text, at) + 1
        return
    while True:
        lead, name, at = at, "", _skip(text, at)
        if not node.is_list:
            name, at = scanstring(text, at + 1)
            at = _skip(text, _skip(text, at) + 1)  # over the colon
        member = _value(text, at)
        member.lead, member.name, member.tail = lead, name, _skip(text, member.end)
        node.members.append(member)
        if isinstance(node.value, list):
            node.value.append(member.value)
        else:
            node.value[name] = member.value
        at = member.tail + 1
        if text[member.tail] == close:
            node.end = at
            return


def _all(node: _Node) -> Iterator[_Node]:
    yield node
    for each in node.members:
        yield from _all(each)


def _name_all(node: _Node, path: str, roles: dict[str, str]) -> None:
    node.path = path
    kind = node.value.get("resourceType") if isinstance(node.value, dict) else None
    here = kind if not path and isinstance(kind, str) else path
    for each in node.members:
        below = f"{path}{_told(each.value, roles)}" if node.is_list else f"{here}/{each.name}".lstrip("/")
        _name_all(each, below, roles)


def _told(item: Any, roles: dict[str, str]) -> str:
    """What tells an item of a list from the others, in brackets; nothing where only its place would."""
    if not isinstance(item, dict):
        return ""
    resource = item.get("resource")
    if isinstance(resource, dict):
        role = roles.get(str(item.get("fullUrl")), "")
        return f"[{resource.get('resourceType')}{f' {role}' if role else ''}]"
    for name in ("url", "system", "type", "kode", "del"):
        if told := _word(item.get(name)):
            return f"[{told.rpartition('/')[2]}]"
    return ""


def _word(value: Any) -> str:
    """A word that names a kind: the text itself, or the code of a coding."""
    if isinstance(value, dict):
        codings = value.get("coding")
        return _word(codings[0] if isinstance(codings, list) and codings else value.get("code"))
    return value if isinstance(value, str) else ""


def _pointed_at(root: Any) -> dict[str, str]:
    """What each resource of a bundle is to the first that points at it: its `sender`, its `receiver`."""
    found: dict[str, str] = {}

    def look(value: Any, name: str) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("reference"), str):
                found.setdefault(value["reference"], name)
            for key, each in value.items():
                look(each, key)
        elif isinstance(value, list):
            for each in value:
                look(each, name)

    look(root, "")
    return found
