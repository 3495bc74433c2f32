"""The test organisations in MedCom's own examples: who a test message may come from and go to.

Source: MedCom's examples and IGs (medcomdk/dk-medcom-conditionlist, dk_HomeCareObservations; KvalitetsIT/cda-validator, CPD).
"""

from __future__ import annotations

from typing import Final

from harness.domain.patient import Organisation

CLINIC: Final = Organisation("Agerskov lægepraksis", "73091000016008", gln="5790000147465", yder="045861")
"""The clinic that the system under test is set up for."""

PARTNER_CLINIC: Final = Organisation("Den anden lægepraksis", "52581000016005", gln="5790000127092")
"""The clinic that the other system of a run of two is set up for. SOR and GLN are those of the receiver in MedCom's example of a
HomeCareObservation, whose name is not told."""

OTHER_CLINIC: Final = Organisation("Lægerne Hasseris Bymidte", "61741000016007")
MUNICIPALITY: Final = Organisation("Odense Kommune", "", gln="5790000121441")
ACUTE_TEAM: Final = Organisation("Skovly", "1267041000016006", gln="5790002757778")
"""A municipality's acute team (kommunal akutfunktion, KAF), in MedCom's examples for receiving a HomeCareObservation."""

HOSPITAL: Final = Organisation("MedCom Testcenter", "325381000016008", gln="5790000209354", yder="091034")
"""Plays every partner that has no test organisation of its own: hospital, specialist, laboratory. Its GLN is that of the
receiver in MedCom's example of an Acknowledgement."""

OTHER_LABORATORY: Final = Organisation("Andet laboratorium", "953741000016009", gln="5790001348120")
"""A laboratory beside the hospital's. SOR and GLN are those of the sender in MedCom's example of an Acknowledgement, whose name
is not told.
"""
