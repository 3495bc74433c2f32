"""The test organisations in MedCom's own examples: who a test message may come from and go to.

Source: MedCom's examples and IGs (medcomdk/dk-medcom-conditionlist, dk-medcom-carecommunication,
dk_HomeCareObservations; KvalitetsIT/cda-validator, CPD).
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

HOSPITAL: Final = Organisation("Herlev og Gentofte hospital", "265161000016000", gln="5790000209354")
"""Plays every partner that has no test organisation of its own: hospital, specialist, laboratory. SOR and GLN are those of the
heart department of that name in MedCom's examples of CareCommunication and Acknowledgement; they give it no ydernummer."""

OTHER_YDER: Final = "091034"
"""A ydernummer that is not the clinic's: that of MedCom Testcenter in MedCom's examples of a ConditionList."""

OTHER_LABORATORY: Final = Organisation("Andet laboratorium", "953741000016009", gln="5790001348120")
"""A laboratory beside the hospital's. SOR and GLN are those of the sender in MedCom's example of an Acknowledgement, whose name
is not told.
"""
