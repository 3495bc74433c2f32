# language: da
@LAB-02 @prøver:lps
Egenskab: Et svar, der er delt, kan rettes og trækkes tilbage

  Et forkert svar må ikke blive stående hos andre. Derfor når en rettelse frem, kan ses som rettet og skjuler ikke, hvad der stod
  før. Systemet sender den til Health Hub, PLSP's fælles modtager. Et svar, der er skrevet på en forkert patient, forsvinder igen.

  Baggrund:
    Givet at svar også bliver vist på Laboratoriesvarportalen, sundhed.dk og Min Læge
    Og at "Elmer" er patient i klinikken

  @id:LABO-30 @set:snitflade @obligatorisk
  Abstrakt Scenario: Det rettede svar på <analyse> afløser det, der er delt
    Givet at svaret <først> på <analyse> hos "Elmer" er delt
    Når lægen retter svaret til <rettet>
    Så viser <databank> det rettede svar, og hvad der stod før

    Eksempler:
      | analyse      | først  | rettet      | databank |
      | HbA1c        | 53     | 63          | LABA     |
      | urindyrkning | påvist | ikke påvist | MiBa     |

  @id:LABO-31 @set:testgrænseflade @obligatorisk
  Scenarie: Klinikken kan se, at svaret er rettet, og hvad der stod før
    Givet at svaret 2,5 på INR hos "Elmer" er delt
    Når lægen retter svaret til > 8,0
    Så viser systemet svaret som rettet, og hvad der stod før

  @id:LABO-32 @set:snitflade @obligatorisk
  Scenarie: En rettelse kan rettes igen
    Givet at svaret 2,5 på INR hos "Elmer" er delt
    Og at lægen har rettet svaret til 5,2
    Når lægen retter svaret til > 8,0
    Så viser LABA det rettede svar, og hvad der stod før

  @id:LABO-33 @set:snitflade @obligatorisk
  Abstrakt Scenario: Rettelsen når frem, når Health Hub <svar>
    Givet at svaret 53 på HbA1c hos "Elmer" er delt
    Og at Health Hub <svar>
    Når lægen retter svaret til 63
    Og Health Hub svarer igen, og svaret bliver sendt på ny
    Så viser LABA det rettede svar, og hvad der stod før

    Eksempler:
      | svar            |
      | er optaget      |
      | svarer for sent |

  @id:LABO-34 @set:snitflade @obligatorisk
  Scenarie: Et svar, der bliver rettet, før det er sendt, når frem som det rettede
    Givet at Health Hub ikke svarer
    Når klinikken skriver svaret 53 på HbA1c hos "Elmer"
    Og lægen retter svaret til 63
    Og Health Hub svarer igen, og svaret bliver sendt på ny
    Så har LABA modtaget svaret uændret

  @id:LABO-35 @set:snitflade @obligatorisk
  Scenarie: Rettelsen rammer kun det ene svar
    Givet at "Nancy" er patient i klinikken
    Og at svaret 53 på HbA1c hos "Elmer" er delt
    Og at svaret 53 på HbA1c hos "Nancy" er delt
    Og at lægen har set klinikkens egne svar hos "Nancy"
    Og at svaret 58 på HbA1c hos "Elmer" er delt
    Når lægen retter det første svar til 63
    Så viser LABA det rettede svar
    Og klinikkens egne svar hos "Nancy" er som før

  @id:LABO-36 @set:snitflade @obligatorisk
  Scenarie: Et svar på en forkert patient kan ikke længere ses, og kun det
    Givet at "Nancy" er patient i klinikken
    Og at svaret 53 på HbA1c hos "Elmer" er delt
    Og at svaret 53 på HbA1c hos "Nancy" er delt
    Og at svaret 2,5 på INR hos "Elmer" er delt
    Når klinikken fjerner det første svar, fordi det hører til en anden patient
    Så kan ingen længere se svaret hos den forkerte patient

  @id:LABO-37 @set:snitflade @obligatorisk
  Scenarie: Tilbagetrækningen når frem, når Health Hub er optaget
    Givet at svaret 53 på HbA1c hos "Elmer" er delt
    Og at Health Hub er optaget
    Når klinikken fjerner svaret, fordi det hører til en anden patient
    Og Health Hub svarer igen, og svaret bliver sendt på ny
    Så kan ingen længere se svaret hos den forkerte patient

  @id:LABO-38 @set:snitflade @obligatorisk
  Scenarie: Et svar på en forkert patient, som ikke er sendt endnu, bliver ikke sendt
    Givet at Health Hub er optaget
    Når klinikken skriver svaret 53 på HbA1c hos "Elmer"
    Og klinikken fjerner svaret, fordi det hører til en anden patient
    Og Health Hub svarer igen, og svaret bliver sendt på ny
    Så kan ingen længere se svaret hos den forkerte patient

  @id:LABO-39 @set:snitflade @obligatorisk
  Scenarie: Har prøven to analyser, rammer rettelsen den, lægen retter
    Givet at svaret 2,5 på INR hos "Elmer" er delt
    Og at svaret 53 på HbA1c hos "Elmer" er delt
    Når lægen retter svaret til 63
    Så viser LABA det rettede svar, og hvad der stod før
