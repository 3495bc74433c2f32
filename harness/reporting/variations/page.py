"""The variationsrapport as one page that needs no script and no network, for phones and screen readers too."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from harness.reporting.plain_page import opening
from harness.reporting.summary import REHEARSAL
from harness.reporting.variations.variations import KINDS, Case, Trait, Variations

OTHER_EDITIONS: Final = (
    "Systemerne er prøvet med forskellige udgaver af scenarierne. Det kan være grunden til nogle af forskellene."
)

_ABOUT: Final = (
    "De samme tilfælde i hvert system: hvordan det er kodet, og hvordan det er sendt. En forskel er ingen fejl og giver ingen "
    "karakter. Tider og id'er er vist ved deres form, for værdien er ny hver gang."
)

_STYLE: Final = """\
body { max-width: 60rem; }
tbody th { width: 14rem; }
.forskel { border-left: 5px solid #b45309; }
.forskel > th { font-weight: bold; }
"""


def variations_page(report: Variations) -> str:
    """The report as HTML, in Danish.

    Path("variationsrapport.html").write_text(variations_page(report), encoding="utf-8")
    """
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Variations) -> Iterator[str]:
    title = f"Variationsrapport: {report.title}"
    yield from opening(title, _STYLE)
    yield f"<h1>{escape(title)}</h1>"
    if any(each.rehearsal for each in report.systems):
        yield f'<p class="prøve">{escape(REHEARSAL)}</p>'
    yield f"<p>{_ABOUT}</p>"
    if not report.same_edition:
        yield f"<p><strong>{escape(OTHER_EDITIONS)}</strong></p>"
    yield from _systems(report)
    count = len(report.differing)
    yield f"<p><strong>{len(report.cases)} tilfælde, {count} med forskelle.</strong></p>"
    if count:
        yield '<nav aria-label="Tilfælde med forskelle"><ul>'
        for each in report.differing:
            differing = ", ".join(_name(trait) for trait in each.traits if not trait.equal)
            yield f'<li><a href="#{escape(_anchor(each))}">{escape(each.scenario)}</a>: {escape(differing)}</li>'
        yield "</ul></nav>"
    for each in report.cases:
        yield from _case(each, len(report.systems))
    yield "</main></body></html>"


def _systems(report: Variations) -> Iterator[str]:
    yield "<table><caption>Systemer og deres seneste kørsel</caption>"
    yield '<thead><tr><th scope="col">System</th><th scope="col">Version</th><th scope="col">Kørsel</th></tr></thead><tbody>'
    for each in report.systems:
        what = "prøvekørsel" if each.rehearsal else "kørsel"
        yield f'<tr><th scope="row">{escape(each.product)} ({escape(each.system)})</th><td>version {escape(each.version)}</td>'
        told = "".join(f"<br><strong>{escape(reservation)}</strong>" for reservation in each.reservations)
        yield f"<td>{what} {escape(each.run)}{told}</td></tr>"
    for system in report.without_run:
        yield f'<tr><th scope="row">{escape(system)}</th><td></td><td>ikke kørt endnu</td></tr>'
    yield "</tbody></table>"


def _case(case: Case, systems: int) -> Iterator[str]:
    label = "ens" if case.equal else "forskelle"
    yield f'<section id="{escape(_anchor(case))}"><h2>{escape(case.scenario)}: {escape(case.title)}'
    yield f' <span class="mærkat">{label}</span></h2>'
    if case.missing:
        yield f"<p>Intet at sammenligne fra: {escape(', '.join(case.missing))}.</p>"
    for kind in KINDS:
        yield f"<table><caption>{kind.removesuffix(': ').capitalize()}</caption><tbody>"
        for trait in (each for each in case.traits if each.name.startswith(kind)):
            shown = "".join(_values(trait, systems))
            yield f'<tr{"" if trait.equal else " class=forskel"}><th scope="row">{escape(_name(trait))}</th><td>{shown}</td></tr>'
        yield "</tbody></table>"
    yield "</section>"


def _values(trait: Trait, systems: int) -> Iterator[str]:
    if trait.equal:
        ((value, having),) = trait.values
        yield escape(value) + ("" if len(having) == systems else f" ({escape(', '.join(having))})")
        return
    yield '<span class="mærkat">forskel</span><ul>'
    for value, having in trait.values:
        yield f"<li><strong>{escape(', '.join(having))}</strong>: {escape(value)}</li>"
    yield "</ul>"


def _name(trait: Trait) -> str:
    return trait.name.partition(": ")[2]


def _anchor(case: Case) -> str:
    return case.scenario.replace("[", "-").replace("]", "").replace(" ", "-")
