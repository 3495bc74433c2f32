"""The variationsrapport as one page that needs no script and no network, for phones and screen readers too."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from harness.reporting.summary import REHEARSAL
from harness.reporting.variations.variations import KINDS, Case, Trait, Variations

OTHER_EDITIONS: Final = (
    "Systemerne er prøvet med forskellige udgaver af scenarierne. Det kan være grunden til nogle af forskellene."
)

_ABOUT: Final = (
    "De samme tilfælde i hvert system: hvordan det er kodet, og hvordan det er sendt. En forskel er ingen fejl og giver ingen "
    "karakter. Tider og id'er er vist ved deres form, for værdien er ny hver gang."
)

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
.prøve { border: 3px solid #b45309; padding: .5rem 1rem; font-weight: bold; }
h1 { font-size: 1.5rem; }
h2 { margin-top: 2rem; border-top: 1px solid #8888; padding-top: 1rem; font-size: 1.2rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .5rem; border-bottom: 1px solid #8885; overflow-wrap: anywhere; }
tbody th { width: 14rem; font-weight: normal; }
.forskel { border-left: 5px solid #b45309; }
.forskel > th { font-weight: bold; }
ul { margin: 0; padding-left: 1.2rem; }
.mærkat { display: inline-block; border: 1px solid; border-radius: .3rem; padding: 0 .4rem; font-size: .85rem; }
@media (max-width: 40rem) {
  table, caption, tbody, tr, th, td { display: block; }
  thead { display: none; }
  th, td, tbody th { width: auto; border-bottom: 0; padding: .2rem .5rem; }
  tr { border-bottom: 1px solid #8888; padding: .3rem 0; }
}
"""


def variations_page(report: Variations) -> str:
    """The report as HTML, in Danish.

    Path("variationsrapport.html").write_text(variations_page(report), encoding="utf-8")
    """
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Variations) -> Iterator[str]:
    title = f"Variationsrapport: {report.title}"
    yield "<!doctype html>"
    yield '<html lang="da"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>"
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
