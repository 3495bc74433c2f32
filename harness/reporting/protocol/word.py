"""The protocol as a Word document (DOCX): landscape, headings, repeated header rows, and the banner of a rehearsal on each page.

The same protocol gives the same bytes everywhere: the document's dates are the run's, and what it is packed in has none.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from harness.record.result import Result
from harness.reporting.protocol.document import Block, EvidenceFile, Protocol, Step
from harness.reporting.protocol.made import whole_protocol
from harness.reporting.protocol.pictures import picture_of
from harness.reporting.summary import REHEARSAL

if TYPE_CHECKING:
    from docx.document import Document

_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PAGE: Final = (16838, 11906)
"""A4 landscape, in twentieths of a point."""
_MARGIN: Final = 720
_WIDTH: Final = _PAGE[0] - 2 * _MARGIN
_STEP_WIDTHS: Final = (0.10, 0.21, 0.14, 0.21, 0.23, 0.11)
_PICTURE: Final = 1_900_000
"""The width of a picture in a cell, in English Metric Units (914400 an inch)."""
_SHADE: Final = '<w:shd w:val="clear" w:color="auto" w:fill="E7EDF4"/>'
_WHOLE: Final = "<w:cantSplit/>"
"""A row that is not split between pages. Those of the steps may be longer than a page."""
_BODY: Final = "word/document.xml"
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LONGEST_TITLE: Final = 255
"""What Office allows a property to be."""
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def testprotokol_docx(result: Result, evidence: Path) -> bytes:
    """The run's protocol, with the pictures of `evidence` in place."""
    return as_word(whole_protocol(result, evidence), evidence, result.state.ended)


def as_word(protocol: Protocol, evidence: Path | None = None, made: datetime | None = None) -> bytes:
    """The protocol as DOCX. `made` is the date it bears: the run's, never today's.

    A picture that is not in `evidence`, or cannot be shown, stands by its name alone.
    """
    document = _fresh(protocol, made or _LONG_AGO)
    text = "".join(_parts(protocol, _Pictures(document, evidence)))
    return _packed(document, _NOT_IN_XML.sub("", text).encode())


def _fresh(protocol: Protocol, made: datetime) -> Document:
    """An empty document with the page, the header and footer, and its properties."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Pt, Twips

    document = docx.Document()
    _lighten(document)
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Twips(_PAGE[0]), Twips(_PAGE[1])
    section.left_margin = section.right_margin = section.bottom_margin = Twips(_MARGIN)
    section.top_margin, section.header_distance, section.footer_distance = Twips(2 * _MARGIN), Twips(_MARGIN), Twips(_MARGIN // 2)
    document.styles["Normal"].font.size = Pt(9)
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].paragraph_format.space_after = Pt(3)
    document.styles["Title"].font.size = Pt(18)
    head = section.header.paragraphs[0]
    head.add_run(REHEARSAL if protocol.rehearsal else "").bold = True
    title = _NOT_IN_XML.sub("", f"{protocol.title}: {protocol.subtitle}")
    _page_number(section.footer.paragraphs[0], f"{title} · ")
    about = document.core_properties
    about.title = title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"
    about.author, about.last_modified_by, about.comments = "LPS-harness", "", ""
    about.language = "da-DK"
    about.created = about.modified = made.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    about.revision = 1
    return document


def _lighten(document: Document) -> None:
    """Take away what python-docx's own template brings and nothing here uses: a second set of styles, and a picture of it."""
    for style in document.styles.element.style_lst:
        if style.get(f"{{{_W}}}type") == "table" and style.styleId not in ("TableNormal", "TableGrid"):
            document.styles.element.remove(style)
    for relations in (document.part.rels, document.part.package.rels):
        for name in [name for name, each in relations.items() if each.reltype.endswith(("/stylesWithEffects", "/thumbnail"))]:
            relations.pop(name)


def _page_number(paragraph: Any, before: str) -> None:
    """A line with the page's number, which Word works out."""
    from docx.oxml import parse_xml

    paragraph.add_run(before)
    paragraph._p.append(parse_xml(f'<w:fldSimple xmlns:w="{_W}" w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'))


class _Pictures:
    """Puts pictures into the document. Each is stored once, however often it is shown."""

    def __init__(self, document: Document, evidence: Path | None) -> None:
        self._document, self._evidence, self._shown = document, evidence, 0

    def __call__(self, file: EvidenceFile) -> str:
        """The paragraph that shows the file; empty for one that cannot be shown."""
        data = picture_of(file, self._evidence) if self._evidence else b""
        if not data:
            return ""
        from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
        from lxml import etree

        try:
            inline = self._document.part.new_pic_inline(BytesIO(data), width=_PICTURE)
        except (InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError):
            return ""  # its name stands there all the same
        self._shown += 1
        inline.docPr.set("id", str(self._shown))
        inline.docPr.set("descr", _NOT_IN_XML.sub("", file.what))
        return f"<w:p><w:r><w:drawing>{etree.tostring(inline, encoding='unicode')}</w:drawing></w:r></w:p>"


def _parts(protocol: Protocol, pictures: _Pictures) -> Iterator[str]:
    yield _said(f"{protocol.title}: {protocol.subtitle}", "Title")
    if protocol.rehearsal:
        yield _said(REHEARSAL, strong=True)
    yield from map(_said, protocol.notes)
    for block in protocol.blocks:
        yield from _block(block)
    for section in protocol.sections:
        yield _said(section.title, "Heading1")
        yield from map(_said, section.notes)
        rows = (_row(_cells(step, pictures), "") for step in section.steps)
        yield _table(protocol.columns, rows, _STEP_WIDTHS)
    for block in protocol.after:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    yield _said(block.title, "Heading1")
    yield from map(_said, block.notes)
    if block.lines:
        yield _table((), (_row((_said(line.label, strong=True), _said(line.value))) for line in block.lines), (0.22, 0.78))
    if block.table and block.table.rows:
        columns = block.table.columns
        widths = _widths(columns, block.table.rows)
        yield _table(columns, (_row(map(_said, row)) for row in block.table.rows), widths)


def _cells(step: Step, pictures: _Pictures) -> Iterator[str]:
    number = _said(step.number, strong=True) if step.number else ""
    yield number + _said(step.key)
    yield _said(step.title, strong=True) + _all(step.actions)
    yield _all(step.data)
    yield _all(step.expected)
    yield _all(step.actual) + "".join(f"{pictures(file)}{_said(file.name)}" for file in step.files)
    yield _all(step.assessment)


def _all(lines: Iterable[str]) -> str:
    return "".join(map(_said, lines))


def _said(text: str, style: str = "", strong: bool = False) -> str:
    """One paragraph; a line feed begins a new line in it."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    bold = "<w:rPr><w:b/></w:rPr>" if strong else ""
    lines = escape(text).split("\n")
    said = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:p>{properties}<w:r>{bold}{said}</w:r></w:p>"


def _row(cells: Iterable[str], properties: str = _WHOLE, shade: str = "") -> str:
    said = "".join(f"<w:tc><w:tcPr>{shade}</w:tcPr>{cell or '<w:p/>'}</w:tc>" for cell in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{said}</w:tr>"


def _table(columns: tuple[str, ...], rows: Iterable[str], widths: Iterable[float]) -> str:
    grid = "".join(f'<w:gridCol w:w="{round(_WIDTH * share)}"/>' for share in widths)
    head = _row((_said(each, strong=True) for each in columns), _WHOLE + "<w:tblHeader/>", _SHADE) if columns else ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{_WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{''.join(rows)}</w:tbl><w:p/>"
    )


def _widths(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[float]:
    """Each column's share of the width, by the longest it holds, within reason."""
    longest = [min(60, max(14, *map(len, column))) for column in zip(columns, *rows, strict=True)]
    return [each / sum(longest) for each in longest]


def _packed(document: Document, text: bytes) -> bytes:
    """The document's bytes with `text` in its body: as XML and not cell by cell, which takes a minute for a large run.

    Its parts are stored as they are, since what compresses them differs from machine to machine.
    """
    made, packed = BytesIO(), BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as fresh:
        for name in parts.namelist():
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.create_system, entry.external_attr = 0, 0
            body, section, rest = parts.read(name).partition(b"<w:sectPr") if name == _BODY else (parts.read(name), b"", b"")
            fresh.writestr(entry, b"".join((body, text if section else b"", section, rest)))
    return packed.getvalue()
