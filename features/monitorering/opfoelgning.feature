# language: da
@prøver:lps
Egenskab: Opfølgning, fremmøde og proaktiv indsats kan tælles

  Monitoreringen bygger på forløb med og uden planlagt opfølgning, på fremmøde, og på, om patienter på niveau 2 og 3 har
  gennemført det, de er henvist til, eller er fulgt op, når de udeblev. Det skal være registreret, så det kan tælles.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:MONI-10 @KP-14 @set:snitflade @obligatorisk
  Scenarie: Et forløb med planlagt opfølgning tæller som det, også når planen bliver ændret
    Når lægen laver en plan for KOL til "Elmer" med opfølgning om 8 uger
    Og lægen deler planen
    Og lægen ændrer målet i planen til "Gå 30 minutter hver dag"
    Og lægen deler planen
    Så tæller forløbet som et med planlagt opfølgning

  @id:MONI-11 @KP-14 @set:snitflade @obligatorisk
  Scenarie: Et forløb, hvor intet er aftalt, tæller som et uden planlagt opfølgning
    Når lægen laver en plan for KOL til "Elmer" med målet "Gå en tur hver dag"
    Og lægen deler planen
    Så tæller forløbet som et uden planlagt opfølgning

  @id:MONI-12 @KP-11 @set:testgrænseflade @obligatorisk
  Scenarie: Fremmøde og udeblivelser tæller hver for sig
    Givet at "Nancy" er patient i klinikken
    Og at lægen har set registreringerne hos "Nancy"
    Og at lægen har set registreringerne hos "Elmer"
    Og at "Elmer" er udeblevet fra en afklarende samtale
    Og at "Elmer" er mødt til en afklarende samtale
    Så tæller "Elmer" som mødt til én af to aftaler
    Og registreringerne hos "Nancy" er som før

  @id:MONI-13 @KP-11 @set:testgrænseflade @obligatorisk
  Scenarie: En patient på niveau 2, der er mødt, tæller som en, der følger sin plan
    Givet at lægen har set registreringerne hos "Elmer"
    Og at "Elmer" har en plan for KOL på niveau 2
    Og at "Elmer" er mødt til en afklarende samtale
    Så tæller "Elmer" som en, der følger sin plan

  @id:MONI-14 @KP-18 @set:testgrænseflade @obligatorisk
  Scenarie: En udeblivelse, klinikken har fulgt op på, tæller som fulgt op
    Givet at lægen har set registreringerne hos "Elmer"
    Og at "Elmer" har en plan for KOL på niveau 3
    Og at "Elmer" er udeblevet fra en afklarende samtale
    Når klinikken følger selv op på "Elmer" og skriver "Ringet op, vil gerne have en ny tid"
    Så tæller "Elmer" som udeblevet og fulgt op

  @id:MONI-15 @KP-18 @set:testgrænseflade @obligatorisk
  Scenarie: En udeblivelse, ingen har fulgt op på, tæller som ikke fulgt op
    Givet at lægen har set registreringerne hos "Elmer"
    Og at "Elmer" har en plan for KOL på niveau 3
    Og at "Elmer" er udeblevet fra en afklarende samtale
    Så tæller "Elmer" som udeblevet og ikke fulgt op

  @id:MONI-16 @KP-18 @set:testgrænseflade @obligatorisk
  Scenarie: En patient på niveau 1 tæller ikke med i den proaktive opfølgning
    Givet at lægen har set registreringerne hos "Elmer"
    Og at "Elmer" har en plan for KOL på niveau 1
    Og at "Elmer" er udeblevet fra en afklarende samtale
    Så tæller "Elmer" ikke med i den proaktive opfølgning
