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


@_referral("FLPH-R01", "Det, forløbsplanen siger nu, står i henvisningen", Grade.F2, _SUPPORT, fact=_CONTENT)
def plan_is_told(letter: str, texts: Collection[str]) -> Outcome:
    """`letter` is the referral's whole text, `texts` what stands now in those parts of the plan that the profile names."""
    lacking = [text for text in texts if one_line(text) not in one_line(letter)]
    return breach(RECEIVER, quoted(lacking, ""), "ikke i henvisningen") if lacking else HOLDS


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
