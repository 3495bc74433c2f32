"""What the code never does: read objects or programs from data, follow a redirect, open a shell, or expand what XML declares.

Most of it is ruff's (`S`, from bandit), which CI runs. Here is what ruff does not see, and that ruff is asked.
"""

from __future__ import annotations

import ast
import pyexpat
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from lxml import etree

from harness.conformance.files.content import first_elements
from harness.domain.errors import BadInput, ConfigurationError
from harness.lps.own_api import load_own_api
from harness.standards.xml import parse
from harness.suite.data_set import load_data
from harness.suite.vendors import load_vendor
from tests.lps.rehearsal import HOUSE

PROJECT: Final = Path(__file__).parents[2]
OBJECTS: Final = {"cPickle", "cloudpickle", "dill", "joblib", "jsonpickle", "marshal", "pickle", "shelve"}
RUNS: Final = {"eval", "exec", "compile", "__import__"}
SAFE_PARSERS: Final = {"standards/xml.py", "standards/xsd.py"}
READS_XML: Final = {"HTML", "XML", "fromstring", "fromstringlist", "iterparse", "parse"}


def of_ours() -> Iterator[tuple[str, str]]:
    for path in sorted((PROJECT / "harness").rglob("*.py")):
        yield path.relative_to(PROJECT / "harness").as_posix(), path.read_text("utf-8")


def objects_from_data(source: str) -> list[int]:
    """The lines that read objects, or code, from data. `re.compile` is another matter."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names) if {each.name.partition(".")[0] for each in names} & OBJECTS:
                found.append(node.lineno)
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in OBJECTS:
                found.append(node.lineno)
            case ast.Call(func=ast.Name(id=name)) if name in RUNS:
                found.append(node.lineno)
    return found


def goes_elsewhere(source: str) -> list[int]:
    """The lines that let a client follow a redirect, trust any certificate, or take its way from the environment."""
    wrong = {"follow_redirects": True, "trust_env": True, "verify": False, "shell": True}
    return [
        node.value.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.keyword) and node.arg in wrong
        if isinstance(node.value, ast.Constant) and node.value.value is wrong[node.arg]
    ]


def reads_xml(source: str) -> list[int]:
    """The lines where lxml reads XML that may be another's, with whatever parser."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READS_XML
        if isinstance(node.func.value, ast.Name) and node.func.value.id in ("etree", "html", "objectify")
        if not is_our_own(node.args[0])
    ]


def is_our_own(given: ast.expr) -> bool:
    """Whether XML is written in the code itself, or is an element's own bytes."""
    return (
        isinstance(given, ast.Constant | ast.JoinedStr)
        or (isinstance(given, ast.Name) and given.id.isupper())
        or (isinstance(given, ast.Call) and ast.unparse(given.func) == "etree.tostring")
    )


def loose_parsers(source: str) -> list[int]:
    """The lines that make a parser of XML that is not told to leave entities, DTDs and the network alone."""
    wanted = {"resolve_entities=False", "no_network=True", "load_dtd=False"}
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("XMLParser")
        if not wanted <= {ast.unparse(each) for each in node.keywords}
    ]


CHECKS: Final[dict[str, tuple[Callable[[str], list[int]], tuple[str, ...]]]] = {
    "objects_from_data": (objects_from_data, ("eval", "exec", "compile", "__import__", *OBJECTS)),
    "goes_elsewhere": (goes_elsewhere, ("follow_redirects", "trust_env", "verify", "shell")),
    "reads_xml": (reads_xml, ("etree", "objectify", "html")),
    "loose_parsers": (loose_parsers, ("XMLParser",)),
}
EXCEPT: Final = {"reads_xml": SAFE_PARSERS}


@cache
def sources() -> dict[str, str]:
    return dict(of_ours())


@pytest.mark.parametrize("check", CHECKS)
def test_the_code_never_does_it(check: str) -> None:
    found, words = CHECKS[check]
    wrong = {name: found(text) for name, text in sources().items() if any(word in text for word in words)}
    assert {name for name, lines in wrong.items() if lines} == EXCEPT.get(check, set())


@pytest.mark.parametrize(
    ("check", "source"),
    [
        ("objects_from_data", "import pickle"),
        ("objects_from_data", "from shelve import open"),
        ("objects_from_data", "eval(text)"),
        ("objects_from_data", "exec(compile(a, b, 'exec'))"),
        ("goes_elsewhere", "httpx.Client(follow_redirects=True)"),
        ("goes_elsewhere", "client.get(a, follow_redirects=True)"),
        ("goes_elsewhere", "httpx.Client(verify=False)"),
        ("goes_elsewhere", "run(line, shell=True)"),
        ("reads_xml", "etree.fromstring(data)"),
        ("reads_xml", "etree.parse(file, etree.XMLParser(resolve_entities=False))"),
        ("reads_xml", "html.fromstring(page)"),
        ("loose_parsers", "etree.XMLParser()"),
        ("loose_parsers", "XMLParser(resolve_entities=False, no_network=True)"),
    ],
)
def test_it_would_be_seen(check: str, source: str) -> None:
    assert CHECKS[check][0](source)


def test_ruff_looks_for_the_rest_in_all_that_is_shipped() -> None:
    lint = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    assert {each for each in lint["ignore"] if each.startswith("S")} == {"S101", "S311", "S603"}
    assert {where for where, rules in lint["per-file-ignores"].items() if any(each.startswith("S") for each in rules)} == {
        "bench/*",
        "tests/*",
    }


PROGRAM: Final = "!!python/object/apply:os.mkdir [{}]"


@pytest.mark.parametrize("place", ["vendor", "mapping", "data"])
def test_a_program_in_yaml_is_not_run(place: str, tmp_path: Path) -> None:
    made = tmp_path / "lavet"
    text = f"a: {PROGRAM.format(made.as_posix())}\n"
    file = tmp_path / "personer.yaml"
    file.write_text(text, encoding="utf-8")
    (tmp_path / "værdier.yaml").write_text(text, encoding="utf-8")
    read: dict[str, Callable[[], object]] = {
        "vendor": lambda: load_vendor(file),
        "mapping": lambda: load_own_api(file),
        "data": lambda: load_data(HOUSE, tmp_path),
    }
    with pytest.raises(ConfigurationError, match="kan ikke bruges her"):
        read[place]()
    assert not made.exists()


LAUGHS: Final = '<!DOCTYPE a [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)) + "]>"


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]><a/>',
        f"{LAUGHS}<a>&a11;</a>",
        f'{LAUGHS}<a b="&a11;"/>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_what_a_document_declares_is_refused_and_never_expanded(document: str, encoding: str) -> None:
    with pytest.raises(BadInput, match="DOCTYPE"):
        parse(document.encode(encoding), "brev.xml")
    told = first_elements(document.encode(encoding))  # looks only at what kind of file it is
    assert sum(len(value) for each in told for value in each.attributes.values()) < 20_000_000
    assert b"root:" not in repr(told).encode()


def test_what_reads_xml_bounds_its_expansion_by_itself() -> None:
    """Expat since 2.4.1 refuses what grows a hundredfold, also where nobody asked it to."""
    assert pyexpat.version_info >= (2, 4, 1)
    assert etree.LIBXML_VERSION >= (2, 9, 0)
