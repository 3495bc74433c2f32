# language: da
@prøver:lps
Egenskab: Forløbsplanen rummer det, lægen og patienten aftaler

  Planen for KOL har fokus på patienten: egenomsorg, kommunale og lokale tilbud og klinikkens personale. Formularen og
  anbefalingerne kommer i nye udgaver, og planen må ikke miste noget af den grund.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at klinikken er tilmeldt forløbsplanen for KOL

  @id:FLP-30 @FLP-04 @set:snitflade @obligatorisk
  Scenarie: Alt det, lægen skriver, er i planen for KOL
    Når lægen begynder en forløbsplan for KOL til "Elmer"
    Og lægen skriver om egenomsorg "Går en tur hver morgen, skriver i sin dagbog og ringer til klinikken, hvis slimen skifter farve" i forløbsplanen
    Og lægen skriver om kommunale tilbud "Rygestop i Ærøskøbing på tirsdage" i forløbsplanen
    Og lægen skriver om lokale tilbud "Motion i foreningen" i forløbsplanen
    Og lægen skriver om klinikpersonale "Sygeplejerske Kirsten" i forløbsplanen
    Og lægen gemmer forløbsplanen
    Så har Digitale Forløbsplaner modtaget forløbsplanen med det, lægen skrev

  @id:FLP-31 @FLP-05 @set:snitflade
  Scenarie: En gemt plan bliver aktiv af sig selv
    Når lægen laver en forløbsplan for KOL til "Elmer"
    Så har Digitale Forløbsplaner modtaget forløbsplanen som aktiv, uden at lægen gør mere

  @id:FLP-35 @FLP-05 @KP-10 @set:snitflade
  Scenarie: Planen bliver ikke aktiv en gang til, når diagnosen bliver skrevet igen
    Givet at "Elmer" har diagnosen R95 i ICPC-2
    Og at "Elmer" har en forløbsplan for KOL
    Når lægen stiller diagnosen R95 i ICPC-2 hos "Elmer"
    Så har Digitale Forløbsplaner modtaget forløbsplanen som patientens eneste af den type

  @id:FLP-32 @KP-09 @set:testgrænseflade @obligatorisk
  Scenarie: Forløbsplanen kan udskrives til patienten
    Givet at "Nancy" er patient i klinikken
    Og at formularen for KOL spørger til CAT
    Og at "Elmer" har fået målt CAT til 14
    Og at "Nancy" har en forløbsplan for KOL
    Og at lægen har set udskriften af forløbsplanen hos "Nancy"
    Når lægen laver en forløbsplan for KOL til "Elmer"
    Så viser systemet udskriften af forløbsplanen med det, lægen skrev, og målingerne
    Og udskriften af forløbsplanen hos "Nancy" er som før

  @id:FLP-33 @FLP-07 @set:testgrænseflade @obligatorisk
  Scenarie: Lægen ser den nyeste anbefaling
    Givet at formularen for KOL spørger til CAT
    Og at "Elmer" har en forløbsplan for KOL
    Når der kommer en ny udgave af formularen for KOL, som spørger til CAT
    Og lægen begynder en forløbsplan for KOL til "Elmer"
    Så viser systemet den nye anbefaling

  @id:FLP-34 @FLP-07 @set:snitflade @obligatorisk
  Scenarie: En plan, der er begyndt i den gamle udgave, mister intet i den nye
    Givet at formularen for KOL spørger til CAT
    Når lægen begynder en forløbsplan for KOL til "Elmer"
    Og lægen skriver om lokale tilbud "Kor for lungepatienter" i forløbsplanen
    Og der kommer en ny udgave af formularen for KOL, som spørger til CAT
    Og lægen gemmer forløbsplanen
    Så har Digitale Forløbsplaner modtaget forløbsplanen efter den nye udgave af formularen
    Og Digitale Forløbsplaner har modtaget forløbsplanen med det, lægen skrev
