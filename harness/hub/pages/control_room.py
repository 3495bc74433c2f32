"""The hub's page for the control room of a hall: who is being tested, what has come, and who sends to a wrong address.

It shows no patient and nothing of what a message says. Without script it stands still until it is fetched again.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from harness.domain.clock import copenhagen
from harness.domain.exchange import Request, Response
from harness.hub.arrivals import Arrival
from harness.hub.http import Answering

REFRESH_SECONDS = 10
PATIENCE_SECONDS = 10
"""How long a hub that does not answer is waited for, before the page says so."""
REMEMBERED = 50
"""How many unknown senders are shown; the one who was heard longest ago is forgotten first."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How many messages, and when the last one came (UTC); None when there was none."""

    count: int = 0
    last: datetime | None = None

    def with_one(self, at: datetime) -> Seen:
        """And one more, at `at`."""
        return Seen(self.count + 1, at)


@dataclass(frozen=True, slots=True)
class SystemState:
    """One system: where it sends to, the id of its run (empty when none is under way), and what came in and outside it."""

    system: str
    address: str
    run: str = ""
    in_run: Seen = Seen()
    outside: Seen = Seen()


@dataclass(frozen=True, slots=True)
class UnknownSender:
    """Messages that are no system's: from where, how and why. `size` is the last one's, in bytes."""

    sender: str
    seen: Seen
    method: str = ""
    path: str = ""
    certificate: str = ""
    why: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class HubState:
    """What the page shows. `at` is the moment, `since` when counting began, both UTC."""

    at: datetime
    since: datetime
    systems: tuple[SystemState, ...]
    unknown: tuple[UnknownSender, ...] = ()


class Tally:
    """Counts messages as the hub gets them. Example: `tally.came("novax", "20270301T0915")`."""

    def __init__(self) -> None:
        self._since = datetime.now(UTC)
        self._seen: dict[tuple[str, str], Seen] = {}
        self._unknown: dict[tuple[str, ...], UnknownSender] = {}

    def came(self, system: str, run: str) -> None:
        """A message from `system`, in the run called `run`, or outside any when that is empty."""
        self._seen[system, run] = self._seen.get((system, run), Seen()).with_one(datetime.now(UTC))

    def came_from_unknown(self, arrival: Arrival) -> None:
        """A message that is no system's; those that are alike are one line."""
        alike = (arrival.client, arrival.method, arrival.path, arrival.certificate, arrival.why)
        before = self._unknown.pop(alike, UnknownSender(arrival.client, Seen())).seen
        self._unknown[alike] = UnknownSender(arrival.client, before.with_one(arrival.at), *alike[1:], size=arrival.size)
        if len(self._unknown) > REMEMBERED:
            del self._unknown[next(iter(self._unknown))]

    def state(self, addresses: Mapping[str, str], runs: Mapping[str, str]) -> HubState:
        """How it stands now: `addresses` are those of the systems the hub knows, `runs` the run of each that has one."""
        none = Seen()
        return HubState(
            datetime.now(UTC),
            self._since,
            tuple(
                SystemState(
                    system,
                    address,
                    run,
                    self._seen.get((system, run), none) if run else none,
                    self._seen.get((system, ""), none),
                )
                for system, address in addresses.items()
                for run in (runs.get(system, ""),)
            ),
            tuple(reversed(self._unknown.values())),
        )


def control_room(state: Callable[[], HubState]) -> Answering:
    """What an HttpDoor answers with: the page of `state()` at `/`, and nothing else."""

    async def answer(request: Request) -> Response:
        if request.path != "/":
            return _text(404, "Siden findes ikke. Hubbens side er /.")
        if request.method not in ("GET", "HEAD"):
            return _text(405, "Siden kan kun læses.", ("allow", "GET, HEAD"))
        page = page_of(state(), still=request.query == "stille")
        return Response(200, page.encode(), (("content-type", "text/html; charset=utf-8"), *_HEADERS))

    return answer


def page_of(state: HubState, still: bool = False) -> str:
    """The page as HTML. Its script fetches it anew every `REFRESH_SECONDS`, unless it is to stand `still`."""
    running = sum(bool(each.run) for each in state.systems)
    how = _STILL if still else _FOLLOWED
    script = "" if still else f"<script>{_SCRIPT}</script>"
    systems = _table(
        "Systemer",
        ("System", "Adresse", "Kørsel", "Beskeder i kørslen", "Uden for kørsel", "Seneste besked"),
        [_system_row(each, state.at) for each in state.systems],
    )
    unknown = _table(
        "Ukendte afsendere",
        ("Afsender", "Besked", "Certifikat", "Hvorfor", "Antal", "Bytes", "Seneste"),
        [_unknown_row(each, state.at) for each in state.unknown],
    )
    advice = "De kan ikke knyttes til et system og står derfor ikke i nogen kørsel. Under Hvorfor står, hvad der skal rettes."
    unknown = f"{unknown}<p>{advice}</p>" if state.unknown else "<h2>Ukendte afsendere</h2><p>Ingen.</p>"
    return (
        '<!DOCTYPE html><html lang="da"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Hubben: {running} i gang</title><style>{_STYLE}</style></head><body><main><h1>Hubben</h1>"
        f'{how}<div id="nu"><p>{running} af {len(state.systems)} systemer har en kørsel i gang. Vist {_moment(state.at)}.</p>'
        f"<section>{systems}</section><section>{unknown}</section></div>"
        f"<p>Der er talt siden {_moment(state.since, state.at)}. Siden viser hverken patienter eller indhold af beskeder.</p>"
        f"</main>{script}</body></html>\n"
    )


def _system_row(system: SystemState, now: datetime) -> tuple[str, ...]:
    last = max((seen.last for seen in (system.in_run, system.outside) if seen.last), default=None)
    run = f"<strong>I gang</strong> <code>{escape(system.run)}</code>" if system.run else "Ingen"
    return (
        f'<a href="/{escape(system.system)}/">{escape(system.system)}</a>',
        f"<code>{escape(system.address)}</code>",
        run,
        str(system.in_run.count) if system.run else "–",
        str(system.outside.count),
        _moment(last, now),
    )


def _unknown_row(unknown: UnknownSender, now: datetime) -> tuple[str, ...]:
    return (
        escape(unknown.sender),
        f"<code>{escape(f'{unknown.method} {unknown.path}'.strip())}</code>",
        escape(unknown.certificate) or "–",
        escape(unknown.why),
        str(unknown.seen.count),
        str(unknown.size),
        _moment(unknown.seen.last, now),
    )


def _table(caption: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Cells are HTML. The roles keep it a table for a screen reader where a phone shows each row as a card."""
    heads = "".join(f'<th scope="col" role="columnheader">{column}</th>' for column in columns)
    lines = "".join(
        f'<tr role="row"><th scope="row" role="rowheader">{first}</th>'
        + "".join(f'<td role="cell" data-label="{column}">{cell}</td>' for column, cell in zip(columns[1:], others, strict=True))
        + "</tr>"
        for first, *others in rows
    )
    return (
        f'<table role="table"><caption>{caption}</caption><thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{lines}</tbody></table>'
    )


def _moment(moment: datetime | None, now: datetime | None = None) -> str:
    """In Danish time; with its date when that is not today's."""
    if moment is None:
        return "–"
    there = copenhagen(moment)
    date = f"{there.day}.{there.month}. " if now and there.date() != copenhagen(now).date() else ""
    return f'<time datetime="{there.isoformat(timespec="seconds")}">{date}kl. {there:%H.%M.%S}</time>'


_STYLE = """
:root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;--line:#767676;--soft:#f0f3f6;--mark:#0b5d1e;--link:#0b4f9c}
@media(prefers-color-scheme:dark){:root{--ink:#f0f0f0;--paper:#14171a;--line:#8a8f94;--soft:#20262b;--mark:#7ddc93;--link:#8fc1ff}}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{max-width:80rem;margin:0 auto;padding:1rem}
a{color:var(--link)}
strong{color:var(--mark)}
code{overflow-wrap:anywhere;font-size:.9em}
table{width:100%;border-collapse:collapse;margin:1.5rem 0 1rem}
caption,h2{text-align:left;font-size:1.25rem;font-weight:600;margin:1.5rem 0 .5rem}
caption{margin:0;padding-bottom:.5rem}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem;border-bottom:1px solid var(--line)}
thead th{background:var(--soft)}
td{font-variant-numeric:tabular-nums}
time{white-space:nowrap}
@media(max-width:48rem){
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,caption,tbody,tr,tbody th,td{display:block}
tr{border:1px solid var(--line);border-radius:.5rem;margin-bottom:.75rem;overflow:hidden}
tbody th{background:var(--soft);border:0}
td{display:flow-root;border:0;padding:.25rem .75rem .25rem 8.25rem}
td::before{content:attr(data-label);float:left;width:7rem;margin-left:-7.5rem}
}
"""

_STILL = '<p>Siden står stille. <a href="/">Følg med igen</a></p>'
_FOLLOWED = (
    '<p id="hent"><a href="/">Hent siden igen</a></p>'
    f'<p id="følger" hidden>Siden henter sig selv igen hvert {REFRESH_SECONDS}. sekund. '
    '<a href="/?stille">Hold siden stille</a></p><p id="besked" role="status"></p>'
)
_SCRIPT = f"""
"use strict";
const by = (id) => document.getElementById(id);
// Who is read to hears only what is new.
function tell(sentence) {{
  if (by("besked").textContent !== sentence) by("besked").textContent = sentence;
}}
by("hent").hidden = true;
by("følger").hidden = false;
// Only what differs is exchanged: who stands on a link, or is read to, goes on from there.
function renew(old, fresh) {{
  const alike = old.nodeType === 1 && old.childNodes.length === fresh.childNodes.length
    && old.cloneNode().isEqualNode(fresh.cloneNode());
  if (alike) {{
    const parts = [...fresh.childNodes];
    [...old.childNodes].forEach((each, number) => renew(each, parts[number]));
  }} else if (!old.isEqualNode(fresh)) old.replaceWith(fresh);
}}
async function follow() {{
  try {{
    const answer = await fetch("/", {{ cache: "no-store", signal: AbortSignal.timeout({PATIENCE_SECONDS * 1000}) }});
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!next.getElementById("nu")) throw new Error(answer.status);
    const marked = !getSelection().isCollapsed;
    tell(marked ? "Siden venter, mens du har markeret noget." : "");
    if (!marked) {{
      renew(by("nu"), next.getElementById("nu"));
      document.title = next.title;
    }}
  }} catch {{
    tell("Hubben svarer ikke. Siden prøver igen.");
  }}
  setTimeout(follow, {REFRESH_SECONDS * 1000});
}}
setTimeout(follow, {REFRESH_SECONDS * 1000});
"""


def _hash(text: str) -> str:
    """As a content security policy names what may stand in the page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_HEADERS = (
    (
        "content-security-policy",
        f"default-src 'none'; style-src {_hash(_STYLE)}; script-src {_hash(_SCRIPT)}; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
)


def _text(status: int, sentence: str, *headers: tuple[str, str]) -> Response:
    return Response(status, f"{sentence}\n".encode(), (("content-type", "text/plain; charset=utf-8"), *headers))
