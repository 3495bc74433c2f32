"""What must hold of a referral made from inside a plan of Digitale Forløbsplaner. Subject `flp-henvisning`.

That it comes, for the right patient and diagnosis, is `henvisning`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from harness.conformance.behaviour.seen import MODEL, RECEIVER, SCREEN, breach, one_line, quoted, rules_about
from harness.conformance.rule import HOLDS, Outcome
from harness.domain.grade import Grade
from harness.domain.referral import ReferralStatus

_referral = rules_about("flp-henvisning")

_SUPPORT: Final = "MedCom, styregruppemøde for digitale forløbsplaner 2024, punkt 9: understøttelse af henvisningen (FLP-10)"
_OVERVIEW: Final = f"{MODEL}, Fælles digitalt overblik – MinPlan (FLP-11)"
_CONTENT: Final = "forløbsplanens-indhold-i-henvisningen"
_SHOWN: Final = "henvisninger-vises-i-forløbsplanen"
_ASKED: Final = "afklarende-samtale-i-henvisningen"
_CONVERSATION: Final = "MedCom, Henvisning til kommunernes forebyggelsestilbud, 4. oktober 2023: afklarende samtale (FLP-10)"


@_referral("FLPH-R01", "Det, netop denne forløbsplan siger nu, står i henvisningen", Grade.F2, _SUPPORT, fact=_CONTENT)
def plan_is_told(letter: str, texts: Collection[str], others: Collection[str]) -> Outcome:
    """`letter` is the referral's whole text, `texts` what stands now in those parts of the plan that the profile names, and
    `others` what stands in the patient's other plans.
    """
    lacking = [text for text in texts if one_line(text) not in one_line(letter)]
    strays = [text for text in others if one_line(text) in one_line(letter)]
    if lacking:
        return breach(RECEIVER, quoted(lacking, ""), "ikke i henvisningen")
    return breach(RECEIVER, "kun denne plans tekster", f"også en anden plans: {quoted(strays, '')}") if strays else HOLDS


@_referral("FLPH-R04", "Henvisningen fra planen beder om en afklarende samtale", Grade.F2, _CONVERSATION, fact=_ASKED)
def conversation_is_asked_for(letter: str, words: str) -> Outcome:
    """`letter` is the referral's whole text, `words` how the profile says that the conversation stands there."""
    return HOLDS if words.casefold() in one_line(letter).casefold() else breach(RECEIVER, f"“{words}”", "ikke i henvisningen")


@_referral(
    "FLPH-R02", "Henvisningen står én gang i den plan, den er lavet fra, og ikke i andre", Grade.F2, _OVERVIEW, fact=_SHOWN
)
def stands_in_own_plan(shown: Sequence[str], referral: str, own: bool) -> Outcome:
    """`shown` are the keys of the referrals the plan shows; `own` is whether `referral` was made from that plan."""
    if shown.count(referral) == int(own):
        return HOLDS
    return breach(SCREEN, "henvisningen én gang" if own else "ikke henvisningen", f"den står der {shown.count(referral)} gange")


@_referral("FLPH-R03", "Forløbsplanen viser, hvor henvisningen står", Grade.F2, _OVERVIEW, fact=_SHOWN)
def plan_shows_status(statuses: Collection[str], wanted: Collection[ReferralStatus]) -> Outcome:
    """`statuses` are what the plan shows of the referral: none where it does not show it. `wanted` are the right ones."""
    if statuses and set(statuses) <= set(wanted):
        return HOLDS
    return breach(SCREEN, " eller ".join(sorted(wanted)), quoted(statuses, "ikke henvisningen"))
