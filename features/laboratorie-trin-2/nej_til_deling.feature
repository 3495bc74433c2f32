# language: da
@LAB-02 @prøver:lps
Egenskab: Patientens nej til deling bliver respekteret overalt

  Patienten kan sige nej til, at et svar bliver delt. Lægen markerer det i systemet, og så må ingen andre end klinikken kunne se
  svaret: hverken databankerne, de portaler, der viser svar, eller Min Læge. Patientens andre svar når frem som før.

  Baggrund:
    Givet at svar også bliver vist på Laboratoriesvarportalen, sundhed.dk og Min Læge
    Og at "Elmer" er patient i klinikken

  @id:LABO-20 @set:snitflade @obligatorisk
  Abstrakt Scenario: Ingen kan finde spor af et svar på <analyse>, som patienten siger nej til at dele
    Når klinikken skriver svaret <svar> på <analyse> hos "Elmer", som siger nej til at dele det
    Så kan ingen finde spor af svaret

    Eksempler:
      | analyse      | svar   |
      | HbA1c        | 113    |
      | urindyrkning | påvist |

  @id:LABO-21 @set:testgrænseflade @obligatorisk
  Scenarie: Klinikken kan se svaret, og at patienten har sagt nej til at dele det
    Når klinikken skriver svaret 113 på HbA1c hos "Elmer", som siger nej til at dele det
    Så viser systemet svaret med et nej til deling

  @id:LABO-22 @set:snitflade @obligatorisk
  Scenarie: Patientens andet svar bliver delt, selv om patienten har sagt nej til det ene
    Givet at klinikken har skrevet svaret 113 på HbA1c hos "Elmer", som siger nej til at dele det
    Når klinikken skriver svaret 8,4 på hæmoglobin hos "Elmer"
    Så har LABA modtaget svaret på hæmoglobin, selv om patienten sagde nej til et andet
    Og ingen kan finde spor af svaret på HbA1c

  @id:LABO-23 @set:snitflade @obligatorisk
  Scenarie: Den ene patients nej gælder ikke den anden
    Givet at "Nancy" er patient i klinikken
    Og at klinikken har skrevet svaret 113 på HbA1c hos "Elmer", som siger nej til at dele det
    Når klinikken skriver svaret 48 på HbA1c hos "Nancy"
    Så har LABA modtaget svaret hos "Nancy"
    Og ingen kan finde spor af svaret hos "Elmer"

  @id:LABO-24 @set:snitflade @obligatorisk
  Scenarie: Et nej gælder også et svar, der venter på at blive sendt
    Givet at Health Hub er optaget
    Når klinikken skriver svaret 113 på HbA1c hos "Elmer"
    Og "Elmer" siger nej til at dele svaret
    Og lægen retter svaret til 127
    Og Health Hub svarer igen, og svaret bliver sendt på ny
    Så kan ingen finde spor af svaret

  @id:LABO-25 @set:snitflade @obligatorisk
  Scenarie: Patienten siger nej, efter at svaret er delt
    Givet at svaret 113 på HbA1c hos "Elmer" er delt
    Og at lægen har rettet svaret til 127
    Når "Elmer" siger nej til at dele svaret
    Så kan ingen længere se svaret

  @id:LABO-26 @set:snitflade @obligatorisk
  Scenarie: Patienten tager sit nej tilbage, men kun sit eget
    Givet at "Nancy" er patient i klinikken
    Og at klinikken har skrevet svaret 127 på HbA1c hos "Nancy", som siger nej til at dele det
    Og at klinikken har skrevet svaret 53 på HbA1c hos "Elmer", som siger nej til at dele det
    Når "Elmer" siger ja til at dele svaret alligevel
    Så har LABA modtaget svaret hos "Elmer", nu da patienten siger ja
    Og ingen kan finde spor af svaret hos "Nancy"

  @id:LABO-27 @set:snitflade @obligatorisk
  Scenarie: Et svar, patienten har sagt nej til, bliver ikke delt, fordi det bliver rettet
    Givet at klinikken har skrevet svaret 113 på HbA1c hos "Elmer", som siger nej til at dele det
    Når lægen retter svaret til 127
    Så kan ingen finde spor af svaret
    Og systemet viser svaret med et nej til deling

  @id:LABO-28 @set:snitflade @obligatorisk
  Scenarie: Borgerens egen spærring gælder stadig, når svaret er rettet
    Givet at svaret påvist på urindyrkning hos "Elmer" er delt
    Og at "Elmer" selv har spærret for visning af svaret
    Når lægen retter svaret til ikke påvist
    Så er svaret stadig spærret for visning
