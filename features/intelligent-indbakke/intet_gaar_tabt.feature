# language: da
@IND-01 @prøver:lps @kræver:Modtage:RPT01
Egenskab: Intet svar går tabt, og alt, hvad indbakken gør, kan ses

  Når indbakken selv lægger svar i journalen, skal lægen kunne stole på, at de står hos den rigtige patient, som laboratoriet
  sendte dem, og kunne se, hvad der er sket med hvert af dem.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at indbakken håndterer laboratoriesvar automatisk

  @id:INDB-40 @set:testgrænseflade @obligatorisk
  Scenarie: Et svar om én patient ændrer intet ved en andens
    Givet at "Nancy" er patient i klinikken
    Og at laboratoriet har svaret kalium 6,1 (normalt 3,5–4,4, markeret af laboratoriet) for "Nancy"
    Og at lægen har set laboratoriesvarene hos "Nancy"
    Når laboratoriet svarer kalium 4,0 (normalt 3,5–4,4) for "Elmer"
    Så ligger svaret i journalen
    Og laboratoriesvarene hos "Nancy" er som før

  @id:INDB-41 @set:testgrænseflade @obligatorisk
  Scenarie: Et svar om en, der ikke er patient i klinikken, bliver hverken væk eller sat på en anden
    Givet at "Lonni" ikke er patient i klinikken
    Og at lægen har set laboratoriesvarene hos "Elmer"
    Når laboratoriet svarer kalium 4,0 (normalt 3,5–4,4) for "Lonni"
    Så er laboratoriesvarene hos "Elmer" som før
    Og svaret ligger blandt svar uden patient, eller laboratoriet har fået det afvist

  @id:INDB-42 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Et svar med <hvad> står, som laboratoriet sendte det
    Når laboratoriet svarer <svar> for "Elmer"
    Så står svaret, som laboratoriet sendte det

    Eksempler:
      | hvad           | svar                                                                                         |
      | mindre end     | CRP < 4 (normalt under 10)                                                                   |
      | tre resultater | kreatinin 72 (normalt 60–105), natrium 140 (normalt 137–144) og kalium 4,0 (normalt 3,5–4,4) |
      | et svar i ord  | urinsukker Positiv                                                                           |

  @id:INDB-43 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Loggen fortæller, hvad der blev af et svar <hvordan>
    Når laboratoriet svarer <svar> for "Elmer"
    Så fortæller loggen, at indbakken selv lagde svaret <hvor>, og hvorfor

    Eksempler:
      | hvordan                 | svar                                                   | hvor        |
      | inden for normalområdet | kalium 4,0 (normalt 3,5–4,4)                           | i journalen |
      | uden for normalområdet  | kalium 6,1 (normalt 3,5–4,4, markeret af laboratoriet) | hos lægen   |
