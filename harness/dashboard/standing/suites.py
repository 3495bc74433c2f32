"""Which suite a run would be measured with now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.domain.errors import ConfigurationError
from harness.domain.event import RunStarted

Key = tuple[str, ...]


class Suites:
    """The present fingerprint of each kind of run, worked out once until `look_again`. `suite` works it out."""

    def __init__(self, suite: Callable[[RunStarted], Mapping[str, str]]) -> None:
        self._suite = suite
        self._known: dict[Key, tuple[RunStarted, Mapping[str, str] | None]] = {}

    def of(self, started: RunStarted) -> Mapping[str, str] | None:
        """The fingerprint the run that began so would have now; None where the suite cannot be read."""
        key = suite_key(started)
        if key not in self._known:
            self._known[key] = started, self._now(started)
        return self._known[key][1]

    def look_again(self) -> frozenset[Key]:
        """Work all of them out anew; those that are others than they were. It reads files: not for the event loop."""
        now = {key: (started, self._now(started)) for key, (started, _) in list(self._known.items())}
        others = frozenset(key for key, (_, suite) in now.items() if suite != self._known[key][1])
        self._known.update(now)
        return others

    def _now(self, started: RunStarted) -> Mapping[str, str] | None:
        try:
            return dict(self._suite(started))
        except (ConfigurationError, OSError):  # a file of the suite that cannot be read: whoever runs it is told
            return None


def suite_key(started: RunStarted) -> Key:
    """What the present fingerprint of a run depends on, of the run itself."""
    return started.system, started.partner, started.grundlag, *started.participation
