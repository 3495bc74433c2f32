# language: da
@IND-01 @prøver:lps @kræver:Modtage:RPT01
Egenskab: Rettede og gentagne svar bliver ikke forvekslet med nye

  Ligger et normalt svar i journalen, og det bliver rettet, tror både lægen og patienten noget forkert, indtil lægen har set det
  rettede. Kommer samme svar to gange, må det ikke blive til to.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at indbakken håndterer laboratoriesvar automatisk

  @id:INDB-20 @set:testgrænseflade @obligatorisk
  Scenarie: Et svar i journalen, der bliver rettet, så det ikke er normalt, kommer til lægen
    Givet at laboratoriet har svaret kalium 4,0 (normalt 3,5–4,4) for "Elmer"
    Når laboratoriet retter svaret til kalium 6,1 (normalt 3,5–4,4, markeret af laboratoriet)
    Så ligger svaret hos lægen
    Og "Elmer" har ikke fået nogen besked af indbakken, da svaret blev rettet

  @id:INDB-21 @set:testgrænseflade @obligatorisk
  Scenarie: Et svar, der bliver rettet, så det er normalt, kommer til lægen
    Givet at laboratoriet har svaret kalium 6,1 (normalt 3,5–4,4, markeret af laboratoriet) for "Elmer"
    Og at "Elmer" har en aftale i klinikken i morgen
    Når laboratoriet retter svaret til kalium 4,0 (normalt 3,5–4,4)
    Så ligger det rettede svar hos lægen

  @id:INDB-22 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Et svar, der kommer igen <hvordan>, står der én gang
    Givet at laboratoriet har svaret kalium 4,0 (normalt 3,5–4,4) for "Elmer"
    Når laboratoriet sender svaret igen <hvordan>
    Så ligger svaret i journalen

    Eksempler:
      | hvordan             |
      | i samme forsendelse |
      | i en ny forsendelse |

  @id:INDB-23 @set:testgrænseflade @obligatorisk
  Scenarie: Patienten får kun én besked, selv om laboratoriet sender to gange
    Givet at laboratoriet har svaret kalium 4,0 (normalt 3,5–4,4) for "Elmer"
    Når laboratoriet sender svaret igen i en ny forsendelse
    Så har "Elmer" fået klinikkens besked netop én gang
