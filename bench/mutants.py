"""Changes the rules of `harness/conformance/` one small step at a time, and tells which changes no test of them notices.

uv run --with mutmut==3.8.1 python bench/mutants.py                          # all of it; an hour on two cores
uv run --with mutmut==3.8.1 python bench/mutants.py behaviour/sharing        # some modules
uv run --with mutmut==3.8.1 python bench/mutants.py --json

Only the tests under tests/conformance/ are asked, so a rule stands on its own examples; that a scenario would have noticed too
counts for nothing. What is left of a mutant that survives: *wording*, a change of the words in a finding; *explained*, one that
mutants.yaml says why no test can or should notice; and the survivors, which end the command with 1. Not on Windows: mutmut forks.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[1]
RULES: Final = "harness/conformance"
EXPLAINED: Final = Path(__file__).with_name("mutants.yaml")
FINDINGS: Final = frozenset({"breach", "Breach", "NotJudged", "_breaches"})
"""What is called with the words of a finding."""
CONFIGURATION: Final = """
[tool.mutmut]
source_paths = ["harness"]
only_mutate = {only}
also_copy = ["harness", "features", "fixtures", "docs", "tests", "conftest.py", "bench", "README.md", "CHANGELOG.md"]
pytest_add_cli_args_test_selection = ["tests/conformance"]
pytest_add_cli_args = ["-p", "no:cacheprovider", "-p", "no:xdist", "-W", "ignore", "-k", "not ten_seconds"]
"""


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
        file.write(CONFIGURATION.format(only=json.dumps(only)))


def read(folder: Path) -> Iterator[tuple[Mutant, bool]]:
    """Each mutant, and whether a test noticed it."""
    for meta in sorted((folder / "mutants" / RULES).rglob("*.py.meta")):
        codes: dict[str, int | None] = json.loads(meta.read_text("utf-8"))["exit_code_by_key"]
        source = meta.with_suffix("").read_text("utf-8")
        functions = {node.name: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}
        module = meta.relative_to(folder / "mutants" / RULES).as_posix().removesuffix(".py.meta")
        for name, code in codes.items():
            if code is None:
                raise SystemExit(f"{name} was not tried.")
            short = name.rpartition(".")[2]
            original, mutated = functions[short.rpartition("__mutmut_")[0] + "__mutmut_orig"], functions[short]
            yield _mutant(module, short.rpartition("__mutmut_")[0], original, mutated), code != 0


def _mutant(module: str, name: str, original: ast.FunctionDef, mutated: ast.FunctionDef) -> Mutant:
    before, after = (ast.unparse(each).splitlines()[1:] for each in (original, mutated))
    pairs = [(one, other) for one, other in zip(before, after, strict=False) if one != other]
    was, becomes = (" | ".join(each[side].strip() for each in pairs) for side in (0, 1))
    own = name.removeprefix("x_").replace("xǁ", "").replace("ǁ", ".")
    return Mutant(module, own, was, becomes, _only_words(original, mutated))


def _only_words(one: Any, other: Any, within: bool = False) -> bool:
    """Whether the two differ only in texts that stand in a finding."""
    if type(one) is not type(other):
        return False
    if isinstance(one, ast.Constant):
        return one.value == other.value or (within and isinstance(one.value, str) and isinstance(other.value, str))
    if isinstance(one, ast.AST):
        called = isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in FINDINGS
        skipped = {"name"} if isinstance(one, ast.FunctionDef) else set()
        return all(
            _only_words(getattr(one, each), getattr(other, each), within or called) for each in one._fields if each not in skipped
        )
    if isinstance(one, list):
        return len(one) == len(other) and all(_only_words(a, b, within) for a, b in zip(one, other, strict=True))
    return bool(one == other)


def main() -> int:
    """Run it; 1 when a mutant survived."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("modules", nargs="*", help=f"below {RULES}, without .py")
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
        command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(asked.processes)]
        ran = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if ran.returncode:
            sys.stderr.write(ran.stdout.decode("utf-8", "replace")[-4000:])
            return 2
        for mutant, noticed in read(folder):
            own = tally.setdefault(mutant.module, Counter())
            if noticed:
                own["noticed"] += 1
            elif mutant.wording:
                own["wording"] += 1
            elif mutant.key in explained:
                own["explained"] += 1
                used.add(mutant.key)
            else:
                own["survived"] += 1
                survivors.append(mutant)
    stale = [each for each in explained - used if not asked.modules or each[0].rpartition(".")[0] in asked.modules]
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
