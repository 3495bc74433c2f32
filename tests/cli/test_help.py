"""The `lps` command itself: Danish, quick, and exit codes that mean something."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from harness.cli import vendors as vendors_module
from harness.cli.main import COMMANDS, main
from harness.domain.errors import ConfigurationError, EnvironmentFault


def test_help_is_danish_and_has_a_line_for_each_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Brug: lps [TILVALG] KOMMANDO …\n")
    assert "Tilvalg:\n  --help  Vis denne hjælp.\n" in out
    assert "Kommandoer:\n" in out
    for name, (_, line) in COMMANDS.items():
        assert f"  {name.ljust(max(map(len, COMMANDS)))}  {line}\n" in out
    assert not [word for word in ("Usage", "Options", "Commands", "Show this") if word in out]


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from harness.cli.main import main; code = main(['--help']);"
        "heavy = {'rich', 'pydantic', 'httpx', 'pytest', 'yaml', 'lxml', 'sqlalchemy', 'starlette'};"
        "print(sorted(heavy & set(sys.modules)), code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "[] 0"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["vendros"], 'Kommandoen kendes ikke. Fundet: "vendros". Mente du "vendors"?\nSe lps --help\n'),
        (["æøå"], 'Kommandoen kendes ikke. Fundet: "æøå".\nSe lps --help\n'),
        (["--vendor"], 'Tilvalget kendes ikke. Fundet: "--vendor".\nSe lps --help\n'),
        (["vendors", "--hom", "x"], 'Tilvalget kendes ikke. Fundet: "--hom". Mente du "--home"?\nSe lps vendors --help\n'),
        (["vendors", "--home"], "--home: Der mangler en værdi.\nSe lps --help\n"),
        (["vendors", "--json=ja"], "--json: Tilvalget skal stå uden værdi.\nSe lps --help\n"),
        (["vendors", "novax"], "Der står noget for meget. Fundet: novax.\nSe lps vendors --help\n"),
    ],
)
def test_a_command_line_that_cannot_be_used(capsys: pytest.CaptureFixture[str], arguments: list[str], text: str) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr() == ("", text)


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Kommandoer:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (ConfigurationError("Sådan ikke."), 2, "Sådan ikke.\n"),
        (EnvironmentFault("Disken er fuld."), 3, "Disken er fuld.\n"),
        (KeyboardInterrupt(), 130, "\nAfbrudt.\n"),
    ],
)
def test_each_kind_of_error_has_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException, code: int, text: str
) -> None:
    def fails() -> None:
        raise error

    monkeypatch.setattr(vendors_module, "vendors", click.Command("vendors", callback=fails))
    assert main(["vendors"]) == code
    assert capsys.readouterr() == ("", text)


def test_the_number_a_command_returns_is_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendors_module, "vendors", click.Command("vendors", callback=lambda: 1))
    assert main(["vendors"]) == 1


def test_a_choice_that_is_none_is_told_in_danish(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    options: list[click.Parameter] = [
        click.Option(["--target"], type=click.Choice(["mock", "live"])),
        click.Option(["--jobs"], type=click.IntRange(1, 9)),
        click.Option(["--run"], required=True),
    ]
    monkeypatch.setattr(vendors_module, "vendors", click.Command("vendors", params=options, callback=print))
    for arguments, text in (
        (["--run", "x", "--target", "live2"], "--target: Skal være en af: 'mock', 'live'. Fundet: \"live2\"."),
        (["--run", "x", "--jobs", "to"], '--jobs: Skal være et helt tal. Fundet: "to".'),
        (["--run", "x", "--jobs", "12"], "--jobs: Skal være fra 1 til 9. Fundet: 12."),
        ([], "--run: Der mangler en værdi."),
    ):
        assert main(["vendors", *arguments]) == 2
        assert capsys.readouterr().err == f"{text}\nSe lps vendors --help\n"


def test_each_command_in_the_list_is_a_module_of_the_command_line() -> None:
    for place, line in COMMANDS.values():
        module, _, attribute = place.partition(":")
        assert module.startswith("harness.cli.")
        assert attribute.isidentifier()
        assert line.endswith(".")


@pytest.mark.parametrize("command", ["run", "serve"])
def test_limits_are_said_in_danish(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert " til " in shown
    assert not re.search(r"<=x|RANGE|\[default", shown)


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        (["run", "--vendor", "novax", "--tempo", "500"], 2, "--tempo: Skal være fra 1 til 120. Fundet: 500.0."),
        (["serve", "--tls", "findes-ikke"], 2, "--ny-ca"),
        (["link", "novax", "--reports", "findes-ikke"], 3, "lps serve --pages-port"),
    ],
)
def test_an_error_says_what_to_do(line: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(line) == code
    assert says in capsys.readouterr().err


def test_a_real_system_is_run_live_without_being_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--vendor", "novax", "--driver", "attended", "--reports", str(tmp_path)]) == 3
    told = capsys.readouterr().err
    assert told.startswith("Systemet er et rigtigt system: kørslen er live (--target live).\n")
    assert "hub" in told
