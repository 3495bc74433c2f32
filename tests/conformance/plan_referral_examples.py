"""The rules about referrals made from a plan: an example that breaks each, and one that holds."""

from __future__ import annotations

from harness.conformance.behaviour import plan_referral as rules
from harness.conformance.rule import Rule
from harness.domain.referral import ReferralStatus

LETTER = "Henvises til samtale\nFra forløbsplanen: Rygestop\npå tirsdage BCDFGH"

# rule, what breaks it, what must be found, what holds
EXAMPLES: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (
        rules.plan_is_told,
        (LETTER, ["Rygestop på tirsdage BCDFGH", "Motion JKLMNP"], []),
        "ikke i henvisningen",
        (LETTER, ["Rygestop på tirsdage BCDFGH"], ["Rygskole QRSTVW"]),
    ),
    (
        rules.plan_is_told,
        (LETTER, [], ["Rygestop på tirsdage BCDFGH"]),
        "også en anden plans: “Rygestop på tirsdage BCDFGH”",
        (LETTER, [], []),
    ),
    (
        rules.conversation_is_asked_for,
        (LETTER, "afklarende samtale"),
        "ikke i henvisningen",
        ("Afklarende\nsamtale", "afklarende samtale"),
    ),
    (rules.stands_in_own_plan, (["h2"], "h1", True), "den står der 0 gange", (["h2", "h1"], "h1", True)),
    (rules.stands_in_own_plan, (["h1", "h1"], "h1", True), "den står der 2 gange", (["h1"], "h1", True)),
    (rules.stands_in_own_plan, (["h1"], "h1", False), "den står der 1 gange", (["h2"], "h1", False)),
    (
        rules.plan_shows_status,
        (["sendt"], {ReferralStatus.RECEIVED}),
        "“sendt”",
        (["sendt"], {ReferralStatus.SENT, ReferralStatus.NOT_SENT}),
    ),
    (rules.plan_shows_status, ([], {ReferralStatus.RECEIVED}), "ikke henvisningen", (["modtaget"], {ReferralStatus.RECEIVED})),
]
