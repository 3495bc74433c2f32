"""What the programme asks, read from fixtures/requirements/."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import model_validator

from harness.domain.errors import ConfigurationError
from harness.domain.grade import Grade
from harness.domain.requirement import Requirement, RequirementKind
from harness.domain.vendor import Phase
from harness.house import House
from harness.suite.model import FileId, Strict, Text, broken, known, read_as
from harness.suite.yaml_file import shown


class RequirementFile(Strict):
    """Et krav fra kilden, med egne ord."""

    tekst: Text
    dokument: Text | None = None
    """Kun når kravet står i et andet dokument end filens."""
    afsnit: Text
    """Afsnittet i dokumentet, hvor kravet står."""
    kilde_linjer: Text
    """Linjerne i tekstudgaven af dokumentet, fx l. 172–179."""
    art: RequirementKind
    """krav (kan prøves), rammevilkår (skal være på plads, men prøves ikke) eller afventer (ikke besluttet)."""
    grund: Text | None = None
    """Hvorfor det ikke prøves. Skal stå, når art ikke er krav."""
    obligatorisk: bool
    karakter: Literal["F1", "F2", "F3", "F4"] | None = None
    """Hvor alvorligt det er, når kravet ikke er opfyldt."""
    mvp: Literal[1, 2] | None = None
    """Den del af programmets første leverance, kravet hører til; uden, når ingen af delene nævner det."""
    fase: Phase | None = None
    """Den første fase, kravet prøves i."""
    systemer: tuple[Annotated[str, known("systemer")], ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> RequirementFile:
        if self.art is not RequirementKind.REQUIREMENT:
            if not self.grund:
                raise broken(f"Skal have en grund, når art er {self.art}.")
        elif self.grund:
            raise broken("Skal være uden grund, når art er krav.", ("grund",))
        elif not (self.karakter and self.fase and self.systemer):
            raise broken("Skal have karakter, fase og systemer, når art er krav.")
        return self


class RequirementsFile(Strict):
    """Krav fra ét dokument."""

    id: FileId
    dokument: Text
    """Dokumentets udgiver og titel, og dets dato, når det har en."""
    krav: dict[str, RequirementFile]


def load_requirements(house: House) -> dict[str, Requirement]:
    """All requirements by id. Raises YamlError, and ConfigurationError for an id that two files have."""
    found: dict[str, Requirement] = {}
    for path in sorted(house.requirements.glob("*.yaml")):
        file = read_as(RequirementsFile, path, systemer=tuple(sorted(path.stem for path in house.vendors.glob("*.yaml"))))
        for name, each in file.krav.items():
            if name in found:
                raise ConfigurationError(f"Kravet {name} står i to filer. Den ene er {shown(path)}.")
            found[name] = Requirement(
                id=name,
                text=each.tekst,
                source=f"{each.dokument or file.dokument}, afsnittet {each.afsnit} ({each.kilde_linjer})",
                grade=Grade(each.karakter) if each.karakter else None,
                mandatory=each.obligatorisk,
                kind=each.art,
                systems=each.systemer,
                mvp=each.mvp,
                phase=each.fase,
                reason=each.grund or "",
            )
    return found
