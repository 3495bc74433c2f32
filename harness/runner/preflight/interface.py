"""What an LPS says of itself by its test interface (`/egenskaber`), held against its file and the campaign."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.domain.patient import Patient
from harness.house import House
from harness.hub.proxy import proxy_towards
from harness.runner.preflight.far_end import FarEnd
from harness.runner.preflight.line import Check, Line, Spot, carried_out, failing, good, unchecked, wrong

PATH = "/egenskaber"
CONTRACT = "lps-testgraenseflade.openapi.yaml"


@dataclass(slots=True)
class Interface:
    """The answer at `end`, and what it is held against: the file's version, and the campaign's persons where they are known."""

    house: House
    end: FarEnd
    version: str
    version_at: Spot
    persons: Mapping[str, Patient]
    said: dict[str, Any] = field(default_factory=dict)


def _credentials(of: Interface) -> Iterator[Line]:
    end = of.end
    where = f"GET {PATH} svarede {end.status}."
    if end.status in (401, 403):
        todo = "Få en ny nøgle af leverandøren." if end.token else "Skriv nøglen i feltet nøgle: env:NAVN eller fil:STI."
        yield wrong(where, "En nøgle, som systemet tager imod.", todo, end.spot("nøgle"))
    elif end.token:
        yield good("Nøglen bliver taget imod.")


def _capabilities(of: Interface) -> Iterator[Line]:
    end = of.end
    where = f"GET {PATH} svarede {end.status}"
    wanted = f"200 og et JSON-objekt efter docs/{CONTRACT}."
    if end.status >= 500:
        todo = "Bed leverandøren se i systemets log."
        yield failing(f"{where}.", wanted, todo, end.spot("adresse"))
        return
    try:
        said = json.loads(end.body) if end.status == 200 else None
    except ValueError:
        said = None
    if not isinstance(said, dict) or not all(isinstance(said.get(name), str) for name in ("system", "version", "graenseflade")):
        todo = "Peger adressen på testgrænsefladen? Stien før /egenskaber skal med i adressen."
        what = "" if end.status != 200 else ", men ikke det, kontrakten siger"
        yield wrong(f"{where}{what}.", wanted, todo, end.spot("adresse"))
        return
    of.said = said
    yield good(f"{said['system']}, version {said['version']}.")


def _interface_version(of: Interface) -> Iterator[Line]:
    ours, theirs = _published(of.house), str(of.said["graenseflade"])
    if not ours:
        yield unchecked(f"Kontrakten docs/{CONTRACT} følger ikke med her.")
    elif _line_of(ours) != _line_of(theirs):
        todo = f"Bed leverandøren svare efter version {ours} af kontrakten."
        yield wrong(f"Version {theirs}.", f"Version {ours}.", todo, of.end.spot("adresse"))
    else:
        yield good(f"Version {theirs}.")


def _version(of: Interface) -> Iterator[Line]:
    theirs = str(of.said["version"])
    if of.version == "ukendt":
        yield unchecked(f"Filen siger ikke, hvilken version der testes. Systemet siger {theirs}.", f'Skriv version: "{theirs}".')
    elif of.version != theirs:
        todo = "Ret version i filen, eller læg den rigtige version i testmiljøet."
        yield wrong(f"Systemet siger {theirs}, filen {of.version}.", "Samme version begge steder.", todo, of.version_at)
    else:
        yield good(f"Version {theirs}, som i filen.")


def _acts(of: Interface) -> Iterator[Line]:
    """Each view that is claimed is asked for with nothing: 404 says that it is not there. An act would be carried out."""
    if not all(isinstance(of.said.get(name), list) for name in ("handlinger", "visninger")):
        yield unchecked("Systemet siger ikke, hvilke handlinger og visninger det har.")
        return
    import httpx

    headers = {"Authorization": f"Bearer {of.end.secret}"} if of.end.secret else {}
    claimed = [str(each) for each in of.said["visninger"] if each != "plan"]  # whose address needs a plan
    lacking = []
    tls, proxy = of.end.context or False, proxy_towards(of.end.address)
    with httpx.Client(verify=tls, timeout=5.0, headers=headers, proxy=proxy, trust_env=False) as client:
        for name in claimed:
            try:
                answer = client.post(f"{of.end.address.rstrip('/')}/visninger/{name}", json={})
            except httpx.HTTPError as error:
                todo = "Prøv igen, og spørg leverandøren, hvis det bliver ved."
                yield failing(
                    f"Visningen {name} svarede ikke ({type(error).__name__}).", "Et svar.", todo, of.end.spot("adresse")
                )
                return
            if answer.status_code in (404, 501):
                lacking.append(name)
    if lacking:
        todo = "Bed leverandøren rette svaret på /egenskaber eller gøre visningen færdig."
        yield wrong(f"Er nævnt, men findes ikke: {', '.join(lacking)}.", "Kun det, systemet har.", todo, of.end.spot("adresse"))
        return
    yield good(f"{len(claimed)} visninger svarer. {len(of.said['handlinger'])} handlinger er nævnt og bliver ikke prøvet her.")


def _patients(of: Interface) -> Iterator[Line]:
    held = of.said.get("testpatienter")
    names = ", ".join(of.persons)
    if not of.persons:
        yield unchecked("Kampagnens scenarier kan ikke læses, så det vides ikke, hvem de bruger.")
        return
    if not isinstance(held, list):
        yield unchecked("Systemet siger ikke, hvilke testpersoner det har.", f"Se efter, at de kan bruges i systemet: {names}.")
        return
    numbers = {re.sub(r"\W", "", str(each)) for each in held}
    lacking = [name for name, person in of.persons.items() if str(person.cpr) not in numbers]
    if lacking and "opret-patient" in of.said.get("handlinger", ()):
        yield good(f"Scenarierne opretter selv de testpersoner, der mangler: {', '.join(lacking)}.")
    elif lacking:
        todo = "Opret dem i systemet. CPR-numrene står i fixtures/patients/."
        yield failing(
            f"Mangler i systemet: {', '.join(lacking)}.", f"Kampagnens testpersoner: {names}.", todo, of.end.spot("adresse")
        )
    else:
        yield good(f"Alle {len(of.persons)} testpersoner er i systemet.")


def _published(house: House) -> str:
    """The version of our own contract; only its head is read, it is long."""
    file: Path = house.home / "docs" / CONTRACT
    if not file.is_file():
        return ""
    with file.open(encoding="utf-8") as lines:
        return next((found[1] for line in lines if (found := re.match(r'  version: "?([\d.]+)', line))), "")


def _line_of(version: str) -> list[str]:
    """What two versions must share to be understood alike: the first number, below 1 the first two."""
    numbers = version.split(".")
    return numbers[: 2 if numbers[0] == "0" else 1]


CHECKS: tuple[Check[Interface], ...] = (
    Check("adgang", "Adgangen", _credentials),
    Check("egenskaber", "Egenskaberne", _capabilities, ("adgang",)),
    Check("grænseflade", "Kontraktens version", _interface_version, ("egenskaber",)),
    Check("version", "Systemets version", _version, ("egenskaber",)),
    Check("handlinger", "Handlinger og visninger", _acts, ("egenskaber",)),
    Check("testpersoner", "Testpersonerne", _patients, ("egenskaber",)),
)


def described(of: Interface, name: str) -> list[Line]:
    """What can be seen of the answer to `GET /egenskaber`."""
    return carried_out(CHECKS, of, name)
