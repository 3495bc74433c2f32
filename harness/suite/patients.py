"""The test persons: MedCom's national ones, whose CPR numbers are the only ones let through, and those who have an eCPR."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from harness.domain.identifiers import Cpr, Ecpr
from harness.domain.patient import Patient
from harness.house import House
from harness.suite.model import AT_LEAST_ONE, Strict, Text, broken, read_as


def _test_cpr(value: str) -> str:
    """A number that could be a living person's is refused: the national test numbers all fail modulus 11 on purpose.

    Source: MedCom, Nationale test-CPR-numre.
    """
    try:
        _ = Cpr(value).born
    except ValueError:
        raise broken("Skal være et CPR-nummer: ti cifre uden bindestreg, som begynder med en dato.") from None
    if sum(int(digit) * weight for digit, weight in zip(value, (4, 3, 2, 7, 6, 5, 4, 3, 2, 1), strict=True)) % 11 == 0:
        raise broken("Skal være et af MedComs nationale test-CPR-numre. Dette kan være et rigtigt menneskes.")
    return value


NationalCpr = Annotated[str, AfterValidator(_test_cpr), Field(json_schema_extra={"pattern": r"^\d{10}$"})]


class PersonFile(Strict):
    """En testperson. Køn og fødselsdag følger af CPR-nummeret."""

    alias: Text
    """Det navn, scenarierne bruger."""
    cpr: NationalCpr
    fornavne: Annotated[tuple[Text, ...], AT_LEAST_ONE]
    efternavn: Text
    død: bool = False


class PatientsFile(Strict):
    """MedComs nationale testpersoner."""

    kilde: Text
    personer: tuple[PersonFile, ...]
    kun_numre: tuple[NationalCpr, ...] = ()
    """Test-CPR-numre uden kendt navn: de må forekomme, men scenarierne bruger dem ikke."""

    @model_validator(mode="after")
    def _each_once(self) -> PatientsFile:
        numbers = [each.cpr for each in self.personer] + list(self.kun_numre)
        for place, number in enumerate(numbers):
            if number in numbers[:place]:
                extra = place - len(self.personer)
                raise broken("Nummeret må kun stå én gang.", ("personer", place, "cpr") if extra < 0 else ("kun_numre", extra))
        aliases = [each.alias for each in self.personer]
        for place, alias in enumerate(aliases):
            if alias in aliases[:place]:
                raise broken("Navnet må kun bruges om én person.", ("personer", place, "alias"))
        return self


def _ecpr(value: str) -> str:
    try:
        return str(Ecpr(value))
    except ValueError:
        raise broken("Skal være et erstatnings-CPR-nummer (eCPR), fx 0703921VJ5.") from None


class PersonWithoutCprFile(Strict):
    """En testperson med et erstatnings-CPR-nummer."""

    alias: Text
    """Det navn, scenarierne bruger. Ingen af de nationale testpersoner må have det."""
    ecpr: Annotated[str, AfterValidator(_ecpr)]
    fornavne: Annotated[tuple[Text, ...], AT_LEAST_ONE]
    efternavn: Text
    født: date
    køn: Literal["kvinde", "mand"]


class PatientsWithoutCprFile(Strict):
    """Testpersoner, som ikke har et CPR-nummer."""

    kilde: Text
    personer: tuple[PersonWithoutCprFile, ...]


def load_patients(house: House) -> dict[str, Patient]:
    """The test persons by the name features use, e.g. `load_patients(house)["Elmer"]`. Raises YamlError."""
    others = read_as(PatientsWithoutCprFile, house.patients / "erstatnings-cpr.yaml").personer
    return {each.alias: each for each in (*map(patient_of, _national(house).personer), *map(_without_cpr, others))}


def allowed_cprs(house: House) -> frozenset[str]:
    """Every CPR number that may occur, ten digits each: the national list with its nameless numbers. Raises YamlError."""
    file = _national(house)
    return frozenset((*(each.cpr for each in file.personer), *file.kun_numre))


def _national(house: House) -> PatientsFile:
    return read_as(PatientsFile, house.patients / "nationale-testpatienter.yaml")


def _without_cpr(file: PersonWithoutCprFile) -> Patient:
    return Patient(file.alias, Ecpr(file.ecpr), file.fornavne, file.efternavn, file.født, file.køn == "kvinde")


def patient_of(file: PersonFile) -> Patient:
    """The test person a file describes."""
    cpr = Cpr(file.cpr)
    return Patient(file.alias, cpr, file.fornavne, file.efternavn, cpr.born, cpr.female, file.død)
