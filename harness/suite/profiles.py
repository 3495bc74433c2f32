"""What is decided and what awaits MedCom, read from fixtures/profiles/."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from harness.domain.profile import Fact, Profile
from harness.house import House
from harness.suite.model import FileId, Strict, Text, broken, read_as

Status = Literal["besluttet", "afventer"]


class FactFile(Strict):
    """En værdi, som regler sammenligner med."""

    værdi: Text | int | list[Any] | dict[str, Any] | None = None
    """Udelades, hvis ingen har foreslået en værdi."""
    status: Status
    kilde: Text
    kan_være: tuple[Text, ...] = ()
    """De værdier, reglerne kan bedømme efter. Bliver en anden besluttet, skal reglerne ændres først."""

    @model_validator(mode="after")
    def _decided_has_value(self) -> FactFile:
        if self.status == "besluttet" and self.værdi is None:
            raise broken("Skal have en værdi, når status er besluttet.")
        if self.kan_være and self.værdi is not None and self.værdi not in self.kan_være:
            known = ", ".join(f'"{each}"' for each in self.kan_være)
            raise broken(
                f"Reglerne kan kun bedømme efter: {known}. En anden værdi kræver, at reglerne bliver ændret.", ("værdi",)
            )
        return self


class RuleFile(Strict):
    """Om en regel gælder for den version, profilen handler om."""

    status: Status
    kilde: Text | None = None

    @model_validator(mode="after")
    def _decided_has_source(self) -> RuleFile:
        if self.status == "besluttet" and self.kilde is None:
            raise broken("Skal have en kilde, når status er besluttet.")
        return self


class ProfileFile(Strict):
    """Hvad der er besluttet, og hvad der afventer."""

    id: FileId
    titel: Text
    fakta: dict[str, FactFile] = Field(default_factory=dict)
    regler: dict[str, RuleFile] = Field(default_factory=dict)
    """De regler, der er kendt fra en tidligere version."""


def load_profiles(house: House) -> dict[str, Profile]:
    """All profiles by id. Raises YamlError. `load_profiles(house)["deling"].facts["icpc-kol"].value == "R95"`."""
    files = (read_as(ProfileFile, path) for path in sorted(house.profiles.glob("*.yaml")))
    return {each.id: _profile(each) for each in files}


def _profile(file: ProfileFile) -> Profile:
    return Profile(
        id=file.id,
        facts={name: Fact(name, each.værdi, each.status == "besluttet", each.kilde) for name, each in file.fakta.items()},
        rules_confirmed=frozenset(name for name, each in file.regler.items() if each.status == "besluttet"),
    )
