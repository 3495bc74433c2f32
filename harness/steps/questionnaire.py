"""The Danish steps about questionnaires and the patients' answers. A step's docstring is what the step catalogue says of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from pytest_bdd import given, parsers, then, when

from harness.conformance.behaviour import questionnaire as rules
from harness.domain.questionnaire import Package
from harness.services.service import Availability
from harness.steps.questionnaire_story import Questionnaires
from harness.steps.story import Story

_PACKAGE = "(?P<package>KOL|lænderygsmerter)"
_NAME = r"(?P<name>CAT|MRC|STarT|Manniche|PROMIS-10 fysisk|PROMIS-10 mentalt)"
_VALUE = r"(?P<value>\d+(?:,\d+)?)"
_SINCE = {"i går": timedelta(days=1), "for tre uger siden": timedelta(weeks=3)}
_KINDS = {"krydset": "valg", "tallet": "tal", "teksten": "tekst"}
_LONG = "Jeg bliver forpustet ved rask gang og holder tit en pause i parken efter en tur til butikken. " * 5


@given(parsers.parse('at "{alias}" ikke er patient i klinikken'))
def not_in_clinic(story: Story, alias: str) -> None:
    """Testpatienten er ikke oprettet i systemet som patient i klinikken."""
    story.patient(alias)


@given(parsers.re(r"at Web-patient (?P<answer>er optaget|svarer ikke|svarer for sent)"))
def web_patient_answers(story: Story, answer: str) -> None:
    """Fra nu af er Web-patient optaget, svarer ikke eller svarer for sent, når systemet bestiller en pakke."""
    story.part(Questionnaires).set_service(Availability(answer.removeprefix("er ")))


@given(parsers.re(rf'at "(?P<alias>[^"]+)" har fået spørgeskemapakken for {_PACKAGE}'))
@when(parsers.re(rf'lægen sender spørgeskemapakken for {_PACKAGE} til "(?P<alias>[^"]+)"'))
def send_package(story: Story, alias: str, package: str) -> None:
    """Lægen bestiller i systemet, at Web-patient skal sende patienten pakken med spørgeskemaer."""
    story.part(Questionnaires).order(alias, Package(package))


@when("Web-patient svarer igen, og pakken bliver sendt på ny")
def send_package_again(story: Story) -> None:
    """Web-patient svarer, som det plejer. Systemet sender selv pakken igen inden for et kvarter, ellers beder brugeren om det."""
    story.part(Questionnaires).set_service(Availability.NORMAL)
    story.part(Questionnaires).send_again()


@given(parsers.re(rf'at "(?P<alias>[^"]+)" har svaret på {_NAME} med scoren {_VALUE}'))
@when(parsers.re(rf'"(?P<alias>[^"]+)" svarer på {_NAME} med scoren {_VALUE}'))
def answer(story: Story, alias: str, name: str, value: str) -> None:
    """Patienten svarer på skemaet i Web-patient, og scoren bliver sendt til klinikken som et laboratoriesvar."""
    story.part(Questionnaires).answer(alias, {name: _point(value)})


@when(parsers.re(rf'"(?P<alias>[^"]+)" svarer på {_NAME} med scoren {_VALUE} og på (?P<other>\w+) med scoren (?P<second>\d+)'))
def answer_two(story: Story, alias: str, name: str, value: str, other: str, second: str) -> None:
    """Patienten svarer på to skemaer på én gang, og begge scorer kommer i ét laboratoriesvar."""
    story.part(Questionnaires).answer(alias, {name: _point(value), other: second})


@when(parsers.re(rf'"(?P<alias>[^"]+)" svarer på {_NAME} med scoren {_VALUE} og skriver (?:"(?P<remark>[^"]+)"|fem linjer)'))
def answer_and_remark(story: Story, alias: str, name: str, value: str, remark: str | None) -> None:
    """Patienten svarer på skemaet og skriver en bemærkning, som kommer med i laboratoriesvaret."""
    story.part(Questionnaires).answer(alias, {name: _point(value)}, remark or _LONG.strip())


@when(
    parsers.re(rf'svaret fra "(?P<alias>[^"]+)" på {_NAME} med scoren {_VALUE} er fra (?P<since>.+) kl\. (?P<clock>\d\d\.\d\d)')
)
def answer_from(story: Story, alias: str, name: str, value: str, since: str, clock: str) -> None:
    """Patienten har svaret på skemaet tidligere, men laboratoriesvaret når først klinikken nu."""
    questionnaires = story.part(Questionnaires)
    day = (questionnaires.local_time() - _SINCE[since]).date()
    questionnaires.answer(alias, {name: _point(value)}, at=datetime.fromisoformat(f"{day}T{clock.replace('.', ':')}"))


@when(parsers.re(rf"Web-patient retter {_NAME} til scoren {_VALUE}"))
def correct(story: Story, name: str, value: str) -> None:
    """Web-patient sender et rettet laboratoriesvar, som afløser det, klinikken har fået."""
    story.part(Questionnaires).correct(name, _point(value))


@when(parsers.re(r"samme svar kommer igen i (?P<envelope>samme|en ny) forsendelse"))
def answer_comes_again(story: Story, envelope: str) -> None:
    """Web-patient sender svaret en gang til, uændret."""
    story.part(Questionnaires).again("ny" if envelope == "en ny" else "samme")


@when(
    parsers.re(
        r'"(?P<alias>[^"]+)" besvarer spørgsmålet "(?P<question>[^"]+)" med (?P<kind>krydset|tallet|teksten) "(?P<said>[^"]+)"'
    )
)
def fill_in(story: Story, alias: str, question: str, kind: str, said: str) -> None:
    """Patienten svarer på et spørgeskema i Web-patient, og hele skemaet bliver sendt til klinikken som QRD."""
    story.part(Questionnaires).fill_in(alias, question, _KINDS[kind], said)


@then("har Web-patient modtaget bestillingen")
@then("Web-patient har modtaget bestillingen")
def order_arrived(story: Story) -> None:
    """Bestillingen af pakken er nået frem til Web-patient, for den rigtige patient."""
    story.part(Questionnaires).expect_package()


@then("pakken rummer netop de skemaer, der hører til")
def package_is_whole(story: Story) -> None:
    """Bestillingen nævner pakkens skemaer, hverken flere eller færre."""
    questionnaires = story.part(Questionnaires)
    packages = story.profiles["pro"].facts["pro-pakker"].value
    assert isinstance(packages, dict), "the fact has packages"
    story.check(rules.package_is_whole, questionnaires.asked(), packages[questionnaires.ordered[-1].package])


@then("viser systemet ikke pakken som sendt")
def not_shown_as_sent(story: Story) -> None:
    """Brugeren kan se, at pakken ikke er kommet af sted."""
    story.part(Questionnaires).check_not_sent()


@then("pakken er bestilt netop én gang")
def ordered_once(story: Story) -> None:
    """Web-patient har én bestilling, også når systemet måtte have sendt den flere gange."""
    story.part(Questionnaires).check_ordered_once()


@then(parsers.parse('viser systemet, at "{alias}" har fået begge pakker'))
def both_packages(story: Story, alias: str) -> None:
    """Pakkerne for KOL og for lænderygsmerter står begge som sendt til patienten."""
    story.check(rules.packages_are_shown, story.part(Questionnaires).sent_packages(), list(Package))


@then("viser systemet scoren, som den kom")
@then("systemet viser scoren, som den kom")
@then("viser systemet begge scorer, som de kom")
def score_is_shown(story: Story) -> None:
    """Hver score i svaret står på patienten under det rigtige skema, med det tal, der kom."""
    questionnaires = story.part(Questionnaires)
    last, shown = questionnaires.last, questionnaires.scores(questionnaires.last.alias)
    for code, value in last.scores.items():
        story.check(rules.score_is_shown, shown, last.mark, code)
        story.check(rules.score_is_unchanged, shown, last.mark, code, value)


@then("scoren har den dag, patienten svarede")
def day_is_own(story: Story) -> None:
    """Datoen ved scoren er dagen, hvor patienten svarede, og ikke den, hvor svaret kom."""
    questionnaires = story.part(Questionnaires)
    last = questionnaires.last
    story.check(rules.day_is_own, questionnaires.scores(last.alias), last.mark, last.day)


@then("bemærkningen står ved scoren, som den blev skrevet")
def remark_is_there(story: Story) -> None:
    """Patientens bemærkning kan læses ved scoren, bogstav for bogstav."""
    questionnaires = story.part(Questionnaires)
    last = questionnaires.last
    story.check(rules.remark_is_there, questionnaires.scores(last.alias), last.mark, last.remark)


@then("den første score kan stadig ses")
def earlier_is_kept(story: Story) -> None:
    """Den score, patienten fik første gang, står der stadig."""
    questionnaires = story.part(Questionnaires)
    first = questionnaires.first
    story.check(rules.earlier_is_kept, questionnaires.scores(first.alias), first.mark, first.value)


@then("viser systemet svaret netop én gang")
def shown_once(story: Story) -> None:
    """Svaret står én gang på patienten."""
    questionnaires = story.part(Questionnaires)
    story.check(rules.shown_once, questionnaires.scores(questionnaires.last.alias), questionnaires.last.mark)


@then("har Web-patient fået kvittering hver gang")
def receipted(story: Story) -> None:
    """Systemet kvitterer for svaret, og igen, hvis det kommer en gang til."""
    story.part(Questionnaires).judge_receipts()


@then("viser systemet den rettede score")
def correction_is_shown(story: Story) -> None:
    """Den rettede score står på patienten og er den, der gælder."""
    questionnaires = story.part(Questionnaires)
    last = questionnaires.last
    story.check(rules.correction_is_shown, questionnaires.scores(last.alias), last.mark, last.value)


@then("den første score står kun som tidligere score")
def corrected_is_past(story: Story) -> None:
    """Den score, der blev rettet, kan ses i historikken, men gælder ikke længere."""
    questionnaires = story.part(Questionnaires)
    first, shown = questionnaires.first, questionnaires.scores(questionnaires.last.alias)
    story.check(rules.corrected_is_kept, shown, first.mark, first.value)
    story.check(rules.corrected_is_past, shown, first.mark, first.value)


@then("svaret står blandt svar uden patient, eller Web-patient har fået det afvist")
def stranger_is_told_of(story: Story) -> None:
    """Svaret bliver ikke væk: klinikken kan se det for sig, eller systemet har meldt tilbage, at det ikke kan bruges."""
    questionnaires = story.part(Questionnaires)
    story.check(rules.stranger_is_told_of, questionnaires.strangers(), questionnaires.mark, questionnaires.refused())


@then("viser systemet den umulige score uændret, eller Web-patient har fået den afvist")
def impossible_is_not_hidden(story: Story) -> None:
    """Scoren kan ses, som den kom, eller systemet har meldt tilbage, at den ikke kan bruges. Den er ikke væk eller lavet om."""
    questionnaires = story.part(Questionnaires)
    last = questionnaires.last
    shown = questionnaires.scores(last.alias)
    refused = questionnaires.refused() or any(last.mark in each for each in questionnaires.strangers())
    story.check(rules.impossible_is_not_hidden, shown, last.mark, last.value, refused)


@then("systemet advarer om, at scoren ikke kan passe")
def impossible_is_warned_of(story: Story) -> None:
    """Ved scoren kan brugeren se, at tallet ligger uden for skemaets område."""
    questionnaires = story.part(Questionnaires)
    story.check(rules.impossible_is_warned_of, questionnaires.scores(questionnaires.last.alias), questionnaires.last.mark)


@then(parsers.parse('er den seneste score til rådighed ved behovsvurderingen af "{alias}"'))
def score_is_at_hand(story: Story, alias: str) -> None:
    """Når lægen åbner behovsvurderingen, kan den seneste score ses der."""
    questionnaires = story.part(Questionnaires)
    latest = max((each for each in questionnaires.answers if each.alias == alias), key=lambda each: each.day)
    story.check(rules.score_is_at_hand, questionnaires.at_assessment(alias), latest.mark, latest.value)


@then("viser systemet svaret i skemaet, som patienten gav det")
def said_is_shown(story: Story) -> None:
    """Svaret på spørgsmålet kan læses på patienten, bogstav for bogstav."""
    questionnaires = story.part(Questionnaires)
    said = questionnaires.said[-1]
    story.check(rules.answer_is_shown, questionnaires.said_by(said.alias), said.mark, said.said)


def _point(value: str) -> str:
    """The score with a decimal point."""
    return value.replace(",", ".")
