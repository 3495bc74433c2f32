"""A page of tables that needs no script and no network, for phones and screen readers too."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem; }
.prøve { border: 3px solid #b45309; padding: .5rem 1rem; font-weight: bold; }
h1 { font-size: 1.5rem; }
h2 { margin-top: 2rem; border-top: 1px solid #8888; padding-top: 1rem; font-size: 1.2rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .5rem; border-bottom: 1px solid #8885; overflow-wrap: anywhere; }
tbody th { font-weight: normal; }
ul { margin: 0; padding-left: 1.2rem; }
.mærkat { display: inline-block; border: 1px solid; border-radius: .3rem; padding: 0 .4rem; font-size: .85rem; }
"""
_ON_A_PHONE: Final = """
@media (max-width: 40rem) {
  table, caption, tbody, tr, th, td { display: block; }
  thead { display: none; }
  th, td, tbody th { width: auto; border-bottom: 0; padding: .2rem .5rem; }
  tr { border-bottom: 1px solid #8888; padding: .3rem 0; }
}
"""


def opening(title: str, style: str) -> Iterator[str]:
    """The page's lines until its first heading. `style` is the page's own CSS, besides what such pages share."""
    yield "<!doctype html>"
    yield '<html lang="da"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield f"<title>{escape(title)}</title><style>{_STYLE}{style}{_ON_A_PHONE}</style></head><body><main>"
