"""JSON Schemas of the YAML files, for the editor: `python -m harness.suite.schema` writes them to docs/schema/."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from harness.house import find_house
from harness.suite.approval_list import ApprovalListFile
from harness.suite.campaigns import CampaignFile
from harness.suite.certification_set import CertificationSetFile
from harness.suite.data_set import DataPersonsFile, DataValuesFile
from harness.suite.faults import FaultsFile
from harness.suite.mapping import MappingFile
from harness.suite.patients import PatientsFile, PatientsWithoutCprFile
from harness.suite.profiles import ProfileFile
from harness.suite.protocols import ProtocolFile
from harness.suite.requirements import RequirementsFile
from harness.suite.terminology import TerminologyFile
from harness.suite.variations import VariationsFile
from harness.suite.vendors import VendorFile, VendorList
from harness.suite.wire import WireFile

SCHEMAS: dict[str, type[BaseModel]] = {
    "vendor": VendorFile,
    "vendor-list": VendorList,
    "approval-list": ApprovalListFile,
    "mapping": MappingFile,
    "campaign": CampaignFile,
    "requirements": RequirementsFile,
    "certification-set": CertificationSetFile,
    "data-persons": DataPersonsFile,
    "data-values": DataValuesFile,
    "faults": FaultsFile,
    "harmless": VariationsFile,
    "profile": ProfileFile,
    "protocol": ProtocolFile,
    "patients": PatientsFile,
    "patients-without-cpr": PatientsWithoutCprFile,
    "terminology": TerminologyFile,
    "wire": WireFile,
}


def schema_text(model: type[BaseModel]) -> str:
    """The JSON Schema of `model` as it stands in its file; what the editor shows of it is Danish."""
    schema = model.model_json_schema()
    for definition in schema.get("$defs", {}).values():
        if "enum" in definition:  # the domain's own types are explained in English
            definition.pop("description")
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write_schemas(folder: Path) -> None:
    """Write every schema to `folder`, which is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, model in SCHEMAS.items():
        (folder / f"{name}.schema.json").write_text(schema_text(model), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_schemas(find_house().home / "docs" / "schema")
