# language: da
@KP-10 @prøver:lps
Egenskab: Sundhedsmappen bruges ikke længere

  Visningen af forløbsplaner på Sundhedsmappen er lukket. Planen ses på sundhed.dk, og systemet må ikke være afhængigt af den
  gamle løsning.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at "Elmer" har en delt plan for KOL

  @id:MINP-20 @set:snitflade @obligatorisk
  Scenarie: Systemet bruger ikke Sundhedsmappen
    Når lægen ændrer målet i planen til "Gå 30 minutter hver dag"
    Og lægen deler planen
    Og lægen ser på aktiviteterne hos "Elmer"
    Så har systemet ikke brugt Sundhedsmappen

  @id:MINP-21 @set:testgrænseflade @obligatorisk
  Scenarie: Systemets link til patientens plan fører til sundhed.dk
    Så fører systemets link til planen hos "Elmer" til sundhed.dk
