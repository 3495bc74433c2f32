# language: da
@EPJ-03 @prøver:lps @brug:CareCommunication
Egenskab: Den nye korrespondancemeddelelse kommer hel frem

  Korrespondancemeddelelsen skal tage over fra korrespondancebrevet. Ét system er ved at blive testet i den.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:OBL-30 @set:snitflade
  Scenarie: En korrespondancemeddelelse når sygehuset, som lægen skrev den
    Når lægen skriver en korrespondancemeddelelse om "Elmer" med ordene "Ånder frit & går på æblejagt, blodtryk < 140 på højre arm"
    Så har modtageren fået beskeden netop én gang, som lægen skrev den

  @id:OBL-31 @set:testgrænseflade
  Scenarie: Sygehusets korrespondancemeddelelse bliver vist, som den blev skrevet
    Når sygehuset sender en korrespondancemeddelelse om "Elmer" med ordene "Får målt blodtryk på øjenafdelingen & går til træning"
    Så viser systemet beskeden hos "Elmer" netop én gang, som den blev skrevet
