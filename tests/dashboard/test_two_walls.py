"""Two walls that start at once over one reports folder, with one database: both are there, and neither is in the other's way."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import httpx


def test_two_walls_over_one_folder_are_both_there(tmp_path: Path) -> None:
    options = ["dashboard", "--port=0", f"--reports={tmp_path}", "--campaign=diagnosekort", "--until-stdin-ends"]
    with ExitStack() as stack:
        walls = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "harness.cli.main", *options],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    encoding="utf-8",
                )
            )
            for _ in range(2)
        ]
        told = []
        try:
            for wall in walls:
                assert wall.stdout is not None
                told.append(wall.stdout.readline())
            pages = [httpx.get(line.split()[3].rstrip(".")).text for line in told]
        finally:
            ended = [(wall.communicate()[1], wall.returncode) for wall in walls]
    assert ended == [("", 0), ("", 0)]
    assert all('href="/system/xmo?kampagne=diagnosekort"' in page for page in pages)
