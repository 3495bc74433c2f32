"""The `lps` command. A subcommand's module is imported when it runs, so that `lps --help` is quick."""

from __future__ import annotations

import io
import sys
import traceback
from importlib import import_module

import click

from harness.cli.danish import Command, in_danish
from harness.domain.errors import ConfigurationError, EnvironmentFault

COMMANDS = {
    "run": ("harness.cli.run:run", "Kør scenarierne mod et eller flere systemer."),
    "doctor": ("harness.cli.doctor:doctor", "Se efter, om alt er på plads, før en kørsel."),
    "serve": ("harness.cli.serve:serve", "Start hubben, som spiller de nationale tjenester over nettet."),
    "dashboard": ("harness.cli.dashboard:dashboard", "Vis tavlen: hvor alle systemer står, mens der bliver kørt."),
    "link": ("harness.cli.link:link", "Giv en tester adgang til et systems side."),
    "reference": ("harness.cli.reference:reference", "Start referencesystemet som en proces for sig."),
    "validate": ("harness.cli.validate:validate", "Bedøm filer: planer, breve, kuverter, laboratoriesvar og FHIR."),
    "artefacts": ("harness.cli.artefacts:artefacts", "Peg på officielle pakker, skemaer og skematroner."),
    "data": ("harness.cli.data:data", "Tjek MedComs eget sæt personer og værdier."),
    "faults": ("harness.cli.faults:faults", "Bevis, at enhver kontrol kan fejle: én fejl ad gangen."),
    "coverage": ("harness.cli.coverage:coverage", "Vis, hvilke scenarier og fejl der dækker hvert krav."),
    "protocol": ("harness.cli.protocol:protocol", "Lav MedComs testprotokol: tom eller udfyldt fra en kørsel."),
    "review": ("harness.cli.review:review", "Gennemgå kørsler: indsend, vurder, returnér og godkend."),
    "certificate": ("harness.cli.certificate:certificate", "Udsted de certifikater, en godkendt certificering giver."),
    "keys": ("harness.cli.keys:keys", "Lav en nøgle til at underskrive certifikater med."),
    "overview": ("harness.cli.overview:overview", "Skriv godkendelsesoversigten: standarder og systemer."),
    "conforms": ("harness.cli.conforms:conforms", "Svar på, hvem der er godkendt til en standard."),
    "report": ("harness.cli.report:report", "Lav en kørsels rapporter igen."),
    "diff": ("harness.cli.diff:diff", "Sammenlign to kørsler: hvad er nyt, udbedret eller værre."),
    "verify": ("harness.cli.verify:verify", "Se efter, om en pakke, et certifikat eller en kørsel er ændret."),
    "publish": ("harness.cli.publish:publish", "Udgiv en kørsels pakke, når intet i den må holdes tilbage."),
    "send": ("harness.cli.send:send", "Send kørsler til tavlen, når de er færdige eller afbrudt."),
    "export": ("harness.cli.export:export", "Saml dagens resultater: oversigter, breve og tal."),
    "variations": ("harness.cli.variations:variations", "Vis, hvor systemerne koder og sender det samme forskelligt."),
    "access": ("harness.cli.access:access", "Giv adgang til tavlen, og tag den tilbage."),
    "plan": ("harness.cli.plan:plan", "Vis rækkefølgen af scenarier for ét system."),
    "new": ("harness.cli.new:new", "Skriv en fil at gå i gang med: system, scenarie eller tjeneste."),
    "vendors": ("harness.cli.vendors:vendors", "Vis systemerne, og hvad de er godkendt til."),
}
"""Each subcommand: where it is (`module:attribute`), and what it does in one line."""


class Lps(Command, click.Group):
    """The group of subcommands, none of which is imported before it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click gives it
        """The names of the subcommands, in the order they are shown."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click gives it
        """The subcommand, imported now; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        found: click.Command = getattr(import_module(module), attribute)
        return found

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The subcommand the first of `args` names. Raises NoSuchCommand with the nearest name."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.exceptions.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and the subcommands under `Kommandoer`."""
        super().format_options(ctx, formatter)
        with formatter.section("Kommandoer"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.command(cls=Lps, no_args_is_help=True)
def lps() -> None:
    """Test af lægepraksissystemer: kør danske scenarier mod et system og se, hvad det sender.

    Eksempel: lps vendors
    """


def main(arguments: list[str] | None = None) -> int:
    """Run `lps` with `arguments` (else those of the process); returns the exit code.

    0 good · 1 findings · 2 usage or configuration · 3 environment · 130 interrupted.
    """
    _write_utf8()
    try:
        code = lps.main(arguments, prog_name="lps", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as help_shown:
        return _stopped(help_shown.message, 2)
    except click.ClickException as error:
        context = error.ctx if isinstance(error, click.UsageError) else None
        return _stopped(f"{in_danish(error)}\nSe {context.command_path if context else 'lps'} --help", 2)
    except ConfigurationError as error:
        return _stopped(str(error), 2)
    except EnvironmentFault as error:
        return _stopped(str(error), 3)
    except (click.Abort, KeyboardInterrupt):
        return _stopped("Afbrudt.", 130)
    except Exception:  # a defect of ours must not be taken for a finding, which is exit 1
        traceback.print_exc()
        return _stopped("Fejl i testharnesset. Send gerne teksten ovenfor til udviklerne.", 3)
    return code if isinstance(code, int) else 0


def _stopped(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


def _write_utf8() -> None:
    """A console or pipe may have another encoding than the Danish texts need, and a file's name bytes that are no text.

    Those are written with a backslash and their number, as JSON does.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
