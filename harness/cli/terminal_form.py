"""The form of a prompt in a terminal: what a tester types, question by question, becomes what a browser would have sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from harness.domain.grade import Grade
from harness.domain.own_values import OwnValue
from harness.domain.prompt import Field, Outcome, Prompt, Wanted
from harness.hub.pages.forms import EMPTY, OTHER, Sent, in_rows, mistakes_at

_ELSE = {"k": Outcome.CANNOT, "s": Outcome.SKIPPED}
_DONE = {"u": Outcome.DONE, "f": Outcome.FAULT, **_ELSE}
_GRADES = {"4": Grade.F4, "3": Grade.F3, "2": Grade.F2, "1": Grade.F1}
_JUDGED = {"o": Grade.OK, **_GRADES, "i": Grade.IR, **_ELSE}
_YES = {"j": "ja", "n": "nej"}
_HINTS = {"tal": "et helt tal", "dato": "ÅÅÅÅ-MM-DD", "tidspunkt": "ÅÅÅÅ-MM-DDTTT:MM", "fil": "filens sti"}


def _answers(wanted: Wanted) -> tuple[str, Mapping[str, str]]:
    """The ways to answer, as they are said, and by what is typed."""
    match wanted:
        case Wanted.CHOOSE:
            return "[g]å i gang  [s]pring over: ", {"g": Outcome.DONE, "s": Outcome.SKIPPED}
        case Wanted.ACCOUNT:
            return "[u] redegørelsen er givet  [k]an ikke  [s]pring over: ", {"u": Outcome.DONE, **_ELSE}
        case Wanted.JUDGE | Wanted.ATTEST:
            return "[o]k  F[4]  F[3]  F[2]  F[1]  [i]kke relevant  [k]an ikke  [s]pring over: ", _JUDGED
        case _:
            return "[u]dført  [f]ejl  [k]an ikke  [s]pring over: ", _DONE


def _remark(wanted: Wanted) -> str:
    match wanted:
        case Wanted.ACCOUNT:
            return "Redegørelsen (tom: den er i en fil): "
        case Wanted.ATTEST:
            return "Hvad du har set (tom: det er i en fil): "
        case _:
            return "Bemærkning (kan udelades): "


class TerminalForm:
    """Asks for an answer. `ask` reads a line after showing its argument, `tell` says what is wrong.

    `known` are the names the scenario has given, by the key they stand for.
    """

    def __init__(
        self,
        ask: Callable[[str], str],
        tell: Callable[[str], None],
        known: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._ask = ask
        self._tell = tell
        self._known = known
        self.sent = Sent()
        self._own: tuple[OwnValue, ...] = ()
        self._filled = False

    def fill(self, prompt: Prompt) -> Sent:
        """What a tester answers to `prompt`. What was read off before, and taken as it is, is not asked for again."""
        self._own = prompt.own
        chosen = self._choose(*_answers(prompt.wanted))
        grade = self._choose("F[4]  F[3]  F[2]  F[1]: ", _GRADES) if chosen == Outcome.FAULT else ""
        reads = bool(prompt.fields) and (chosen == Outcome.DONE or grade == Grade.F4)
        if reads and not (self._filled and self._yes("Skal det, du har skrevet, stå, som det er?")):
            self.sent = Sent()
            for each in prompt.fields:
                self._fill(each, each.name, each.title)
            self._filled = True
        good = chosen in (Outcome.DONE, Grade.OK)
        self.sent.texts |= {"_svar": chosen, "_karakter": grade}
        self.sent.texts["_bemærkning"] = self._ask(_remark(prompt.wanted) if good else "Hvorfor: ")
        self.sent.files["_filer"] = []
        while (given := self._file("Fil, der skal med (tom: ingen flere): ")) is not None:
            self.sent.files["_filer"].append(given)
        return self.sent

    def _fill(self, field: Field, path: str, title: str) -> None:
        match field.kind:
            case "felter":
                for each in field.fields:
                    self._fill(each, f"{path}.{each.name}", f"{title}, {each.title or each.name}")
            case "liste" | "rækker":
                number = 0
                while self._yes(f"{title}: Er der {'flere' if number else 'nogen'}?"):
                    row, called = f"{path}.{number}", f"{title} {number + 1}"
                    if field.kind == "liste":
                        self._fill(field.fields[0], row, called)
                    else:
                        for each in field.fields:
                            self._fill(each, f"{row}.{each.name}", f"{called}, {each.title or each.name}")
                    number += 1
            case _:
                self._enter(field, path, title)
                while wrong := mistakes_at(field, path, self.sent, self._own):
                    self._tell(" ".join(each.says for each in wrong))
                    self._enter(field, path, title)

    def _enter(self, field: Field, path: str, title: str) -> None:
        """Ask for one value, and keep it as a form does."""
        left_out = "" if field.required else "kan udelades"
        options = self._known.get(field.name, ()) if field.key else tuple(map(str, field.choices))
        if field.key and not options:
            return  # the scenario has named nothing of that kind
        if field.hint:
            self._tell(field.hint)
        if field.key or field.kind == "valg":
            self.sent.texts[path] = self._one_of(title, options, field.key, field.required)
        elif field.kind == "ja-nej":
            choices = _YES if field.required else {**_YES, "": ""}
            self.sent.texts[path] = self._choose(f"{title} [j]a  [n]ej{f'  ({left_out})' if left_out else ''}: ", choices)
        else:
            about = ", ".join(filter(None, (_HINTS.get(field.kind, ""), left_out)))
            question = f"{title}{f' ({about})' if about else ''}: "
            if field.kind == "fil":
                given = self._file(question)
                self.sent.files[path] = [given] if given else []
                return
            self.sent.texts[path] = text = self._ask(question)
            said_empty = not text.strip() and field.kind == "tekst" and field.required and not in_rows(path)
            if said_empty and self._yes("Står der intet på skærmen?"):
                self.sent.texts[f"{path}.{EMPTY}"] = "ja"

    def _one_of(self, title: str, options: Sequence[str], key: bool, required: bool) -> str:
        shown = [f"[{number}] {option or '(der står intet)'}" for number, option in enumerate(options, 1)]
        values = {str(number): option or EMPTY for number, option in enumerate(options, 1)}
        if key:
            shown.append("[0] en anden, som ikke er fra scenariet")
            values["0"] = OTHER
        if not required:
            shown.append("(kan udelades)")
            values[""] = ""
        return self._choose(f"{title}: {'  '.join(shown)}: ", values)

    def _file(self, question: str) -> tuple[str, bytes] | None:
        """The file at the path the tester types; None when they type none."""
        while text := self._ask(question).strip().strip('"'):
            path = Path(text)
            try:
                return path.name, path.read_bytes()
            except (OSError, ValueError) as error:
                why = error.strerror if isinstance(error, OSError) else error
                self._tell(f"{text}: Filen kan ikke læses ({why}).")
        return None

    def _yes(self, question: str) -> bool:
        return self._choose(f"{question} [j]a  [n]ej: ", _YES) == "ja"

    def _choose(self, question: str, choices: Mapping[str, str]) -> str:
        while (key := self._ask(question).strip().lower()) not in choices:
            self._tell(f"Skriv en af: {', '.join(filter(None, choices))}.")
        return choices[key]
