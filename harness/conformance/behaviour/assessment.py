"""What must hold of the behovsvurdering, the patient's consent and level. Subject `behovsvurdering`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.conformance.behaviour.seen import MODEL, RECEIVER, SCREEN, breach, one_line, quoted, rules_about, stands_in
from harness.conformance.rule import HOLDS, Outcome
from harness.domain.grade import Grade

_behov = rules_about("behovsvurdering")
_ASSESSMENT = f"{MODEL}, Behovsvurdering (KP-04)"
_LEVEL = f"{MODEL}, Differentiering (KP-06, KP-07)"


@_behov("BEHOV-R01", "Det, lægen skriver, står i behovsvurderingen", Grade.F2, _ASSESSMENT)
def element_is_shown(shown: Mapping[str, str], element: str, text: str) -> Outcome:
    """`shown` is what the newest behovsvurdering says, by element; `text` what the doctor wrote about `element`."""
    if one_line(text) in one_line(shown.get(element, "")):
        return HOLDS
    return breach(SCREEN, f"“{text}” om {element}", quoted((f"{name}: {said}" for name, said in shown.items()), "ingenting"))


@_behov("BEHOV-R03", "En ny behovsvurdering bevarer den tidligere", Grade.F2, f"{MODEL}, Behovsvurdering: løbende (KP-04)")
def earlier_is_kept(assessments: Sequence[Sequence[str]], text: str) -> Outcome:
    """`assessments` are the texts of each behovsvurdering; one before the newest still says `text`."""
    earlier = [each for texts in assessments[:-1] for each in texts]
    return (
        HOLDS
        if any(one_line(text) in one_line(each) for each in earlier)
        else breach(SCREEN, f"“{text}” i en tidligere", quoted(earlier, "ingen"))
    )


@_behov("BEHOV-R04", "Patientens samtykke står, som patienten har sagt", Grade.F1, _ASSESSMENT)
def consent_is_shown(shown: str, said: str) -> Outcome:
    """`said` is `givet`, `nægtet` or `trukket tilbage`."""
    return HOLDS if shown == said else breach(SCREEN, f"samtykke {said}", f"samtykke {shown}" if shown else "intet om samtykke")


@_behov(
    "BEHOV-R05",
    "Uden samtykke bliver planen ikke delt",
    Grade.F1,
    f"{_ASSESSMENT}; om nej til videregivelse spærrer for deling, er ikke offentliggjort",
    fact="deling-uden-samtykke",
)
def not_shared_without_consent(sent: int) -> Outcome:
    """`sent` counts the messages with the plan that left the system."""
    return breach(RECEIVER, "ingen plan", f"planen i {sent} beskeder") if sent else HOLDS


@_behov("BEHOV-R06", "Niveauet er registreret med sine grunde", Grade.F3, _LEVEL)
def level_has_grounds(level: int | None, grounds: Mapping[str, str], wanted: int, texts: Mapping[str, str]) -> Outcome:
    """`level` and `grounds` are the newest registration; `wanted` and `texts` what the doctor registered."""
    if level != wanted:
        return breach(SCREEN, f"niveau {wanted}", f"niveau {level}" if level is not None else "intet niveau")
    lacking = [name for name, text in texts.items() if one_line(text) not in one_line(grounds.get(name, ""))]
    return breach(SCREEN, f"{lacking[0]}: “{texts[lacking[0]]}”", "mangler") if lacking else HOLDS


@_behov("BEHOV-R07", "Kun niveau 1, 2 og 3 kan registreres", Grade.F2, _LEVEL)
def only_known_levels(levels: Sequence[int]) -> Outcome:
    """`levels` are all that are registered."""
    wrong = [level for level in levels if level not in (1, 2, 3)]
    return breach(SCREEN, "niveau 1, 2 eller 3", f"niveau {wrong[0]}") if wrong else HOLDS


@_behov("BEHOV-R08", "En ny vurdering af niveauet bevarer de tidligere", Grade.F3, f"{MODEL}, Differentiering (KP-06)")
def levels_are_kept(levels: Sequence[int], wanted: Sequence[int]) -> Outcome:
    """`levels` are those registered since the attempt began, oldest first; `wanted` what the doctor registered, in this order."""
    if list(levels) == list(wanted):
        return HOLDS
    return breach(SCREEN, " → ".join(map(str, wanted)), " → ".join(map(str, levels)) or "intet niveau")


@_behov("BEHOV-R09", "Pårørende er kun med, når patienten samtykker", Grade.F1, f"{MODEL}, Psykosociale forhold (KP-04)")
def relatives_with_consent(shown: Sequence[str], relative: str, consented: bool) -> Outcome:
    """`shown` are the relatives who take part."""
    if (relative in shown) is consented:
        return HOLDS
    return breach(SCREEN, "den pårørende er med" if consented else "den pårørende er ikke med", "det modsatte")


@_behov("BEHOV-R10", "Et niveau, der afviger fra forslaget, er begrundet", Grade.F3, f"{MODEL}, Udvikling af algoritme (KP-08)")
def deviation_has_reason(levels: Sequence[int], reasons: Sequence[str], wanted: str) -> Outcome:
    """`reasons` stand with `levels`; `wanted` is what the doctor wrote, empty where the doctor wrote none."""
    if not wanted:
        return breach(SCREEN, "intet niveau uden begrundelse", f"niveau {levels[-1]}") if levels else HOLDS
    return stands_in(wanted, reasons, SCREEN, "ingen begrundelse")
