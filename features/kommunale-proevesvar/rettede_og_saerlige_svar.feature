# language: da
@EHM-01 @prøver:lps
Egenskab: Rettede, annullerede og særlige svar kan ikke forveksles med andre

  Et rettet svar kan ændre behandlingen, et annulleret handler måske om en anden borger, og en patient kan nægte, at svaret bliver
  delt. Lægen skal kunne se det på svaret selv.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at "Nancy" er patient i klinikken
    Og at kommunen har sendt et prøvesvar om "Nancy" med resultatet CRP 40
    Og at kommunen har sendt et prøvesvar om "Elmer" med resultatet CRP 12

  @id:HCO-30 @brug:HomeCareObservation:R.CORR @set:testgrænseflade @obligatorisk
  Scenarie: Et rettet svar viser det rettede resultat, og hvad der stod før
    Givet at kommunen har sendt et prøvesvar om "Elmer" med resultatet glukose > 27,8
    Og at lægen har gemt svaret på laboratoriekortet
    Og at kommunen har sendt et prøvesvar om "Elmer" med resultatet hæmoglobin 7,9
    Og at lægen har set prøvesvarene hos "Nancy"
    Når kommunen retter det forrige svar til glukose > 22,8
    Så viser systemet det rettede resultat, og at det er rettet
    Og systemet viser det resultat, der stod før
    Og systemet viser alle de gemte svar på laboratoriekortet
    Og prøvesvarene hos "Nancy" er som før

  @id:HCO-31 @brug:HomeCareObservation:R.CANC @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Et svar, der er annulleret, fordi <grund>, står der endnu, tydeligt annulleret
    Givet at kommunen har sendt et prøvesvar om "Elmer" i den anden form, MedCom tillader, med resultatet glukose 7,1
    Og at lægen har gemt svaret på laboratoriekortet
    Og at kommunen har sendt et prøvesvar om "Elmer" med resultatet hæmoglobin 7,9
    Og at lægen har set prøvesvarene hos "Nancy"
    Når kommunen annullerer det forrige svar, fordi <grund>
    Så viser systemet, at svaret er annulleret
    Og systemet viser, hvorfor svaret er annulleret
    Og prøvesvarene hos "Nancy" er som før

    Eksempler:
      | grund                               |
      | CPR-nummeret er forkert             |
      | modtageren er forkert               |
      | en vedhæftet fil handler om en anden |
      | "Resultatet er fra en anden beboer" |

  @id:HCO-32 @brug:HomeCareObservation:R1.A1 @set:testgrænseflade @obligatorisk
  Scenarie: Nægtet samtykke er tydeligt på de svar, det gælder, og ikke på andre
    Givet at kommunen har sendt et prøvesvar om "Elmer" med nægtet samtykke
    Når kommunen sender et prøvesvar om "Elmer" i den anden form, MedCom tillader, med nægtet samtykke, med resultatet hæmoglobin 7,9
    Så viser systemet nægtet samtykke, og kun hvor det er nægtet

  @id:HCO-33 @brug:HomeCareObservation:R1 @set:testgrænseflade @obligatorisk
  Scenarie: Alle vedhæftede filer kan åbnes
    Givet at kommunen har sendt et prøvesvar om "Elmer" med to vedhæftede filer
    Når kommunen sender et prøvesvar om "Elmer" i den anden form, MedCom tillader, med to vedhæftede filer, med resultatet hæmoglobin 7,9
    Så viser systemet de vedhæftede filer
