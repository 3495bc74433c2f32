"""What testers are asked, in as few sittings as can be, and what becomes of their answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx
import pytest

from harness.domain.careplan import Disease
from harness.domain.errors import LpsFinding
from harness.domain.finding import Finding
from harness.domain.grade import Grade
from harness.domain.prompt import Answer, Field, Outcome, Prompt, Wanted, mistakes_in
from harness.house import find_house
from harness.lps.adapter import AdapterDriver
from harness.lps.attended import ATTEST_RULE, SCREEN_RULE, AtStep, AttendedDriver, SeenByTester
from harness.lps.contract import CONTRACT, load_contract
from harness.lps.driver import Act, CannotAct, NewPlan, Skipped, View
from harness.lps.mixed import MixedDriver
from harness.steps.diseases import DIAGNOSES
from harness.suite.patients import load_patients

HOUSE = find_house(None)
PATIENTS = load_patients(HOUSE)
ELMER, NANCY = PATIENTS["Elmer"], PATIENTS["Nancy"]
WHEN = AtStep(1, "lægen gør noget", expects=False)
THEN = AtStep(2, "viser systemet det", expects=True)
DONE = Answer(Outcome.DONE, "Anna")


@dataclass
class PaperDesk:
    """Answers with what was laid ready, and remembers what was asked."""

    answers: list[Answer] = field(default_factory=list)
    step: AtStep = WHEN
    admitted: set[str] = field(default_factory=set)
    asked: list[Prompt] = field(default_factory=list)
    seen: list[tuple[str, str, Finding | None]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def ask(self, prompt: Prompt) -> Answer:
        self.asked.append(prompt)
        answer = self.answers.pop(0) if self.answers else DONE
        assert mistakes_in(prompt, answer, len(answer.files)) == []
        return answer

    def judged(self, subject: str, rule: str, finding: Finding | None) -> None:
        self.seen.append((subject, rule, finding))

    def irrelevant(self, reason: str) -> None:
        self.reasons.append(reason)


def _driver(desk: PaperDesk) -> AttendedDriver:
    return AttendedDriver(load_contract(HOUSE.home / CONTRACT), desk, "DEL-01/1", PATIENTS)


def _plan() -> NewPlan:
    return NewPlan(ELMER, Disease.KOL, DIAGNOSES[Disease.KOL], ("Gå en tur",), ("Samtale",), follow_up=date(2027, 3, 1))


def test_acts_are_kept_until_something_depends_on_them() -> None:
    desk = PaperDesk()
    driver = _driver(desk)
    driver.admit_patient(ELMER)
    plan = driver.create_plan(_plan())
    driver.share(plan.key)
    assert desk.asked == []
    driver.carry_out()
    (prompt,) = desk.asked
    assert prompt.wanted is Wanted.DO
    assert [task.act for task in prompt.tasks] == ["opret-patient", "opret-plan", "del-plan"]
    assert {task.patient for task in prompt.tasks} == {"Elmer"}
    assert prompt.tasks[1].makes == {"plan": plan.key} == {"plan": "Plan 1 (Elmer)"}
    assert ("Mål", "Gå en tur") in prompt.tasks[1].shown_as
    assert ("Plan", "Plan 1 (Elmer)") in prompt.tasks[2].shown_as


def test_who_has_been_said_to_be_in_the_clinic_is_not_asked_for_again() -> None:
    desk = PaperDesk()
    first, second = _driver(desk), _driver(desk)
    first.admit_patient(ELMER)
    first.carry_out()
    second.admit_patient(ELMER)
    second.admit_patient(NANCY)
    second.carry_out()
    assert [task.patient for task in desk.asked[1].tasks] == ["Nancy"]


def test_a_key_is_known_at_once_and_what_is_read_when_acting_is_asked_for() -> None:
    desk = PaperDesk([Answer(Outcome.DONE, "Anna", values={"status": "sendt"})])
    shown = _driver(desk).do(Act("henvis", {"cpr": str(ELMER.cpr)}))
    assert shown.text("henvisning") == "Henvisning 1 (Elmer)"
    assert desk.asked == []
    assert shown.text("status") == "sendt"
    assert shown.text("status") == "sendt"
    (prompt,) = desk.asked
    assert (prompt.wanted, [each.name for each in prompt.fields]) == (Wanted.TELL, ["status"])


def test_what_a_then_reads_is_judged_and_the_step_is_over() -> None:
    desk = PaperDesk([Answer(Outcome.JUDGED, "Anna", "OK")])
    desk.step = THEN
    with pytest.raises(SeenByTester):
        _driver(desk).show(View("henvisninger", {"cpr": str(ELMER.cpr)})).rows("henvisninger")
    assert desk.asked[0].wanted is Wanted.JUDGE
    assert desk.seen == [("På skærmen: viser systemet det", SCREEN_RULE, None)]


def test_what_is_compared_with_what_was_received_is_read_off_in_a_then_too() -> None:
    desk = PaperDesk([Answer(Outcome.DONE, "Anna", values={"henvisninger": []})])
    desk.step = THEN
    shown = _driver(desk).show(View("henvisninger", {"cpr": str(ELMER.cpr)}))
    assert shown.read_off().rows("henvisninger") == ()


def test_an_account_is_a_text_or_a_file_and_who_gave_it_is_known() -> None:
    desk = PaperDesk([Answer(Outcome.DONE, "Anna", remark="Koderne hentes hver nat")])
    desk.step = THEN
    assert _driver(desk).account() == "Anna"
    (prompt,) = desk.asked
    assert (prompt.wanted, prompt.says) == (Wanted.ACCOUNT, THEN.text)
    missing = ["Skriv redegørelsen, eller vedlæg den som fil."]
    assert mistakes_in(prompt, DONE) == missing
    assert mistakes_in(prompt, DONE, files=1) == []
    assert mistakes_in(prompt, Answer(Outcome.SKIPPED, "Anna", remark="Kommer i morgen")) == []
    for judged in (Answer(Outcome.JUDGED, "Anna", "OK", "Godt"), Answer(Outcome.FAULT, "Anna", "F2", "Dårligt")):
        assert mistakes_in(prompt, judged) == ["Svaret passer ikke til det, der bliver spurgt om."]


def test_what_nobody_sees_a_tester_vouches_for_and_says_by_what() -> None:
    desk = PaperDesk([DONE, Answer(Outcome.JUDGED, "Anna", "OK", "Set i registeret")])
    desk.step = THEN
    driver = _driver(desk)
    driver.admit_patient(ELMER)
    with pytest.raises(SeenByTester):
        driver.attest("Ingen kan se ind i dds.")
    done, prompt = desk.asked  # what is to be done comes first, and can go wrong
    assert (done.wanted, prompt.tasks) == (Wanted.DO, ())
    assert (prompt.wanted, prompt.says, prompt.explains) == (Wanted.ATTEST, THEN.text, "Ingen kan se ind i dds.")
    assert desk.seen == [(f"Attesteret: {THEN.text}", ATTEST_RULE, None)]
    good = Answer(Outcome.JUDGED, "Anna", "OK")
    assert mistakes_in(prompt, good) == ["Skriv, hvad du har set, eller vedlæg det som fil."]
    assert mistakes_in(prompt, good, files=1) == []


def test_what_a_tester_cannot_vouch_for_is_the_systems_finding() -> None:
    desk = PaperDesk([Answer(Outcome.JUDGED, "Anna", "F2", "Planen er der ikke")])
    desk.step = THEN
    with pytest.raises(LpsFinding, match="Planen er der ikke"):
        _driver(desk).attest("Ingen kan se ind i dds.")
    ((_, rule, finding),) = desk.seen
    assert finding is not None
    assert (rule, finding.rule, finding.grade) == (ATTEST_RULE, ATTEST_RULE, Grade.F2)


@pytest.mark.parametrize("others", [False, True])
def test_a_screen_is_not_read_after_something_was_done(others: bool) -> None:
    desk = PaperDesk()
    driver = _driver(desk)
    shown = driver.show(View("henvisninger", {"cpr": str(ELMER.cpr)}))
    if others:
        driver.others_act()
    else:
        driver.admit_patient(ELMER)
    with pytest.raises(CannotAct, match="skulle have været aflæst"):
        shown.rows("henvisninger")


def test_what_was_read_when_it_was_shown_is_known_afterwards() -> None:
    desk = PaperDesk([Answer(Outcome.DONE, "Anna", values={"henvisninger": []})])
    driver = _driver(desk)
    shown = driver.show(View("henvisninger", {"cpr": str(ELMER.cpr)})).read_off()
    assert shown.rows("henvisninger") == ()
    driver.admit_patient(ELMER)
    driver.others_act()
    assert shown.read_off().rows("henvisninger") == ()
    assert [each.wanted for each in desk.asked] == [Wanted.TELL, Wanted.DO]


@pytest.mark.parametrize("grade", ["F1", "F2", "F3"])
def test_what_a_tester_finds_is_the_systems_finding_and_ends_the_scenario(grade: str) -> None:
    desk = PaperDesk([Answer(Outcome.JUDGED, "Anna", grade, "Årsagen mangler")])
    desk.step = THEN
    with pytest.raises(LpsFinding, match="Årsagen mangler"):
        _driver(desk).show(View("henvisninger", {"cpr": str(ELMER.cpr)})).rows("henvisninger")
    (_, _, finding) = desk.seen[0]
    assert finding is not None
    assert (finding.grade, finding.expected, finding.actual) == (Grade(grade), THEN.text, "Årsagen mangler")


def test_a_small_fault_on_the_way_is_written_down_and_the_scenario_goes_on() -> None:
    desk = PaperDesk([Answer(Outcome.FAULT, "Anna", "F4", "Stavefejl på knappen")])
    driver = _driver(desk)
    driver.admit_patient(ELMER)
    driver.carry_out()
    assert [finding.grade for _, _, finding in desk.seen if finding] == [Grade.F4]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(Outcome.CANNOT, "Anna", remark="Knappen mangler"), CannotAct),
        (Answer(Outcome.SKIPPED, "Anna", remark="Kommer i morgen"), Skipped),
    ],
)
def test_what_is_not_done_is_no_finding(answer: Answer, error: type[Exception]) -> None:
    desk = PaperDesk([answer])
    driver = _driver(desk)
    driver.admit_patient(ELMER)
    with pytest.raises(error, match=answer.remark):
        driver.carry_out()
    assert (desk.seen, desk.admitted) == ([], set())


def test_not_relevant_needs_a_reason_and_ends_the_step() -> None:
    desk = PaperDesk([Answer(Outcome.JUDGED, "Anna", "IR", "Systemet har ikke udskrift")])
    desk.step = THEN
    with pytest.raises(SeenByTester):
        _driver(desk).show(View("henvisninger", {"cpr": str(ELMER.cpr)})).rows("henvisninger")
    assert (desk.seen, desk.reasons) == ([], ["Anna: Systemet har ikke udskrift"])


def test_an_act_that_may_fail_is_done_at_once() -> None:
    desk = PaperDesk([Answer(Outcome.CANNOT, "Anna", remark="Systemet siger, at det ikke er sendt")])
    with pytest.raises(CannotAct, match="ikke er sendt"):
        _driver(desk).do(Act("skriv-besked", {"cpr": str(ELMER.cpr)}, may_fail=True))


def test_what_was_read_off_with_a_small_fault_is_not_asked_for_again() -> None:
    desk = PaperDesk([Answer(Outcome.FAULT, "Anna", "F4", "Stavefejl", {"status": "sendt"})])
    shown = _driver(desk).do(Act("henvis", {"cpr": str(ELMER.cpr)}))
    assert (shown.text("status"), shown.text("status"), len(desk.asked)) == ("sendt", "sendt", 1)


def test_the_test_interface_does_what_it_has_and_testers_the_rest() -> None:
    desk = PaperDesk()
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if request.url.path == "/egenskaber":
            said: dict[str, Any] = {"graenseflade": "1.0.0", "handlinger": ["opret-patient", "skriv-i-planen"], "visninger": []}
            return httpx.Response(200, json=said)
        return httpx.Response(200, json={})

    with httpx.Client(transport=httpx.MockTransport(answer), base_url="http://lps") as client:
        attended = _driver(desk)
        driver = MixedDriver(AdapterDriver(client, lambda: "key"), attended)
        driver.admit_patient(ELMER)
        plan = driver.create_plan(_plan())  # the interface has no such act
        driver.do(Act("skriv-i-planen", {"plan": plan.key, "del": "aftale", "tekst": "Ring"}))  # it cannot know this plan
        driver.admit_patient(NANCY)
    assert asked == ["/egenskaber", "/patienter", "/patienter"]
    (prompt,) = desk.asked  # before Nancy was admitted, what went before was done
    assert [task.act for task in prompt.tasks] == ["opret-plan", "skriv-i-planen"]


def test_a_testers_screen_is_not_read_after_the_test_interface_has_done_something() -> None:
    desk = PaperDesk()

    def answer(request: httpx.Request) -> httpx.Response:
        said = {"graenseflade": "1.0.0", "handlinger": ["opret-patient"], "visninger": []}
        return httpx.Response(200, json=said if request.url.path == "/egenskaber" else {})

    with httpx.Client(transport=httpx.MockTransport(answer), base_url="http://lps") as client:
        driver = MixedDriver(AdapterDriver(client, lambda: "key"), _driver(desk))
        shown = driver.show(View("henvisninger", {"cpr": str(ELMER.cpr)}))
        driver.admit_patient(ELMER)
        with pytest.raises(CannotAct, match="skulle have været aflæst"):
            shown.rows("henvisninger")


def test_what_the_test_interface_has_made_is_told_to_testers_by_what_and_whose_it_is() -> None:
    desk = PaperDesk()
    plan = {"plan": "8f3a-77", "udgave": 1, "maal": ["Gå en tur"], "status": "kladde", "besked": ""}

    def answer(request: httpx.Request) -> httpx.Response:
        said = {"graenseflade": "1.0.0", "handlinger": ["opret-plan"], "visninger": []}
        return httpx.Response(200, json=said if request.url.path == "/egenskaber" else plan)

    with httpx.Client(transport=httpx.MockTransport(answer), base_url="http://lps") as client:
        attended = _driver(desk)
        driver = MixedDriver(AdapterDriver(client, lambda: "key"), attended)
        driver.share(driver.create_plan(_plan()).key)
        attended.carry_out()
    (task,) = desk.asked[0].tasks
    assert (task.patient, task.shown_as) == ("Elmer", (("Plan", "Plan 1 (Elmer), i systemet: 8f3a-77"),))


ROWS = Field(
    "henvisninger",
    "Henvisninger",
    "rækker",
    required=True,
    fields=(
        Field("dato", "Dato", "dato", required=True),
        Field("taget", "Taget", "tidspunkt", null=True),
        Field("antal", "Antal", "tal"),
        Field("haster", "Haster", "ja-nej"),
        Field("til", "Til", "valg", choices=("kommune", "sygehus", "")),
        Field("linjer", "Linjer", "liste", fields=(Field("", "", "tekst", required=True),)),
        Field("fra", "Fra", "felter", fields=(Field("navn", "Navn", "tekst", required=True),)),
        Field("bilag", "Bilag", "fil"),
    ),
)
GOOD = {"dato": "2027-03-01"}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (GOOD, ""),
        ({**GOOD, "taget": None, "antal": 0, "haster": False, "til": "", "linjer": [""], "fra": {"navn": ""}, "bilag": ""}, ""),
        ({}, "Henvisninger, række 1: Dato mangler."),
        ({"dato": ""}, "Henvisninger, række 1: Dato: Skriv en dato som ÅÅÅÅ-MM-DD."),
        ({"dato": "20270301"}, "Henvisninger, række 1: Dato: Skriv en dato som ÅÅÅÅ-MM-DD."),
        ({**GOOD, "taget": "2027-03-01"}, "Henvisninger, række 1: Taget: Skriv et tidspunkt som ÅÅÅÅ-MM-DDTTT:MM."),
        ({**GOOD, "antal": True}, "Henvisninger, række 1: Antal: Skriv et helt tal."),
        ({**GOOD, "haster": "ja"}, "Henvisninger, række 1: Haster: Vælg ja eller nej."),
        ({**GOOD, "til": "klinik"}, "Henvisninger, række 1: Til: Vælg en af mulighederne."),
        ({**GOOD, "linjer": [1]}, "Henvisninger, række 1: Linjer, nr. 1: Skriv en tekst."),
        ({**GOOD, "fra": {}}, "Henvisninger, række 1: Fra: Navn mangler."),
        ({**GOOD, "bilag": "æ"}, "Henvisninger, række 1: Bilag: Vælg en fil."),
        ("2027-03-01", "Henvisninger, række 1: Skriv felter."),
    ],
    ids=repr,
)
def test_a_value_of_another_kind_than_its_field_is_no_answer(row: Any, says: str) -> None:
    prompt = Prompt("DEL-01/1/1", Wanted.TELL, 1, "", fields=(ROWS,))
    assert mistakes_in(prompt, Answer(Outcome.DONE, "Anna", values={"henvisninger": [row]})) == ([says] if says else [])


NOTE = {"cpr": str(NANCY.cpr), "fornavne": ["Nancy", "Ann"], "tekst": "Går til træning BCDFGH", "tegnsæt": "UTF-8"}


def test_the_owner_of_a_real_seat_is_asked_with_the_values_that_bear_the_mark_when_what_goes_before_is_done() -> None:
    desk = PaperDesk()
    driver = _driver(desk)
    driver.admit_patient(ELMER)
    driver.ask_owner("Byens Kommune", NOTE)
    before, asked = desk.asked
    assert [task.act for task in before.tasks] == ["opret-patient"]
    (task,) = asked.tasks
    assert asked.wanted is Wanted.DO
    assert task.says.startswith("Bed Byens Kommune om at gøre det, trinnet siger")
    assert (asked.says, task.patient, task.entered) == (WHEN.text, "Nancy", NOTE)
    assert task.shown_as == (("CPR-nummer", str(NANCY.cpr)), ("Fornavne", "Nancy Ann"), ("Tekst", "Går til træning BCDFGH"))


def test_scores_are_told_one_by_one() -> None:
    desk = PaperDesk()
    _driver(desk).ask_owner("SYN", {"scorer": [{"kode": "MCS88137", "værdi": "18"}, {"kode": "MCS88021", "værdi": "3"}]})
    told = "kode: MCS88137, værdi: 18; kode: MCS88021, værdi: 3"
    assert desk.asked[0].tasks[0].shown_as == (("Scorer", told),)


@pytest.mark.parametrize(
    "answer", [Answer(Outcome.CANNOT, "Anna", remark="De er gået"), Answer(Outcome.FAULT, "Anna", "F1", "De er gået")]
)
def test_what_another_party_does_not_do_is_never_the_systems_finding(answer: Answer) -> None:
    desk = PaperDesk([answer])
    with pytest.raises(CannotAct, match=r"^Byens Kommune har ikke gjort det, Anna har bedt om: De er gået$"):
        _driver(desk).ask_owner("Byens Kommune", NOTE)
    assert desk.seen == []


def test_what_was_seen_before_the_owner_acted_stands_there_no_longer() -> None:
    desk = PaperDesk()
    driver = _driver(desk)
    seen = driver.show(View("tilbagemeldinger", {"cpr": str(NANCY.cpr)}))
    driver.ask_owner("Byens Kommune", NOTE)
    with pytest.raises(CannotAct, match="skulle have været aflæst"):
        seen.rows("tilbagemeldinger")
