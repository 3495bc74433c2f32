"""Where a pytest session keeps what the runner and the reports both need to find."""

from __future__ import annotations

from pathlib import Path

import pytest

RUN_FOLDER = pytest.StashKey[Path]()
"""The run folder of the session's scenarios, in `session.config.stash`; absent when no scenario was run."""
