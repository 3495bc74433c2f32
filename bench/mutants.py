"""Changes the rules of `harness/conformance/` one small step at a time, and tells which changes no test of them notices.

uv run --with mutmut==3.8.1 python bench/mutants.py                          # all of it; an hour on two cores
uv run --with mutmut==3.8.1 python bench/mutants.py behaviour/sharing        # some modules
uv run --with mutmut==3.8.1 python bench/mutants.py --sample 600 --seed 1    # so many of them, drawn alike each time
uv run --with mutmut==3.8.1 python bench/mutants.py --json

Only the tests under tests/conformance/ are asked, so a rule stands on its own examples; that a scenario would have noticed too
counts for nothing. mutmut tries them in forks, where modules are loaded already and what makes rules has run: what survives
there is tried alone, and docs/regler.md too, which holds each rule's title, grade and source. Those that survive are *wording*,
a change of what a finding tells was expected and found, or of a sentence that nothing is compared with; *explained*, where
mutants.yaml says why no test can or should notice; or *survived*, which ends the command with 1. mutmut changes the bodies of
functions: patterns, tables and limits at the top of a module stay as they are. Not on Windows: mutmut forks.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[1]
RULES: Final = "harness/conformance"
EXPLAINED: Final = Path(__file__).with_name("mutants.yaml")
_FINDING: Final = {"Breach": (1, 2), "breach": (1, 2), "wrong": (1, 2), "_breaches": (2, 3), "missing": (3, 4)}
WORDS: Final = {**_FINDING, "NotJudged": (0,), "parse": (1,), "read_plan": (1,), "read_submitted": (1,)}
WORDS_OF_BEHAVIOUR: Final = {**WORDS, "breach": (0, 1, 2), "stands_in": (2, 3), "quoted": (1,), "_without": (2, 3), "_same": (2,)}
WORDS_OF: Final[Mapping[str, Mapping[str, tuple[int, ...]]]] = {
    "behaviour": WORDS_OF_BEHAVIOUR,
    "xds": {**WORDS, "breach": (2, 3)},
    "fhir": {**WORDS, "missing": (2,), "_fault": (3, 4)},
    "edi_letter": {**WORDS, "differs": (2,), "_valid": (4, 5)},
    "transport": {**WORDS, "_each_resent": (2, 3), "_like_first": (1,)},
}
"""Which arguments only say what a finding tells was expected and found, and what its file is called (and of behaviour, on which
side): a change there finds as much. That none of them is left out is held by tests/conformance/conftest.py."""
SENTENCE: Final = re.compile(r"[a-zæøå]{2},? [a-zæøå]{2}")
COMPARING: Final = ("startswith", "endswith", "removeprefix", "removesuffix", "search", "match", "fullmatch", "find", "findall")
"""A text with words in it is told to a person, wherever it stands, unless it is what something is compared with."""
SURVIVED: Final = 0
UNTESTED: Final = (5, 33)
"""mutmut's exit codes of what no test noticed; of the latter no test even comes to the function, so not its words either."""
PLAINLY: Final = ("-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore", "-k", "not ten_seconds")
CONFIGURATION: Final = """
[tool.mutmut]
source_paths = ["harness"]
only_mutate = {only}
also_copy = ["features", "fixtures", "docs", "tests", "conftest.py", "bench", "README.md", "CHANGELOG.md"]
pytest_add_cli_args_test_selection = ["tests/conformance"]
pytest_add_cli_args = {plainly}
"""
CATALOGUE: Final = "tests/cli/test_catalogue.py::test_the_published_catalogue_is_up_to_date"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one function: the lines as they were and as they became, and whether only a finding's words changed."""

    module: str
    function: str
    was: str
    becomes: str
    wording: bool

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is explained by: names of functions and lines, which stay when others move."""
        return (f"{self.module}.{self.function}", self.was, self.becomes)


def lifted(text: str) -> str:
    """The module with `@rule(...)` before a function written as a call after it: mutmut leaves decorated functions alone."""
    lines, out, at = text.splitlines(keepends=True), [], 0
    for node in ast.parse(text).body:
        if (
            isinstance(node, ast.FunctionDef)
            and node.decorator_list
            and all(isinstance(e, ast.Call) for e in node.decorator_list)
        ):
            made = node.name
            for each in reversed(node.decorator_list):
                made = f"{ast.get_source_segment(text, each)}({made})"
            out += lines[at : node.decorator_list[0].lineno - 1] + lines[node.lineno - 1 : node.end_lineno]
            out.append(f"\n\n{node.name} = {made}\n")
            at = node.end_lineno or at
    return "".join(out + lines[at:])


def copied(folder: Path, modules: list[str]) -> None:
    """The project, ready for mutmut."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    for path in (folder / RULES).rglob("*.py"):
        path.write_text(lifted(path.read_text("utf-8")), "utf-8")
    only = [f"{RULES}/{each}.py" for each in modules] or [f"{RULES}/**/*.py", f"{RULES}/*.py"]
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(CONFIGURATION.format(only=json.dumps(only), plainly=json.dumps(PLAINLY)))


def drawn(folder: Path, count: int, seed: int) -> list[str]:
    """The names of so many mutants. They are made first: asked for none there is, mutmut makes them all and tries none."""
    command = [sys.executable, "-m", "mutmut", "run", "no-mutant-is-called-so"]
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    metas = sorted((folder / "mutants" / RULES).rglob("*.py.meta"))
    names = [name for meta in metas for name in json.loads(meta.read_text("utf-8"))["exit_code_by_key"]]
    return random.Random(seed).sample(names, min(count, len(names)))


def read(folder: Path, chosen: Collection[str]) -> Iterator[tuple[str, Mutant, bool]]:
    """Each mutant that was tried, by name, and whether a test noticed it. All must have been, unless some were `chosen`."""
    for meta in sorted((folder / "mutants" / RULES).rglob("*.py.meta")):
        codes: dict[str, int | None] = json.loads(meta.read_text("utf-8"))["exit_code_by_key"]
        source = meta.with_suffix("").read_text("utf-8")
        functions = {node.name: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}
        module = meta.relative_to(folder / "mutants" / RULES).as_posix().removesuffix(".py.meta")
        for name, code in codes.items():
            if code is None:
                if chosen:
                    continue
                raise SystemExit(f"{name} was not tried.")
            short = name.rpartition(".")[2]
            original, mutated = functions[short.rpartition("__mutmut_")[0] + "__mutmut_orig"], functions[short]
            mutant = _mutant(module, short.rpartition("__mutmut_")[0], original, mutated)
            yield name, replace(mutant, wording=mutant.wording and code not in UNTESTED), code not in (SURVIVED, *UNTESTED)


def noticed_alone(folder: Path, names: Collection[str], processes: int) -> set[str]:
    """Which of the mutants the tests of their module notice, or docs/regler.md, each in a process of its own."""
    stats = json.loads((folder / "mutants" / "mutmut-stats.json").read_text("utf-8"))
    files: dict[str, set[str]] = {}
    for function, tests in stats["tests_by_mangled_function_name"].items():
        files.setdefault(_module_of(function), set()).update(test.partition("::")[0] for test in tests)

    def run(name: str) -> int:
        command = [sys.executable, "-m", "pytest", "-q", "-x", *PLAINLY, *sorted(files.get(_module_of(name), ())), CATALOGUE]
        environment = {**os.environ, "MUTANT_UNDER_TEST": name}
        ran = subprocess.run(command, cwd=folder / "mutants", env=environment, capture_output=True, check=False)
        if not name and ran.returncode:
            raise SystemExit(ran.stdout.decode("utf-8", "replace")[-4000:])
        return ran.returncode

    if names:
        run("")  # what fails without a mutant notices none
    with ThreadPoolExecutor(processes) as pool:
        return {name for name, code in zip(names, pool.map(run, names), strict=True) if code != SURVIVED}


def _module_of(function: str) -> str:
    """`harness.conformance.rule` of mutmut's name for a function, a method or a mutant in it."""
    return function.rpartition(".")[0]


def _mutant(module: str, name: str, original: ast.FunctionDef, mutated: ast.FunctionDef) -> Mutant:
    before, after = (ast.unparse(each).splitlines()[1:] for each in (original, mutated))
    pairs = [(one, other) for one, other in zip(before, after, strict=False) if one != other]
    was, becomes = (" | ".join(each[side].strip() for each in pairs) for side in (0, 1))
    own = name.removeprefix("x_").replace("xǁ", "").replace("ǁ", ".")
    return Mutant(module, own, was, becomes, _only_words(original, mutated, _words_of(module)))


def _only_words(one: Any, other: Any, words: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether the two differ only in what a finding tells."""
    if type(one) is not type(other):
        return False
    if isinstance(one, ast.Compare) or (isinstance(one, ast.Call) and _called(one) in COMPARING):
        return ast.dump(one) == ast.dump(other)
    if isinstance(one, ast.Constant) and isinstance(one.value, str) and isinstance(other.value, str):
        return one.value == other.value or bool(SENTENCE.search(one.value))
    if isinstance(one, list):
        return len(one) == len(other) and all(_only_words(a, b, words) for a, b in zip(one, other, strict=True))
    if not isinstance(one, ast.AST):
        return bool(one == other)
    kept = [name for name in one._fields if not (name == "name" and isinstance(one, ast.FunctionDef))]
    if isinstance(one, ast.Call) and (told := words.get(_called(one))) and len(one.args) == len(other.args):
        pairs = [pair for place, pair in enumerate(zip(one.args, other.args, strict=True)) if place not in told]
        return all(_only_words(a, b, words) for a, b in [(one.func, other.func), *pairs, (one.keywords, other.keywords)])
    return all(_only_words(getattr(one, name), getattr(other, name), words) for name in kept)


def _words_of(module: str) -> Mapping[str, tuple[int, ...]]:
    return WORDS_OF.get(module.partition("/")[0], WORDS)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def main() -> int:
    """Run it; 1 when a mutant survived."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("modules", nargs="*", help=f"below {RULES}, without .py")
    options.add_argument("--sample", type=int, default=0, metavar="N")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    explained = {(each["function"], each["was"], each["becomes"]) for each in yaml.safe_load(EXPLAINED.read_text("utf-8")) or ()}
    tally: dict[str, Counter[str]] = {}
    survivors: list[Mutant] = []
    used: set[tuple[str, str, str]] = set()
    with tempfile.TemporaryDirectory(prefix="lps-mutants-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        copied(folder, asked.modules)
        chosen = drawn(folder, asked.sample, asked.seed) if asked.sample else []
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(asked.processes), *chosen]
        ran = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if ran.returncode:
            sys.stderr.write(ran.stdout.decode("utf-8", "replace")[-4000:])
            return 2
        tried = list(read(folder, chosen))
        left = [called for called, mutant, noticed in tried if not noticed and not mutant.wording]
        alone = noticed_alone(folder, left, asked.processes)
        for called, mutant, noticed in tried:
            own = tally.setdefault(mutant.module, Counter())
            if noticed or called in alone:
                own["noticed"] += 1
            elif mutant.wording:
                own["wording"] += 1
            elif mutant.key in explained:
                own["explained"] += 1
                used.add(mutant.key)
            else:
                own["survived"] += 1
                survivors.append(mutant)
    whole = {each for each in tally if not chosen}
    stale = [each for each in explained - used if each[0].partition(".")[0] in whole]
    if asked.json:
        print(json.dumps({"modules": tally, "survivors": [each.key for each in survivors], "stale": stale}, ensure_ascii=False))
    else:
        print(table(tally))
        for each in survivors:
            print(f"{each.module}.{each.function}\n  - {each.was}\n  + {each.becomes}")
        for function, was, becomes in stale:
            print(f"explained, and noticed or not made any more: {function}: {was} -> {becomes}")
    return 1 if survivors or stale else 0


def table(tally: dict[str, Counter[str]]) -> str:
    """One line a module, and one for all."""
    columns = ("noticed", "wording", "explained", "survived")
    total: Counter[str] = sum(tally.values(), Counter())
    rows = [*sorted(tally.items()), ("all", total)]
    lines = [f"{'':36}{'mutants':>9}" + "".join(f"{each:>11}" for each in columns)]
    lines += [f"{name:36}{own.total():9}" + "".join(f"{own[each]:11}" for each in columns) for name, own in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
