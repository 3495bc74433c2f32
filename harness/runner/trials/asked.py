"""A set of names that notes which it is asked about: what the reference LPS could have differed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


class Asked(frozenset[str]):
    """An empty set to whoever asks; `names` are all that were asked about, one by one or as a table.

    Sound, since an attempt is a function of what it is asked and answered: until the first question about a name, one with the
    defect and one without do the same. Whoever goes through the set itself could ask about anything, and is refused.

    >>> asked = Asked()
    >>> "mål-mangler" in asked, bool(asked & {"kopi-sendes-senere": 1}.keys()), sorted(asked.names)
    (False, False, ['kopi-sendes-senere', 'mål-mangler'])
    """

    names: set[str]

    def __new__(cls) -> Asked:
        made = super().__new__(cls)
        made.names = set()
        return made

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return False

    def __and__(self, table: Iterable[Any]) -> frozenset[Any]:
        self.names.update(table)
        return frozenset()

    def isdisjoint(self, table: Iterable[Any]) -> bool:
        """Whether none of the `table` is here."""
        return not self & table

    def __iter__(self) -> Iterator[str]:
        raise TypeError("ask about names: `name in faults`, `faults & table.keys()` or `faults.isdisjoint(…)`")
