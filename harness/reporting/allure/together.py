"""One page for all systems of a campaign. A system that left nothing is named in it like the others: none can go missing.

It has every result, step and finding; the messages themselves lie in each system's own page, and each result says where that is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from harness.domain.requirement import Participation
from harness.record.result import Result
from harness.reporting.allure.html import has_node, write_html
from harness.reporting.allure.own_page import HISTORY_NAME, PAGE_NAME, earlier
from harness.reporting.allure.results import ENVIRONMENT_NAME, RESULTS_NAME, properties, write, write_json
from harness.reporting.summary import headline

if TYPE_CHECKING:
    from allure_commons.model2 import TestResult

NO_RESULTS = "Ingen resultater"


def write_all(results: Mapping[Path, Result | None], target: Path, systems: Sequence[str] = ()) -> Path | None:
    """Make the page `target` of the runs in these folders; None when the extra `allure` is not installed.

    `results` has what each run came to, None where its log cannot be read: it is a run of the system that the folder above is
    called after. The others have their `allure-results/`. Named besides are those of `systems`, and the participants of the
    runs' campaigns, that none of the runs is of. Raises EnvironmentFault as `write_html` does.

        write_all({run_folder: read_result(run_folder)}, reports / "kol-lrs-2027/allure-report/index.html")
    """
    if not has_node():
        return None
    with TemporaryDirectory(prefix="lps-allure-") as work:
        folder, history = Path(work) / "resultater", Path(work) / HISTORY_NAME
        without = _without(results, systems)
        write([(_nothing(name, why), {}) for name, why in without.items()], folder)
        for run, result in results.items():
            for told in _of(run, target) if result else ():
                write_json(folder / f"{told['uuid']}-result.json", told)
        verdicts = {result.started.tried: headline(result) for result in results.values() if result}
        (folder / ENVIRONMENT_NAME).write_text(properties({**verdicts, **without}), encoding="ascii", newline="\n")
        before = [line for run, result in results.items() if result for line in earlier(run)]
        history.write_text("".join(before), encoding="utf-8", newline="\n")
        return write_html(folder, target, _title([each for each in results.values() if each], len(without)), history)


def _of(folder: Path, target: Path) -> Iterator[dict[str, Any]]:
    """The run's results without their attachments, each with the way to the system's own page.

    As text: Allure makes no link of what does not begin with http, and lets none out of a description.
    """
    own = Path(os.path.relpath(folder / PAGE_NAME, target.parent)).as_posix()
    way = f"Beskederne er i systemets egen rapport: `{own}`"
    for path in sorted((folder / RESULTS_NAME).glob("*-result.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        told["description"] = "\n\n".join(filter(None, [told.get("description"), way]))
        _strip(told)
        yield told


def _strip(told: dict[str, Any]) -> None:
    """Leave the steps, and in them what did not go well."""
    from allure_commons.model2 import Status

    told.pop("attachments", None)
    for step in told.get("steps", ()):
        _strip(step)
        step["steps"] = [each for each in step.get("steps", ()) if each["status"] not in (Status.PASSED, Status.SKIPPED)]


def _without(results: Mapping[Path, Result | None], systems: Sequence[str]) -> dict[str, str]:
    """The systems that nothing is known of, and why."""
    read = [each for each in results.values() if each]
    told = {each.started.system for each in read if each.state.scenarios or each.state.missing}
    bases = [each.state.basis for each in read if each.state.basis]
    parts = [part for basis in bases for campaign in basis.campaigns for part in campaign.participants.items()]
    named = [*(name for name, part in parts if part is not Participation.OUTSIDE), *systems]
    why = {**dict.fromkeys(named, "Systemet er ikke kørt"), **{each.started.system: "Intet scenarie begyndte" for each in read}}
    why |= {folder.parent.name: "Kørslen har ingen log, der kan læses" for folder, each in results.items() if each is None}
    return {name: reason for name, reason in why.items() if name not in told}


def _nothing(system: str, why: str) -> TestResult:
    """What stands for a system that left no result."""
    from allure_commons.model2 import Label, Parameter, Status, StatusDetails, TestResult
    from allure_commons.types import LabelType

    from harness.reporting.allure.terms import md5, message
    from harness.reporting.allure.whose import Whose

    return TestResult(
        uuid=str(uuid5(NAMESPACE_URL, f"{system}/{NO_RESULTS}")),
        name=f"{NO_RESULTS}: {system}",
        fullName=f"{NO_RESULTS}: {system}",
        testCaseId=md5(NO_RESULTS),
        historyId=md5(NO_RESULTS, system),
        titlePath=[system],
        status=Status.BROKEN,
        statusDetails=StatusDetails(message=message(NO_RESULTS, why, (), Whose.ENVIRONMENT)),
        labels=[Label(LabelType.PARENT_SUITE, f"{system}: ingen resultater"), Label("karakter", NO_RESULTS)],
        parameters=[Parameter("System", system)],
    )


def _title(results: Sequence[Result], without: int) -> str:
    campaigns = ", ".join(dict.fromkeys(name for each in results for name in each.started.campaign.split(",")))
    rehearsed = [each for each in results if each.rehearsal]
    what = "" if not rehearsed else "Prøvekørsel · " if len(rehearsed) == len(results) else "Også prøvekørsler · "
    missing = f" · {without} uden resultater" if without else ""
    return f"{what}{campaigns or 'Kampagnen'}: {len(results)} {'system' if len(results) == 1 else 'systemer'}{missing}"
