"""What an honest LPS may do otherwise with questionnaires."""

from __future__ import annotations

from typing import Any

from harness.domain.questionnaire import OrderStatus
from harness.lps.reference.questionnaire.questionnaires import Questionnaires


class ListsOnlyWhatWasSent(Questionnaires):
    """A package that was not sent is told of when it fails, and does not stand on the patient's list before it is sent."""

    def _show(self, wish: dict[str, Any]) -> dict[str, Any]:
        return {"pakker": [row for row in super()._show(wish)["pakker"] if row["status"] == OrderStatus.SENT]}
