# language: da
@KP-09 @KP-10 @prøver:lps
Egenskab: En ny udgave af behandlingsplanen afløser den gamle

  Patienten og alle sundhedsfaglige skal se den samme plan. Derfor må der aldrig være to gældende udgaver af en plan
  på samme tid.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at "Elmer" har en delt plan for KOL

  @id:DEL-07 @set:snitflade @obligatorisk
  Scenarie: Et nyt mål giver næste udgave
    Når lægen ændrer målet i planen til "Gå 30 minutter hver dag"
    Og lægen deler planen
    Så er planen delt
    Og den nye udgave afløser den forrige
    Og netop én udgave af planen er gældende

  @id:DEL-08 @set:snitflade @obligatorisk
  Scenarie: Hver ny udgave afløser den lige før
    Når lægen ændrer målet i planen til "Gå 10 minutter hver dag"
    Og lægen deler planen
    Så er planen delt
    Når lægen ændrer målet i planen til "Gå 20 minutter hver dag"
    Og lægen deler planen
    Så er planen delt
    Og den nye udgave afløser den forrige
    Og netop én udgave af planen er gældende

  @id:DEL-09 @set:snitflade @obligatorisk
  Scenarie: Den samme plan delt to gange er stadig én plan
    Når lægen deler planen
    Så er netop én udgave af planen gældende
