"""What must hold of whom a pakkeforløb includes, and of the way into it. Subject `inklusion`.

People are given by the names features use, never by their numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from harness.conformance.behaviour.seen import MODEL, SCREEN, breach, one_line, quoted, rules_about, stands_in
from harness.conformance.rule import HOLDS, Outcome, Rule
from harness.domain.grade import Grade

_inclusion = rules_about("inklusion")

_ENTRY: Final = f"{MODEL}, Kriterier for indgang til pakkeforløb (KP-01)"
_ELSEWHERE: Final = f"{MODEL}, Kriterier for indgang til pakkeforløb og Behovsvurdering (KP-03)"
_PHASING_IN: Final = f"{MODEL}, Indfasning af pakkeforløb og digital understøttelse (KP-01)"
_NOBODY: Final = "ingen af scenariets patienter"


@_inclusion("INKL-R01", "Alle de patienter, profilen omfatter, står på listen", Grade.F2, _ENTRY)
def nobody_missing(listed: Collection[str], included: Collection[str]) -> Outcome:
    """`listed` are the scenario's people on the list, `included` those the profile includes."""
    return HOLDS if set(included) <= set(listed) else breach(SCREEN, quoted(included, _NOBODY), quoted(listed, _NOBODY))


@_inclusion("INKL-R02", "Ingen andre end dem, profilen omfatter, står på listen", Grade.F2, _ENTRY)
def nobody_too_many(listed: Collection[str], excluded: Mapping[str, str]) -> Outcome:
    """`excluded` are those the profile does not include, each with why."""
    wrong = [f"{name}, som {excluded[name]}" for name in dict.fromkeys(listed) if name in excluded]
    return breach(SCREEN, "kun dem, profilen omfatter", quoted(wrong, "")) if wrong else HOLDS


@_inclusion("INKL-R03", "Hver patient står én gang på listen", Grade.F3, _ENTRY)
def each_once(listed: Sequence[str]) -> Outcome:
    """`listed` as the list has them."""
    return HOLDS if len(set(listed)) == len(listed) else breach(SCREEN, quoted(dict.fromkeys(listed), ""), quoted(listed, ""))


def _agreed(listed: Collection[str], included: Collection[str], excluded: Mapping[str, str]) -> Outcome:
    return nobody_missing.check(listed, included) or nobody_too_many.check(listed, excluded)


@_inclusion("INKL-R04", "Listen for KOL følger de aftalte inklusionskriterier", Grade.F2, _ENTRY, fact="inklusion-kol")
def agreed_kol(listed: Collection[str], included: Collection[str], excluded: Mapping[str, str]) -> Outcome:
    """As INKL-R01 and INKL-R02, with the agreed profile."""
    return _agreed(listed, included, excluded)


@_inclusion(
    "INKL-R05",
    "Listen for type 2-diabetes følger de aftalte inklusionskriterier",
    Grade.F2,
    _ENTRY,
    fact="inklusion-type-2-diabetes",
)
def agreed_t2d(listed: Collection[str], included: Collection[str], excluded: Mapping[str, str]) -> Outcome:
    """As INKL-R01 and INKL-R02, with the agreed profile."""
    return _agreed(listed, included, excluded)


@_inclusion(
    "INKL-R06",
    "Listen for iskæmisk hjertesygdom følger de aftalte inklusionskriterier",
    Grade.F2,
    _ENTRY,
    fact="inklusion-hjerte",
)
def agreed_hjerte(listed: Collection[str], included: Collection[str], excluded: Mapping[str, str]) -> Outcome:
    """As INKL-R01 and INKL-R02, with the agreed profile."""
    return _agreed(listed, included, excluded)


@_inclusion(
    "INKL-R07", "Listen for lænderygsmerter følger de aftalte inklusionskriterier", Grade.F2, _ENTRY, fact="inklusion-lrs"
)
def agreed_lrs(listed: Collection[str], included: Collection[str], excluded: Mapping[str, str]) -> Outcome:
    """As INKL-R01 and INKL-R02, with the agreed profile."""
    return _agreed(listed, included, excluded)


AGREED: Final[Mapping[str, Rule]] = {
    "inklusion-kol": agreed_kol,
    "inklusion-type-2-diabetes": agreed_t2d,
    "inklusion-hjerte": agreed_hjerte,
    "inklusion-lrs": agreed_lrs,
}
"""The rule about the list that each agreed profile gives, by the profile's fact."""


@_inclusion("INKL-R08", "Når diagnosen bliver stillet, bliver pakkeforløbet foreslået", Grade.F2, _PHASING_IN)
def proposed_at_diagnosis(proposed: Collection[str], wanted: str) -> Outcome:
    """`proposed` are the pakkeforløb the system proposes for the patient, `wanted` the one the new diagnosis belongs to."""
    return _is_proposed(proposed, wanted)


@_inclusion("INKL-R09", "En tidligere stillet diagnose giver forslaget ved næste kontakt", Grade.F2, _PHASING_IN)
def proposed_at_contact(proposed: Collection[str], wanted: str) -> Outcome:
    """`proposed` are the pakkeforløb the system proposes for the patient, `wanted` the one the earlier diagnosis belongs to."""
    return _is_proposed(proposed, wanted)


def _is_proposed(proposed: Collection[str], wanted: str) -> Outcome:
    return HOLDS if wanted in proposed else breach(SCREEN, f"forslag om {wanted}", quoted(proposed, "intet forslag"))


@_inclusion("INKL-R10", "Et pakkeforløb, diagnosen ikke hører til, bliver ikke foreslået", Grade.F2, _PHASING_IN)
def not_proposed(proposed: Collection[str], unwanted: str) -> Outcome:
    """`unwanted` is the pakkeforløb that the diagnosis gives no access to."""
    return breach(SCREEN, f"intet forslag om {unwanted}", quoted(proposed, "")) if unwanted in proposed else HOLDS


@_inclusion("INKL-R11", "Et brev, der nævner pakkeforløbet, kan findes og læses", Grade.F2, _ELSEWHERE)
def letter_is_found(found: Sequence[tuple[str, str]], text: str) -> Outcome:
    """`found` are the letters the search gives, each as patient and text; `text` is what the other actor wrote."""
    return stands_in(text, [said for _, said in found], SCREEN, "intet brev")


@_inclusion("INKL-R12", "Brevet står på den patient, det handler om", Grade.F1, _ELSEWHERE)
def letter_is_the_patients(found: Sequence[tuple[str, str]], text: str, patient: str) -> Outcome:
    """`patient` is whom the letter is about."""
    whose = {name for name, said in found if one_line(text) in one_line(said)}
    return HOLDS if whose == {patient} else breach(SCREEN, patient, quoted(sorted(whose), "ingen patient"))


@_inclusion("INKL-R13", "En patient, klinikken indkalder, står som indkaldt", Grade.F2, _ELSEWHERE)
def called_in(called: Collection[str], patient: str) -> Outcome:
    """`called` are the patients the system shows as called in."""
    return HOLDS if patient in called else breach(SCREEN, f"{patient} er indkaldt", quoted(called, "ingen er indkaldt"))


@_inclusion("INKL-R14", "En søgning giver netop de breve, ordet står i, hvert af dem én gang", Grade.F3, _ELSEWHERE)
def search_is_exact(found: Sequence[tuple[str, str]], written: Collection[str], word: str) -> Outcome:
    """`found` as in INKL-R11; `written` is what other actors wrote in all letters of the scenario. Other letters do not count."""
    right = [text for text in written if word.casefold() in text.casefold()]
    given = [text for text in written for _, said in found if one_line(text) in one_line(said)]
    return HOLDS if given == right else breach(SCREEN, quoted(right, "intet brev"), quoted(given, "intet brev"))
