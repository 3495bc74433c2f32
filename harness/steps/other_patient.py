"""The Danish steps about a patient to whom nothing happens. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pytest_bdd import given, parsers, then

from harness.conformance.behaviour import other_patient as rules
from harness.domain.assessment import LEVELS
from harness.lps.driver import CannotAct, View
from harness.steps.forloebsplan.forloebsplan_story import REFERRALS, Forloebsplaner
from harness.steps.story import Story

_SCREENS: Final[Mapping[str, str]] = {
    "behovsvurderingen": "behovsvurdering",
    "henvisningerne": "henvisninger",
    "tilbagemeldingerne": "tilbagemeldinger",
    "forebyggelsestilbuddene": "forebyggelsestilbud",
    "spørgeskemapakkerne": "spoergeskemapakker",
    "spørgeskemasvarene": "spoergeskemasvar",
    "svarene ved behovsvurderingen": "svar-ved-behovsvurdering",
    "de interne noter": "interne-noter",
    "aktiviteterne": "patientens-aktiviteter",
    "pakkeforløbet": "patientens-pakkeforloeb",
    "forløbsplanerne": "forloebsplaner",
    "klinikkens egne svar": "egne-laboratoriesvar",
    "de delte planer": "delte-planer",
    "registreringerne": "registreringer-til-monitorering",
    "laboratoriesvarene": "laboratoriesvar",
    "beskederne": "modtagne-beskeder",
    "de andres aftaler": "andres-aftaler",
    "de andres stamkort": "andres-stamkort",
    "diagnosekortet": "diagnosekort",
    "andres diagnosekort": "andres-diagnosekort",
    "prøvesvarene": "kommunale-proevesvar",
    "laboratoriekortet": "laboratoriekort",
    "brevene til akutteamet": "breve-til-akutteam",
}
"""What a user looks at, and the view that shows it of a patient."""

_LISTS: Final[Mapping[str, str]] = {
    "indkaldelserne": "indkaldelser",
}
"""What a user looks at, and the list of the whole clinic that shows it: the patient's own rows count."""

_PLAN_SCREENS: Final[Mapping[str, str]] = {
    "udskriften af planen": "udskrift-af-planen",
    "forløbet i planen": "pakkeforloeb",
    "sparringen om planen": "sparring",
}
"""What a user looks at, and the view that shows it of the patient's plan made last."""

_FORLOEBSPLAN_SCREENS: Final[Mapping[str, str]] = {
    "udskriften af forløbsplanen": "udskrift-af-forloebsplan",
    "henvisningerne i forløbsplanen": REFERRALS,
}
"""What a user looks at, and the view that shows it of the patient's plan in Digitale Forløbsplaner made last."""

# fmt: off
TOLD: Final = frozenset({
    "advarsel", "afsluttet", "aftale", "aftaler", "aktivitet", "aktiviteter", "analyse", "anbefaling", "art", "automatisk",
    "bedtOmAf", "begrundelse", "bemærkning", "besked", "beskeder", "bestilling", "besvaret", "bilag", "cpr", "dato", "debut",
    "del", "dele", "diagnoser", "element", "elementer", "enhed", "fase", "filer", "forklaring", "forloebsplan", "form",
    "forslag", "fra", "gemt", "grund", "grunde", "gældende", "henvisning", "henvisninger", "iGang", "icd", "icpc",
    "ikkeFortolket", "indhold", "kliniskKommentar", "kode", "kommentar", "kvitteringer", "laboratoriesvar", "laboratorium",
    "langtNavn", "linjer", "log", "mangler", "modtager", "naesteOpfoelgning", "navn", "nedre", "niveau", "niveauer", "noter",
    "nægtet", "nægtetSamtykke", "opfoelgningMangler", "opfoelgninger", "paaKortet", "paaroerende", "pakke", "pakker",
    "patientenManglerBesked", "patientenTagerKontakt", "patienter", "planer", "privat", "producent", "prøvesvar",
    "registreretAf", "resultat", "resultater", "rettet", "samtykke", "scorer", "slags", "sparring", "spørgsmål", "stamkort",
    "status", "sted", "svar", "svarTilPatienten", "sygdom", "taget", "tegn", "tekst", "tekster", "tidligere", "tidspunkt",
    "tilbagemeldinger", "tilbud", "titel", "type", "udeblivelser", "udfald", "vurderinger", "værdi", "øvre", "årsag",
})
# fmt: on
"""What the test interface says of a patient, by its names there. What a system shows besides is its own."""

_WHAT: Final = "|".join((*_SCREENS, *_LISTS, *_PLAN_SCREENS, *_FORLOEBSPLAN_SCREENS))


class OtherPatients:
    """What the system showed of each patient before anything happened to another, by name and by what was looked at."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._before: dict[tuple[str, str], Mapping[str, Any]] = {}

    def look(self, what: str, alias: str) -> None:
        """A user looks, and remembers."""
        self._before[what, alias] = self.shown(what, alias)

    def before(self, what: str, alias: str) -> Mapping[str, Any]:
        """What was shown then. Raises CannotAct where nobody looked."""
        if (what, alias) not in self._before:
            raise CannotAct(f"Scenariet har ikke set {what} hos {alias} først.")
        return self._before[what, alias]

    def seen(self, what: str, alias: str) -> Mapping[str, Any]:
        """What was shown then; nothing where nobody looked."""
        return self._before.get((what, alias), {})

    def shown(self, what: str, alias: str) -> Mapping[str, Any]:
        """What is shown now: what the test interface speaks of, and of a print the lines that tell of a patient."""
        found: dict[str, Any] = told_of(self._content(what, alias))
        if isinstance(found.get("linjer"), list):
            found["linjer"] = [line for line in found["linjer"] if self._tells(line)]
        return found

    def _tells(self, line: str) -> bool:
        """Whether a line of a print was written in this attempt, or says a level. A page has lines of its own besides."""
        pattern = self._story.profiles["deling"].pattern("niveau-kodning")
        levels = [pattern.format(niveau=level) for level in LEVELS]
        return any(text in line for text in (*levels, *self._story.marks))

    def _content(self, what: str, alias: str) -> Mapping[str, Any]:
        self._story.time.run_due()
        cpr = str(self._story.patient(alias).cpr)
        if what in _SCREENS:
            return self._story.driver.show(View(_SCREENS[what], {"cpr": cpr})).content
        if what in _LISTS:
            shown = self._story.driver.show(View(_LISTS[what]))
            named = [name for name in shown.content if name in TOLD]
            return {name: [row.content for row in shown.rows(name) if row.text("cpr") == cpr] for name in named}
        if what in _FORLOEBSPLAN_SCREENS:
            return self._story.part(Forloebsplaner).screen_of(alias, _FORLOEBSPLAN_SCREENS[what]).content
        if alias not in self._story.plans:
            raise CannotAct(f"Scenariet har ikke lavet en plan til {alias}.")
        return self._story.driver.show(View(_PLAN_SCREENS[what], {"plan": self._story.plans[alias].key})).content


def told_of(content: Any) -> Any:
    """What `content` says by the names of the test interface, inside lists too."""
    if isinstance(content, Mapping):
        return {name: told_of(value) for name, value in content.items() if name in TOLD}
    return [told_of(each) for each in content] if isinstance(content, list) else content


@given(parsers.re(rf'at lægen har set (?P<what>{_WHAT}) hos "(?P<alias>.+)"'))
def looked_before(story: Story, what: str, alias: str) -> None:
    """Lægen ser, hvad der står hos en patient, som der ikke skal ske noget med. Skriv det ned, eller tag et billede af det."""
    story.part(OtherPatients).look(what, alias)


@then(parsers.re(rf'(?:er )?(?P<what>{_WHAT}) hos "(?P<alias>[^"]+)" (?:er )?som før'))
def stays_as_it_was(story: Story, what: str, alias: str) -> None:
    """Der står det samme som før, hverken mere eller mindre."""
    others = story.part(OtherPatients)
    story.check(rules.stays_as_it_was, others.before(what, alias), others.shown(what, alias))
