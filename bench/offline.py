"""Installs the harness from a folder of wheels, as on a machine without the internet, and runs it from an empty folder.

`pip` reaches its registry for the folder alone; what is installed and run after that is told to reach nothing. Ends with 1, and
what was said, at the first command that does not end as it should.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

PROJECT = Path(__file__).parents[1]
NOWHERE = "http://127.0.0.1:9"
"""A proxy that nobody answers at: what looks for the internet by it fails, and is seen."""

COMMANDS = (
    ("--help",),
    ("vendors",),
    ("doctor", "novax"),
    ("run", "--vendor", "novax", "--tag", "id:DEL-01"),
)


def main() -> int:
    """0 when everything is installed and every command ends with 0."""
    with tempfile.TemporaryDirectory(prefix="lps-offline-") as name:
        top = Path(name)
        wheels, empty, environment = top / "hjul", top / "tom", top / "lps"
        pip, constraints = (sys.executable, "-m", "pip"), str(PROJECT / "constraints.txt")
        carried_out(*pip, "wheel", str(PROJECT), "--no-deps", "--wheel-dir", str(wheels))
        (own,) = wheels.glob("lps_harness-*.whl")
        carried_out(*pip, "download", "--only-binary=:all:", "--constraint", constraints, "--dest", str(wheels), str(own))
        print(f"{len(list(wheels.iterdir()))} hjul, {sum(each.stat().st_size for each in wheels.iterdir()) // 1_000_000} MB")
        venv.create(environment, with_pip=True)
        programs = environment / ("Scripts" if os.name == "nt" else "bin")
        alone = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "LPS_", "PYTHON"))}
        alone |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), NOWHERE) | {"PIP_CONFIG_FILE": os.devnull}
        install = ("-m", "pip", "install", "--no-index", "--find-links", str(wheels), "--constraint", constraints, "lps_harness")
        carried_out(str(programs / "python"), *install, env=alone)
        empty.mkdir()
        for command in COMMANDS:
            print(f"\nlps {' '.join(command)}\n{carried_out(str(programs / 'lps'), *command, env=alone, cwd=empty)}")
    return 0


def carried_out(*command: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> str:
    """What `command` wrote. Ends the program with 1 when it fails."""
    done = subprocess.run(
        command, env=env, cwd=cwd, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        print(f"{' '.join(command)} sluttede med {done.returncode}:\n{done.stdout}", file=sys.stderr)
        raise SystemExit(1)
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main())
