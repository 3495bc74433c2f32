"""The kill matrix as one page that needs no script and no network."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from harness.cli.faults_json import CaughtOut, FaultOut, FaultsOut, ScoreOut
from harness.reporting.plain_page import opening
from harness.reporting.summary import REHEARSAL
from harness.runner.trials.held import Score

_ABOUT: Final = (
    "Referencesystemet har fået én fejl ad gangen. For hver fejl står, hvilke scenarier der fangede den, og ved hvilken regel. "
    "En fejl er fanget, når netop de scenarier, kataloget nævner, bryder netop de regler, det nævner, med den rigtige karakter."
)

_STYLE: Final = """\
body { max-width: 75rem; }
tbody th { width: 20rem; }
.galt { border-left: 5px solid #b45309; }
.id { font-weight: bold; }
code { font-size: .85rem; }
"""


def faults_page(out: FaultsOut) -> str:
    """The matrix as HTML, in Danish: what is wrong first, then every fault with what caught it."""
    return "\n".join(_lines(out)) + "\n"


def _lines(out: FaultsOut) -> Iterator[str]:
    yield from opening("Fejlprøver", _STYLE)
    yield "<h1>Fejlprøver: hvad fanger hvad</h1>"
    yield f'<p class="prøve">{escape(REHEARSAL)}</p>'
    yield f"<p>{_ABOUT}</p>"
    yield "<table><caption>Fejl</caption><thead><tr>"
    yield "".join(f'<th scope="col">{name}</th>' for name in ("", "Fanget", "Fanget af en anden", "Overlevede", "Ikke prøvet"))
    yield "</tr></thead><tbody>"
    yield _counted("Alle", out.alle)
    yield _counted("Heraf skrevet ud fra kilderne alene", out.skrevet_ud_fra_kilderne)
    yield _counted("De samme, første gang de blev prøvet", out.første_gang)
    yield "</tbody></table>"
    yield f"<p>Uden fejl: {out.uden_fejl} forsøg, {len(out.fund_uden_fejl)} med fund."
    yield f"Anderledes, men ærligt: {out.anderledes} forsøg, {len(out.fund_hos_anderledes)} med fund."
    yield f"I alt {out.forsøg} forsøg.</p>"
    if out.fund_uden_fejl:
        yield "<h2>Systemet uden fejl fik fund</h2><ul>"
        for each in out.fund_uden_fejl:
            yield f"<li>{escape(f'{each.scenarie} ({each.opsætning}) {each.hvorfor}')}<br><code>{escape(each.igen)}</code></li>"
        yield "</ul>"
    if out.fund_hos_anderledes:
        yield "<h2>Ærlige systemer, der er anderledes, fik fund</h2><ul>"
        for other in out.fund_hos_anderledes:
            shown = f"{', '.join(other.forskelle)} i {other.scenarie} ({other.opsætning}) {other.hvorfor}"
            yield f"<li>{escape(shown)}</li>"
        yield "</ul>"
    wrong = [each for each in out.fejl if each.udfald is not Score.CAUGHT]
    if wrong:
        yield from _table("Det, der ikke er, som kataloget siger", wrong)
    if out.krav_med_få_fejl:
        yield "<h2>Krav med få fejl</h2><ul>"
        for few in out.krav_med_få_fejl:
            why = f"Prøves ikke ({few.art}): {few.grund}" if few.grund else ""
            yield f"<li>{escape(f'{few.krav}: {few.fejl} fejl. {why}')}</li>"
        yield "</ul>"
    yield from _table("Alle fejl", out.fejl)
    yield "</main></body></html>"


def _counted(name: str, score: ScoreOut) -> str:
    counts = (score.fanget, score.fanget_af_en_anden, score.overlevede, score.ikke_prøvet)
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{count}</td>" for count in counts)}</tr>'


def _table(title: str, faults: tuple[FaultOut, ...] | list[FaultOut]) -> Iterator[str]:
    yield f"<h2>{title}</h2><table><thead><tr>"
    yield '<th scope="col">Fejl</th><th scope="col">Udfald</th><th scope="col">Scenarier og regler</th></tr></thead><tbody>'
    for each in faults:
        yield f"<tr{'' if each.udfald is Score.CAUGHT else ' class=galt'}>"
        yield f'<th scope="row"><span class="id">{escape(each.id)}</span>'
        yield f"<br>{escape(each.beskrivelse)}<br>{escape(', '.join(each.krav))} · {escape(each.karakter)}"
        yield f"{escape(f' · afventer {each.afventer}') if each.afventer else ''}</th>"
        yield f"<td>{escape(each.udfald)}<br>{each.forsøg} forsøg, {each.uberørt} uberørte</td><td><ul>"
        yield from (f"<li>{_scenario(scenario)}</li>" for scenario in each.scenarier)
        yield "</ul></td></tr>"
    yield "</tbody></table>"


def _scenario(each: CaughtOut) -> str:
    rules = ", ".join(each.brudt or each.bemærket) or "intet"
    shown = f"{each.scenarie}: {rules} ({each.karakter}) · {'; '.join(each.opsætninger)}"
    if not each.hvorfor:
        return escape(shown)
    return f"<strong>{escape(shown)}. {escape(each.hvorfor)}</strong><br><code>{escape(each.igen)}</code>"
