"""What comes in to the wall is answered as docs/tavle.openapi.yaml says, whatever comes: calls made from it by schemathesis."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from receiver import InProcess, client, wall_app
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance, unsupported_method
from sent_log import NOVAX, lines_of, own_run

from harness.house import find_house
from harness.record.log import LOG_NAME, read_log
from tests.published import read_yaml

SCHEMA = schemathesis.openapi.from_dict(read_yaml(find_house().home / "docs" / "tavle.openapi.yaml"))
NOT_ASKED = [unsupported_method, positive_data_acceptance, ignored_auth]
"""405 is not in the contract; a body that is text need not be lines of a log; and every call has a token that holds."""


@schemathesis.serializer("application/x-ndjson")
def as_lines(_: Any, value: Any) -> bytes:
    """A body as it is sent, or something that is none."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(("mode", "examples"), [(GenerationMode.POSITIVE, 12), (GenerationMode.NEGATIVE, 12)])
def test_whatever_comes_is_answered_as_the_contract_says(tmp_path: Path, mode: GenerationMode, examples: int) -> None:
    own = own_run(tmp_path / "egen")
    wall = client(InProcess(wall_app(tmp_path / "tavle")))
    wall.post(f"/api/koersler/{NOVAX}/linjer?fra=0", content=lines_of(own)[0], headers={"Content-Type": "application/x-ndjson"})
    answers: Counter[int] = Counter()

    def ask(case: Case) -> None:
        if mode is GenerationMode.POSITIVE:  # about the run the wall has, or there would be nothing but 403
            case.path_parameters = dict(zip(("campaign", "system", "run"), str(NOVAX).split("/"), strict=True))
        sent: dict[str, Any] = case.as_transport_kwargs(base_url=str(wall.base_url))
        del sent["cookies"]
        sent["headers"] = {**sent["headers"], "Authorization": wall.headers["Authorization"]}
        answer = wall.request(**{"content" if name == "data" else name: value for name, value in sent.items()})
        answer.elapsed = timedelta()
        case.validate_response(answer, excluded_checks=NOT_ASKED)
        answers[answer.status_code] += 1

    settings = hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    for found in SCHEMA.get_all_operations():
        settings(hypothesis.given(found.ok().as_strategy(generation_mode=mode))(ask))()
    assert answers.total() >= 3 * examples
    assert set(answers) == ({200, 400} if mode is GenerationMode.POSITIVE else {403})
    assert len(list(read_log(NOVAX.folder(tmp_path / "tavle") / LOG_NAME))) == 1
