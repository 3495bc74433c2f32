"""The Danish steps about referrals. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import referral as rules
from harness.domain.referral import Asker, Receiver, ReferralStatus, Told
from harness.services.service import Availability, Order
from harness.steps.referral_story import Referrals
from harness.steps.story import Story

_CONVERSATION = "afklarende samtale"
_LONG = "Patienten fortæller om åndenød, når hun går på trapper, og om dage, hvor hun ikke kommer ud. " * 20
_NETWORK = r"er optaget|svarer ikke|svarer for sent"
_ANOTHER = r"speciallæge|sygehus|fysioterapeut|kiropraktor|psykolog|fodterapeut"


@given(parsers.re(rf"at forsendelsesnettet (?P<answer>{_NETWORK})"))
def network_answers(story: Story, answer: str) -> None:
    """Fra nu af er det net, breve til kommunen bliver sendt gennem, optaget, svarer ikke eller svarer for sent."""
    story.services.order("vans", Order("tilgængelighed", {"værdi": str(Availability(answer.removeprefix("er ")))}))


@given(parsers.re(r"at kommunens kvittering er (?P<where>på vej|kommet frem)"))
def has_receipted(story: Story, where: str) -> None:
    """Kommunen har kvitteret for den seneste henvisning, og kvitteringen er på vej til systemet eller kommet frem."""
    story.part(Referrals).wait_for_receipt()
    if where == "kommet frem":
        story.be_quiet()


@given(parsers.re(r"at kommunens (næste )?kvittering går tabt"))
def receipt_is_lost(story: Story) -> None:
    """Kommunen tager imod henvisningen, men systemet får ingen kvittering."""
    story.services.order("dnhf", Order("kvittering", {"svar": "ingen"}))


@given(parsers.parse('at kommunen afviser henvisninger med ordene "{why}"'))
def municipality_refuses(story: Story, why: str) -> None:
    """Kommunen svarer på henvisninger, at den ikke kan tage imod dem, og hvorfor."""
    story.part(Referrals).refuse(why)


@given(parsers.parse('at "{alias}" har sagt nej til tilbagemelding'))
def no_feedback(story: Story, alias: str) -> None:
    """Patienten vil ikke have, at kommunen melder tilbage til klinikken. Det bliver skrevet i systemet, når lægen henviser."""
    story.part(Referrals).unwilling.add(alias)


@given(parsers.parse('at "{alias}" også har en depression'))
def has_depression(story: Story, alias: str) -> None:
    """Patienten har også diagnosen depression (ICPC-2 P76). Den står som bidiagnose i henvisningen."""
    story.part(Referrals).depressed.add(alias)


@given(parsers.re(r'at "(?P<alias>[^"]+)" er henvist til afklarende samtale'))
@when(parsers.re(r'lægen henviser "(?P<alias>[^"]+)" til afklarende samtale'))
def refer(story: Story, alias: str) -> None:
    """Lægen henviser patienten med KOL til en afklarende samtale i kommunen og skriver hvorfor."""
    story.part(Referrals).refer(alias)


@when(parsers.re(r'lægen henviser "(?P<alias>[^"]+)" til afklarende samtale for (?P<disease>KOL|rygsmerter)'))
def refer_for(story: Story, alias: str, disease: str) -> None:
    """Lægen henviser patienten til en afklarende samtale i kommunen. Sygdommen er hoveddiagnosen."""
    story.part(Referrals).refer(alias, disease=disease)


@given(parsers.re(r'at "(?P<alias>[^"]+)" er henvist til afklarende samtale på niveau (?P<level>[123])'))
@when(parsers.re(r'lægen henviser "(?P<alias>[^"]+)" til afklarende samtale på niveau (?P<level>[123])'))
def refer_on_level(story: Story, alias: str, level: str) -> None:
    """Lægen henviser patienten til en afklarende samtale i kommunen. Patientens niveau er 1, 2 eller 3."""
    story.part(Referrals).refer(alias, level=int(level))


@when(parsers.re(r'lægen henviser "(?P<alias>[^"]+)" til afklarende samtale og skriver "(?P<text>[^"]+)" om (?P<about>.+)'))
def refer_and_tell(story: Story, alias: str, text: str, about: str) -> None:
    """Lægen henviser til en afklarende samtale og skriver teksten om det nævnte emne i henvisningen."""
    story.part(Referrals).refer(alias, told={Told(about): text})


@when(parsers.re(r'lægen henviser "(?P<alias>[^"]+)" til afklarende samtale med en lang sygehistorie'))
def refer_with_long_story(story: Story, alias: str) -> None:
    """Lægen henviser til en afklarende samtale og skriver en sygehistorie på et par sider om patientens symptomer."""
    story.part(Referrals).refer(alias, told={Told.SYMPTOMS: _LONG.strip()})


@given(parsers.re(rf'at "(?P<alias>[^"]+)" er henvist til (?P<receiver>{_ANOTHER})'))
@when(parsers.re(rf'lægen henviser "(?P<alias>[^"]+)" til (?P<receiver>{_ANOTHER})'))
def refer_to(story: Story, alias: str, receiver: str) -> None:
    """Lægen skriver i systemet en henvisning af patienten til en anden end kommunen."""
    story.part(Referrals).refer(alias, receiver=Receiver(receiver))


@when(parsers.re(rf'(?P<asker>{"|".join(Asker)}) beder om en afklarende samtale til "(?P<alias>[^"]+)"'))
def asks_for_conversation(story: Story, asker: str, alias: str) -> None:
    """En anden end klinikken beder om en afklarende samtale i kommunen, og klinikken skriver det i systemet."""
    story.part(Referrals).register(alias, _CONVERSATION, Asker(asker))


@when(parsers.parse('sygehuset henviser "{alias}" til genoptræning'))
def refers_to_rehabilitation(story: Story, alias: str) -> None:
    """Sygehuset har henvist patienten til genoptræning efter udskrivning, og klinikken skriver det i systemet."""
    story.part(Referrals).register(alias, "genoptræning", Asker.HOSPITAL)


@when("forsendelsesnettet tager imod igen")
def network_is_back(story: Story) -> None:
    """Fra nu af tager nettet imod, som det plejer."""
    story.services.order("vans", Order("tilgængelighed", {"værdi": "normal"}))


@when("henvisningen bliver sendt igen")
def sent_again(story: Story) -> None:
    """Systemet sender selv henvisningen igen inden for et kvarter. Ellers beder brugeren det om at gøre det."""
    story.part(Referrals).send_again()


@when("der er gået en halv time, og kommunen kan kvittere igen")
def half_an_hour(story: Story) -> None:
    """Der går en halv time uden kvittering. Fra da af kommer kommunens kvitteringer frem."""
    story.time.until(lambda: False, 30 * 60.0)
    story.services.order("dnhf", Order("kvittering", {"svar": "positiv"}))


@when("forsendelsesnettet melder, at henvisningen ikke kan leveres")
def carrier_refuses(story: Story) -> None:
    """Nettet sender henvisningens kuvert tilbage: modtageren findes ikke."""
    story.part(Referrals).refuse_by_carrier()


@given(parsers.parse('at henvisningen er kommet tilbage med begrundelsen "{reason}"'))
@when(parsers.parse('henvisningen kommer tilbage med begrundelsen "{reason}"'))
def comes_back(story: Story, reason: str) -> None:
    """Modtageren sender henvisningen tilbage, og klinikken skriver begrundelsen i systemet."""
    story.part(Referrals).come_back(reason)


@when("klinikken giver patienten besked")
def tell_patient(story: Story) -> None:
    """Klinikken fortæller patienten, at henvisningen kom tilbage, og skriver i systemet, at det er gjort."""
    story.part(Referrals).tell_patient()


@when(parsers.parse('lægen skriver "{step}" som næste skridt i planen'))
def write_next_step(story: Story, step: str) -> None:
    """Lægen skriver, hvad der nu skal ske, i patientens behandlingsplan. Den nye udgave deles ikke endnu."""
    story.part(Referrals).write_next_step(step)


@then("har kommunen modtaget henvisningen")
def has_arrived(story: Story) -> None:
    """Henvisningen er sendt til kommunen for den rigtige patient, er taget imod af nettet og overholder reglerne for sin type."""
    story.part(Referrals).expect(rules.referral_came)


@then("har kommunen modtaget henvisningen trods den psykiske lidelse")
def has_arrived_though_ill(story: Story) -> None:
    """En psykisk lidelse hindrer ikke, at henvisningen bliver sendt."""
    story.part(Referrals).expect(rules.mental_illness_is_no_bar)


@then("har kommunen modtaget henvisningen uanset niveau")
def has_arrived_whatever_level(story: Story) -> None:
    """Patientens niveau hindrer ikke, at henvisningen bliver sendt."""
    story.part(Referrals).expect(rules.level_is_no_bar)


@then("det, lægen skrev, står i henvisningen")
def told_is_there(story: Story) -> None:
    """Hver tekst, lægen skrev i henvisningen, står i den bogstav for bogstav."""
    referrals = story.part(Referrals)
    story.check(rules.told_is_there, referrals.text(), referrals.last.told)


@then("hoveddiagnosen er den sygdom, lægen henviste for")
def diagnosis_is_own(story: Story) -> None:
    """Henvisningens hoveddiagnose er sygdommens ICPC-2-kode eller en SKS-kode, den svarer til."""
    referrals = story.part(Referrals)
    story.check(rules.diagnosis_is_own, referrals.main_codes(), referrals.last.disease.accepted)


@then("intet fra den forrige henvisning står i den nye")
def nothing_from_before(story: Story) -> None:
    """Det, lægen skrev i den forrige henvisning, står ikke i den nye."""
    referrals = story.part(Referrals)
    story.check(rules.nothing_from_before, referrals.text(), referrals.earlier_marks())


@then(parsers.parse("niveau {level:d} står i henvisningen"))
def level_is_there(story: Story, level: int) -> None:
    """Patientens niveau kan læses i henvisningen."""
    referrals = story.part(Referrals)
    story.check(rules.level_is_there, referrals.text(), referrals.fact_text("niveau-i-henvisning", niveau=level))


@then("det står i henvisningen, at kommunen ikke må melde tilbage")
def consent_is_there(story: Story) -> None:
    """Patientens nej til tilbagemelding kan læses i henvisningen."""
    referrals = story.part(Referrals)
    story.check(rules.consent_is_there, referrals.text(), referrals.fact_text("samtykke-i-henvisning", svar="nej"))


@then("viser systemet, at kommunen har modtaget henvisningen")
@then("systemet viser, at kommunen har modtaget henvisningen")
def shows_received(story: Story) -> None:
    """Kommunen har kvitteret, og det kan brugeren se på henvisningen."""
    story.part(Referrals).check_status({ReferralStatus.RECEIVED})


@then("systemet viser, at kommunen har modtaget den forrige henvisning")
def shows_earlier_received(story: Story) -> None:
    """Det, der siden er svaret på en anden henvisning, har ikke ændret patientens forrige henvisning."""
    story.part(Referrals).check_status({ReferralStatus.RECEIVED}, before=1)


@then("viser systemet, at kommunen endnu ikke har kvitteret")
def shows_unreceipted(story: Story) -> None:
    """Systemet siger ikke, at kommunen har modtaget henvisningen, så længe kommunen ikke har kvitteret."""
    story.part(Referrals).check_status({ReferralStatus.SENT, ReferralStatus.NOT_SENT})


@then("viser systemet, at henvisningen ikke er sendt")
def shows_unsent(story: Story) -> None:
    """Brugeren kan se, at henvisningen ikke kom af sted."""
    story.part(Referrals).check_status({ReferralStatus.NOT_SENT})


@then("viser systemet, at henvisningen er afvist")
def shows_refused(story: Story) -> None:
    """Brugeren kan se, at kommunen ikke tog imod henvisningen."""
    story.part(Referrals).check_status({ReferralStatus.REFUSED})


@then("viser systemet, at henvisningen ikke er nået frem")
def shows_undelivered(story: Story) -> None:
    """Brugeren kan se, at henvisningen er afvist undervejs eller ikke er sendt."""
    story.part(Referrals).check_status({ReferralStatus.REFUSED, ReferralStatus.NOT_SENT})


@then("systemet viser, hvorfor kommunen afviste den")
def shows_why(story: Story) -> None:
    """Kommunens egne ord står ved henvisningen."""
    referrals = story.part(Referrals)
    story.check(rules.refusal_is_explained, referrals.shown().text("besked"), referrals.why)


@then("har kommunen henvisningen netop én gang")
@then("kommunen har henvisningen netop én gang")
def held_once(story: Story) -> None:
    """Kommunen har én henvisning, også når systemet måtte sende den flere gange."""
    story.part(Referrals).check_held_once()


@then("forsendelsen følger MedComs regler for genfremsendelse")
def line_keeps_rules(story: Story) -> None:
    """Samme meddelelse i en ny kuvert med nyt tidspunkt, uændret indhold, og ingen kvittering for en kvittering."""
    story.part(Referrals).judge_line()


@then(parsers.re(rf"viser systemet, at (?P<asker>{'|'.join(Asker)}) har bedt om den"))
def asker_is_shown(story: Story, asker: str) -> None:
    """Den afklarende samtale kan ses på patienten sammen med, hvem der bad om den."""
    referrals = story.part(Referrals)
    shown = {row.text("årsag"): row.text("bedtOmAf") for row in referrals.rows(referrals.last.alias)}
    story.check(rules.asker_is_shown, shown, referrals.last.told[Told.REASON], Asker(asker))


@then("viser systemet henvisningen med modtager og årsag")
def referral_is_kept(story: Story) -> None:
    """Henvisningen kan ses på patienten: hvem der er henvist til, og hvorfor."""
    referrals = story.part(Referrals)
    shown = [(row.text("modtager"), row.text("årsag")) for row in referrals.rows(referrals.last.alias)]
    story.check(rules.referral_is_kept, shown, str(referrals.last.receiver), referrals.last.told[Told.REASON])


@then("står henvisningen i den delte plan")
@then("henvisningen står i den delte plan")
def referral_is_in_plan(story: Story) -> None:
    """Når lægen har delt planen, kan alle, der må se den, læse, at patienten er henvist."""
    referrals = story.part(Referrals)
    text = referrals.plan_text()
    story.check(rules.referral_is_in_plan, referrals.planned(text), text)


@then("viser systemet, at patienten mangler at få besked")
def patient_is_untold(story: Story) -> None:
    """Klinikken kan se, at patienten endnu ikke har fået at vide, at henvisningen kom tilbage."""
    story.check(rules.patient_is_untold, story.part(Referrals).shown().flag("patientenManglerBesked"))


@then("viser systemet, at patienten har fået besked")
def patient_is_told(story: Story) -> None:
    """Klinikken kan se, at der ikke længere mangler besked til patienten."""
    story.check(rules.patient_is_told, story.part(Referrals).shown().flag("patientenManglerBesked"))


@then("systemet viser begrundelsen")
def reason_is_shown(story: Story) -> None:
    """Begrundelsen for at sende henvisningen tilbage kan læses ved henvisningen."""
    referrals = story.part(Referrals)
    story.check(rules.reason_is_shown, referrals.shown().text("begrundelse"), referrals.reason)


@then("står næste skridt i den delte plan")
def next_step_is_in_plan(story: Story) -> None:
    """Når lægen har delt planen, kan alle, der må se den, læse det næste skridt."""
    referrals = story.part(Referrals)
    story.check(rules.next_step_is_in_plan, referrals.planned(referrals.step), referrals.step)
