"""How a diagnosis code of each Danish system looks. Whether the code exists is another matter."""

from __future__ import annotations

import re
from typing import Final

ICPC2: Final = re.compile(r"[A-Z]\d\d", re.ASCII)  # hl7dk/dk-sks-terminology-automation@226bba7, ICPC-2-DK
ICPC2_TOLD: Final = "et bogstav og to cifre som i R95"
SKS: Final = re.compile(r"D[A-Z]{1,3}\d[0-9A-Za-z]*", re.ASCII)  # hl7dk/dk-sks-terminology-automation@226bba7, ICD-10 in SKS
SKS_TOLD: Final = "D, bogstav og cifre som i DJ449"
