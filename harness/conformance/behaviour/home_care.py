"""What must hold of the municipality's results and of letters to its acute team. Subject `kommunale-proevesvar`.

Grades are the project's convention.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harness.conformance.behaviour.seen import RECEIVER, SCREEN, breach, one_line, quoted, rules_about
from harness.conformance.rule import HOLDS, NotJudged, Outcome
from harness.domain.acute_letters import LetterStatus
from harness.domain.grade import Grade

_PROTOCOL: Final = "MedCom, HomeCareObservation testprotokol, modtag, 1.2.0 (19-12-2025)"
_GUIDE: Final = "MedCom, HomeCareObservation 1.2.1 (medcomdk/dk_HomeCareObservations@6ce3a65, input/pagecontent/index.md)"
_VALIDATION: Final = "MedCom, FHIR validation governance (medcomdk/MedComLandingPage@37eb848)"
_RELIABLE: Final = "MedCom, Reliable Messaging using ehmiSBDHEnvelope (medcomdk/dk-ehmi-sbdh@247c2a1)"
_TECHNICAL: Final = "MedCom, Generelle tekniske use cases 1.0.0-b2 (medcomdk/MedCom-FHIR-Communication@1022949)"
_RECEIPTS: Final = f"MedCom, Acknowledgement 2.0.3, MedComAcknowledgementMessageHeader; {_TECHNICAL}"
_STATUS: Final = "MedCom, EHMI (medcomdk/ehmi@c3fb786): leveringsstatus meldes gennem en kø uden tab; EHMI Delivery Status 1.0.2"
_OUTCOMES: Final = "HL7 FHIR R4 (4.0.1), AuditEvent.outcome (http://hl7.org/fhir/audit-event-outcome)"

_home_care = rules_about("kommunale-proevesvar")


@dataclass(frozen=True, slots=True)
class Measured:
    """One result: the sign before the number, the number or text, the unit; as it was sent or as it is shown."""

    value: str
    unit: str

    def same(self, shown: Measured) -> bool:
        """Whether it is shown as it was sent; a decimal comma, space between sign and number, and `l` for `L`, do not count."""
        return (_bare(self.value), _litres(self.unit)) == (_bare(shown.value), _litres(shown.unit))

    def __str__(self) -> str:
        return f"{self.value} {self.unit}".strip()


def _bare(value: str) -> str:
    plain = one_line(value)
    return (
        re.sub(r"\s+|(?<=\d),(?=\d)", lambda found: "." if found[0] == "," else "", plain) if re.search(r"\d", plain) else plain
    )


def _litres(unit: str) -> str:
    # The litre has two symbols (SI, UCUM); NPU writes L.
    return re.sub(r"/l\b", "/L", unit.strip())


@dataclass(frozen=True, slots=True)
class Comments:
    """The clinical comment, and the comment on each analysis by its name."""

    clinical: str
    analyses: Mapping[str, str]


@_home_care("EHM-R01", "Svaret ligger hos den læge, der bad om det, og ikke hos andre", Grade.F2, _PROTOCOL)
def lies_with_doctor(own: int, others: int) -> Outcome:
    """`own` and `others` count the answer in the inbox of the doctor who asked, and of another doctor."""
    if (own, others) == (1, 0):
        return HOLDS
    return breach(SCREEN, "én gang hos lægen selv", f"{own} gange hos lægen selv, {others} gange hos en anden")


@_home_care("EHM-R02", "Et svar uden initialer står for sig, som ukendte initialer", Grade.F2, f"{_PROTOCOL}; {_GUIDE}")
def lies_among_unknown(unknown: int, doctors: int) -> Outcome:
    """`unknown` counts the answer among those with unknown initials, `doctors` in the doctors' own inboxes."""
    if (unknown, doctors) == (1, 0):
        return HOLDS
    return breach(
        SCREEN, "én gang blandt svar med ukendte initialer", f"{unknown} gange dér, {doctors} gange hos klinikkens læger"
    )


@_home_care("EHM-R03", "Svaret bliver vist med den rigtige patients nummer og navn", Grade.F1, _PROTOCOL)
def shows_patient(number_is_own: bool, name: str, wanted: Collection[str]) -> Outcome:
    """`number_is_own`: the number shown is the patient's, which is never told; `wanted` are the parts of the name."""
    if number_is_own and all(each in name for each in wanted):
        return HOLDS
    actual = "et andet nummer (vises ikke)" if not number_is_own else f"navnet “{name}”"
    return breach(SCREEN, "patientens eget nummer og hele navnet", actual)


@_home_care("EHM-R04", "Svaret bliver vist med den, der har udført analysen (producenten)", Grade.F3, _PROTOCOL)
def shows_producer(shown: str, name: str) -> Outcome:
    """`name` is the acute team's."""
    return HOLDS if name in shown else breach(SCREEN, name, f"“{shown}”")


@_home_care(
    "EHM-R05", "Hvert resultat bliver vist ved sin analyse med tal, tegn og enhed, som det blev sendt", Grade.F1, _PROTOCOL
)
def shows_results(shown: Sequence[tuple[str, Measured]], sent: Mapping[str, Measured]) -> Outcome:
    """Both by the name of the analysis. Sign (`<`, `>`), number and unit; the order of the analyses does not count.

    What was not sent with this answer, such as an earlier result, is not shown at it.
    """
    wrong = _wrong_results(shown, sent)
    if not wrong:
        return HOLDS
    return breach(
        SCREEN,
        "; ".join(f"{name}: {sent.get(name, 'intet')}" for name in wrong),
        "; ".join(f"{name}: {' og '.join(map(str, found)) or 'intet'}" for name, found in wrong.items()),
    )


def _wrong_results(shown: Sequence[tuple[str, Measured]], sent: Mapping[str, Measured]) -> dict[str, list[Measured]]:
    found = {name: [each for other, each in shown if other == name] for name in (*sent, *(other for other, _ in shown))}
    return {name: each for name, each in found.items() if name not in sent or len(each) != 1 or not sent[name].same(each[0])}


@_home_care("EHM-R06", "Analysen bliver vist med både kort og langt navn", Grade.F3, _PROTOCOL)
def shows_names(shown: Sequence[tuple[str, str]], long_name: str) -> Outcome:
    """`shown` are each analysis's short and long name. The short one is shorter; which it is, the sender does not say."""
    if any(0 < len(short) < len(long_name) and one_line(long) == one_line(long_name) for short, long in shown):
        return HOLDS
    return breach(SCREEN, f"et kort navn og “{long_name}”", quoted((f"{short} / {long}" for short, long in shown), "intet navn"))


@_home_care("EHM-R07", "Det fremgår tydeligt, at resultaterne ikke er fortolket", Grade.F2, f"{_PROTOCOL}; {_GUIDE}")
def shows_not_interpreted(shown: bool) -> Outcome:
    """`shown` is whether a reader sees it at the answer."""
    return HOLDS if shown else breach(SCREEN, "at resultaterne ikke er fortolket", "intet om det")


@_home_care("EHM-R08", "Klinisk kommentar og analysekommentar bliver vist hver for sig, som de blev skrevet", Grade.F2, _PROTOCOL)
def shows_comments(shown: Comments, sent: Comments) -> Outcome:
    """Each where it belongs; how lines are broken does not count."""
    told, wanted = _lines(shown), _lines(sent)
    return HOLDS if told == wanted else breach(SCREEN, quoted(wanted, "ingen"), quoted(told, "ingen"))


def _lines(comments: Comments) -> list[str]:
    return [
        one_line(comments.clinical),
        *(f"{name}: {one_line(each)}" for name, each in sorted(comments.analyses.items()) if each),
    ]


@_home_care("EHM-R09", "Et gemt svar kan findes igen på patientens laboratoriekort, netop én gang", Grade.F2, _PROTOCOL)
def is_on_card(found: Sequence[int]) -> Outcome:
    """`found` counts each of the answers on the card."""
    if all(each == 1 for each in found):
        return HOLDS
    return breach(SCREEN, "hvert svar én gang", " og ".join(f"{each} gange" for each in found))


@_home_care("EHM-R10", "Svaret bliver vist netop én gang, hvor mange gange det end kommer", Grade.F2, _RELIABLE)
def is_shown_once(times: int) -> Outcome:
    """`times` the answer is shown at the patient."""
    return HOLDS if times == 1 else breach(SCREEN, "svaret én gang", f"{times} gange")


@_home_care("EHM-R11", "En dublet bliver skrevet i systemets log", Grade.F3, _RELIABLE)
def is_logged(before: int, after: int) -> Outcome:
    """How many duplicates the log has of this message, before and after it came again."""
    return HOLDS if after > before else breach(SCREEN, "dubletten i loggen", "intet om den")


@_home_care("EHM-R12", "Et svar, der ikke overholder standarden, bliver ikke vist", Grade.F1, _VALIDATION)
def invalid_is_hidden(times: int) -> Outcome:
    """`times` the invalid answer is shown, at the patient or in an inbox."""
    return HOLDS if times == 0 else breach(SCREEN, "svaret ikke vist", "svaret")


@_home_care("EHM-R13", "Et rettet svar bliver vist med det rettede resultat og som rettet", Grade.F1, _GUIDE)
def shows_correction(rows: int, status: str, shown: Measured, sent: Measured) -> Outcome:
    """`rows` is how often the answer stands there; what counts is what was sent last."""
    if rows == 1 and status == "rettet" and sent.same(shown):
        return HOLDS
    return breach(SCREEN, f"{sent}, rettet, én gang", f"{shown}, {status}, {rows} gange")


@_home_care("EHM-R14", "Det, der stod før rettelsen, kan stadig findes", Grade.F2, _GUIDE)
def shows_earlier(shown: Sequence[Measured], sent: Measured) -> Outcome:
    """`shown` are the results of the answer's earlier editions."""
    return HOLDS if any(sent.same(each) for each in shown) else breach(SCREEN, str(sent), quoted(map(str, shown), "intet"))


@_home_care("EHM-R15", "Et annulleret svar står der endnu, tydeligt som annulleret", Grade.F1, _GUIDE)
def shows_cancelled(statuses: Sequence[str]) -> Outcome:
    """`statuses` are those of the answer, where it is shown."""
    return HOLDS if list(statuses) == ["annulleret"] else breach(SCREEN, "annulleret", " og ".join(statuses) or "intet svar")


@_home_care("EHM-R16", "Grunden til annulleringen bliver vist", Grade.F3, _GUIDE)
def shows_reason(shown: str, accepted: Collection[str]) -> Outcome:
    """`accepted` are MedCom's texts for the reason, in Danish and in English."""
    if any(one_line(each) in one_line(shown) for each in accepted):
        return HOLDS
    return breach(SCREEN, quoted(sorted(accepted), ""), f"“{shown}”")


@_home_care("EHM-R17", "Nægtet samtykke bliver vist tydeligt, og kun hvor det er nægtet", Grade.F1, _PROTOCOL)
def shows_refusal(refused: bool, shown: bool) -> Outcome:
    """`refused` is what the patient said."""
    words = {True: "nægtet samtykke", False: "intet om nægtet samtykke"}
    return HOLDS if refused is shown else breach(SCREEN, words[refused], words[shown])


@_home_care("EHM-R18", "En vedhæftet fil kan åbnes med sin titel, som den blev sendt", Grade.F2, f"{_PROTOCOL}; {_GUIDE}")
def shows_file(shown: Sequence[tuple[str, str, str]], title: str, kind: str, digest: str) -> Outcome:
    """`shown` are title, MIME type and SHA-256 of each file at the answer."""
    if (title, kind, digest) in shown:
        return HOLDS
    return breach(SCREEN, f"“{title}”, hel ({kind})", quoted((f"{each} ({what})" for each, what, _ in shown), "ingen fil"))


@_home_care("EHM-R19", "Patientens andre svar står, som de blev sendt, når ét bliver rettet eller annulleret", Grade.F1, _GUIDE)
def others_stand(statuses: Sequence[str], shown: Sequence[tuple[str, Measured]], sent: Mapping[str, Measured]) -> Outcome:
    """Another answer, wherever it is shown: its statuses and results."""
    if list(statuses) == ["nyt"] and not _wrong_results(shown, sent):
        return HOLDS
    told = "; ".join(f"{name}: {each}" for name, each in shown)
    return breach(SCREEN, "; ".join(map(str, sent.values())), f"{told or 'intet svar'} ({' og '.join(statuses)})")


@_home_care("EHM-R30", "Kommunen får kvittering for svaret, af den rette slags", Grade.F2, _RECEIPTS)
def is_acknowledged(given: Sequence[str], wanted: Sequence[str]) -> Outcome:
    """`given` are the answers to this message that reached its sender, in order: ok, fatal-error or transient-error."""
    if list(given) == list(wanted):
        return HOLDS
    return breach("hos kommunen", _named(wanted), _named(given))


def _named(answers: Sequence[str]) -> str:
    said = {"ok": "positiv", "fatal-error": "negativ (indholdet)", "transient-error": "negativ (teknisk fejl)"}
    return " og ".join(said.get(each, each) for each in answers) or "ingen kvittering"


@_home_care("EHM-R31", "En negativ kvittering siger hvorfor", Grade.F3, _RECEIPTS)
def says_why(reasons: Sequence[str]) -> Outcome:
    """`reasons` are code and text of each negative receipt."""
    return HOLDS if all(map(str.strip, reasons)) else breach("hos kommunen", "en fejlkode eller en forklaring", "ingen af delene")


@_home_care("EHM-R32", "Et svar bliver ikke kvitteret positivt en gang til, når et andet kommer", Grade.F2, _RECEIPTS)
def is_not_acknowledged_again(receipts: int, arrivals: int) -> Outcome:
    """How many positive receipts an answer got, and how often it came."""
    return HOLDS if receipts <= arrivals else breach("hos kommunen", f"højst {arrivals}", f"{receipts} positive kvitteringer")


@_home_care("EHM-R33", "Kvitteringen er fra klinikken og til den, der sendte svaret", Grade.F2, _RECEIPTS)
def receipt_names_parties(told: Collection[tuple[str, str]], wanted: tuple[str, str]) -> Outcome:
    """SOR codes, lokationsnumre or the clinic's ydernummer, inside the receipts and on their envelopes."""
    return HOLDS if set(told) <= {wanted} else breach("hos kommunen", _from_to(wanted), quoted(map(_from_to, told), ""))


@_home_care("EHM-R34", "Hver kvittering har sit eget nummer og tidspunkt", Grade.F3, _RECEIPTS)
def receipt_is_its_own(late: bool, ids: Sequence[str]) -> Outcome:
    """`late`: a receipt says another day than it was sent; `ids` are one for each answer that was receipted."""
    if not late and len(set(ids)) == len(ids):
        return HOLDS
    return breach("hos kommunen", "nyt nummer og dagens dato", "en anden dato" if late else "samme nummer igen")


def _from_to(parties: tuple[str, str]) -> str:
    return " til ".join(parties)


@_home_care("EHM-R40", "Systemet viser, hvor beskeden står efter den seneste kvittering", Grade.F2, _RECEIPTS)
def shows_status(status: LetterStatus, wanted: Collection[LetterStatus]) -> Outcome:
    """`wanted` is what may be shown after what happened."""
    return HOLDS if status in wanted else breach(SCREEN, " eller ".join(sorted(wanted)), status)


@_home_care("EHM-R41", "Systemet viser, hvorfor kvitteringen er negativ", Grade.F3, _RECEIPTS)
def explains(shown: str, why: str) -> Outcome:
    """`why` is the receiver's own text."""
    return HOLDS if one_line(why) in one_line(shown) else breach(SCREEN, f"“{why}”", f"“{shown}”")


@_home_care("EHM-R42", "Den samme kvittering bliver vist én gang", Grade.F3, _RELIABLE)
def receipt_is_shown_once(shown: Sequence[str]) -> Outcome:
    """`shown` are the receipts the system shows at the message."""
    return HOLDS if len(shown) == 1 else breach(SCREEN, "1 kvittering", f"{len(shown)} kvitteringer")


@_home_care("EHM-R43", "Beskeden når frem til akutteamet for den rigtige patient", Grade.F2, _TECHNICAL)
def letter_came(missing: str) -> Outcome:
    """`missing` says what did come instead; empty when the letter came."""
    return breach(RECEIVER, "beskeden", missing) if missing else HOLDS


@_home_care("EHM-R44", "Beskeden bliver sendt igen, når der ingen kvittering kommer", Grade.F2, _TECHNICAL)
def is_sent_again(again: bool) -> Outcome:
    """By the system itself, or when its user asks."""
    return HOLDS if again else breach(RECEIVER, "beskeden sendt igen", "ikke sendt igen")


@_home_care("EHM-R45", "Akutteamet har beskeden netop én gang", Grade.F2, _TECHNICAL)
def held_once(messages: Collection[str]) -> Outcome:
    """`messages` are the ids of the messages with this text, however often each was sent."""
    count = len(set(messages))
    return HOLDS if count == 1 else breach(RECEIVER, "1 besked", f"{count} beskeder")


@_home_care("EHM-R50", "Systemet melder, at svaret er modtaget, og det går ikke tabt", Grade.F2, _STATUS)
def is_reported(reports: int) -> Outcome:
    """`reports` are the statuses about this message that the queue took."""
    return HOLDS if reports else breach("i EHMI", "en status for svaret", "ingen")


@_home_care("EHM-R51", "Status nævner svarets egen afsender og modtager", Grade.F2, _STATUS)
def names_parties(told: Collection[tuple[str, str]], wanted: tuple[str, str]) -> Outcome:
    """SOR codes of sender and receiver, or their lokationsnumre."""
    if set(told) == {wanted}:
        return HOLDS
    return breach("i EHMI", _from_to(wanted), quoted(map(_from_to, told), "ingen"))


@_home_care("EHM-R52", "Status nævner svarets egen patient og forsendelse, og hvornår det kom", Grade.F2, _STATUS)
def names_answer(wrong: Collection[str]) -> Outcome:
    """`wrong` names what is another than the answer's; what a status does not say is not judged here."""
    return breach("i EHMI", "svarets egen patient, forsendelse og tid", " og ".join(wrong)) if wrong else HOLDS


@_home_care("EHM-R53", "Status siger, hvilken slags besked og hvilken version svaret er", Grade.F3, _STATUS)
def names_kind(told: Sequence[tuple[str, str]], wanted: Collection[tuple[str, str]]) -> Outcome:
    """Type and version in each status, as the answer's envelopes say them. MedCom's examples write `HomeCareObservation`."""
    accepted = {(_kind(type_), version) for type_, version in wanted}
    other = [f"{type_} {version}" for type_, version in told if accepted and (_kind(type_), version) not in accepted]
    return breach("i EHMI", quoted(sorted({" ".join(each) for each in wanted}), ""), quoted(other, "")) if other else HOLDS


@_home_care("EHM-R54", "Status siger, at det lykkedes, når svaret er kvitteret positivt", Grade.F2, f"{_STATUS}; {_OUTCOMES}")
def tells_success(told: Sequence[bool], receipts: Sequence[str]) -> Outcome:
    """`told` is, for each status, whether it says that it went well; `receipts` are the answers given to the municipality.

    What was refused may be told as either: the sources do not say that a message which came, but was no good, is a success.
    """
    if "ok" not in receipts:
        return NotJudged("svaret er ikke kvitteret positivt")
    return HOLDS if any(told) else breach("i EHMI", "0 (det lykkedes)", "8 (det lykkedes ikke)")


def _kind(written: str) -> str:
    return written.lower().removesuffix("-message")
