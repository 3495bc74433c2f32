"""Who may what, as a table: each route × each right × own and other systems, and what may be seen of it.

For the whole wall: `wrongly_answered(app, runner, register, rows, planted)` with a row for each route, and what was planted in
each system's details. It fails too when a route has no row.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import httpx
from starlette.applications import Starlette
from starlette.routing import Route
from visiting import Visitor, bearer

from harness.dashboard.access.register import Register
from harness.dashboard.access.secret import Secret, new_secret
from harness.domain.access import Caller, Right

HELD_BACK = (401, 403, 404)
"""What a refusal may be. A page that is not there for somebody tells them no less than one they may not see."""


@dataclass(frozen=True)
class Row:
    """One way to ask for a route. `route` is its path as the app has it, `path` one address of it, about `system` where it is
    about one. `may` says who gets an answer, and `answers` which statuses that may be. `tells`: they are told what was planted in
    the system, so that the table is known to look where something is.
    """

    route: str
    path: str
    may: Callable[[Caller], bool]
    method: str = "GET"
    system: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[int, ...] = (200, 303, 404, 409)
    tells: bool = False


def everybody(_: Caller) -> bool:
    return True


def of(system: str) -> Callable[[Caller], bool]:
    """Whoever may read the system's details."""
    return lambda caller: caller.reads(system)


def monitors(caller: Caller) -> bool:
    return caller.monitors


def wrongly_answered(
    app: Starlette,
    runner: asyncio.Runner,
    register: Register,
    rows: Sequence[Row],
    planted: Mapping[str, str],
    without: Container[str] = (),
) -> list[str]:
    """Everything that is not as the rows say, a line each. `planted` is what stands in each system's details.

    `without` are the routes that need no row: a stream never ends, and is tried elsewhere.
    """
    asked = {(row.method, row.route) for row in rows}
    missing = ((method, path) for method, path in _routes(app) if (method, path) not in asked and path not in without)
    found = [f"{method} {path} has no row" for method, path in missing]
    for who, caller, headers in _callers(register):
        for row in rows:
            answer = _ask(app, runner, row, headers)
            text = f"{answer.text}{answer.headers}"
            where = f"{who}: {row.method} {row.path} gave {answer.status_code}"
            if caller is None and answer.status_code != 401:
                found.append(f"{where}, not 401")
            elif caller is not None and row.may(caller) and answer.status_code not in row.answers:
                found.append(where)
            elif caller is not None and not row.may(caller) and answer.status_code not in HELD_BACK:
                found.append(f"{where} to somebody who may not")
            elif caller is not None and row.tells and row.may(caller) and planted[row.system] not in text:
                found.append(f"{where} and told nothing of {row.system}")
            for system, secret in planted.items():
                if secret in text and (caller is None or not caller.reads(system)):
                    found.append(f"{where} and told of {system}")
    return found


def _routes(app: Starlette) -> Iterator[tuple[str, str]]:
    for route in app.routes:
        if isinstance(route, Route):
            yield from ((method, route.path) for method in sorted(route.methods or {"GET"}) if method != "HEAD")


def _callers(register: Register) -> Iterator[tuple[str, Caller | None, dict[str, str]]]:
    """Everybody who may come, and what they show; those who show what does not hold have no caller."""
    yield "nobody", Caller(), {}
    given = [
        (Right.READER, "Læser", ()),
        (Right.SUPPLIER, "Novax", ("novax",)),
        (Right.SUPPLIER, "CGM", ("xmo",)),
        (Right.SUPPLIER, "EG", ("eg-clinea", "eg-winplc")),
        (Right.MONITOR, "Mona Ny", ()),
        (Right.ADMINISTRATOR, "Ada Ny", ()),
    ]
    for right, name, systems in given:
        token, secret = register.issue(right, name, systems=systems)
        yield f"{right} {name}", token.caller, bearer(secret)
    expired = register.issue(Right.READER, "Udløbet", days=-1)[1]
    revoked = register.issue(Right.READER, "Trukket tilbage")[1]
    ended = register.enter(register.issue(Right.READER, "Logget ud")[1])
    assert ended is not None
    register.revoke(revoked.id)
    register.leave(ended.id)
    mine = register.issue(Right.READER, "Hel")[1]
    yield "expired", None, bearer(expired)
    yield "revoked", None, bearer(revoked)
    yield "forged", None, bearer(new_secret())
    yield "half forged", None, bearer(Secret(mine.id, new_secret().value))
    yield "logged out", None, {"cookie": f"lps-tavle={ended.shown}"}
    yield "forged cookie", None, {"cookie": f"lps-tavle={new_secret().shown}"}


def _ask(app: Starlette, runner: asyncio.Runner, row: Row, headers: Mapping[str, str]) -> httpx.Response:
    visitor = Visitor(app, runner)
    told = {"accept": "text/html", "origin": visitor.base, **headers}
    return visitor.ask(row.method, row.path, told, **({"data": dict(row.form)} if row.method == "POST" else {}))
