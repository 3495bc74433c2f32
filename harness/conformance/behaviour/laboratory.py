"""What must hold of the laboratory results a clinic makes and shares. Subject `laboratoriesvar`. XRPT01 has rules of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from harness.conformance.behaviour.seen import RECEIVER, SCREEN, breach, one_line, quoted, rules_about
from harness.conformance.rule import HOLDS, Outcome
from harness.domain.grade import Grade
from harness.domain.laboratory import Kind, LabValue

_MEETING = "MedCom, Styregruppemøde for Digital Almen Praksis 26. februar 2026, punkt 4"
_STEP_1 = f"{_MEETING}, Trin 1: Teknisk idriftsættelse (LAB-01)"
_STEP_2 = f"{_MEETING}, Trin 2: Fuld idriftsættelse (LAB-02)"
_OWN = "MedCom, LAB-03 “Lægens egne analyser” i Laboratoriesvarportalen, 7. oktober 2021, Formål"
_MAPPING = "MedComs stilark fra MEDRPT R0131K til LaboratoryReport XR0131K (navnerum 2014/10/08), ResultStatusCode"

_lab = rules_about("laboratoriesvar")

Analysed = tuple[str, str]
"""The kind of a result and the code of what was analysed."""


@_lab("LABO-R01", "Et svar, som klinikken har lavet, bliver afleveret til deling", Grade.F2, _STEP_1)
def result_came(missing: str) -> Outcome:
    """`missing` says what did come instead; empty when the result came."""
    return breach(RECEIVER, "svaret", missing) if missing else HOLDS


@_lab("LABO-R02", "Svaret bliver afleveret for den patient, det handler om", Grade.F1, _STEP_1)
def for_the_patient(strays: int) -> Outcome:
    """`strays` counts messages with this result's text that stood under another patient, who is not shown."""
    return breach(RECEIVER, "svaret under patienten selv", "svaret under en anden patient") if strays else HOLDS


@_lab("LABO-R03", "Værdi, tegn, enhed og kode er dem, klinikken skrev", Grade.F1, _STEP_1)
def is_unchanged(received: LabValue, entered: LabValue) -> Outcome:
    """A comma is a point, and zeroes at the end of a decimal number do not count."""
    return HOLDS if received.plain == entered.plain else breach(RECEIVER, f"“{entered}”", f"“{received}”")


@_lab("LABO-R04", "Prøven har det tidspunkt, klinikken skrev", Grade.F2, _STEP_1)
def time_is_kept(received: datetime, entered: datetime) -> Outcome:
    """Both are Danish local time; XRPT01 has it to the minute."""
    wanted = entered.replace(second=0, microsecond=0)
    return HOLDS if received == wanted else breach(RECEIVER, f"{wanted:%d-%m-%Y %H:%M}", f"{received:%d-%m-%Y %H:%M}")


@_lab("LABO-R05", "Det fremgår, at svaret er lavet i almen praksis", Grade.F3, _OWN)
def made_here(producers: Collection[str], own: Collection[str]) -> Outcome:
    """`producers` are the numbers the message names as the result's producer, or its sender's; `own` are the clinic's numbers."""
    strangers = sorted(set(producers) - set(own))
    return breach(RECEIVER, "klinikken som producent", ", ".join(strangers) or "ingen") if strangers or not producers else HOLDS


@_lab("LABO-R06", "Svaret er delt netop én gang", Grade.F2, _STEP_1)
def shared_once(numbers: Collection[str]) -> Outcome:
    """`numbers` are those the result was taken in under, however often each was sent."""
    return HOLDS if len(set(numbers)) == 1 else breach(RECEIVER, "1 svar", f"{len(set(numbers))} svar")


@_lab("LABO-R07", "Bemærkningen følger med, som klinikken skrev den", Grade.F2, _STEP_1)
def remark_is_whole(received: str, entered: str) -> Outcome:
    """`received` is all of the result's text."""
    return HOLDS if one_line(entered) in one_line(received) else breach(RECEIVER, f"“{entered}”", f"“{received}”")


@_lab("LABO-R08", "Biokemi bliver delt med LABA, mikrobiologi med MiBa", Grade.F2, _STEP_1)
def right_databank(kind: str, wanted: Collection[Kind]) -> Outcome:
    """`kind` is what the message says the result is."""
    return HOLDS if kind in wanted else breach(RECEIVER, " eller ".join(wanted), kind)


@_lab("LABO-R09", "Kun svar, klinikken selv har lavet, bliver delt", Grade.F2, f"{_OWN}; {_MEETING}: lokale laboratoriesvar")
def only_own(forwarded: int) -> Outcome:
    """`forwarded` counts messages with a result that a laboratory made: it shares those itself."""
    return breach(RECEIVER, "kun klinikkens egne svar", "også laboratoriets svar") if forwarded else HOLDS


@_lab("LABO-R10", "Systemet sender intet uden om Health Hub til dem, der viser svar", Grade.F1, _STEP_1)
def nothing_beside(places: Sequence[str]) -> Outcome:
    """`places` are databanks and portals that the system itself sent something to."""
    return breach(RECEIVER, "intet direkte fra klinikken", ", ".join(places)) if places else HOLDS


@_lab("LABO-R11", "Det, der er delt, svarer i antal og art til klinikkens egen liste", Grade.F2, f"{_STEP_1}, datamængde")
def agrees_with_list(received: Sequence[Analysed], listed: Sequence[Analysed]) -> Outcome:
    """Each result once: `received` as it was taken in, `listed` as the system shows the clinic's own."""
    told, own = Counter(received), Counter(listed)
    if told == own:
        return HOLDS
    return breach(RECEIVER, _counted(own), _counted(told))


def _counted(results: Counter[Analysed]) -> str:
    return ", ".join(f"{number} {kind} {code}" for (kind, code), number in sorted(results.items())) or "ingen svar"


@_lab("LABO-R12", "Svaret er sendt af klinikken selv", Grade.F2, _OWN)
def sent_by_the_clinic(numbers: Collection[str], own: Collection[str]) -> Outcome:
    """`numbers` are those the message names its sender by, without what it leaves out; `own` are the clinic's."""
    strangers = sorted(set(numbers) - set(own))
    return breach(RECEIVER, "klinikken som afsender", ", ".join(strangers)) if strangers else HOLDS


@_lab("LABO-R13", "Et svar, klinikken har skrevet, er ikke sendt som foreløbigt", Grade.F2, f"{_STEP_1}; {_MAPPING}")
def is_final(status: str) -> Outcome:
    """`status` is the ResultStatusCode; one that was corrected before it was sent may say so."""
    return HOLDS if status in ("svar_endeligt", "svar_rettet") else breach(RECEIVER, "svar_endeligt", status)


@_lab(
    "LABO-R14",
    "To patienters prøver og svar har hver deres nummer",
    Grade.F3,
    f"{_MAPPING}: LaboratoryInternalSampleIdentifier og LaboratoryInternalProductionIdentifier",
    remark="kilderne siger ikke, hvor længe et nummer er laboratoriets eget; hos to patienter kan svarene blive forvekslet",
)
def numbers_are_apart(numbers: Collection[str]) -> Outcome:
    """`numbers` are those of the sample and of the answer that another patient's result was sent with too."""
    return breach(RECEIVER, "et nummer for hver patients prøve og svar", ", ".join(sorted(numbers))) if numbers else HOLDS


@_lab("LABO-R20", "Et svar, patienten har sagt nej til at dele, findes ikke hos nogen", Grade.F1, _STEP_2)
def no_trace(places: Sequence[str]) -> Outcome:
    """`places` are the messages, and the readers, in which something of the result was found, wherever it was packed."""
    return breach(RECEIVER, "intet spor af svaret", ", ".join(places)) if places else HOLDS


@_lab("LABO-R21", "Systemet viser svaret, og at patienten har sagt nej til at dele det", Grade.F2, _STEP_2)
def no_is_shown(shown: Sequence[tuple[str, bool]], remark: str) -> Outcome:
    """`shown` are the remarks of the patient's results, and whether sharing was denied."""
    found = [denied for text, denied in shown if one_line(remark) in one_line(text)]
    if found == [True]:
        return HOLDS
    return breach(SCREEN, "svaret med et nej til deling", "svaret uden et nej" if found else "ikke svaret")


@_lab("LABO-R22", "Et nej gælder kun det svar, det er sagt til", Grade.F2, _STEP_2, fact="nægtet-samtykke-omfang")
def others_are_shared(missing: str) -> Outcome:
    """`missing` says what came instead of the patient's other result; empty when it came."""
    return breach(RECEIVER, "patientens andet svar", missing) if missing else HOLDS


@_lab("LABO-R23", "Efter et nej kan et svar, der er delt, ikke længere ses", Grade.F1, _STEP_2, fact="nej-efter-afsendelse")
def no_longer_seen(readers: Sequence[str]) -> Outcome:
    """`readers` are those who still show the result."""
    return breach(RECEIVER, "ikke længere svaret", f"svaret hos {', '.join(readers)}") if readers else HOLDS


@_lab("LABO-R24", "Når patienten tager sit nej tilbage, bliver svaret delt", Grade.F3, _STEP_2, fact="ja-efter-nej")
def shared_after_yes(missing: str) -> Outcome:
    """`missing` says what came instead; empty when the result came."""
    return breach(RECEIVER, "svaret", missing) if missing else HOLDS


@_lab("LABO-R30", "Et rettet svar afløser det, der er delt", Grade.F1, _STEP_2)
def correction_is_current(current: Sequence[LabValue], corrected: LabValue) -> Outcome:
    """`current` are the values the databank shows of this one result."""
    if [each.plain for each in current] == [corrected.plain]:
        return HOLDS
    return breach(RECEIVER, f"“{corrected}” og intet andet", quoted(map(str, current), "intet svar"))


@_lab("LABO-R31", "Et rettet svar er mærket som rettet", Grade.F2, f"{_STEP_2}; {_MAPPING}")
def is_marked_corrected(status: str) -> Outcome:
    """`status` is the ResultStatusCode of what the databank shows."""
    return HOLDS if status == "svar_rettet" else breach(RECEIVER, "svar_rettet", status)


@_lab(
    "LABO-R32", "Det, der stod før rettelsen, kan stadig findes som tidligere svar", Grade.F2, _STEP_2, fact="rettelse-historik"
)
def history_is_there(earlier: Sequence[LabValue], entered: Sequence[LabValue]) -> Outcome:
    """`earlier` are the values the databank has of the result before the one that counts, oldest first."""
    if [each.plain for each in earlier] == [each.plain for each in entered]:
        return HOLDS
    return breach(RECEIVER, quoted(map(str, entered), "intet tidligere"), quoted(map(str, earlier), "intet tidligere"))


@_lab("LABO-R33", "Systemet viser det rettede svar som rettet, og hvad der stod før", Grade.F2, _STEP_2, fact="rettelse-historik")
def shown_as_corrected(shown: Sequence[LabValue], entered: Sequence[LabValue], corrected: bool) -> Outcome:
    """`shown` are the values the system shows of the result, oldest first, the one that counts last; `corrected` what it says."""
    if corrected and [each.plain for each in shown] == [each.plain for each in entered]:
        return HOLDS
    said = quoted(map(str, shown), "intet svar")
    return breach(SCREEN, quoted(map(str, entered), ""), said if corrected else f"{said}, ikke som rettet")


@_lab("LABO-R40", "Et svar på en forkert patient kan ikke længere ses hos patienten", Grade.F1, _STEP_2, fact="tilbagetrækning")
def taken_back(readers: Sequence[str]) -> Outcome:
    """`readers` are those who still show the result under the patient it was not about."""
    return breach(RECEIVER, "ikke længere svaret", f"svaret hos {', '.join(readers)}") if readers else HOLDS


@_lab("LABO-R41", "At ét svar bliver fjernet, fjerner ingen andre svar", Grade.F2, _STEP_2)
def others_stay(lost: Sequence[str]) -> Outcome:
    """`lost` are the databanks of the shared results that nobody removed, and that are gone there."""
    return breach(RECEIVER, "de andre svar", f"ikke alle i {', '.join(lost)}") if lost else HOLDS


@_lab("LABO-R50", "En rettelse ophæver ikke borgerens egen spærring", Grade.F1, _STEP_2, fact="borgerens-spærring")
def block_is_kept(readers: Sequence[str]) -> Outcome:
    """`readers` are the portals that show something of the result the citizen has blocked."""
    return breach(RECEIVER, "intet af svaret", f"svaret hos {', '.join(readers)}") if readers else HOLDS
