"""What holds a secret is read by its owner alone, whatever the machine gives new files; what a run leaves others may not write.

That the tokens themselves are kept as fingerprints is in tests/dashboard/access and tests/hub/test_pages.py.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from harness.cli.main import main
from harness.dashboard.database import STORE_NAME, address_in, open_database
from harness.hub.certificates import new_authority
from harness.hub.control import CONTROL_FILE
from harness.hub.hub import Hub
from harness.hub.pages.access import Access
from harness.hub.tls import KEY
from harness.record.signing import new_private_key

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights: a file has those of its folder")


@pytest.fixture(params=[0o000, 0o022], ids=["everything is allowed", "usual"])
def open_to_all(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def a_signing_key(folder: Path) -> list[Path]:
    new_private_key(folder / "medcom.pem")
    return [folder / "medcom.pem"]


def a_servers_key(folder: Path) -> list[Path]:
    new_authority(folder, ["localhost"])
    return [folder / KEY]


def a_hub(folder: Path) -> list[Path]:
    async def started() -> int:
        hub = Hub(folder, ("novax",), list, frozenset())
        await hub.start("127.0.0.1", 0)
        try:
            return stat.S_IMODE((folder / CONTROL_FILE).stat().st_mode)
        finally:
            await hub.stop()

    assert asyncio.run(started()) == 0o600
    return []


def a_wall(folder: Path) -> list[Path]:
    engine = open_database(address_in(folder))
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INTEGER)")
        left = [folder / STORE_NAME, *folder.glob(f"{STORE_NAME}-*")]
        assert len(left) > 1, "SQLite writes beside it too"
        assert {stat.S_IMODE(each.stat().st_mode) for each in left} == {0o600}
    engine.dispose()
    return [folder / STORE_NAME]


def links_to_pages(folder: Path) -> list[Path]:
    file = folder / "adgang.json"
    Access(file).new_link("novax")
    return [file]


MAKES: Final[dict[str, Callable[[Path], list[Path]]]] = {
    each.__name__: each for each in (a_signing_key, a_servers_key, a_hub, a_wall, links_to_pages)
}


@pytest.mark.usefixtures("open_to_all")
@pytest.mark.parametrize("made", MAKES)
def test_only_its_owner_may_read_it(made: str, tmp_path: Path) -> None:
    assert {stat.S_IMODE(each.stat().st_mode) for each in MAKES[made](tmp_path)} <= {0o600}


def test_nothing_a_run_leaves_may_be_written_by_others(tmp_path: Path) -> None:
    """Who may read it, the folder of reports says: it holds test persons only."""
    before = os.umask(0o022)
    try:
        assert main(["run", "--vendor=novax", "--tag=id:DEL-02", f"--reports={tmp_path}"]) == 0
    finally:
        os.umask(before)
    left = list(tmp_path.rglob("*"))
    assert len(left) > 10
    assert [each.name for each in left if each.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)] == []
    assert [each.name for each in left if each.is_file() and each.stat().st_mode & 0o111] == []
