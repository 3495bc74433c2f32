# language: da
@KP-17 @prøver:lps
Egenskab: Klinikken overvåger fristen for en behandlingsplan

  Patienten har ret til en behandlingsplan inden for en frist. Hvor lang fristen er, og hvornår den begynder, er ikke
  fastsat endnu. Derfor skal den kunne sættes i systemet.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at fristen for en behandlingsplan er den, MedCom har meldt ud

  @id:PLAN-40 @set:testgrænseflade @obligatorisk
  Scenarie: Systemet advarer, når fristen er overskredet
    Givet at fristen for "Elmer" udløb i går
    Så advarer systemet om, at fristen er overskredet

  @id:PLAN-41 @set:testgrænseflade @obligatorisk
  Scenarie: Systemet advarer ikke på fristens sidste dag
    Givet at fristen for "Elmer" udløber i dag
    Så advarer systemet ikke om fristen

  @id:PLAN-42 @set:testgrænseflade @obligatorisk
  Scenarie: Systemet advarer ikke, når patienten har fået sin plan
    Givet at fristen for "Elmer" udløb i går
    Når lægen laver en plan for KOL til "Elmer" med målet "Gå en tur hver dag"
    Så advarer systemet ikke om fristen

  @id:PLAN-43 @set:testgrænseflade @obligatorisk
  Scenarie: En ny frist gælder med det samme
    Givet at fristen for "Elmer" udløb i går
    Når fristen for en behandlingsplan bliver en uge længere
    Så advarer systemet ikke om fristen
