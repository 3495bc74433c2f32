"""The Danish steps about the behovsvurdering. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

from typing import Final

from pytest_bdd import parsers, then, when

from harness.conformance.behaviour import assessment as rules
from harness.domain.assessment import Ground
from harness.lps.driver import Act, Shown, View
from harness.steps.messages.waiting import hands_in
from harness.steps.plan.handing_in import HandingIn
from harness.steps.story import OWN_RETRY_SECONDS, Story

_LONG: Final = (
    "Patienten har brug for støtte til at holde op med at ryge og vil gerne gå en tur hver dag, når åndenøden tillader det. " * 8
).strip()


class Assessments:
    """What was registered in this attempt: texts with their marks by element, levels in order, and grounds."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._alias = ""
        self.written: dict[str, str] = {}
        self.earlier: list[str] = []
        self._placed: list[tuple[int, dict[str, str], Shown]] = []
        self.reason = ""
        self.refused = 0
        self._before: Shown | None = None

    def do(self, act: str, alias: str, **entered: object) -> Shown:
        """Something is registered about a patient, who the next steps speak of."""
        self._alias = alias
        return self._story.driver.do(Act(act, {"cpr": str(self._story.patient(alias).cpr), **entered}))

    def marked(self, alias: str, text: str) -> str:
        """`text` about the patient, with a mark."""
        return self._story.marked(text, self._story.patient(alias))

    def write(self, alias: str, element: str, text: str) -> None:
        """The doctor writes about one element, with a mark."""
        self.written[element] = self.marked(alias, text)
        self.do("skriv-behovsvurdering", alias, element=element, tekst=self.written[element])

    def begin(self, alias: str) -> None:
        """The doctor begins a new one; what stood in the one before is remembered."""
        self.earlier += self.written.values()
        self.written.clear()
        self.do("begynd-behovsvurdering", alias)

    def place(self, alias: str, level: int, proposed: int | None = None, reason: str = "") -> None:
        """The doctor places the patient on a level, with a text for each of the three grounds."""
        self._alias = alias
        if self._before is None:
            self._before = self.shown()
        grounds = {str(ground): self.marked(alias, f"Vurderet: {ground}") for ground in Ground}
        self.reason = self.marked(alias, reason) if reason else ""
        entered: dict[str, object] = {
            "niveau": level,
            "grunde": [{"grund": name, "tekst": text} for name, text in grounds.items()],
        }
        if proposed is not None:
            entered |= {"foreslaaet": proposed, "begrundelse": self.reason}
        self._placed.append((level, grounds, self.do("placer-paa-niveau", alias, **entered)))

    @property
    def grounds(self) -> dict[str, str]:
        """The texts about the grounds of the level registered last; none where none was."""
        return self.registered[-1][1] if self.registered else {}

    @property
    def registered(self) -> list[tuple[int, dict[str, str]]]:
        """The levels that the system said it registered, in order, each with its grounds."""
        return [(level, grounds) for level, grounds, shown in self._placed if shown.flag("registreret")]

    def shown(self, alias: str = "") -> Shown:
        """What the system shows of the patient's behovsvurdering."""
        patient = self._story.patient(alias or self._alias)
        return self._story.driver.show(View("behovsvurdering", {"cpr": str(patient.cpr)}))

    def texts(self, alias: str = "") -> list[dict[str, str]]:
        """The texts of each behovsvurdering, oldest first, by element."""
        return [
            {row.text("element"): row.text("tekst") for row in assessment.rows("elementer")}
            for assessment in self.shown(alias).rows("vurderinger")
        ]

    def levels_shown(self) -> tuple[Shown, ...]:
        """The levels registered in this attempt, oldest first: in live the patient may have had others before."""
        assert self._before is not None, "the patient was placed"
        return self.shown().rows("niveauer")[len(self._before.rows("niveauer")) :]

    def newest(self) -> dict[str, str]:
        """The texts of the newest one, by element."""
        found = self.texts()
        return found[-1] if found else {}


@when(parsers.re('lægen skriver "(?P<text>[^"]+)" om (?P<element>.+) i behovsvurderingen af "(?P<alias>[^"]+)"'))
@when(parsers.re('lægen skriver en lang (?P<long>konklusion) i behovsvurderingen af "(?P<alias>[^"]+)"'))
@when(parsers.re('lægen begynder en ny behovsvurdering af "(?P<alias>[^"]+)"'))
def write_assessment(story: Story, alias: str, text: str = "", element: str = "", long: str = "") -> None:
    """Lægen skriver en tekst om ét af de seks elementer, eller om ét af resultaterne, i patientens behovsvurdering. En lang
    konklusion er på omkring 1000 tegn. En ny begynder ved en opfølgning, og den tidligere skal blive stående.
    """
    if long:
        story.part(Assessments).write(alias, long, _LONG)
    elif text:
        story.part(Assessments).write(alias, element, text)
    else:
        story.part(Assessments).begin(alias)


@then(parsers.re("viser systemet det, lægen skrev om (?P<element>.+)"))
@then("systemet viser stadig den tidligere behovsvurdering")
def assessment_is_shown(story: Story, element: str | None = None) -> None:
    """Systemet viser teksten, som lægen skrev den, i patientens nyeste behovsvurdering; og det, der stod i den tidligere, kan
    stadig læses."""
    assessments = story.part(Assessments)
    if element:
        story.check(rules.element_is_shown, assessments.newest(), element, assessments.written[element])
    else:
        story.check(rules.earlier_is_kept, [list(texts.values()) for texts in assessments.texts()], assessments.earlier[-1])


@when(parsers.re(r'lægen registrerer, at samtykket fra "(?P<alias>.+)" er (?P<said>givet|nægtet|trukket tilbage)'))
def consent_stands(story: Story, alias: str, said: str) -> None:
    """Lægen registrerer, om patienten giver, nægter eller trækker sit samtykke til videregivelse tilbage. Er en plan
    lige delt, sker det, når systemet har forsøgt at sende den."""
    if said != "givet":
        story.part(HandingIn).let_it_try()
    story.part(Assessments).do("registrer-samtykke", alias, samtykke=said)
    if said != "givet":
        story.part(Assessments).refused = len(story.attempt.inbox.received)
    cpr = str(story.patient(alias).cpr)
    story.put_back(f"samtykke {cpr}", Act("registrer-samtykke", {"cpr": cpr, "samtykke": "givet"}))


@then(parsers.re(r"(?:viser systemet|systemet viser), at samtykket er (?P<said>givet|nægtet|trukket tilbage)"))
def consent_is_shown(story: Story, said: str) -> None:
    """Systemet viser patientens samtykke, som det er registreret."""
    story.check(rules.consent_is_shown, story.part(Assessments).shown().text("samtykke", ""), said)


@then("bliver planen ikke delt")
def not_shared(story: Story) -> None:
    """Ingen besked med planen forlader systemet, efter at patienten har sagt nej, heller ikke når det sender igen af sig selv."""
    story.time.until(lambda: False, OWN_RETRY_SECONDS)
    since = story.attempt.inbox.received[story.part(Assessments).refused :]
    story.check(rules.not_shared_without_consent, sum(hands_in(story.plan.marks).matches(each) for each in since))


@when(
    parsers.re(
        r'lægen placerer "(?P<alias>[^"]+)" på niveau (?P<level>\d)'
        r'(?: mod forslaget (?P<proposed>[123])(?: uden begrundelse|, fordi "(?P<reason>[^"]+)"))?'
    )
)
def place_on_level(story: Story, alias: str, level: str, proposed: str | None = None, reason: str | None = None) -> None:
    """Lægen registrerer patientens niveau og skriver om hver af de tre grunde, og evt. hvorfor niveauet er et andet end det
    foreslåede. Uden for 1–3, eller uden begrundelse for et andet niveau, skal det ikke kunne lade sig gøre."""
    story.part(Assessments).place(alias, int(level), int(proposed) if proposed else None, reason or "")


@then(
    parsers.re(
        "(?:viser systemet|systemet viser) "
        "(?P<what>niveau (?P<level>[123]) med de tre grunde|kun niveauer fra 1 til 3|"
        "alle niveauer i rækkefølge|kun et begrundet niveau)"
    )
)
def level_is_shown(story: Story, what: str, level: str | None = None) -> None:
    """Systemet viser niveauet og det, lægen skrev om sundhedskompetence, sygdomskompleksitet og særlig sårbarhed. Et niveau uden
    for 1, 2 og 3 er ikke registreret. Alle: også de tidligere, det ældste først. Kun et begrundet: et niveau, der afviger fra
    forslaget, er registreret med lægens begrundelse, og uden begrundelse slet ikke."""
    assessments = story.part(Assessments)
    rows = assessments.levels_shown()
    levels = [row.number("niveau") for row in rows]
    if level:
        grounds = {row.text("grund"): row.text("tekst") for row in rows[-1].rows("grunde")} if rows else {}
        story.check(rules.level_has_grounds, levels[-1] if levels else None, grounds, int(level), assessments.grounds)
    elif what.startswith("kun niveauer"):
        story.check(rules.only_known_levels, levels)
    elif what.startswith("alle"):
        story.check(rules.levels_are_kept, levels, [level for level, _ in assessments.registered])
    else:
        story.check(rules.deviation_has_reason, levels, [row.text("begrundelse", "") for row in rows], assessments.reason)


@when(parsers.re(r'lægen inddrager den pårørende "(?P<name>.+)" for "(?P<alias>.+)" (?P<consent>med|uden) samtykke'))
def involve_relative(story: Story, name: str, alias: str, consent: str) -> None:
    """Lægen registrerer, at en pårørende skal være med, og om patienten samtykker til det."""
    story.part(Assessments).do("inddrag-paaroerende", alias, navn=name, samtykke=consent == "med")


@then(parsers.re(r'(?:er )?den pårørende "(?P<name>.+)" (?:er )?(?P<negation>ikke )?med i forløbet'))
def relative_takes_part(story: Story, name: str, negation: str | None = None) -> None:
    """Systemet viser den pårørende som deltager, når patienten har samtykket, og ellers ikke."""
    shown = story.part(Assessments).shown().texts("paaroerende")
    story.check(rules.relatives_with_consent, shown, name, not negation)
