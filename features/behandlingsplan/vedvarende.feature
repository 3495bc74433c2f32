# language: da
@KP-16 @prøver:lps
Egenskab: Pakkeforløbet går gennem tre faser og bliver aldrig afsluttet

  En kronisk sygdom varer for de fleste hele livet. Forløbet går fra fase 1 over fase 2 til fase 3, som begynder med en
  fastlagt opfølgning i klinikken. At målene er nået, ændrer ikke, at forløbet er varigt.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at "Elmer" har en delt plan for KOL

  @id:PLAN-30 @set:testgrænseflade @obligatorisk
  Scenarie: Forløbet går fra fase 1 til fase 2
    Når lægen går videre til fase 2
    Og lægen aftaler næste opfølgning til om 8 uger
    Så viser systemet, at pakkeforløbet er i fase 2

  @id:PLAN-31 @set:testgrænseflade @obligatorisk
  Scenarie: Forløbet går fra fase 2 til fase 3 med den opfølgning, der er fastlagt
    Når lægen går videre til fase 2
    Og lægen aftaler næste opfølgning til om 8 uger
    Og lægen går videre til fase 3
    Så viser systemet, at pakkeforløbet er i fase 3
    Og systemet viser stadig opfølgningen

  @id:PLAN-32 @set:testgrænseflade @obligatorisk
  Scenarie: Fase 3 begynder ikke, uden at en opfølgning er fastlagt
    Når lægen går videre til fase 2
    Og lægen går videre til fase 3
    Så begynder fase 3 ikke uden en fastlagt opfølgning

  @id:PLAN-33 @set:snitflade @set:testgrænseflade @obligatorisk
  Scenarie: Forløbet er stadig i gang, og planen er stadig delt, når målene er nået
    Når lægen registrerer, at målene i planen er nået
    Så viser systemet, at pakkeforløbet stadig er i gang
    Og planen er stadig delt
