# language: da
@FLP-03 @KP-10 @prøver:lps
Egenskab: Forløbsplanen bygger på klinikkens egne målinger

  Det, der allerede er registreret, kommer af sig selv med i planen: den nyeste værdi, den rigtige enhed og den rigtige
  patient. Mangler der noget, skal lægen kunne se det.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at klinikken er tilmeldt forløbsplanen for KOL

  @id:FLP-20 @set:snitflade @obligatorisk
  Abstrakt Scenario: <måling> kommer med i planen for <sygdom>
    Givet at klinikken er tilmeldt forløbsplanen for <sygdom>
    Og at formularen for <sygdom> spørger til <måling>
    Og at "Elmer" har fået målt <måling> til <værdi>
    Når lægen laver en forløbsplan for <sygdom> til "Elmer"
    Så har Digitale Forløbsplaner modtaget forløbsplanen med patientens egne målinger

    Eksempler:
      | måling | sygdom                | værdi |
      | FEV1   | KOL                   | 1,85  |
      | HbA1c  | type 2-diabetes       | 53    |
      | LDL    | iskæmisk hjertesygdom | 2,4   |
      | STarT  | lænderygsmerter       | 5     |

  @id:FLP-21 @set:snitflade @obligatorisk
  Scenarie: Den nyeste måling gælder, også når en ældre bliver skrevet ind bagefter
    Givet at "Brita" er patient i klinikken
    Og at formularen for KOL spørger til CAT
    Og at "Brita" har fået målt CAT til 14 for en uge siden
    Når klinikken skriver, at "Brita" fik målt CAT til 22 for en måned siden
    Og lægen laver en forløbsplan for KOL til "Brita"
    Så har Digitale Forløbsplaner modtaget forløbsplanen med patientens egne målinger

  @id:FLP-22 @set:snitflade @obligatorisk
  Scenarie: Planen har patientens egne målinger og ikke en andens
    Givet at "Nancy" er patient i klinikken
    Og at "Pia" er patient i klinikken
    Og at formularen for KOL spørger til CAT og MRC
    Og at "Nancy" har fået målt CAT til 31 for en måned siden
    Og at "Pia" har fået målt CAT til 12 for en uge siden
    Og at "Nancy" har fået målt CAT til 28
    Og at "Nancy" har fået målt MRC til 4
    Og at "Nancy" har en forløbsplan for KOL
    Og at lægen har set forløbsplanerne hos "Nancy"
    Når lægen laver en forløbsplan for KOL til "Pia"
    Så har Digitale Forløbsplaner modtaget forløbsplanen med patientens egne målinger
    Og forløbsplanerne hos "Nancy" er som før

  @id:FLP-24 @set:testgrænseflade @obligatorisk
  Scenarie: Lægen kan se, hvad planen mangler
    Givet at formularen for KOL spørger til CAT og MRC
    Og at "Elmer" har fået målt CAT til 14
    Når lægen begynder en forløbsplan for KOL til "Elmer"
    Så viser systemet, hvad forløbsplanen mangler

  @id:FLP-25 @set:snitflade @obligatorisk
  Scenarie: Alt det, formularen spørger til og klinikken har, kommer med
    Givet at "Nancy" er patient i klinikken
    Og at formularen for KOL spørger til FEV1, CAT, MRC og LDL
    Og at "Nancy" har fået målt FEV1 til 2
    Og at "Nancy" har fået målt CAT til 14
    Og at "Nancy" har fået målt MRC til 4
    Og at "Nancy" har fået målt LDL til 3
    Når lægen laver en forløbsplan for KOL til "Nancy"
    Så har Digitale Forløbsplaner modtaget forløbsplanen med patientens egne målinger
