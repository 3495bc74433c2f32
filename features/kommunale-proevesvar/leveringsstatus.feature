# language: da
@EHM-04 @prøver:lps @brug:HomeCareObservation:R1
Egenskab: Kommunen kan følge svaret helt frem

  Systemet melder, at svaret er modtaget. Meldingen må ikke gå tabt, for så ser det ud, som om svaret aldrig nåede lægen.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:HCO-40 @set:snitflade @obligatorisk
  Scenarie: Det bliver meldt, at svaret er modtaget
    Når kommunen sender et prøvesvar om "Elmer" uden initialer
    Så har systemet meldt til EHMI, at svaret er modtaget

  @id:HCO-41 @set:snitflade @obligatorisk
  Abstrakt Scenario: Meldingen går ikke tabt, når modtageren af leveringsstatus <svar>
    Givet at EHMI's modtager af leveringsstatus <svar>
    Og at kommunen har sendt et prøvesvar om "Elmer" uden initialer
    Når kommunen sender et prøvesvar om "Elmer" uden initialer
    Og EHMI's modtager af leveringsstatus svarer igen
    Så har systemet meldt til EHMI, at svaret er modtaget

    Eksempler:
      | svar        |
      | er optaget  |
      | svarer ikke |

  @id:HCO-42 @set:snitflade @obligatorisk
  Scenarie: Det bliver også meldt, når svaret er modtaget, men ikke kan bruges
    Når kommunen sender et prøvesvar om "Elmer" uden telefonnummer på den ansvarlige
    Så har systemet meldt til EHMI, at svaret er modtaget
