"""A system's own API in the words of the contract: what `adgang.kort` says, read against what the contract has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.domain.call import Call
from harness.lps.contract import Operation, own_contract
from harness.suite.mapping import Names, load_mapping


def load_own_api(path: Path) -> dict[str, Call]:
    """The calls by the names of acts and views. Raises YamlError with what is wrong in the file, each at its place."""
    contract = own_contract()
    return load_mapping(path, _names(contract.acts), _names(contract.views))


def _names(operations: Mapping[str, Operation]) -> dict[str, Names]:
    return {
        name: Names(
            frozenset(each.name for each in operation.entered),
            frozenset(each.name for each in operation.shown),
            frozenset(each.name for each in operation.shown if each.required),
        )
        for name, operation in operations.items()
    }
