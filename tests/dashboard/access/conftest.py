from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from visiting import Hall, a_hall


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with a_hall(tmp_path) as made:
        yield made
