"""The worklist's own chain, `arbejdsliste.jsonl` in the folder of reports: what monitors said, one line an act.

{"seq": 0, "prev": "000…", "by": "…", "at": "…", "item": "<campaign>/<system>/<run>/<scenario>/<attempt>", "act": {"kind": …}}
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from harness.domain.errors import ConfigurationError, EnvironmentFault
from harness.domain.worklist import Work, WorkAct, Worklist, worklist_of
from harness.record.chain import append_line, head_after, read_lines
from harness.record.log import FIRST

if TYPE_CHECKING:
    from pydantic import TypeAdapter

WORKLIST_NAME: Final = "arbejdsliste.jsonl"
_LOCK_NAME: Final = ".arbejdsliste.lock"


class WorklistLog:
    """The chain in the folder `reports`, which may be written by several processes."""

    def __init__(self, reports: Path) -> None:
        self._path = reports / WORKLIST_NAME
        self._seen: tuple[int, int] = (0, 0)
        self._read = worklist_of((), FIRST)

    def read(self) -> Worklist:
        """What has been said so far; a last line that was not written to its end was never said.

        It is read again only when the file is another. Raises BadInput at the first line that does not follow the one before, and
        EnvironmentFault when it cannot be read.
        """
        try:
            found = self._path.stat()
            if (found.st_size, found.st_mtime_ns) != self._seen:
                lines = self._whole().splitlines(keepends=True)
                said = read_lines(lines, 0, FIRST, WORKLIST_NAME, _work, "kædens begyndelse")
                self._read = worklist_of(said, head_after(lines, FIRST))
                self._seen = (found.st_size, found.st_mtime_ns)
        except FileNotFoundError:
            return worklist_of((), FIRST)
        except OSError as error:
            raise EnvironmentFault(f"Arbejdslisten kan ikke læses: {error.strerror or error}.") from None
        return self._read

    def append(
        self, work: Work, seen: int, objection: Callable[[Worklist], str], first: Callable[[], None] = lambda: None
    ) -> None:
        """Write one act, on the disk before this returns.

        `seen` is how many acts on the item its writer had seen; `objection` says why it cannot be done to what stands now, or
        nothing; `first` is done once nothing is left to object, and what it raises keeps the act from being written. Raises
        ConfigurationError, in Danish, when others have spoken meanwhile or it cannot be done; BadInput and EnvironmentFault as
        `read` does.
        """
        from filelock import FileLock

        try:
            with FileLock(self._path.with_name(_LOCK_NAME), timeout=10):
                now = self.read()
                if len(now.of(work.item).said) != seen:
                    raise ConfigurationError("En anden har skrevet imens. Se på punktet igen, og gør det så om.")
                if refused := objection(now):
                    raise ConfigurationError(refused)
                first()
                self._cut()
                append_line(self._path, {"by": work.by, "at": work.at, "item": work.item, "act": work.act}, now.count, now.head)
        except OSError as error:
            raise EnvironmentFault(f"Arbejdslisten kan ikke skrives: {error.strerror or error}.") from None

    def _whole(self) -> bytes:
        data = self._path.read_bytes()
        return data[: data.rfind(b"\n") + 1]

    def _cut(self) -> None:
        """Take away a last line that a killed process did not write to its end."""
        if self._path.exists() and (size := len(self._whole())) < self._path.stat().st_size:
            with self._path.open("r+b") as file:
                file.truncate(size)


def _work(line: Any) -> Work:
    return Work(line["item"], line["by"], line["at"], _decoder().validate_python(line["act"]))


@cache
def _decoder() -> TypeAdapter[WorkAct]:
    from typing import Annotated

    from pydantic import Field, TypeAdapter

    return TypeAdapter(Annotated[WorkAct, Field(discriminator="kind")])
