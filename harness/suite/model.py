"""A YAML file as a pydantic model, with every mistake told in Danish at its line and column."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from harness.suite.yaml_file import Marked, Mistake, Where, read_marked, refuse


class Strict(BaseModel):
    """Base of what is read from a file: unknown fields are refused. The docstring under a field is the editor's help."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


M = TypeVar("M", bound=BaseModel)

Text = Annotated[str, StringConstraints(min_length=1)]


def broken(sentence: str, where: Where = (), secret: bool = False) -> PydanticCustomError:
    """What a validator raises: `sentence` is Danish (`Skal være …`), `where` the way from the validated value to the culprit,
    which is not shown when it is `secret`."""
    return PydanticCustomError("dansk", "{sentence}", {"sentence": sentence, "where": where, "secret": secret})


def _at_least_one(value: tuple[Any, ...]) -> tuple[Any, ...]:
    if not value:
        raise broken("Skal være en liste med mindst én.")
    return value


AT_LEAST_ONE = AfterValidator(_at_least_one)
"""For lists. Pydantic's own `min_length` also complains of a list whose only member is wrong."""


def known(kind: str) -> AfterValidator:
    """The value must be one of those `read_as(…, kind=…)` was given."""

    def check(value: str, info: ValidationInfo) -> str:
        choices = _given(info)[kind]
        if value not in choices:
            raise broken(_one_of(choices))
        return value

    return AfterValidator(check)


def _named_as_file(value: str, info: ValidationInfo) -> str:
    if value != (stem := _given(info)["stem"]):
        raise broken(f'Skal være det samme som filens navn, "{stem}".')
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", value):  # it becomes part of addresses and folder names
        raise broken("Må kun have små bogstaver (a–z), tal, punktum og bindestreg.")
    return value


def _given(info: ValidationInfo) -> dict[str, Any]:
    assert info.context is not None, "this model is read with read_as"
    return dict(info.context)


FileId = Annotated[str, AfterValidator(_named_as_file)]
"""An id that is also the file's name."""


def read_as(model: type[M], path: Path, **known_values: Any) -> M:
    """The file at `path` as `model`. `known_values` are what `known(kind)` fields may be.

    Raises YamlError with all mistakes of the file: `file:line:column  field` and a Danish sentence for each.
    Example: `read_as(VendorFile, house.vendors / "novax.yaml")`.
    """
    return read_with_places(model, path, **known_values)[0]


def read_with_places(model: type[M], path: Path, **known_values: Any) -> tuple[M, Marked]:
    """The file at `path` as `model`, and where everything in it stands. Raises as `read_as` does."""
    marked, mistakes = read_marked(path)
    try:
        content = model.model_validate(marked.data, context={"stem": path.stem, **known_values})
    except ValidationError as error:
        refuse([*mistakes, *(_mistake(each, marked, model) for each in error.errors())])
        raise
    refuse(mistakes)
    return content, marked


HIDDEN: Final = frozenset({"headere"})
"""Fields of which nothing is shown: they should hold no secret, but may."""


def _mistake(error: ErrorDetails, marked: Marked, model: type[BaseModel]) -> Mistake:
    where = _in_file((*error["loc"], *error.get("ctx", {}).get("where", ())), marked)
    if error["type"] == "missing":
        return Mistake(marked.file, marked.values[where], (*where, error["loc"][-1]), "Feltet mangler.")
    if error["type"] == "extra_forbidden":
        near = get_close_matches(str(where[-1]), (fields := list(_fields_at(model, where[:-1]))), 1)
        advice = f'Mente du "{near[0]}"?' if near else f"Kan være: {', '.join(fields)}."
        return Mistake(marked.file, marked.keys[where], where, f"Feltet kendes ikke. {advice}")
    if error["loc"][-1:] == ("[key]",):
        if HIDDEN & set(where) and re.match(r"(?i)(bearer|basic) ", str(where[-1])):  # a value where its name should be
            return Mistake(marked.file, marked.keys[where], (*where[:-1], "[skjult]"), _expected(error))
        return Mistake(marked.file, marked.keys[where], where, f'{_expected(error)} Fundet: "{where[-1]}".')
    found = marked.found(where) if where in marked.written or isinstance(error["input"], dict | list) else "ingenting"
    if error.get("ctx", {}).get("secret") or HIDDEN & set(where):
        found = "[skjult]"
    advice = ""
    if error["type"] == "string_type" and where in marked.written:
        advice = " Skriv det i citationstegn."
    return Mistake(marked.file, marked.values[where], where, f"{_expected(error)} Fundet: {found}.{advice}")


def _in_file(loc: Where, marked: Marked) -> Where:
    """`loc` without what pydantic adds that is not in the file: names of union members, a missing field, `[key]`."""
    where: Where = ()
    for part in loc:
        if (*where, part) in marked.values:
            where = (*where, part)
    return where


def _expected(error: ErrorDetails) -> str:
    """What should have stood there, as a Danish sentence."""
    context = error.get("ctx", {})
    if error["type"] == "dansk":
        return str(context["sentence"])
    if error["type"] in ("enum", "literal_error"):
        return _one_of(re.findall(r"'([^']*)'", str(context["expected"])))
    if danish := _EXPECTED.get(error["type"]):
        return f"Skal være {danish.format(**context)}."
    return f"Kan ikke bruges her ({error['msg']})."


_FIELDS = "felter (navn: værdi)"
_DATE = "en dato, skrevet ÅÅÅÅ-MM-DD"
_EXPECTED = {
    "string_type": "tekst",
    "string_too_short": "tekst på mindst {min_length} tegn",
    "bool_type": "true eller false",
    "bool_parsing": "true eller false",
    "int_type": "et helt tal",
    "int_parsing": "et helt tal",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "list_type": "en liste",
    "tuple_type": "en liste",
    "dict_type": _FIELDS,
    "model_type": _FIELDS,
    "model_attributes_type": _FIELDS,
}


def _one_of(choices: Any) -> str:
    return f"Skal være en af: {', '.join(choices)}."


_UNIONS = (Union, types.UnionType)


def _members(kind: Any) -> Iterator[Any]:
    """The types a value may have, out of unions and annotations."""
    if get_origin(kind) is Annotated:
        yield from _members(get_args(kind)[0])
    elif get_origin(kind) in _UNIONS:
        for each in get_args(kind):
            yield from _members(each)
    else:
        yield kind


def _fields_at(model: type[BaseModel], where: Where) -> Iterator[str]:
    """The names of the fields that may stand at `where`."""
    kinds: list[Any] = [model]
    for part in where:
        inner: list[Any] = []
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                inner += [kind.model_fields[part].annotation] if part in kind.model_fields else []
            else:
                inner += get_args(kind)
        kinds = [member for kind in inner for member in _members(kind)]
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from kind.model_fields
