# language: da
@EHM-01 @prøver:lps
Egenskab: Rettede, annullerede og særlige svar kan ikke forveksles med andre

  Et rettet svar kan ændre behandlingen, et annulleret handler måske om en anden borger, og en patient kan nægte, at svaret bliver
  delt. Lægen skal kunne se det på svaret selv.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at "Nancy" er patient i klinikken
    Og at kommunen har sendt et prøvesvar om "Nancy" med resultatet CRP 40

  @id:HCO-30 @brug:HomeCareObservation:R.CORR @set:testgrænseflade @obligatorisk
  Scenarie: Et rettet svar viser det rettede resultat, og hvad der stod før
    Givet at kommunen har sendt et prøvesvar om "Elmer" med resultatet glukose 7,1
    Og at lægen har set prøvesvarene hos "Nancy"
    Når kommunen retter resultatet til glukose 17,1
    Så viser systemet det rettede resultat, og at det er rettet
    Og systemet viser det resultat, der stod før
    Og prøvesvarene hos "Nancy" er som før

  @id:HCO-31 @brug:HomeCareObservation:R.CANC @set:testgrænseflade @obligatorisk
  Scenarie: Et annulleret svar står der endnu, tydeligt annulleret og med grunden
    Givet at kommunen har sendt et prøvesvar om "Elmer" med resultatet glukose 7,1
    Og at lægen har set prøvesvarene hos "Nancy"
    Når kommunen annullerer svaret, fordi CPR-nummeret er forkert
    Så viser systemet at svaret er annulleret
    Og systemet viser hvorfor svaret er annulleret
    Og prøvesvarene hos "Nancy" er som før

  @id:HCO-32 @brug:HomeCareObservation:R1.A1 @set:testgrænseflade @obligatorisk
  Scenarie: Nægtet samtykke er tydeligt på svaret og ikke på andre svar
    Når kommunen sender et prøvesvar om "Elmer" med nægtet samtykke
    Så viser systemet nægtet samtykke, og kun på dette svar

  @id:HCO-33 @brug:HomeCareObservation:R1 @set:testgrænseflade @obligatorisk
  Scenarie: En vedhæftet fil kan åbnes
    Når kommunen sender et prøvesvar om "Elmer" med en vedhæftet fil
    Så viser systemet den vedhæftede fil
