"""The texts `lps new` writes. `$name` is put in; `$$` is a dollar sign."""

from __future__ import annotations

from string import Template

VENDOR = Template(
    """\
# yaml-language-server: $$schema=$schema
# Systemet, som testharnesset ser det. Alt, der ikke er afklaret, står som afventer eller ukendt. Se efter med: lps doctor $told
id: "$id"
produkt: "$id"               # produktets navn, som det står i rapporten
leverandør: afventer
version: ukendt              # skriv den version, der testes
driver: reference            # reference (prøvekørsel) | adapter | attended | replay

# Hvordan planen kommer ud af systemet: plsp eller direkte. MedCom skal bekræfte det.
rute:
  værdi: plsp
  status: afventer
  kilde: Ingen har bekræftet ruten endnu.

# Hvem der spiller de nationale løsninger: simulator | gennemstilling | aflæsning | fil | attest.
# Ved gennemstilling og aflæsning står den rigtige løsnings adresse her:
#   dds: { hvem: gennemstilling, adresse: "https://…", ca: ca.pem, klientcertifikat: vores.pem, nøgle: "fil:vores.key" }
pladser: { dros: simulator, dds: simulator, plsp: simulator }

# Ved driver: adapter. Nøglen står aldrig i filen: env:NAVN er en miljøvariabel, fil:STI en fil ved siden af denne.
# adgang:
#   adresse: https://test.leverandør.dk/lps
#   nøgle: env:LPS_NOEGLE
#   ca: ca.pem               # udstederen af certifikatet, når maskinen ikke selv kender den
#   kort: kort.yaml          # kun når systemet har et andet API end docs/lps-testgraenseflade.openapi.yaml

# Beskeder, der går som filer i stedet for over http. Hver retning har sin egen mappe.
# kanaler:
#   - { format: XREF15, retning: Sende, vej: mappe, mappe: ud }
#   - { format: XDIS15, retning: Modtage, vej: mappe, mappe: ind }

# Testpersoner i systemet ud over MedComs nationale. Aldrig et rigtigt menneskes nummer.
# testbrugere: []

# Skriv af efter MedComs liste over godkendte systemer, med listens egen dato.
godkendelsesliste:
  kilde: afventer
  dato: $today
  system: afventer           # systemets navn i listen

# fx - { standard: CPD-DK, version: "2.0", kanal: Sende, status: Godkendt }
godkendelser: []
"""
)

SCENARIO = Template(
    """\
# language: da
# Trinnene, der kan bruges, står i docs/trin.md. Kør kun dette: lps run --campaign KAMPAGNE --tag id:$id
@prøver:lps
Egenskab: $title

  Skriv her med et par linjer, hvad klinikken eller patienten får ud af det, og hvor det er besluttet.

  # Hvor udfaldet ses: @set:snitflade (beskeder), @set:skærm (testerens øjne), @set:testgrænseflade eller @set:redegørelse
  # (leverandøren redegør for det, og MedCom bedømmer det).
  # Skriv trinnene i stedet for de to linjer. Så længe de står der, kan scenariet ikke testes og bliver aldrig OK.
  $tags@id:$id @set:snitflade
  Scenarie: $title
    Givet at scenariet ikke er skrevet færdigt
    Så er scenariet ikke skrevet færdigt
"""
)

SERVICE = Template(
    '''\
"""$title: what it does for the LPS, in one line.

The real interface is not public. This one follows our own contract, docs/$name.openapi.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.domain.exchange import Answer, Failure, Request, Response
from harness.services.json_http import Gate, problem
from harness.services.service import Context, Delivery, Order


@dataclass(slots=True)
class $kind:
    """$title as a Service. Orders: `tilgængelighed` (see Gate)."""

    name: str = "$name"
    entrances: tuple[str, ...] = ("$name",)
    _gate: Gate = field(default_factory=lambda: Gate("$title"))

    def handle(self, request: Request, context: Context) -> Answer:
        """Answer one request. Time and new ids come from `context` only, so that a recorded run can be replayed."""
        context.note(transaction=request.path)
        return self._gate.through(lambda: self._gate.closed or self._unwritten(request))

    def order(self, order: Order, context: Context) -> dict[str, Any]:
        """See the class. Raises KeyError for an order it does not know."""
        return self._gate.order(order)

    def settle(self, delivery: Delivery, answer: Response | Failure, context: Context) -> None:
        """It sends nothing, so there is nothing to learn."""

    def _unwritten(self, request: Request) -> Response:
        return problem(501, f"$title har ikke {request.method} {request.path} endnu.")
'''
)

CONTRACT = Template(
    """\
openapi: 3.1.0
info:
  title: $title, som testharnesset simulerer det
  version: 0.1.0
  summary: Testharnessets egen kontrakt og ikke en national standard. Den rigtige snitflade er ikke offentlig.
  description: >
    Skriv, hvad et LPS bruger løsningen til. Når den rigtige snitflade er kendt, erstatter den denne, uden at scenarierne ændres.
servers:
  - url: "{adresse}"
    variables:
      adresse: { default: "http://nationale-tjenester.test/novax", description: Systemets egen indgang hos testharnesset. }
# Skriv stierne her, fx /$name/opslag.
paths: {}
"""
)
