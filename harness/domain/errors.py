"""Whose fault it is, as exception types.

    HarnessError
    ├── ConfigurationError   what the user wrote is wrong        (exit 2)
    │   ├── YamlError        … in one place of a YAML file
    │   └── FeatureError     … in one or more feature files
    ├── EnvironmentFault     the machine or the network failed    (exit 3)
    ├── BadInput             bytes that cannot be read as what they claim to be
    └── LpsFinding           the system under test broke a rule   (an AssertionError)

Anything else that is raised is a defect of the harness.
"""

from __future__ import annotations


class HarnessError(Exception):
    """Base of everything the harness raises on purpose. `str()` is a Danish text for people."""


class ConfigurationError(HarnessError):
    """Something the user wrote cannot be used. The text says where, what was found and what was expected."""


class YamlError(ConfigurationError):
    """One or more mistakes in YAML files, each told as `file:line:column  field` and a Danish sentence.

    `args` are the mistakes, in order: objects that know their place, or plain texts.
    """

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))


class FeatureError(ConfigurationError):
    """Feature files that are refused at collection, one `file:line: reason` per line."""


class EnvironmentFault(HarnessError):
    """The surroundings failed (disk, network, a missing program); it is nobody's product."""


class BadInput(HarnessError):
    """Received bytes that cannot be read. `line` and `column` are 1-based, or None where there is no place."""

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


class LpsFinding(HarnessError, AssertionError):
    """The LPS broke a rule with a grade worse than F4; the scenario stops here. The finding itself is in the log."""
