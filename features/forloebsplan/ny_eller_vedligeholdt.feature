# language: da
@FLP-06 @prøver:lps
Egenskab: En plan er ny eller vedligeholdt

  En plan er ny, hvis den patient, planen er lavet til, ikke tidligere har fået en plan af samme type. Ellers er den
  vedligeholdt. Klinikkens mål for nye planer bliver talt efter det.

  Baggrund:
    Givet at klinikken er tilmeldt forløbsplanen for KOL

  @id:FLP-40 @set:snitflade @obligatorisk
  Scenarie: Patientens første plan er ny
    Givet at "Else" er patient i klinikken
    Når lægen laver en forløbsplan for KOL til "Else"
    Så har Digitale Forløbsplaner modtaget forløbsplanen som ny

  @id:FLP-41 @set:snitflade @obligatorisk
  Scenarie: Næste udgave af planen er vedligeholdt
    Givet at "Elmer" er patient i klinikken
    Og at "Elmer" har en forløbsplan for KOL
    Når lægen skriver om kommunale tilbud "Rygestop om tirsdagen" i forløbsplanen
    Og lægen gemmer forløbsplanen
    Så har Digitale Forløbsplaner modtaget forløbsplanen som vedligeholdt
    Og Digitale Forløbsplaner har modtaget forløbsplanen med det, lægen skrev

  @id:FLP-42 @set:snitflade @obligatorisk
  Scenarie: Patientens første plan af en anden type er ny
    Givet at "Ellen" er patient i klinikken
    Og at klinikken er tilmeldt forløbsplanen for type 2-diabetes
    Og at "Ellen" har en forløbsplan for KOL
    Når lægen laver en forløbsplan for type 2-diabetes til "Ellen"
    Så har Digitale Forløbsplaner modtaget forløbsplanen som ny

  @id:FLP-43 @set:snitflade @obligatorisk
  Scenarie: En plan er vedligeholdt, når patienten har fået en i en anden klinik
    Givet at "Knut" er patient i klinikken
    Og at "Knut" har en forløbsplan for KOL fra en anden klinik
    Når lægen laver en forløbsplan for KOL til "Knut"
    Så har Digitale Forløbsplaner modtaget forløbsplanen som vedligeholdt

  @id:FLP-44 @set:snitflade @obligatorisk
  Scenarie: En plan er vedligeholdt, selv om klinikken har været frameldt
    Givet at "Elmer" er patient i klinikken
    Og at "Elmer" har en forløbsplan for KOL
    Når klinikken framelder sig forløbsplanen for KOL
    Og klinikken tilmelder sig forløbsplanen for KOL
    Og lægen laver en forløbsplan for KOL til "Elmer"
    Så har Digitale Forløbsplaner modtaget forløbsplanen som vedligeholdt
