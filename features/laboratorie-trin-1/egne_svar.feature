# language: da
@LAB-01 @prøver:lps
Egenskab: De svar, klinikken selv laver, når frem til databankerne

  Svar på prøver, som klinikken selv laver, skal kunne bruges af andre. Systemet afleverer dem til Health Hub, PLSP's fælles
  modtager. Derfra når de uændret frem til databanken LABA, når det er biokemi, og til MiBa, når det er mikrobiologi. I trin 1 bliver intet af dem vist for borgeren eller for andre.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:LABO-01 @set:snitflade @obligatorisk
  Abstrakt Scenario: Svaret på <analyse> når frem, som klinikken skrev det
    Når klinikken skriver svaret <svar> på <analyse> hos "Elmer"
    Så har <databank> modtaget svaret uændret

    Eksempler:
      | analyse      | svar   | databank     |
      | HbA1c        | 53     | LABA         |
      | INR          | 2,5    | LABA         |
      | hæmoglobin   | 8,4    | LABA         |
      | FEV1         | 1,85   | databankerne |
      | urindyrkning | påvist | MiBa         |

  @id:LABO-02 @set:snitflade @obligatorisk
  Abstrakt Scenario: Et svar uden for det, apparatet kan måle, når frem med sit tegn: <svar>
    Når klinikken skriver svaret <svar> på <analyse> hos "Elmer"
    Så har LABA modtaget svaret uændret

    Eksempler:
      | svar  | analyse |
      | > 8,0 | INR     |
      | < 20  | HbA1c   |

  @id:LABO-03 @set:snitflade @obligatorisk
  Scenarie: Prøvens tidspunkt er det, klinikken skrev
    Når klinikken skriver svaret 53 på HbA1c hos "Elmer" fra i går kl. 00.15
    Så har LABA modtaget svaret med prøvens tidspunkt

  @id:LABO-04 @set:snitflade @obligatorisk
  Scenarie: Det fremgår, at svaret er lavet i almen praksis
    Når klinikken skriver svaret 2,5 på INR hos "Elmer"
    Så har LABA modtaget svaret som lavet i almen praksis

  @id:LABO-05 @set:snitflade @obligatorisk
  Scenarie: Bemærkningen til svaret følger med
    Når klinikken skriver svaret 8,4 på hæmoglobin hos "Elmer" og skriver "Målt to gange & talt om <1 time efter, fordi første måling på apparatet på Ærø så for høj ud"
    Så har LABA modtaget svaret med bemærkningen

  @id:LABO-06 @set:snitflade @obligatorisk
  Scenarie: To patienters svar bliver ikke blandet sammen
    Givet at "Nancy" er patient i klinikken
    Og at svaret 48 på HbA1c hos "Nancy" er delt
    Og at lægen har set klinikkens egne svar hos "Nancy"
    Når klinikken skriver svaret 53 på HbA1c hos "Elmer"
    Så har LABA modtaget svaret uændret
    Og klinikkens egne svar hos "Nancy" er som før

  @id:LABO-07 @set:snitflade @obligatorisk
  Abstrakt Scenario: Hvert svar når frem netop én gang, når Health Hub <svar>
    Givet at Health Hub <svar>
    Når klinikken skriver svaret 53 på HbA1c hos "Elmer"
    Og klinikken skriver svaret 2,5 på INR hos "Elmer"
    Og Health Hub svarer igen, og svaret bliver sendt på ny
    Så har LABA modtaget svaret på HbA1c netop én gang
    Og har LABA modtaget svaret på INR netop én gang

    Eksempler:
      | svar            |
      | er optaget      |
      | afviser         |
      | ikke svarer     |
      | svarer for sent |

  @id:LABO-08 @set:snitflade @obligatorisk
  Scenarie: Et svar, som et laboratorium har sendt til klinikken, bliver ikke delt én gang til
    Når laboratoriet sender svaret 61 på HbA1c hos "Elmer"
    Så er laboratoriets svar ikke delt

  @id:LABO-09 @set:snitflade @obligatorisk
  Scenarie: Intet bliver vist på Laboratoriesvarportalen eller sundhed.dk
    Når klinikken skriver svaret 53 på HbA1c hos "Elmer"
    Så har LABA modtaget svaret
    Og systemet har ikke selv sendt noget til portalerne

  @id:LABO-10 @set:snitflade @obligatorisk
  Scenarie: Det, der er delt, svarer i antal og art til klinikkens egen liste
    Givet at "Nancy" er patient i klinikken
    Når klinikken skriver svaret 2,5 på INR hos "Elmer"
    Og klinikken skriver svaret 2,5 på INR hos "Elmer" fra i går kl. 00.15
    Og klinikken skriver svaret påvist på urindyrkning hos "Elmer"
    Og klinikken skriver svaret 2,5 på INR hos "Nancy"
    Så svarer det, der er delt, til klinikkens egen liste
