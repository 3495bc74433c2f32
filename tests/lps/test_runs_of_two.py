"""One system's letters in another: honest pairs have no finding, and what is wrong is laid on the one that did it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rehearsal import HOUSE, scenarios
from two_systems import PAIRS, both, is_red, run_of_two

from harness.domain.grade import Beside, Grade
from harness.domain.organisations import CLINIC, HOSPITAL, MUNICIPALITY, PARTNER_CLINIC
from harness.domain.scenario import Scenario
from harness.lps.adapter import AdapterDriver
from harness.lps.driver import CannotAct, Driver, Shown, View
from harness.lps.reference.capability import Means
from harness.lps.reference.mandatory.correspondence import Correspondence
from harness.lps.reference.mandatory.letter_slips import with_data
from harness.lps.reference.other_names import OTHER_NAMES
from harness.record.fold import RunState
from harness.runner import mock
from harness.runner.pairs import faults_of
from harness.runner.setup import RunSetup
from harness.services.service import Order
from harness.standards.correspondence import Written, messages_of, read_told
from harness.standards.vans import EndPoint, Envelope, Message, answer_to, build_envelope
from harness.steps.mandatory.correspondence_story import Correspondence as Letters
from harness.steps.story import Partner
from harness.suite.faults import load_faults

CHOSEN = tuple(each for each in scenarios("parvis") if each.id in ("PAR-01[skilletegn]", "PAR-03"))
SENDING, RECEIVING = "besked-skilletegn-deler-teksten", "modtaget-besked-vises-hver-gang-den-kommer"
FAULTS = {
    fault.id: fault
    for fault in load_faults(HOUSE).values()
    if any(name.startswith("PAR-") for catch in fault.catches for name in catch.scenarios)
}
RECEIVERS = [name for name in FAULTS if all(each.startswith("modtag") for each in OTHER_NAMES.get(name, (name,)))]
SENDERS = [name for name in FAULTS if name not in RECEIVERS]
FOURTH = [name for name in SENDERS if FAULTS[name].grade is Grade.F4]
FEW = (("novax", "xmo"), ("eg-clinea", "multimed"), ("myclinic", "eg-winplc"))


def few(fault: str) -> tuple[str, str]:
    """The pair that this fault is tried between: the faults take turns."""
    return FEW[list(FAULTS).index(fault) % len(FEW)]


def broken_by(fault: str) -> set[str]:
    """The scenarios it must break between two of the six: they have all but CareCommunication."""
    found = {each.id for each in scenarios("parvis") if FAULTS[fault].rules_broken_in(each.id, "plsp")}
    return found - {"PAR-10"}


def test_there_are_thirty_ordered_pairs_and_faults_of_both_kinds() -> None:
    assert len(PAIRS) == 30
    assert len(SENDERS) > 15
    assert len(RECEIVERS) > 10


def test_thirty_pairs_of_honest_systems_have_no_finding(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("par")
    for system, partner in PAIRS:
        run = run_of_two(folder / f"{system}-{partner}", system, partner)
        assert run.started is not None
        assert (run.started.partner, run.started.grundlag) == (partner, "referencesystem")
        assert run.findings == run.remarks == run.on_partner == []
        for name in run.scenarios:
            standings = [side.standing for side in both(run, name)]
            assert standings == [Grade.IR if name == "PAR-10" else Grade.OK] * 2, (system, partner, name)
        said = f"siger om {run.started.partner_product}: {'Tester (5.0)' if partner == 'eg-clinea' else 'intet opslag'}."
        assert said in run.scenarios["PAR-10"].reason, "it says whose declaration is missing"


@pytest.mark.parametrize(("fault", "row"), [(SENDING, True), (RECEIVING, False)])
def test_one_faulty_system_turns_exactly_its_row_or_its_column_red(
    tmp_path_factory: pytest.TempPathFactory, fault: str, row: bool
) -> None:
    """A pair that the faulty system is not in has no fault, so that it is one of the honest pairs above."""
    folder, faulty = tmp_path_factory.mktemp("par"), "xmo"
    red: set[tuple[str, str]] = set()
    chosen = tuple(each for each in CHOSEN if each.id in broken_by(fault))
    for system, partner in PAIRS:
        if faulty not in (system, partner):
            assert faults_of(system, (f"{faulty}:{fault}",)) == faults_of(partner, (f"{faulty}:{fault}",)) == ()
            continue
        run = run_of_two(folder / f"{system}-{partner}", system, partner, f"{faulty}:{fault}", chosen=chosen)
        for name in run.scenarios:
            sides = both(run, name)
            if any(is_red(side) for side in sides):
                red.add((system, partner))
                blamed = [side.system for side in sides if side.findings]
                assert blamed == [faulty], "the other one has nothing laid on it"
                other = next(side for side in sides if side.system != faulty)
                assert other.standing is Beside.UNTESTABLE
                assert f"({faulty}) er årsagen: OBL-R" in other.reason, other.reason
    assert red == {pair for pair in PAIRS if pair[0 if row else 1] == faulty}


@pytest.mark.parametrize("fault", SENDERS)
def test_what_the_sender_does_wrong_is_never_the_receivers(tmp_path_factory: pytest.TempPathFactory, fault: str) -> None:
    broken, (system, partner) = broken_by(fault), few(fault)
    run = run_of_two(tmp_path_factory.mktemp("par") / "k", system, partner, f"{system}:{fault}")
    assert run.on_partner == []
    for name in run.scenarios:
        sender, receiver = both(run, name)
        assert (sender.standing not in (Grade.OK, Grade.IR)) is (name in broken), name
        if name not in broken:
            continue
        assert {each.rule for each in sender.findings} == set(FAULTS[fault].rules_broken_in(name, "plsp"))
        if fault in FOURTH:  # the letter is read on, and shown as it was written
            assert [sender.standing, receiver.standing] == [Grade.F4, Grade.OK]
        else:
            assert is_red(sender)
            assert receiver.standing is Beside.UNTESTABLE
            assert all(each.rule in receiver.reason for each in sender.findings)
            assert "besked b" in receiver.reason or "Der blev ikke sendt" in receiver.reason


@pytest.mark.parametrize("fault", RECEIVERS)
def test_what_the_receiver_does_wrong_is_never_the_senders(tmp_path_factory: pytest.TempPathFactory, fault: str) -> None:
    broken, (system, partner) = broken_by(fault), few(fault)
    assert broken
    run = run_of_two(tmp_path_factory.mktemp("par") / "k", system, partner, f"{partner}:{fault}")
    assert run.findings == []
    assert run.started is not None
    assert run.started.faults == (f"{partner}:{fault}",)
    for name in run.scenarios:
        sender, receiver = both(run, name)
        assert is_red(receiver) is (name in broken), name
        if name in broken:
            assert sender.standing is Beside.UNTESTABLE
            assert {each.rule for each in receiver.findings} == set(FAULTS[fault].rules_broken_in(name, "plsp"))
            assert all(each.side == partner for each in receiver.findings)
            assert "er ikke årsagen: brevet (besked b" in sender.reason


def test_two_faulty_systems_and_the_letter_decides(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A letter that is wrong tries nobody who reads it; in the other scenario the letter is right."""
    faults = (f"novax:{SENDING}", f"xmo:{RECEIVING}")
    run = run_of_two(tmp_path_factory.mktemp("par") / "k", "novax", "xmo", *faults, chosen=CHOSEN)
    wrong, right = (both(run, each.id) for each in CHOSEN)
    assert [(side.standing, [each.rule for each in side.findings]) for side in wrong] == [
        (Grade.F2, ["OBL-R02"]),
        (Beside.UNTESTABLE, []),
    ]
    assert [(side.standing, [each.rule for each in side.findings]) for side in right] == [
        (Beside.UNTESTABLE, []),
        (Grade.F2, ["OBL-R10"]),
    ]


@pytest.mark.parametrize("fault", [each for each in FOURTH if CHOSEN[0].id in broken_by(each)])
def test_where_the_letter_itself_is_less_than_right_nobody_can_tell(tmp_path: Path, fault: str) -> None:
    """A letter with an F4 is read on; what the receiver then shows may be because of it."""
    hidden = run_of_two(tmp_path / "k", "novax", "xmo", f"novax:{fault}", "xmo:modtaget-besked-vises-ikke", chosen=CHOSEN[:1])
    sides = both(hidden, CHOSEN[0].id)
    assert [side.standing for side in sides] == [Beside.UNTESTABLE] * 2
    [rule] = FAULTS[fault].rules_broken_in(CHOSEN[0].id, "plsp")
    assert f"beskeden fra Novax har selv afvigelser: {rule} (F4). Hvem der er årsagen, kan ikke afgøres." in sides[1].reason
    assert hidden.on_partner == []


def test_a_partner_that_never_fetched_the_letter_is_not_blamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mock, "PARTNER_CLINIC", HOSPITAL)  # it is set up with another post box
    run = run_of_two(tmp_path / "k", "novax", "xmo", chosen=CHOSEN[:1])
    sides = both(run, CHOSEN[0].id)
    assert [side.standing for side in sides] == [Beside.UNTESTABLE] * 2
    assert "har ikke hentet besked b2 i postkassen 5790000127092: det kan være opsætningen." in sides[0].reason


def test_a_partner_that_cannot_be_asked_is_told_as_the_partners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    show = AdapterDriver.show

    def not_there(driver: AdapterDriver, view: View) -> Shown:
        if view.name == "modtagne-beskeder":
            raise CannotAct("Skærmen findes ikke.")
        return show(driver, view)

    monkeypatch.setattr(AdapterDriver, "show", not_there)
    run = run_of_two(tmp_path / "k", "novax", "xmo", chosen=CHOSEN[:1])
    assert run.scenarios[CHOSEN[0].id].reason == "Hos partneren XMO: Skærmen findes ikke."


@pytest.mark.parametrize("answer", [{"beskeder": "ingen"}, {"beskeder": [{"tekst": 7}]}])
def test_a_partners_answer_outside_the_contract_is_told_as_the_partners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: dict[str, object]
) -> None:
    monkeypatch.setattr(AdapterDriver, "show", lambda *_: Shown(answer))
    run = run_of_two(tmp_path / "k", "novax", "xmo", chosen=CHOSEN[:1])
    reason = run.scenarios[CHOSEN[0].id].reason
    assert reason.startswith("Hos partneren XMO: Systemets testgrænseflade følger ikke kontrakten"), reason
    assert reason.count("Hos partneren") == 1


def test_a_message_of_the_partners_own_is_judged_and_laid_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers each letter with an envelope whose id is not one."""
    take = Correspondence._take

    def answering(part: Correspondence, envelope: Envelope) -> None:
        take(part, envelope)
        means = part._means
        answer = Envelope(envelope.receiver, envelope.sender, means.new_id(), means.clock.now(), answer_to(envelope, ""))
        wrong = build_envelope(answer).replace(answer.identifier.encode(), b"EPIC394310891")
        means.client.post(f"{means.services}/vans/afsendelse", content=wrong)

    monkeypatch.setattr(Correspondence, "_take", answering)
    run = run_of_two(tmp_path / "k", "novax", "xmo", chosen=CHOSEN[:1])
    sender, partner = both(run, CHOSEN[0].id)
    assert run.findings == []
    assert sender.standing is Beside.UNTESTABLE
    assert is_red(partner)
    assert {each.rule[:4] for each in partner.findings} == {"VANS"}
    assert "XMO (xmo) er årsagen: VANS" in sender.reason


@pytest.fixture
def remembering(monkeypatch: pytest.MonkeyPatch) -> None:
    """The partner is not new: it has had a letter with the number 1 from the clinic's lokationsnummer."""
    begin, partner_in = Correspondence.__init__, mock.partner_in

    def not_new(part: Correspondence, means: Means) -> None:
        begin(part, means)
        part._seen.add((CLINIC.gln, "1"))

    def kept(setup: RunSetup, driver: Driver, *, remembers: bool) -> Partner:
        assert not remembers, "in mock it is new"
        return partner_in(setup, driver, remembers=True)

    monkeypatch.setattr(Correspondence, "__init__", not_new)
    monkeypatch.setattr(mock, "partner_in", kept)


@pytest.mark.usefixtures("remembering")
@pytest.mark.parametrize("fault", ["novax:besked-med-samme-nummer-hver-gang", "xmo:modtaget-besked-vises-ikke"])
def test_a_letter_that_is_not_shown_may_have_had_a_number_that_was_known(tmp_path: Path, fault: str) -> None:
    run = run_of_two(tmp_path / "k", "novax", "xmo", fault, chosen=CHOSEN)
    for name in run.scenarios:
        sides = both(run, name)
        assert [side.standing for side in sides] == [Beside.UNTESTABLE] * 2
        assert run.findings == run.on_partner == []
        assert "samme nummer fra samme lokationsnummer før" in sides[1].reason
        assert "Hvem der er årsagen, kan ikke afgøres." in sides[1].reason


@pytest.mark.usefixtures("remembering")
@pytest.mark.parametrize(
    ("fault", "scenario"),
    [
        ("modtaget-besked-viser-koderne-for-skilletegn", "PAR-01[skilletegn]"),
        (RECEIVING, "PAR-03"),
        ("modtaget-besked-på-den-forrige-patient", "PAR-02"),
    ],
)
def test_a_letter_that_is_shown_wrong_is_the_partners_also_where_it_is_not_new(tmp_path: Path, fault: str, scenario: str) -> None:
    [chosen] = [each for each in scenarios("parvis") if each.id == scenario]
    chosen = replace(chosen, steps=tuple(each for each in chosen.steps if "er som før" not in each))
    run = run_of_two(tmp_path / "k", "novax", "xmo", f"xmo:{fault}", chosen=(chosen,))
    sender, partner = both(run, scenario)
    assert (sender.standing, partner.standing) == (Beside.UNTESTABLE, Grade.F2)
    assert [each.rule for each in run.on_partner] == ["OBL-R10"]


def with_envelope_id(envelope: Envelope) -> Envelope:
    return replace(envelope, identifier="0b6a2c1e-6c3f-4d6e-9a39-5b1f2f0c7d11")


def with_message_number(envelope: Envelope) -> Envelope:
    """The message's number wherever it stands: the interchange's is its own."""
    assert isinstance(envelope.content, Message)
    number = read_told(envelope.content).identifier.encode()
    data = re.sub(rb"(UNH\+|UNT\+\d+\+|RFF\+SRI:)" + number, rb"\g<1>1", envelope.content.data)
    return replace(envelope, content=with_data(envelope.content, data))


def named(name: str, version: str) -> Callable[[Envelope], Envelope]:
    def change(envelope: Envelope) -> Envelope:
        assert isinstance(envelope.content, Message)
        meta = envelope.content.meta
        document = replace(meta.document, name=name, version=version)
        return replace(envelope, content=replace(envelope.content, meta=replace(meta, document=document)))

    return change


def in_another_set(envelope: Envelope) -> Envelope:
    assert isinstance(envelope.content, Message)
    return replace(envelope, content=replace(envelope.content, data=envelope.content.data.replace(b"UNOC:3", b"UNOD:3")))


def hidden_by_the_partner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Envelope], Envelope]) -> RunState:
    """A run in which the partner does not show the letters, whose envelopes are changed."""
    post = Means.post
    monkeypatch.setattr(
        Means,
        "post",
        lambda means, envelope: post(means, change(envelope) if isinstance(envelope.content, Message) else envelope),
    )
    return run_of_two(tmp_path / "k", "novax", "xmo", "xmo:modtaget-besked-vises-ikke", chosen=of_two("PAR-02"))


def test_a_letter_that_its_envelope_calls_another_is_the_senders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another type's name is one defect, with the version that it has; the partner is not tried."""
    run = hidden_by_the_partner(tmp_path, monkeypatch, named("XDIS91", "XD9134L"))
    sender, partner = both(run, "PAR-02")
    assert [sender.standing, partner.standing] == [Grade.F3, Beside.UNTESTABLE]
    assert {each.rule for each in sender.findings} == {"VAND-02"}
    assert "Novax (novax) er årsagen: VAND-02 F3" in partner.reason
    assert run.on_partner == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (with_envelope_id, "har samme kuvert-id"),
        (with_message_number, "har samme nummer på meddelelsen (UNH)"),
        (named("MCM:DIS91", "D9134L"), "kalder brevet MCM:DIS91, og det er DIS91"),
        (in_another_set, "tegnsættet UNOD bliver ikke bedømt"),
    ],
)
def test_what_no_rule_lays_on_the_sender_may_still_be_why_a_letter_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Envelope], Envelope], said: str
) -> None:
    run = hidden_by_the_partner(tmp_path, monkeypatch, change)
    sender, partner = both(run, "PAR-02")
    assert run.findings == run.on_partner == []
    assert [sender.standing, partner.standing] == [Beside.UNTESTABLE] * 2
    assert said in partner.reason


def test_a_letter_that_nobody_wrote_is_told_and_neither_is_graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Correspondence._write

    def and_another(part: Correspondence, wish: dict[str, Any]) -> dict[str, Any]:
        return write(part, wish) | write(part, {**wish, "tekst": "Har det godt"})

    monkeypatch.setattr(Correspondence, "_write", and_another)
    run = run_of_two(tmp_path / "k", "novax", "xmo", chosen=CHOSEN[:1])
    sides = both(run, CHOSEN[0].id)
    assert [side.standing for side in sides] == [Beside.UNTESTABLE] * 2
    assert "Novax sendte også et brev om patienten, som scenariet ikke skrev (besked b" in sides[0].reason


def of_two(name: str) -> tuple[Scenario, ...]:
    return tuple(each for each in scenarios("parvis") if each.id == name)


def nobody_is_graded(run: RunState, name: str) -> str:
    """The reason that both sides read."""
    sides = both(run, name)
    assert [side.standing for side in sides] == [Beside.UNTESTABLE] * 2
    assert run.findings == run.on_partner == []
    assert sides[0].reason == sides[1].reason
    return sides[0].reason


@pytest.mark.parametrize("number", ["", "7"], ids=["nyt nummer", "et nummer fra før"])
def test_an_old_letter_about_another_patient_that_is_sent_now_is_not_the_partners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    """As an outbox that is emptied once more: the letter has a mark, of another attempt, and an honest partner shows it."""
    write = Correspondence._write

    def and_an_old_one(part: Correspondence, wish: dict[str, Any]) -> dict[str, Any]:
        done = write(part, wish)
        if "fredag" in wish["tekst"]:
            [nancy] = [cpr for cpr, each in part._means.clinic.patients.items() if each.given[0] == "Nancy"]
            write(part, {**wish, "cpr": nancy, "tekst": f"Prøverne fra sidst BCDFGH {number}"})
        return done

    monkeypatch.setattr(Correspondence, "_write", and_an_old_one)
    reason = nobody_is_graded(run_of_two(tmp_path / "k", "novax", "xmo", chosen=of_two("PAR-02")), "PAR-02")
    assert "Novax sendte også et brev om patienten, som scenariet ikke skrev (besked b" in reason
    assert "XMO er ikke årsagen" in reason


@pytest.mark.parametrize(("alias", "standings"), [("Nancy", [Beside.UNTESTABLE] * 2), ("Elmer", [Grade.OK] * 2)])
def test_what_others_wrote_to_the_partner_is_not_held_against_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alias: str, standings: list[object]
) -> None:
    """It lay in the post box when the other clinic had looked; about Elmer it changes nothing at Nancy."""
    write = Letters.write

    def another_writes(letters: Letters, *args: Any, **more: Any) -> None:
        write(letters, *args, **more)
        story = letters.story
        if len(letters.written) == 3:
            ids = letters._ids("et andet sted fra")
            at = story.time.now()
            letter = Written(letters.written[0].sort, story.patient(alias), HOSPITAL, PARTNER_CLINIC, at, "Svar", "BCDFGH")
            envelope = Envelope(EndPoint(HOSPITAL.gln), EndPoint(PARTNER_CLINIC.gln), ids(), at, messages_of(letter, ids)[0])
            body = base64.b64encode(build_envelope(envelope)).decode("ascii")
            story.services.order("vans", Order("send", {"konvolut": body}))

    monkeypatch.setattr(Letters, "write", another_writes)
    run = run_of_two(tmp_path / "k", "novax", "xmo", chosen=of_two("PAR-02"))
    sides = both(run, "PAR-02")
    assert [side.standing for side in sides] == standings
    assert run.findings == run.on_partner == []
    assert ("det hentede også noget andet, som kan handle om Nancy" in sides[1].reason) is (alias == "Nancy")


@pytest.mark.parametrize("scenario", ["PAR-01[skilletegn]", "PAR-02"])
@pytest.mark.parametrize("back", [True, False], ids=["til afsenderen", "til en anden"])
def test_a_letter_that_the_partner_sends_on_is_the_partners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scenario: str, back: bool
) -> None:
    take = Correspondence._take

    def sending_on(part: Correspondence, envelope: Envelope) -> None:
        take(part, envelope)
        assert isinstance(envelope.content, Message)
        if part._means.own == PARTNER_CLINIC:  # the sender files what comes back, and no more
            part._post(envelope.content, CLINIC if back else MUNICIPALITY)

    monkeypatch.setattr(Correspondence, "_take", sending_on)
    run = run_of_two(tmp_path / "k", "novax", "xmo", chosen=of_two(scenario))
    sender, partner = both(run, scenario)
    assert (sender.standing, partner.standing) == (Beside.UNTESTABLE, Grade.F1)
    assert [(each.rule, each.side) for each in partner.findings] == [("OBL-R09", "xmo")]
    assert "XMO (xmo) er årsagen: OBL-R09 F1" in sender.reason
    assert "Novax er ikke årsagen" in sender.reason


def test_a_receipt_that_tells_the_sender_what_it_answers_sends_nothing_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = Correspondence._take

    def answering(part: Correspondence, envelope: Envelope) -> None:
        take(part, envelope)
        assert isinstance(envelope.content, Message)
        part._means.receipt(envelope, read_told(envelope.content).text[-60:])

    monkeypatch.setattr(Correspondence, "_take", answering)
    run = run_of_two(tmp_path / "k", "novax", "xmo", chosen=CHOSEN[:1])
    assert run.on_partner == []
    assert [side.standing for side in both(run, CHOSEN[0].id)] == [Grade.OK] * 2


def reaching(method: str, gln: str) -> Callable[[Correspondence], None]:
    """Asks for the post box of a lokationsnummer, or for the deletion of its first letters."""

    def reach(part: Correspondence) -> None:
        box = f"{part._means.services}/vans/postkasse/{gln}"
        for number in [""] if method == "GET" else ["/1", "/2"]:
            assert part._means.client.request(method, box + number).status_code == 403

    return reach


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("doer", ["Novax", "XMO"])
def test_the_others_post_box_is_closed_and_who_reached_into_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, doer: str
) -> None:
    """A system that looks for its letters in both boxes has done nobody harm; one that would delete there has tried to."""
    name, gln = ("_write", PARTNER_CLINIC.gln) if doer == "Novax" else ("_take", CLINIC.gln)
    act, reach = getattr(Correspondence, name), reaching(method, gln)

    def and_reaches(part: Correspondence, what: Any) -> Any:
        done = act(part, what)
        reach(part)
        return done

    monkeypatch.setattr(Correspondence, name, and_reaches)
    run = run_of_two(tmp_path / "k", "novax", "xmo", chosen=CHOSEN[:1])
    who = "Systemet" if doer == "Novax" else "Partneren"
    assert [each for each in run.observations if "postkasse" in each] == [
        f"{who} blev afvist ved en postkasse. Postkassen {gln} er en andens. Et system henter og sletter kun i sin egen, "
        f"{CLINIC.gln if doer == 'Novax' else PARTNER_CLINIC.gln}."
    ]
    if method == "GET":
        assert [side.standing for side in both(run, CHOSEN[0].id)] == [Grade.OK] * 2
        return
    reason, other = nobody_is_graded(run, CHOSEN[0].id), "XMO" if doer == "Novax" else "Novax"
    assert f"{doer} ville slette i en postkasse, som er en andens (besked b" in reason
    assert f"{other} er ikke årsagen." in reason
