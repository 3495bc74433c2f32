# language: da
@EPJ-03 @prøver:lps @brug:CareCommunication
Egenskab: Den nye korrespondancemeddelelse kommer hel frem

  Korrespondancemeddelelsen skal tage over fra korrespondancebrevet. Ét system er ved at blive testet i den.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at "Nancy" er patient i klinikken

  @id:OBL-30 @set:snitflade
  Scenarie: To patienters korrespondancemeddelelser kommer frem til sygehuset, som lægen skrev dem
    Givet at lægen har skrevet en korrespondancemeddelelse om "Nancy" med ordene "Ønsker tid til øreskylning"
    Når lægen skriver en korrespondancemeddelelse om "Elmer" med ordene "Ånder frit & går på æblejagt, blodtryk < 140 på højre arm"
    Så har sygehuset fået begge breve netop én gang, som lægen skrev dem

  @id:OBL-31 @set:testgrænseflade
  Scenarie: Sygehusets korrespondancemeddelelse, der kommer igen, bliver vist én gang og ikke hos en anden
    Givet at sygehuset har sendt en korrespondancemeddelelse om "Nancy" med ordene "Får målt syn på øjenafdelingen"
    Og at lægen har set beskederne hos "Nancy"
    Når sygehuset sender en korrespondancemeddelelse om "Elmer" med ordene "Får målt blodtryk & går til træning på Ærø", og det kommer en gang til
    Så er beskederne hos "Nancy" som før
    Og systemet viser brevet hos "Elmer" netop én gang, som det blev skrevet
