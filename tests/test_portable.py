"""What runs here runs on Windows too, as far as can be seen from the code and from the names of files.

Nobody has seen the harness on a Windows machine: these are the mistakes that can be found without one.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.house import find_house
from harness.runner.preflight.machine import BELOW
from harness.suite.campaigns import LONGEST_NAME, folder_of, load_campaigns

HOUSE = Path(__file__).parents[1]
MODULES = sorted((HOUSE / "harness").rglob("*.py"))

POSIX_MODULES = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}
POSIX_NAMES = {
    "os": "chown chroot fork forkpty getegid geteuid getgid getgroups getuid getpgid killpg kill lchown mkfifo mknod openpty "
    "pathconf setegid seteuid setgid setpgid setsid setuid sync sysconf uname wait waitid WNOHANG O_NOFOLLOW O_DIRECTORY",
    "signal": "SIGALRM SIGCHLD SIGHUP SIGKILL SIGQUIT SIGSTOP SIGUSR1 SIGUSR2 alarm pause pthread_kill setitimer sigwait",
    "select": "poll epoll kqueue devpoll",
    "socket": "AF_UNIX SO_REUSEPORT SCM_RIGHTS",
    "asyncio": "open_unix_connection start_unix_server",
    "time": "tzset",
}
POSIX_METHODS = {"add_signal_handler", "create_unix_server", "create_unix_connection"}
POSIX_PATH = re.compile(r"/(tmp|dev|proc|etc|var|usr)/|/(tmp|etc)$")
GUARDS = ("os.name", "sys.platform", "WINDOWS")
"""A branch that asks one of these may do what only one system can."""

RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]|[. ]$')
LONGEST = 200
"""Characters a path below the folder of reports may have: Windows has 259 for the whole of it."""


def unguarded(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node outside the branches that ask which system this is."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If | ast.IfExp) and any(guard in ast.unparse(child.test) for guard in GUARDS):
            continue
        yield child
        yield from unguarded(child)


def posix_only(source: str) -> list[str]:
    """What of `source` Windows has not, each with its line."""
    found = []
    for node in unguarded(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found += [f"{node.lineno}: {each.name}" for each in names if each.name.partition(".")[0] in POSIX_MODULES]
            case ast.ImportFrom(module=str(module), names=names):
                taken = {each.name for each in names} & set(POSIX_NAMES.get(module, "").split())
                found += [f"{node.lineno}: {module}.{name}" for name in sorted(taken)]
                found += [f"{node.lineno}: {module}"] * (module.partition(".")[0] in POSIX_MODULES)
            case ast.Attribute(value=ast.Name(id=module), attr=name) if name in POSIX_NAMES.get(module, "").split():
                found.append(f"{node.lineno}: {module}.{name}")
            case ast.Attribute(attr=name) if name in POSIX_METHODS:
                found.append(f"{node.lineno}: .{name}")
            case ast.keyword(arg="preexec_fn" | "pass_fds" | "start_new_session" as name):
                found.append(f"{node.value.lineno}: {name}=")
    return found


def text_as_the_machine_has_it(source: str) -> list[str]:
    """The calls of `source` whose text would be as the machine is set up, in encoding or locale, each with its line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        given = {each.arg for each in node.keywords}
        modes = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        match name:
            case "read_text":
                wrong = not node.args and "encoding" not in given
            case "write_text":
                wrong = len(node.args) < 2 and "encoding" not in given
            case "open" if isinstance(node.func, ast.Name) or ast.unparse(node.func.value) in ("path", "file"):
                binary = any(re.fullmatch(r"[rwxab+]*b[rwxab+]*", mode) for mode in modes)
                wrong = not binary and "encoding" not in given
            case "Popen" | "run" | "check_output" if ast.unparse(node.func).startswith("subprocess."):
                wrong = bool(given & {"text", "universal_newlines"}) and "encoding" not in given
            case "setlocale":  # dates and numbers are written by hand; a naive time is refused by ruff (DTZ)
                wrong = True
            case _:
                wrong = False
        if wrong:
            found.append(f"{node.lineno}: {name}")
    return found


def posix_paths(source: str) -> list[str]:
    """The texts of `source` that are paths of one kind of system, each with its line."""
    tree = ast.parse(source)
    return [
        f"{node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and not re.search(r"\s", node.value)
        and POSIX_PATH.match(node.value)
    ]


@pytest.mark.parametrize("check", [posix_only, text_as_the_machine_has_it, posix_paths])
def test_the_code_stands_on_no_kind_of_system(check: Callable[[str], list[str]]) -> None:
    found = {path.relative_to(HOUSE).as_posix(): check(path.read_text("utf-8")) for path in MODULES}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("check", "source"),
    [
        (posix_only, "import fcntl"),
        (posix_only, "from signal import SIGKILL"),
        (posix_only, "def f():\n    os.kill(1, 9)"),
        (posix_only, "loop.add_signal_handler(2, f)"),
        (posix_only, "Popen(a, start_new_session=True)"),
        (posix_only, "if ready:\n    os.getuid()"),
        (text_as_the_machine_has_it, "path.read_text()"),
        (text_as_the_machine_has_it, "path.write_text('æ')"),
        (text_as_the_machine_has_it, "open(path)"),
        (text_as_the_machine_has_it, "path.open('w')"),
        (text_as_the_machine_has_it, "subprocess.run(a, text=True)"),
        (text_as_the_machine_has_it, "locale.setlocale(6, 'da_DK')"),
        (posix_paths, "Path('/tmp/x')"),
        (posix_paths, "open('/dev/null', encoding='ascii')"),
    ],
)
def test_what_stands_on_one_is_found(check: Callable[[str], list[str]], source: str) -> None:
    assert len(check(source)) == 1


def test_a_branch_that_asks_may_do_what_only_one_system_can() -> None:
    assert posix_only("if os.name == 'posix':\n    os.fork()") == []


def shipped() -> list[str]:
    folders = ("features", "fixtures", "docs", "harness")
    return [path.relative_to(HOUSE).as_posix() for name in folders for path in (HOUSE / name).rglob("*")]


def unusable(name: str) -> bool:
    """Whether Windows has no place for a file of this name."""
    return bool(RESERVED.fullmatch(name) or FORBIDDEN.search(name))


def test_no_file_has_a_name_that_windows_cannot_use() -> None:
    names = shipped()
    assert [name for name in names if any(map(unusable, name.split("/")))] == []
    assert [name for name, times in Counter(map(str.casefold, names)).items() if times > 1] == []


@pytest.mark.parametrize("name", ["NUL", "con.txt", "com1", "a:b", "spørgsmål?", "punktum.", "luft ", 'a"b'])
def test_what_windows_cannot_use_is_known(name: str) -> None:
    assert unusable(name)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a run of the system with the longest name leaves below its campaign's folder: files, by their paths."""
    reports = tmp_path_factory.mktemp("rapporter")
    assert main(["run", "--vendor=eg-clinea", "--tag=id:DEL-01 or id:HENV-01", f"--reports={reports}"]) == 0
    below = reports / "kol-lrs-2027"
    return [path.relative_to(below).as_posix() for path in below.rglob("*")]


def test_a_run_writes_no_name_that_windows_cannot_use(written: list[str]) -> None:
    assert [name for name in written if any(map(unusable, name.split("/")))] == []


def test_the_longest_path_a_run_writes_has_room_below_the_reports(written: list[str]) -> None:
    house = find_house()
    assert max(len(f"/{name}") for name in written) <= BELOW, "what the doctor counts with is not what a run writes"
    named = ["all", *(each.stem for each in house.campaigns.glob("*.yaml"))]
    assert max(len(folder_of(load_campaigns(house, each), each)) for each in named) <= LONGEST_NAME
    systems = max(len(each.stem) for each in house.vendors.glob("*.yaml")) - len("eg-clinea")
    assert len("/") + LONGEST_NAME + systems + BELOW <= LONGEST
