"""The Danish steps about referrals. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import referral as rules
from harness.domain.referral import Asker, Receiver, ReferralStatus, Told
from harness.services.service import Availability, Order
from harness.steps.diseases import DISEASES
from harness.steps.referral.referral_story import CONVERSATION, Referrals
from harness.steps.story import Story

_NETWORK: Final = {
    "er optaget": Availability.BUSY,
    "svarer ikke": Availability.SILENT,
    "svarer for sent": Availability.LATE,
    "tager imod igen": Availability.NORMAL,
}
_NETWORK_DOES: Final = (
    rf"nettet, som breve bliver sendt gennem, (?P<what>{'|'.join(_NETWORK)}|melder, at henvisningen ikke kan leveres)"
)
_RECEIPT_IS: Final = (
    r"kommunens (?:næste )?kvittering(?:er)? (?P<what>går tabt|er på vej|er kommet frem|kommer frem igen efter en halv time"
    r'|er et nej)(?: med ordene "(?P<why>[^"]+)")?'
)
_LONG: Final = "Patienten fortæller om åndenød, når hun går på trapper, og om dage, hvor hun ikke kommer ud. " * 20
_MORE: Final[Mapping[str, Mapping[str, Any]]] = {
    **{f"for {name}": {"disease": disease} for name, disease in DISEASES.items()},
    **{f"på niveau {level}": {"level": level} for level in (1, 2, 3)},
    "med en lang sygehistorie": {"told": {Told.SYMPTOMS: _LONG.strip()}},
}
"""What more there is about a referral, and what it is to `Referrals.refer`."""

_TO: Final = (
    rf"til (?P<to>{'|'.join((CONVERSATION, *(each for each in Receiver if each is not Receiver.MUNICIPALITY)))})"
    rf'(?: (?P<more>{"|".join(_MORE)}))?(?: og skriver "(?P<text>[^"]+)" om (?P<about>{"|".join(Told)}))?'
)
_CAME: Final = {
    "": rules.referral_came,
    "netop én gang": rules.referral_came,
    "trods den psykiske lidelse": rules.mental_illness_is_no_bar,
    "uanset niveau": rules.level_is_no_bar,
}
STATUS: Final = {
    "at kommunen har modtaget henvisningen": {ReferralStatus.RECEIVED},
    "at kommunen endnu ikke har kvitteret": {ReferralStatus.SENT, ReferralStatus.NOT_SENT},
    "at henvisningen ikke er sendt": {ReferralStatus.NOT_SENT},
    "at henvisningen er afvist": {ReferralStatus.REFUSED},
    "at henvisningen ikke er nået frem": {ReferralStatus.REFUSED, ReferralStatus.NOT_SENT},
}
"""Where the referral stands in words, and what the system may show then."""

_TOLD: Final = (
    "at kommunen har modtaget den forrige henvisning",
    "hvorfor den blev afvist",
    "hvorfor den kom tilbage",
    "at patienten mangler at få besked",
    "at patienten har fået besked",
    "at patienten mangler besked om den forrige",
)


@given(parsers.re(f"at {_NETWORK_DOES}"))
@when(parsers.re(_NETWORK_DOES))
def network_does(story: Story, what: str) -> None:
    """Nettet, som breve mellem klinik og kommune bliver sendt gennem, er fra nu af optaget, svarer ikke, svarer for sent eller
    tager imod, som det plejer. Eller det sender den seneste henvisning tilbage, fordi modtageren ikke findes.
    """
    if what in _NETWORK:
        story.services.order("vans", Order("tilgængelighed", {"værdi": str(_NETWORK[what])}))
    else:
        story.part(Referrals).refuse_by_carrier()


@given(parsers.re(f"at {_RECEIPT_IS}"))
@when(parsers.re(_RECEIPT_IS))
def receipt_is(story: Story, what: str, why: str | None) -> None:
    """Kommunens kvitteringer går fra nu af tabt, kommer frem igen, når der er gået en halv time, eller er et nej med en grund.
    Eller kvitteringen for den seneste henvisning er på vej til systemet eller kommet frem.
    """
    referrals = story.part(Referrals)
    match what:
        case "går tabt":
            referrals.receipts("ingen")
        case "kommer frem igen efter en halv time":
            story.time.until(lambda: False, 30 * 60.0)
            referrals.receipts("positiv")
        case "er et nej":
            referrals.receipts("afvist", why or "")
        case _:
            referrals.wait_for_receipt()
            if what == "er kommet frem":
                story.be_quiet()


@given(parsers.re(r'at "(?P<alias>[^"]+)" (?P<what>har sagt nej til tilbagemelding|også har en depression)'))
def patient_is(story: Story, alias: str, what: str) -> None:
    """Det kommer med, når lægen henviser: patienten vil ikke have, at kommunen melder tilbage til klinikken, eller har også
    diagnosen depression (ICPC-2 P76), som står som bidiagnose.
    """
    referrals = story.part(Referrals)
    (referrals.depressed if what == "også har en depression" else referrals.unwilling).add(alias)


@given(parsers.re(rf'at "(?P<alias>[^"]+)" er henvist {_TO}'))
@when(parsers.re(rf'lægen henviser "(?P<alias>[^"]+)" {_TO}'))
def refer(story: Story, alias: str, to: str, more: str | None, text: str | None, about: str | None) -> None:
    """Lægen henviser patienten til en afklarende samtale i kommunen eller til en anden og skriver hvorfor. Hoveddiagnosen er
    KOL, når ingen anden sygdom er nævnt. Niveauet og det, lægen ellers skriver, kommer med i henvisningen; en lang sygehistorie
    er på et par sider.
    """
    told = {Told(about): text} if about else {}
    story.part(Referrals).refer(alias, to, **{"told": told, **_MORE.get(more or "", {})})


@when(parsers.re(rf'(?P<asker>{"|".join(Asker)}) beder om (?:en )?(?P<offer>{CONVERSATION}|genoptræning) til "(?P<alias>[^"]+)"'))
def asks_for(story: Story, asker: str, offer: str, alias: str) -> None:
    """En anden end klinikken har bedt om en afklarende samtale eller om genoptræning efter udskrivning, og klinikken skriver
    det i systemet.
    """
    story.part(Referrals).register(alias, offer, Asker(asker))


@when("henvisningen bliver sendt igen")
def sent_again(story: Story) -> None:
    """Systemet sender selv henvisningen igen inden for et kvarter. Ellers beder brugeren det om at gøre det."""
    story.part(Referrals).send_again()


@given(
    parsers.re(r'at henvisningen er kommet tilbage med begrundelsen "(?P<reason>[^"]+)"(?P<told>, og patienten har fået besked)?')
)
@when(parsers.re(r'henvisningen kommer tilbage med begrundelsen "(?P<reason>[^"]+)"(?P<told>, og patienten får besked)?'))
def comes_back(story: Story, reason: str, told: str | None) -> None:
    """Modtageren sender henvisningen tilbage, og klinikken skriver begrundelsen i systemet. Når patienten får besked, skriver
    klinikken også det.
    """
    story.part(Referrals).come_back(reason)
    if told:
        story.part(Referrals).tell_patient()


@when(parsers.parse('lægen skriver "{step}" som næste skridt i planen'))
def write_next_step(story: Story, step: str) -> None:
    """Lægen skriver, hvad der nu skal ske, i patientens behandlingsplan. Den nye udgave deles ikke endnu."""
    story.part(Referrals).write_next_step(step)


@then(parsers.re(rf"(?:har kommunen|kommunen har) modtaget henvisningen(?: (?P<how>{'|'.join(filter(None, _CAME))}))?"))
def has_arrived(story: Story, how: str | None) -> None:
    """Henvisningen er sendt til kommunen for den rigtige patient, er taget imod og overholder reglerne for sin type. En psykisk
    lidelse eller niveauet hindrer det ikke. Netop én gang: kommunen har ét brev, og det, der er sendt igen, følger MedComs
    regler: samme indhold i en ny forsendelse med nyt tidspunkt.
    """
    referrals = story.part(Referrals)
    referrals.expect(_CAME[how or ""])
    if how == "netop én gang":
        referrals.check_held_once()


@then(
    parsers.re(
        r"(?P<what>det, lægen skrev,|den sygdom, lægen henviste for,|niveau 1|niveau 2|niveau 3"
        r"|patientens (?:ja|nej) til tilbagemelding|intet fra den forrige) står i henvisningen"
    )
)
def stands_in_letter(story: Story, what: str) -> None:
    """I henvisningen, som kommunen fik den, står hver tekst bogstav for bogstav, sygdommen som hoveddiagnose (ICPC-2 eller SKS),
    niveauet, nejet eller jaet. Intet fra den forrige: det, lægen skrev i patientens tidligere henvisninger, står der ikke.
    """
    referrals = story.part(Referrals)
    letter = referrals.text()
    match what.split():
        case ["det,", *_]:
            story.check(rules.told_is_there, letter, referrals.last.told)
        case ["den", *_]:
            story.check(rules.diagnosis_is_own, referrals.main_diagnoses(), referrals.last.accepted, referrals.texts_of_others())
        case ["niveau", level]:
            story.check(rules.level_is_there, letter, referrals.fact_text("niveau-i-henvisning", niveau=level))
        case ["intet", *_]:
            story.check(rules.nothing_from_before, letter, referrals.earlier_marks())
        case [_, answer, *_]:
            story.check(rules.consent_is_there, letter, referrals.fact_text("samtykke-i-henvisning", svar=answer))


@then(parsers.re(rf"(?:viser systemet|systemet viser), (?P<what>{'|'.join((*STATUS, *_TOLD))})"))
def shows(story: Story, what: str) -> None:
    """Brugeren kan se på henvisningen, hvor den står: modtaget, når kommunen har kvitteret, og ikke før; ikke sendt, når den ikke
    kom af sted; afvist, med kommunens egne ord; sendt tilbage, med begrundelsen; og om patienten mangler at få det at vide. En
    henvisning, der ikke er nået frem, står som afvist eller ikke sendt.
    """
    referrals = story.part(Referrals)
    match what:
        case "hvorfor den blev afvist":
            story.check(rules.refusal_is_explained, referrals.shown().text("besked"), referrals.why)
        case "hvorfor den kom tilbage":
            story.check(rules.reason_is_shown, referrals.shown().text("begrundelse"), referrals.reason)
        case "at patienten mangler at få besked":
            story.check(rules.patient_is_untold, referrals.shown().flag("patientenManglerBesked"))
        case "at patienten mangler besked om den forrige":
            story.check(rules.patient_is_untold, referrals.shown(before=1).flag("patientenManglerBesked"))
        case "at patienten har fået besked":
            story.check(rules.patient_is_told, referrals.shown().flag("patientenManglerBesked"))
        case "at kommunen har modtaget den forrige henvisning":
            referrals.check_status({ReferralStatus.RECEIVED}, before=1)
        case _:
            referrals.check_status(STATUS[what])


@then(parsers.re(r"viser systemet henvisningen med årsag og (?P<who>modtager|den, der bad om den)"))
def referral_is_kept(story: Story, who: str) -> None:
    """Henvisningen kan ses på patienten én gang: hvorfor, og hvem der er henvist til, eller hvem der bad om den."""
    referrals = story.part(Referrals)
    field, rule, expected = {
        "modtager": ("modtager", rules.referral_is_kept, referrals.last.receiver),
        "den, der bad om den": ("bedtOmAf", rules.asker_is_shown, referrals.last.asker),
    }[who]
    shown = [(row.text(field), row.text("årsag")) for row in referrals.rows(referrals.last.alias)]
    story.check(rule, shown, str(expected), referrals.last.told[Told.REASON])


@then(parsers.re(r"(?:står )?(?P<what>henvisningen|den forrige henvisning|næste skridt) (?:står )?i den delte plan"))
def stands_in_plan(story: Story, what: str) -> None:
    """Når lægen har delt planen, kan alle, der må se den, læse næste skridt, eller én gang, at patienten er henvist, nu eller
    tidligere i scenariet.
    """
    referrals = story.part(Referrals)
    if what == "næste skridt":
        texts = [each for edition in referrals.planned(referrals.step) for each in edition.interventions]
        story.check(rules.next_step_is_in_plan, texts, referrals.step)
        return
    text = referrals.plan_text(before=int(what == "den forrige henvisning"))
    story.check(rules.referral_is_in_plan, referrals.planned(text), text)
