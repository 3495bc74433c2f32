"""A tester who does what a prompt asks in a reference LPS, through its test interface, as a person would at its screen."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

import httpx

PLACES = {
    "opret-patient": ("POST", "/patienter"),
    "opret-plan": ("POST", "/planer"),
    "ret-maal": ("POST", "/planer/{plan}/maal"),
    "del-plan": ("POST", "/planer/{plan}/deling"),
    "gensend-plan": ("POST", "/planer/{plan}/gensendelse"),
    "plan": ("GET", "/planer/{plan}"),
}
"""Where acts and views of the contract are that have a path of their own."""


class ScriptedTester:
    """Works at the LPS at `address`. What the scenario calls a thing, and what the LPS calls it, are told apart as people do.

    `own`: what they type in the place of a scenario's values, where they may.
    `late`: the LPS does what it is asked to so many seconds after the tester says *udført*, as one that sends in the background.
    """

    def __init__(self, address: str, name: str = "Anna", late: float = 0.0, own: Mapping[str, str] | None = None) -> None:
        self._lps = httpx.Client(base_url=address, timeout=60.0)
        self._name = name
        self._late = late
        self._own = own or {}
        self._doing: threading.Timer | None = None
        self._trouble = ""
        self._keys: dict[str, str] = {}
        self._seen: list[Mapping[str, Any]] = []
        self.done = 0

    def close(self) -> None:
        """Leave the LPS."""
        self._be_done()
        self._lps.close()

    def answer(self, prompt: Mapping[str, Any]) -> dict[str, Any]:
        """Do the tasks of `prompt`, as JSON, and say what came of it: the answer, as JSON."""
        self._be_done()
        if prompt["wanted"] == "vælg":
            typed = {each["name"]: self._own[each["title"]] for each in prompt["fields"] if each.get("title") in self._own}
            return {"outcome": "udført", "by": self._name, "values": typed}
        if self._late and prompt["wanted"] == "udfør" and not self._trouble:
            self._doing = threading.Timer(self._late, self._do, (prompt["tasks"],))
            self._doing.start()
        elif not self._trouble:
            self._do(prompt["tasks"])
        if self._trouble:
            trouble, self._trouble = self._trouble, ""
            return {"outcome": "kan ikke udføres", "by": self._name, "remark": trouble}
        match prompt["wanted"]:
            case "bedøm":
                return {"outcome": "bedømt", "grade": "OK", "by": self._name}
            case "attestér":
                return {"outcome": "bedømt", "grade": "OK", "by": self._name, "remark": "Set hos den rigtige løsning"}
            case "redegør":
                return {"outcome": "udført", "by": self._name, "remark": "Koderne hentes hver nat"}
        return {"outcome": "udført", "by": self._name, "values": self._read_off([each["name"] for each in prompt["fields"]])}

    def _be_done(self) -> None:
        if self._doing is not None:
            self._doing.join()
            self._doing = None

    def _do(self, tasks: list[Mapping[str, Any]]) -> None:
        """Do them in order, until one cannot be done."""
        self._trouble = next(filter(None, map(self._carry_out, tasks)), "")

    def _carry_out(self, task: Mapping[str, Any]) -> str:
        """What kept the task from being done; empty when nothing did."""
        self.done += 1
        kind = "visninger" if task["looks"] else "handlinger"
        method, path = PLACES.get(task["act"], ("POST", f"/{kind}/{task['act']}"))
        entered = {name: self._theirs(name, value) for name, value in task["entered"].items()}
        if "{plan}" in path:
            path = path.format(plan=entered.pop("plan"))
        headers = {"Idempotency-Key": f"{self._name}-{self.done}"}
        response = self._lps.request(method, path, json=entered if method == "POST" else None, headers=headers)
        if not response.is_success:
            return f"{task['act']}: {response.status_code} {response.text[:200]}"
        shown = response.json()
        self._keys |= {name: str(shown[key]) for key, name in task["makes"].items() if key in shown}
        self._seen.append(shown)
        return ""

    def _read_off(self, names: list[str]) -> dict[str, Any]:
        return {name: self._ours(next(shown[name] for shown in reversed(self._seen) if name in shown)) for name in names}

    def _theirs(self, name: str, value: Any) -> Any:
        """What the LPS calls what the scenario calls so; of something pointed out by a mark, what it is called on the screen."""
        if not isinstance(value, str):
            return value
        if value in self._keys:
            return self._keys[value]
        mark = value.rpartition(" mærket ")[2]
        rows = (row for shown in reversed(self._seen) for list_ in shown.values() if isinstance(list_, list) for row in list_)
        marked = (row for row in rows if mark != value and isinstance(row, dict) and name in row and mark in json.dumps(row))
        return next((row[name] for row in marked), value)

    def _ours(self, value: Any) -> Any:
        """`value` with the scenario's name for each thing of the LPS."""
        if isinstance(value, list):
            return [self._ours(each) for each in value]
        if isinstance(value, dict):
            return {name: self._ours(each) for name, each in value.items()}
        return next((name for name, key in self._keys.items() if key == value), value) if isinstance(value, str) else value
