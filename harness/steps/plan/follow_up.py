"""The Danish steps about follow-up, phases and deadlines. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

from datetime import date, timedelta

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import treatment_plan as rules
from harness.lps.driver import Act, CannotAct, View
from harness.steps.diseases import DISEASE, DISEASES
from harness.steps.story import Story

_DAY_SECONDS = 86400.0
_DAYS_LEFT = {"udløber i dag": 0, "udløb i går": -1}


class FollowUps:
    """What was agreed in this attempt: the days, oldest first, and whether the patient makes contact now; and the days a no-show
    may be dated.
    """

    def __init__(self, story: Story) -> None:
        self._story = story
        self.days: list[date] = []
        self.own = False
        self.no_show: tuple[date, ...] = ()
        self.deadline: int = 0
        self.begun: date | None = None
        self.alias = ""

    def agree(self, day: date | None, form: str = "") -> None:
        """A day is agreed; None: that the patient makes contact."""
        entered = {"plan": self._story.plan.key}
        self.own = day is None
        if day:
            entered["dato"] = day.isoformat()
            self.days.append(day)
        if form:
            entered["form"] = form
        self._story.driver.do(Act("aftal-opfoelgning", entered))

    def hold(self, outcome: str) -> None:
        """The follow-up took place, or the patient did not come."""
        self._story.driver.do(Act("registrer-opfoelgning", {"plan": self._story.plan.key, "udfald": outcome}))

    def agreed(self, before: int = 0) -> date:
        """The day agreed last, in this attempt's own acts or when the plan was made; with `before` the one so many before it."""
        first = self._story.plan.entered.follow_up
        found = [*([first] if first else []), *self.days]
        if len(found) <= before:
            raise CannotAct("Scenariet har ikke aftalt den opfølgning.")
        return found[-1 - before]

    def former(self) -> date:
        """The day that was agreed before what is agreed now."""
        return self.agreed(before=0 if self.own else 1)

    def course(self) -> rules.Course:
        """The pakkeforløb as the system shows it."""
        shown = self._story.driver.show(View("pakkeforloeb", {"plan": self._story.plan.key}))
        return rules.Course(
            phase=shown.number("fase"),
            running=shown.flag("iGang"),
            day=shown.day("naesteOpfoelgning"),
            own=shown.flag("patientenTagerKontakt"),
            lacking=shown.flag("opfoelgningMangler"),
            form=shown.text("form"),
            no_shows=shown.days("udeblivelser"),
        )


@when(
    parsers.re(
        r"lægen (?:aftaler|flytter) næste opfølgning "
        r"(?:til i morgen|til om (?P<weeks>\d+) uger|som (?P<form>video|andet praksispersonale))"
    )
)
@when(parsers.re("lægen aftaler, at (?P<own>patienten selv) tager kontakt ved behov"))
def agree(story: Story, weeks: str | None = None, form: str | None = None, own: str | None = None) -> None:
    """Lægen skriver dagen for næste opfølgning i planen, hvordan en opfølgning om otte uger skal foregå, eller at patienten selv
    har ansvaret, så der ingen dag er. Planen deles ikke endnu."""
    ahead = timedelta(weeks=int(weeks or 8)) if weeks or form else timedelta(days=1)
    story.part(FollowUps).agree(None if own else story.today + ahead, form or "")


@when("dagen for opfølgningen er gået")
@when(parsers.re("lægen registrerer, at (?P<outcome>opfølgningen er holdt)"))
@when(parsers.re("klinikken registrerer, at (?P<outcome>patienten udeblev) fra opfølgningen"))
def follow_up_is_over(story: Story, outcome: str = "") -> None:
    """Der går to dage, og ingen har registreret noget om opfølgningen; den er gennemført; eller patienten kom ikke. Den næste er
    ikke aftalt endnu.
    """
    follow_ups = story.part(FollowUps)
    if not outcome:
        story.time.until(lambda: False, 2 * _DAY_SECONDS)
    elif outcome == "opfølgningen er holdt":
        follow_ups.hold("gennemført")
    else:
        follow_ups.no_show = (follow_ups.agreed(), story.today)
        follow_ups.hold("udeblevet")


@when(parsers.re("lægen (?:går videre til fase (?P<phase>[23])|registrerer, at målene i planen er nået)"))
def course_moves_on(story: Story, phase: str | None = None) -> None:
    """Pakkeforløbet går over i den nævnte fase, hvis systemet ikke kræver noget først; eller alle mål i planen er nået."""
    plan = story.plan.key
    if phase:
        story.driver.do(Act("skift-fase", {"plan": plan, "fase": int(phase)}))
    else:
        story.driver.do(Act("registrer-maal-naaet", {"plan": plan}))


@given("at fristen for en behandlingsplan er den, MedCom har meldt ud")
@when("fristen for en behandlingsplan bliver en uge længere")
def set_deadline(story: Story) -> None:
    """Klinikkens system er sat op med den frist, der står i profilen (et eksempel, indtil den er fastsat), eller en uge mere."""
    follow_ups = story.part(FollowUps)
    value = story.profiles["behandlingsplan"].facts["frist-behandlingsplan"].value
    assert isinstance(value, int), "the deadline is a number of days"
    follow_ups.deadline = follow_ups.deadline + 7 if follow_ups.deadline else value
    story.driver.do(Act("saet-frist-for-plan", {"dage": follow_ups.deadline}))


@given(parsers.re(rf'at fristen for "(?P<alias>\w+)" (?P<when>{"|".join(_DAYS_LEFT)})'))
def deadline_ends(story: Story, alias: str, when: str) -> None:
    """Patienten kom i pakkeforløb for KOL netop så mange dage før, at fristen udløber den nævnte dag."""
    follow_ups = story.part(FollowUps)
    follow_ups.alias = alias
    follow_ups.begun = story.today - timedelta(days=follow_ups.deadline - _DAYS_LEFT[when])
    entered = {"cpr": str(story.patient(alias).cpr), "sygdom": "KOL", "dato": follow_ups.begun.isoformat()}
    story.driver.do(Act("begynd-pakkeforloeb", entered))


@then(
    parsers.re(
        "(?:systemet viser|viser systemet)"
        "(?P<what> stadig opfølgningen|, at næste opfølgning mangler|, at patienten udeblev|"
        ", at opfølgningen er (?P<form>video|andet praksispersonale))"
    )
)
def follow_up_is_shown(story: Story, what: str, form: str | None = None) -> None:
    """Systemet viser den dag, der er aftalt; at der ikke er aftalt en ny opfølgning (eller det har fået lægen til at tage
    stilling til den); at patienten ikke kom; eller hvordan opfølgningen skal foregå."""
    follow_ups = story.part(FollowUps)
    course = follow_ups.course()
    if form:
        story.check(rules.form_is_shown, course, form)
    elif what.endswith("udeblev"):
        story.check(rules.no_show_is_shown, course, follow_ups.no_show)
    elif what.endswith("mangler"):
        story.check(rules.lack_is_shown, course)
    else:
        story.check(rules.day_is_shown, course, follow_ups.agreed(), story.today)


@then(
    parsers.re(
        "(?:viser systemet, at pakkeforløbet (?:er i fase (?P<phase>[123])|(?P<runs>stadig er i gang))|"
        "begynder fase 3 ikke uden en fastlagt opfølgning)"
    )
)
def phase_is_shown(story: Story, phase: str | None = None, runs: str | None = None) -> None:
    """Systemet viser den fase, lægen har registreret, og at forløbet ikke er afsluttet. Uden en fastlagt opfølgning holder det
    forløbet i fase 2, eller det viser, at opfølgningen mangler."""
    course = story.part(FollowUps).course()
    if phase:
        story.check(rules.phase_is_shown, course, int(phase))
    elif runs:
        story.check(rules.course_goes_on, course)
    else:
        story.check(rules.phase_three_has_a_day, course)


@then(parsers.re(rf"planen (?:for {DISEASE} )?er stadig delt"))
def plan_stays_shared(story: Story, disease: str | None = None) -> None:
    """Planen er stadig gældende hos modtageren, med sit eget nummer (setId). Systemet har ikke trukket den tilbage."""
    story.be_quiet()
    plan = next(each for each in reversed(story.made) if not disease or each.entered.disease is DISEASES[disease])
    editions = story.editions(plan.patient)
    story.check(rules.plan_stays_shared, editions, plan.mark)
    story.check(rules.plans_are_apart, editions, plan.mark)


@then(parsers.re("advarer systemet (?P<how>om, at fristen er overskredet|ikke om fristen)"))
def deadline_is_watched(story: Story, how: str) -> None:
    """Systemet viser, at patienten ikke har fået sin plan inden fristen, eller siger intet om det."""
    asked = {"cpr": str(story.patient(story.part(FollowUps).alias).cpr), "sygdom": "KOL"}
    with story.judged_by(rules.deadline_is_watched):
        warns = story.driver.show(View("frist-for-plan", asked)).flag("fristenErOverskredet")
    story.check(rules.deadline_is_watched, warns, how.startswith("om"))


def own_responsibility(story: Story) -> str:
    """How the profile says that the patient makes contact."""
    return story.profiles["behandlingsplan"].pattern("eget-ansvar-kodning")
