"""`lps review`: what people say of a run once it is over. Each subcommand is one act, written to the run's own chain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from harness.cli.danish import Command, Group
from harness.cli.options import home_option, json_option
from harness.domain.errors import BadInput, ConfigurationError
from harness.domain.grade import Grade
from harness.domain.review import (
    Act,
    Approved,
    Assessed,
    Attested,
    Claimed,
    Cleared,
    Commented,
    Deployed,
    Escalated,
    Paused,
    Reconfirmed,
    Refused,
    Released,
    Resumed,
    Returned,
    Role,
    Submitted,
)
from harness.domain.tester import tester_name
from harness.house import House

if TYPE_CHECKING:
    from harness.record.result import Result
    from harness.record.reviewing import Reviews

F = TypeVar("F", bound=Callable[..., Any])
_ROLES: Final = [str(each) for each in Role]

run_argument = click.argument("run", metavar="KØRSEL")
reports_option = click.option(
    "--reports", type=click.Path(path_type=Path), metavar="MAPPE", help="Hvor kørslerne ligger. Ellers reports/."
)
reason_option = click.option("--reason", default="", metavar="TEKST", help="Hvorfor.")
role_option = click.option("--role", type=click.Choice(_ROLES), required=True, help="Hvem du handler for.")
date_option = click.option("--date", "day", required=True, metavar="ÅÅÅÅ-MM-DD", help="Hvilken dag.")


@click.group(cls=Group)
def review() -> None:
    """Gennemgå kørsler: leverandøren indsender, og MedComs tester vurderer, returnerer eller godkender.

    Alt, der bliver sagt, bliver stående i kørslens review.jsonl med navn og tid. Testharnesset foreslår; testeren afgør.
    KØRSEL er kørslens mappe eller dens id.

    Eksempel: lps review list
    """


def an_act(name: str) -> Callable[[F], click.Command]:
    """A subcommand that does something to the review of a run: it takes the run, `--by`, `--reports` and `--home`."""

    def made(act: F) -> click.Command:
        options = (
            run_argument,
            click.option("--by", required=True, metavar="NAVN", help="Dit navn."),
            reports_option,
            home_option,
        )
        found: Any = act
        for each in reversed(options):
            found = each(found)
        return review.command(cls=Command, name=name)(found)

    return made


def reviews_in(house: House, reports: Path | None, files: Mapping[str, Path] | None = None) -> Reviews:
    """The reviews of the runs in `reports`, else the house's own, held against the suite of `house`.

    `files` are systems' files that lie elsewhere than in fixtures/vendors, by system.
    """
    from harness.cli.outcome import write_files
    from harness.record.reviewing import Reviews
    from harness.record.signing import read_private_key
    from harness.suite.fingerprint import present_fingerprint
    from harness.suite.patients import allowed_cprs

    top = (reports or house.reports).absolute()

    def write(run_folder: Path, result: Result) -> None:
        write_files(run_folder, result, house, read_private_key())

    return Reviews(top, lambda started: present_fingerprint(house, started, files), allowed_cprs(house), write)


@review.command(cls=Command, name="list")
@click.option("--waiting", is_flag=True, help="Kun dem, der venter på MedCom, længste ventetid øverst.")
@reports_option
@home_option
@json_option
def list_(waiting: bool, reports: Path | None, house: House, as_json: bool) -> None:
    """Vis alle kørsler, og hvor langt gennemgangen er.

    Eksempel: lps review list --waiting
    """
    from harness.cli.review_show import print_list

    found = reviews_in(house, reports)
    print_list(found.waiting() if waiting else list(found.runs()), as_json=as_json)


@review.command(cls=Command, name="show")
@run_argument
@reports_option
@home_option
@json_option
def show(run: str, reports: Path | None, house: House, as_json: bool) -> None:
    """Vis én kørsel: forslag og vurderinger, hvad der mangler, hvad der skal prøves igen, og alt, der er sagt.

    Eksempel: lps review show novax/20261122T221300
    """
    from harness.cli.review_show import print_run

    found, folder = _found(house, reports, run)
    result = found.result(folder)
    print_run(folder, result, outdated=result.outdated(found.suite(result)), as_json=as_json)


@an_act("submit")
@click.option("--scenarios", default="", metavar="ID,…", help="Kun disse resultater. Ellers alle.")
def submit(run: str, by: str, reports: Path | None, house: House, scenarios: str) -> None:
    """Leverandøren indsender kørslens resultater til MedCom.

    Eksempel: lps review submit novax/20261122T221300 --by "Anna Bek"
    """

    def chosen(result: Result) -> Act:
        return Submitted(
            tuple(dict.fromkeys(filter(None, map(str.strip, scenarios.split(","))))) or tuple(result.state.scenarios)
        )

    _do(house, reports, run, by, Role.SUPPLIER, chosen)


@an_act("claim")
def claim(run: str, by: str, reports: Path | None, house: House) -> None:
    """MedComs tester tager gennemgangen. Kun én har den ad gangen.

    Eksempel: lps review claim novax/20261122T221300 --by "Bo Dal"
    """
    _do(house, reports, run, by, Role.MEDCOM, Claimed())


@an_act("release")
@reason_option
def release(run: str, by: str, reports: Path | None, house: House, reason: str) -> None:
    """Slip gennemgangen, så en anden kan tage den. Har en anden den, skal der en grund til.

    Eksempel: lps review release novax/20261122T221300 --by "Bo Dal"
    """
    _do(house, reports, run, by, Role.MEDCOM, Released(reason))


@an_act("comment")
@click.argument("text", metavar="TEKST")
@click.option("--scenario", default="", metavar="ID", help="Det scenarie, bemærkningen er til. Ellers det hele.")
@role_option
def comment(run: str, by: str, reports: Path | None, house: House, text: str, scenario: str, role: str) -> None:
    """Skriv en bemærkning. Den giver ingen karakter.

    Eksempel: lps review comment novax/20261122T221300 "Se trin 3" --scenario DEL-07 --role MedCom --by "Bo Dal"
    """
    _do(house, reports, run, by, Role(role), Commented(text, scenario))


@an_act("assess")
@click.argument("scenario", metavar="SCENARIE")
@click.argument("grade", metavar="KARAKTER", type=click.Choice([str(each) for each in Grade]))
@reason_option
def assess(run: str, by: str, reports: Path | None, house: House, scenario: str, grade: str, reason: str) -> None:
    """MedComs tester vurderer ét resultat. Forslaget bliver stående ved siden af; en anden karakter skal have en grund.

    Eksempel: lps review assess novax/20261122T221300 DEL-07 F4 --reason "Kun en stavefejl" --by "Bo Dal"
    """
    _do(house, reports, run, by, Role.MEDCOM, Assessed(scenario, Grade(grade), "", reason))


@an_act("return")
@reason_option
def return_(run: str, by: str, reports: Path | None, house: House, reason: str) -> None:
    """Send kørslen tilbage til leverandøren, som først skal gøre noget.

    Eksempel: lps review return novax/20261122T221300 --reason "Der mangler skærmbilleder" --by "Bo Dal"
    """
    _do(house, reports, run, by, Role.MEDCOM, Returned(reason))


@an_act("refuse")
@reason_option
def refuse(run: str, by: str, reports: Path | None, house: House, reason: str) -> None:
    """Godkend ikke. En godkendelse, der var en fejl, bliver trukket tilbage på samme måde.

    Eksempel: lps review refuse novax/20261122T221300 --reason "Planen kan ikke rettes" --by "Bo Dal"
    """
    _do(house, reports, run, by, Role.MEDCOM, Refused(reason))


@an_act("approve")
def approve(run: str, by: str, reports: Path | None, house: House) -> None:
    """Godkend: et resultat, der ikke er vurderet for sig, er det, testharnesset foreslog.

    Eksempel: lps review approve novax/20261122T221300 --by "Bo Dal"
    """
    _do(house, reports, run, by, Role.MEDCOM, Approved())


@an_act("pause")
@reason_option
@role_option
def pause(run: str, by: str, reports: Path | None, house: House, reason: str, role: str) -> None:
    """Sæt gennemgangen på pause.

    Eksempel: lps review pause novax/20261122T221300 --reason "Testeren er syg" --role MedCom --by "Bo Dal"
    """
    _do(house, reports, run, by, Role(role), Paused(reason))


@an_act("escalate")
@reason_option
@role_option
def escalate(run: str, by: str, reports: Path | None, house: House, reason: str, role: str) -> None:
    """Meld gennemgangen kritisk: nogen skal se på den straks.

    Eksempel: lps review escalate novax/20261122T221300 --reason "Planer går tabt" --role MedCom --by "Bo Dal"
    """
    _do(house, reports, run, by, Role(role), Escalated(reason))


@an_act("resume")
@role_option
def resume(run: str, by: str, reports: Path | None, house: House, role: str) -> None:
    """Genoptag en gennemgang, der var på pause eller kritisk.

    Eksempel: lps review resume novax/20261122T221300 --role MedCom --by "Bo Dal"
    """
    _do(house, reports, run, by, Role(role), Resumed())


@an_act("reconfirm")
@reason_option
def reconfirm(run: str, by: str, reports: Path | None, house: House, reason: str) -> None:
    """Bekræft, at en forældet kørsel stadig gælder, selv om scenarier, regler eller data er ændret.

    Eksempel: lps review reconfirm novax/20261122T221300 --reason "Kun en titel er ændret" --by "Bo Dal"
    """
    found, folder = _found(house, reports, run)
    now = dict(found.suite(found.result(folder)))
    _do(house, reports, run, by, Role.MEDCOM, Reconfirmed(now, reason))


@an_act("clear")
@click.argument("sha256", metavar="SHA256")
@click.argument("start", metavar="FRA", type=int)
@click.argument("end", metavar="TIL", type=int)
@reason_option
def clear(run: str, by: str, reports: Path | None, house: House, sha256: str, start: int, end: int, reason: str) -> None:
    """Frigiv et tal, der ligner et fremmed CPR-nummer uden at være det. lps review show viser stederne.

    Eksempel: lps review clear novax/20261122T221300 9f2c… 120 130 --reason "Et lokationsnummer" --by "Bo Dal"
    """
    _do(house, reports, run, by, Role.MEDCOM, Cleared(sha256, start, end, reason))


@an_act("attest")
@click.argument("what", metavar="SIT|releasetest", type=click.Choice(["SIT", "releasetest"]))
@date_option
@click.option(
    "--file", "proof", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FIL", help="Beviset."
)
@role_option
def attest(run: str, by: str, reports: Path | None, house: House, what: Any, day: str, proof: Path, role: str) -> None:
    """Attestér en test, som MedCom ikke ser. Filen bliver gemt som bevis.

    Eksempel: lps review attest novax/20261122T221300 SIT --date 2026-11-02 --file sit.pdf --role leverandør --by "Anna Bek"
    """
    found, folder = _found(house, reports, run)
    after = found.attest(folder, _name(by), Role(role), Attested(what, day, proof.name, ""), proof.read_bytes())
    _tell(folder, after)


@an_act("deploy")
@date_option
@role_option
def deploy(run: str, by: str, reports: Path | None, house: House, day: str, role: str) -> None:
    """Skriv, at den godkendte version er udbredt til alle kunder.

    Eksempel: lps review deploy novax/20261122T221300 --date 2026-12-01 --role leverandør --by "Anna Bek"
    """
    _do(house, reports, run, by, Role(role), Deployed(day))


def _found(house: House, reports: Path | None, run: str) -> tuple[Reviews, Path]:
    from harness.reporting.latest import find_run

    return reviews_in(house, reports), find_run(reports or house.reports, run)


def _do(house: House, reports: Path | None, run: str, by: str, role: Role, act: Act | Callable[[Result], Act]) -> None:
    found, folder = _found(house, reports, run)
    name = _name(by)
    _tell(folder, found.do(folder, name, role, act(found.result(folder)) if callable(act) else act))


def _name(by: str) -> str:
    try:
        return tester_name(by)
    except BadInput as error:
        raise ConfigurationError(f"--by: {error}") from None


def _tell(folder: Path, after: Result) -> None:
    """What the last act was, and where the review stands now."""
    from harness.domain.told import act_told
    from harness.reporting.summary import REHEARSAL

    last = after.review.said[-1]
    if after.rehearsal:
        print(REHEARSAL)
    print(f"{after.started.product} {folder.name}: {act_told(last.act)[0]} af {last.by} ({last.role}).")
    print(f"Gennemgangen er: {after.review.state}{f', hos {after.review.holder}' if after.review.holder else ''}.")
