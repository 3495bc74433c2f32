"""The rules about what patients see, and about what is counted: an example that breaks each, and one that holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from harness.conformance.behaviour import min_plan, monitoring
from harness.conformance.rule import Rule
from harness.domain.indicators import PlanCount, Share
from harness.domain.sharing import SharedEdition

OLD = SharedEdition("d1", "s", 1, False, "2509479989", "", ("Gå BCD",), ("Samtale",), ("R95",), "20261005")
NEW = replace(OLD, document_id="d2", version=2, current=True, goals=("Løb FGH",), interventions=("Samtale", "Ilt JKL"))
SHORT = replace(NEW, document_id="d3", set_id="t", interventions=("Samtale",))
WALK = ("Gågruppe BCD", "patienten")
DAY = date(2026, 10, 5)

# rule, what breaks it, what must be found, what holds
MINPLAN: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (min_plan.change_is_seen, ([replace(OLD, current=True)], "FGH", "BCD"), "det nye mål mangler", ([OLD, NEW], "FGH", "BCD")),
    (
        min_plan.change_is_seen,
        ([replace(OLD, current=True), NEW], "FGH", "BCD"),
        "også det gamle mål",
        ([replace(NEW, goals=("Løb FGH", "Før: Gå BCD"))], "FGH", "BCD"),
    ),
    (min_plan.all_see_the_same, ([NEW, SHORT], "Ilt JKL"), "mangler i 1 af 2", ([OLD, NEW], "Ilt JKL")),
    (min_plan.all_see_the_same, ([OLD], "Ilt JKL"), "mangler i 0 af 0", ([NEW], "Ilt JKL")),
    (min_plan.note_stays, (2,), "2 med noten", (0,)),
    (min_plan.note_is_kept, (["Andet"], "Spørg BCD"), "“Andet”", (["Andet", "5. oktober: Spørg BCD"], "Spørg BCD")),
    (min_plan.activity_is_shown, ([], "Gågruppe BCD"), "ingen aktivitet", ([WALK], "Gågruppe BCD")),
    (
        min_plan.activity_is_shown,
        ([WALK, WALK], "Gågruppe BCD"),
        "“Gågruppe BCD”; “Gågruppe BCD”",
        ([("I dag:\nGågruppe\nBCD", "patienten"), ("Svømning FGH", "patienten")], "Gågruppe BCD"),
    ),
    (
        min_plan.activity_is_the_patients,
        ([("Gågruppe BCD", "klinikken")], "Gågruppe BCD"),
        "registreret af klinikken",
        ([WALK, ("Kontrol", "klinikken")], "Gågruppe BCD"),
    ),
    (min_plan.closed_is_not_used, (1,), "1 kald", (0,)),
    (
        min_plan.link_leads_to_the_new_view,
        ("https://www.sundhedsmappen.dk/",),
        "www.sundhedsmappen.dk",
        ("https://www.sundhed.dk/borger/",),
    ),
    (min_plan.link_leads_to_the_new_view, ("https://ikkesundhed.dk/",), "ikkesundhed.dk", ("https://sundhed.dk",)),
    (min_plan.link_leads_to_the_new_view, ("",), "intet link", ("https://min.sundhed.dk/plan?id=1",)),
]
MONITORERING: list[tuple[Rule, tuple[object, ...], str, tuple[object, ...]]] = [
    (
        monitoring.plans_are_counted,
        (PlanCount(1, 1, 1), PlanCount(1, 0, 1)),
        "1 ny, 1 vedligeholdt, 1 forløb",
        (PlanCount(1, 1, 1), PlanCount(1, 1, 1)),
    ),
    (monitoring.counts_for_the_clinic, ({"2", "1"}, "1"), "1, 2", ({"1"}, "1")),
    (monitoring.counts_for_the_clinic, (set(), "1"), "ingen klinik", ({"1"}, "1")),
    (monitoring.counts_as_in_time, (False, DAY, DAY), "05-10-2026", (True, DAY, DAY)),
    (monitoring.counts_as_in_time, (False, None, DAY), "ingen dato", (True, DAY, DAY)),
    (monitoring.follow_up_is_counted, (Share(0, 1), Share(1, 1)), "0 af 1", (Share(1, 1), Share(1, 1))),
    (monitoring.attendance_is_counted, (Share(1, 1), Share(1, 2)), "1 af 1", (Share(1, 2), Share(1, 2))),
    (monitoring.compliance_is_counted, (Share(0, 0), Share(1, 1)), "0 af 0", (Share(1, 1), Share(1, 1))),
    (monitoring.proactive_follow_up_is_counted, (Share(1, 1), Share(0, 1)), "1 af 1", (Share(0, 1), Share(0, 1))),
]
