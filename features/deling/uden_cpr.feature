# language: da
@KP-10 @prøver:lps
Egenskab: En patient uden dansk CPR-nummer kan også få sin plan delt

  Et erstatnings-CPR-nummer er et nummer til patienter, der ikke har et dansk CPR-nummer. Det har bogstaver i sig og står i
  et andet register. Planen skal stå under netop det nummer, så den bliver fundet og ikke kommer til at ligne en andens.

  Baggrund:
    Givet at "Peter" er patient i klinikken

  @id:DEL-16 @set:snitflade
  Scenarie: En plan for en patient med et erstatnings-CPR-nummer kommer frem og følger standarden
    Når lægen laver en plan for KOL til "Peter" med målet "Gå 30 minutter hver dag"
    Og lægen deler planen
    Så er planen delt
    Og planen overholder CPD-DK
