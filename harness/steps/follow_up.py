"""The Danish steps about follow-up, phases and deadlines. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import treatment_plan as rules
from harness.domain.clock import copenhagen
from harness.lps.driver import Act, CannotAct, View
from harness.steps.story import Story

_DAY_SECONDS = 86400.0


class FollowUps:
    """What was agreed in this attempt: the days, oldest first, and how the last one is to be held."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self.days: list[date] = []
        self.no_show: date | None = None
        self.deadline: int = 0
        self.begun: date | None = None
        self.alias = ""

    @property
    def today(self) -> date:
        """The day in Denmark."""
        return copenhagen(self._story.time.now()).date()

    def agree(self, day: date | None, form: str = "") -> None:
        """A day is agreed; None: that the patient makes contact."""
        entered = {"plan": self._story.plan.key}
        if day:
            entered["dato"] = day.isoformat()
            self.days.append(day)
        if form:
            entered["form"] = form
        self._story.driver.do(Act("aftal-opfoelgning", entered))

    def hold(self, outcome: str) -> None:
        """The follow-up took place, or the patient did not come."""
        self._story.driver.do(Act("registrer-opfoelgning", {"plan": self._story.plan.key, "udfald": outcome}))

    @property
    def agreed(self) -> date:
        """The day agreed last, in this attempt's own acts or when the plan was made."""
        first = self._story.plan.entered.follow_up
        found = [*([first] if first else []), *self.days]
        if not found:
            raise CannotAct("Scenariet har ikke aftalt en opfølgning.")
        return found[-1]

    def course(self) -> rules.Course:
        """The pakkeforløb as the system shows it."""
        shown = self._story.driver.show(View("pakkeforloeb", {"plan": self._story.plan.key}))
        no_shows = [date.fromisoformat(day) for day in shown.texts("udeblivelser")]
        return rules.Course(
            phase=shown.number("fase"),
            running=shown.flag("iGang"),
            day=shown.day("naesteOpfoelgning"),
            own=shown.flag("patientenTagerKontakt"),
            lacking=shown.flag("opfoelgningMangler"),
            form=shown.text("form"),
            no_shows=tuple(no_shows),
        )


def _day(text: str) -> date:
    return datetime.strptime(text, "%d-%m-%Y").date()  # noqa: DTZ007  # a day, whatever the clock


@when(parsers.re(r"lægen (?:aftaler|flytter) næste opfølgning til den (?P<day>\d\d-\d\d-\d{4})"))
def agree_on_day(story: Story, day: str) -> None:
    """Lægen skriver dagen for næste opfølgning i planen (dd-mm-åååå). Den deles ikke endnu."""
    story.part(FollowUps).agree(_day(day))


@when(parsers.re(r"lægen aftaler næste opfølgning som (?P<form>fremmøde hos lægen|video|andet praksispersonale)"))
def agree_on_form(story: Story, form: str) -> None:
    """Lægen aftaler en opfølgning om otte uger, og hvordan den skal foregå."""
    follow_ups = story.part(FollowUps)
    follow_ups.agree(follow_ups.today + timedelta(weeks=8), form)


@when("lægen aftaler næste opfølgning til i morgen")
def agree_on_tomorrow(story: Story) -> None:
    """Lægen skriver dagen efter i dag som næste opfølgning."""
    follow_ups = story.part(FollowUps)
    follow_ups.agree(follow_ups.today + timedelta(days=1))


@when("lægen aftaler, at patienten selv tager kontakt ved behov")
def patients_own(story: Story) -> None:
    """Lægen skriver i planen, at patienten selv har ansvaret for at tage kontakt. Der er ingen dag for opfølgning."""
    story.part(FollowUps).agree(None)


@when("dagen for opfølgningen er gået")
def day_has_passed(story: Story) -> None:
    """Der går to dage. Ingen har registreret noget om opfølgningen."""
    story.time.until(lambda: False, 2 * _DAY_SECONDS)


@when("lægen registrerer, at opfølgningen er holdt")
def follow_up_was_held(story: Story) -> None:
    """Opfølgningen er gennemført. Lægen aftaler ikke den næste."""
    story.part(FollowUps).hold("gennemført")


@when("klinikken registrerer, at patienten udeblev fra opfølgningen")
def patient_did_not_come(story: Story) -> None:
    """Patienten kom ikke til den aftalte opfølgning."""
    follow_ups = story.part(FollowUps)
    follow_ups.no_show = follow_ups.agreed
    follow_ups.hold("udeblevet")


@when(parsers.parse("lægen går videre til fase {phase:d}"))
def change_phase(story: Story, phase: int) -> None:
    """Lægen registrerer, at pakkeforløbet går over i den nævnte fase (2 eller 3). Et system kan kræve noget først."""
    story.driver.do(Act("skift-fase", {"plan": story.plan.key, "fase": phase}))


@when("lægen registrerer, at målene i planen er nået")
def goals_reached(story: Story) -> None:
    """Alle mål i planen er nået."""
    story.driver.do(Act("registrer-maal-naaet", {"plan": story.plan.key}))


@given(parsers.parse("at fristen for en behandlingsplan er {days:d} dage"))
@when(parsers.parse("fristen for en behandlingsplan bliver sat til {days:d} dage"))
def deadline_is(story: Story, days: int) -> None:
    """Klinikkens system er sat op med fristen. Hvor lang den rigtige frist er, er ikke fastsat."""
    _set_deadline(story, days)


@given("at fristen for en behandlingsplan er den, MedCom har meldt ud")
def deadline_of_profile(story: Story) -> None:
    """Klinikkens system er sat op med den frist, der står i profilen. Indtil den er fastsat, er det et eksempel."""
    value = story.profiles["behandlingsplan"].facts["frist-behandlingsplan"].value
    assert isinstance(value, int), "the deadline is a number of days"
    _set_deadline(story, value)


def _set_deadline(story: Story, days: int) -> None:
    story.part(FollowUps).deadline = days
    story.driver.do(Act("saet-frist-for-plan", {"dage": days}))


@given(parsers.re(r'at fristen for "(?P<alias>\w+)" (?P<when>udløber i morgen|udløber i dag|udløb i går)'))
def deadline_ends(story: Story, alias: str, when: str) -> None:
    """Patienten kom i pakkeforløb for KOL netop så mange dage før, at fristen udløber den nævnte dag."""
    follow_ups = story.part(FollowUps)
    follow_ups.alias = alias
    begun = follow_ups.today - timedelta(days=follow_ups.deadline - _DAYS_LEFT[when])
    follow_ups.begun = begun
    entered = {"cpr": str(story.patient(alias).cpr), "sygdom": "KOL", "dato": begun.isoformat()}
    story.driver.do(Act("begynd-pakkeforloeb", entered))


_DAYS_LEFT = {"udløber i morgen": 1, "udløber i dag": 0, "udløb i går": -1}


@then("fremgår det af den delte plan, at patienten selv tager kontakt")
@then("det fremgår af den delte plan, at patienten selv tager kontakt")
def responsibility_is_shared(story: Story) -> None:
    """Det kan læses i den udgave af planen, der gælder nu."""
    story.check(rules.responsibility_is_shared, story.editions(), story.plan.mark, own_responsibility(story))


@then("det fremgår ikke længere, at patienten selv tager kontakt")
def responsibility_is_gone(story: Story) -> None:
    """Den gældende udgave af planen siger ikke både en dag for opfølgning, og at patienten selv har ansvaret."""
    story.check(rules.responsibility_is_gone, story.editions(), story.plan.mark, own_responsibility(story))


@then(parsers.parse("opfølgningen den {day} står ikke længere i den delte plan"))
def former_is_gone(story: Story, day: str) -> None:
    """Den dag, der blev aftalt før, kan ikke læses som næste opfølgning i den gældende udgave."""
    former = story.fact_text("opfølgning-kodning", dato=day)
    story.check(rules.former_follow_up_is_gone, story.editions(), story.plan.mark, former)


def own_responsibility(story: Story) -> str:
    """How the profile says that the patient makes contact."""
    return story.profiles["behandlingsplan"].pattern("eget-ansvar-kodning")


@then("viser systemet stadig opfølgningen")
@then("systemet viser stadig opfølgningen")
def day_is_shown(story: Story) -> None:
    """Systemet viser den dag, der er aftalt, eller siger, at næste opfølgning mangler."""
    follow_ups = story.part(FollowUps)
    story.check(rules.day_is_shown, follow_ups.course(), follow_ups.agreed, follow_ups.today)


@then("viser systemet, at næste opfølgning mangler")
def lack_is_shown(story: Story) -> None:
    """Systemet siger, at næste opfølgning mangler, eller har fået lægen til at tage stilling til den."""
    story.check(rules.lack_is_shown, story.part(FollowUps).course())


@then(parsers.re(r"viser systemet, at opfølgningen er (?P<form>fremmøde hos lægen|video|andet praksispersonale)"))
def form_is_shown(story: Story, form: str) -> None:
    """Systemet viser, hvordan opfølgningen skal foregå."""
    story.check(rules.form_is_shown, story.part(FollowUps).course(), form)


@then("viser systemet, at patienten udeblev")
def no_show_is_shown(story: Story) -> None:
    """Systemet viser udeblivelsen i patientens forløb."""
    follow_ups = story.part(FollowUps)
    assert follow_ups.no_show, "the patient did not come"
    story.check(rules.no_show_is_shown, follow_ups.course(), follow_ups.no_show)


@then(parsers.parse("viser systemet, at pakkeforløbet er i fase {phase:d}"))
def phase_is_shown(story: Story, phase: int) -> None:
    """Systemet viser den fase, lægen har registreret."""
    story.check(rules.phase_is_shown, story.part(FollowUps).course(), phase)


@then("begynder fase 3 ikke uden en fastlagt opfølgning")
def phase_three_has_a_day(story: Story) -> None:
    """Systemet holder forløbet i fase 2, eller det viser en dag for opfølgningen, eller at den mangler."""
    story.check(rules.phase_three_has_a_day, story.part(FollowUps).course())


@then("viser systemet pakkeforløbet som i gang")
def course_goes_on(story: Story) -> None:
    """Systemet har ikke afsluttet forløbet."""
    story.check(rules.course_goes_on, story.part(FollowUps).course())


@then("er planen stadig delt")
def plan_stays_shared(story: Story) -> None:
    """Planen er stadig gældende hos modtageren. Systemet har ikke trukket den tilbage."""
    story.be_quiet()
    story.check(rules.plan_stays_shared, story.editions(), story.plan.mark)


@then("advarer systemet om, at fristen er overskredet")
def deadline_warns(story: Story) -> None:
    """Systemet viser, at patienten ikke har fået sin plan inden fristen."""
    story.check(rules.deadline_is_watched, _warns(story), True)


@then("advarer systemet ikke om fristen")
def deadline_is_quiet(story: Story) -> None:
    """Systemet siger ikke, at fristen er overskredet."""
    story.check(rules.deadline_is_watched, _warns(story), False)


def _warns(story: Story) -> bool:
    asked = {"cpr": str(story.patient(story.part(FollowUps).alias).cpr), "sygdom": "KOL"}
    return story.driver.show(View("frist-for-plan", asked)).flag("fristenErOverskredet")
