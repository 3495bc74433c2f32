# language: da
@KP-08 @prøver:lps
Egenskab: Lægen kan afvige fra et foreslået niveau

  Når der en dag er en algoritme, foreslår den et niveau. Lægen kan vælge et andet, men skal skrive hvorfor. Indtil da er
  scenarierne ikke relevante.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:BEHOV-20 @set:testgrænseflade
  Scenarie: Et andet niveau end det foreslåede kan kun registreres med en begrundelse
    Når lægen placerer "Elmer" på niveau 3 mod forslaget 1 uden begrundelse
    Så viser systemet kun et begrundet niveau
    Når lægen placerer "Elmer" på niveau 3 mod forslaget 1, fordi "Har lige mistet sin kone"
    Så viser systemet kun et begrundet niveau
    Når lægen skriver "Har brug for støtte" om konklusion i behovsvurderingen af "Elmer"
    Så viser systemet kun et begrundet niveau
