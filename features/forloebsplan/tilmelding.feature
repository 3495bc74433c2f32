# language: da
@FLP-02 @prøver:lps
Egenskab: Klinikken vælger selv, hvilke forløbsplaner den bruger

  Klinikken tilmelder sig Digitale Forløbsplaner for én sygdom ad gangen og kan framelde sig igen. Det gør den i sit eget
  system.

  @id:FLP-11 @set:snitflade @obligatorisk
  Abstrakt Scenario: Klinikken er tilmeldt <sygdom> og ikke andet
    Givet at klinikken ikke er tilmeldt nogen forløbsplan
    Når klinikken tilmelder sig forløbsplanen for <sygdom>
    Så er klinikken tilmeldt netop forløbsplanen for <sygdom>

    Eksempler:
      | sygdom                |
      | KOL                   |
      | type 2-diabetes       |
      | iskæmisk hjertesygdom |
      | lænderygsmerter       |

  @id:FLP-12 @set:snitflade @obligatorisk
  Scenarie: Framelding gælder kun den ene sygdom
    Givet at klinikken ikke er tilmeldt nogen forløbsplan
    Og at klinikken er tilmeldt forløbsplanen for KOL
    Og at klinikken er tilmeldt forløbsplanen for type 2-diabetes
    Når klinikken framelder sig forløbsplanen for KOL
    Så er klinikken tilmeldt netop forløbsplanen for type 2-diabetes

  @id:FLP-13 @set:testgrænseflade @obligatorisk
  Scenarie: En tilmelding, der ikke er modtaget, vises ikke som modtaget
    Givet at klinikken ikke er tilmeldt nogen forløbsplan
    Og at Digitale Forløbsplaner er optaget
    Når klinikken tilmelder sig forløbsplanen for KOL
    Så er klinikken stadig ikke tilmeldt nogen forløbsplan

  @id:FLP-14 @set:snitflade
  Scenarie: En klinik, der ikke er tilmeldt, laver ikke den slags plan
    Givet at "Elmer" er patient i klinikken
    Og at klinikken ikke er tilmeldt nogen forløbsplan
    Og at klinikken er tilmeldt forløbsplanen for type 2-diabetes
    Når lægen laver en forløbsplan for KOL til "Elmer"
    Så er der ikke sendt en forløbsplan

  @id:FLP-15 @set:testgrænseflade
  Scenarie: Framelding sletter den slags planer og ingen andre
    Givet at "Elmer" er patient i klinikken
    Og at klinikken er tilmeldt forløbsplanen for KOL
    Og at klinikken er tilmeldt forløbsplanen for type 2-diabetes
    Og at "Elmer" har en forløbsplan for KOL
    Og at "Elmer" har en forløbsplan for type 2-diabetes
    Når klinikken framelder sig forløbsplanen for KOL
    Så viser systemet det, lægen skrev i forløbsplanen
    Og systemet viser kun de forløbsplaner, klinikken er tilmeldt
