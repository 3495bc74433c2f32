"""Some of the gravest things a message can get wrong, each caught; `lps faults --wire` tries all of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from rehearsal import rehearse, scenarios

from harness.domain.event import Judged, ScenarioEnded
from harness.domain.wire import wire_change
from harness.lps.mutation.message import Mistakes
from harness.runner.wish import Wish

HANDED_IN = "plsp/forloebsplaner"
PLAN = f"{HANDED_IN}:dokument/ClinicalDocument"
CARD = "plsp-diagnosekort/dokumenter:Bundle/entry[Patient subject]/resource"
METADATA = "dros/iti41:Envelope/Body/ProvideAndRegisterDocumentSetRequest/SubmitObjectsRequest/RegistryObjectList/ExtrinsicObject"
CAUGHT = [
    ("deling", "DEL-01[KOL]", f"{HANDED_IN}:patient:ændret", "PLSP-01"),
    ("deling", "DEL-01[KOL]", f"{HANDED_IN}:patient:fjernet", "PLSP-01"),
    ("deling", "DEL-01[KOL]", f"{HANDED_IN}:cpdVersion:ændret", "SVAR-01"),
    ("deling", "DEL-01[KOL]", f"{PLAN}/recordTarget/patientRole/id[1.2.208.176.1.2]/@extension:ændret", "DELING-13"),
    ("deling", "DEL-01[KOL]", f"{PLAN}/recordTarget/patientRole/patient/birthTime/@value:ændret", "CPD-P01"),
    ("deling", "DEL-01[KOL]", f"{METADATA}/Slot[sourcePatientId]/ValueList/Value:ændret", "XDSM-19"),
    ("deling", "DEL-01[KOL]", f"{METADATA}/Slot[hash]/ValueList/Value:ændret", "XDSM-04"),
    ("deling", "DEL-01[KOL]", "dros/iti41:@soapaction:fjernet", "SOAP-02"),
    ("diagnosekort", "DIAG-30", f"{CARD}/identifier[urn:oid:1.2.208.176.1.2]/value:ændret", "CL-07"),
    ("forloebsplan", "FLP-20[HbA1c]", "flp/planer:data[NPU27300]/vaerdi:ændret", "FLP-R07"),
    ("minplan", "MINP-10", "minplan/aktiviteter:cpr:ændret", "MINP-R05"),
    ("minplan", "MINP-10", "minplan/aktiviteter:cpr:fjernet", "SVAR-01"),
]  # fmt: skip
CAMPAIGNS = {"diagnosekort": "diagnosekort"}


@pytest.mark.parametrize(("folder", "scenario", "change", "rule"), CAUGHT, ids=[row[2] for row in CAUGHT])
def test_a_part_that_is_missing_or_wrong_is_found(folder: str, scenario: str, change: str, rule: str, tmp_path: Path) -> None:
    chosen = [each for each in scenarios(folder) if each.id == scenario]
    wish = Wish(
        rute="direkte" if change.startswith("dros") else "plsp", cpd="2.0", campaign=CAMPAIGNS.get(folder, "kol-lrs-2027")
    )
    events = rehearse(tmp_path / "kørsel", wish, chosen, wire=Mistakes((wire_change(change),)))
    found = {finding.rule: finding.grade for event in events if isinstance(event, Judged) for finding in event.findings}
    assert rule in found
    (ended,) = [event for event in events if isinstance(event, ScenarioEnded)]
    assert ended.standing != "OK"


def test_a_message_is_judged_also_where_the_system_then_could_not_go_on(tmp_path: Path) -> None:
    """A query that the service refuses leaves the system with nothing to show: that is no reason to blame nobody."""
    (chosen,) = [each for each in scenarios("behandlingsplan") if each.id == "PLAN-51"]
    wish = Wish(rute="plsp", cpd="2.0", campaign="kol-lrs-2027")
    events = rehearse(tmp_path / "kørsel", wish, [chosen], wire=Mistakes((wire_change("plsp/soegning:patient:fjernet"),)))
    (ended,) = [event for event in events if isinstance(event, ScenarioEnded)]
    assert ended.standing == "F2"
    assert "SVAR-01" in {finding.rule for event in events if isinstance(event, Judged) for finding in event.findings}


@pytest.mark.parametrize(
    ("folder", "scenario", "campaign", "network"),
    [
        ("epj-obligatoriske", "OBL-14", "epj-obligatoriske", "vans"),
        ("kommunale-proevesvar", "ACK-02[uden patientens nummer]", "kommunale-proevesvar", "ehmi"),
    ],
)
def test_a_post_box_that_keeps_what_is_deleted_is_left(
    folder: str, scenario: str, campaign: str, network: str, tmp_path: Path
) -> None:
    (chosen,) = [each for each in scenarios(folder) if each.id == scenario]
    change = wire_change(f"DELETE {network}/postkasse:@sti/2:ændret")
    events = rehearse(tmp_path / "kørsel", Wish(rute="plsp", cpd="2.0", campaign=campaign), [chosen], wire=Mistakes((change,)))
    assert [event for event in events if isinstance(event, ScenarioEnded)]
