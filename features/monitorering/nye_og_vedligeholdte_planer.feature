# language: da
@prøver:lps
Egenskab: Det, systemet afleverer, gør tallene for planer rigtige

  Programmet tæller nye og vedligeholdte planer, aktive klinikker og forløb. En plan er ny, hvis patienten ikke tidligere har fået
  en plan af samme type. Tallene bygger på det, systemet afleverer, så en plan må hverken tælle for meget, for lidt eller
  for en anden.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:MONI-01 @KP-10 @set:snitflade @obligatorisk
  Scenarie: Den første plan tæller som én ny plan, og for den klinik, der har lavet den
    Når lægen laver en plan for KOL til "Elmer" med målet "Gå en tur hver dag"
    Og lægen deler planen
    Så tæller klinikken 1 ny og 0 vedligeholdte planer for KOL til "Elmer" i 1 forløb
    Og planen tæller for klinikken selv

  @id:MONI-02 @KP-10 @set:snitflade @obligatorisk
  Scenarie: En ændret plan tæller som vedligeholdt og ikke som endnu et forløb
    Givet at "Elmer" har en delt plan for KOL
    Når lægen ændrer målet i planen til "Gå 30 minutter hver dag"
    Og lægen deler planen
    Så tæller klinikken 1 ny og 1 vedligeholdt plan for KOL til "Elmer" i 1 forløb

  @id:MONI-03 @KP-10 @set:snitflade @obligatorisk
  Scenarie: En plan af en anden type tæller som ny
    Givet at "Elmer" har en delt plan for KOL
    Når lægen laver en plan for type 2-diabetes til "Elmer" med målet "Mindre sukker"
    Og lægen deler planen
    Så tæller klinikken 1 ny og 0 vedligeholdte planer for type 2-diabetes til "Elmer" i 1 forløb
    Og klinikken tæller 1 ny og 0 vedligeholdte planer for KOL til "Elmer" i 1 forløb

  @id:MONI-04 @KP-10 @set:snitflade @obligatorisk
  Scenarie: En plan, der bliver sendt igen, tæller én gang
    Givet at modtageren af planer svarer for sent
    Når lægen laver en plan for KOL til "Elmer" med målet "Gå en tur hver dag"
    Og lægen deler planen
    Og modtageren tager imod igen, og planen bliver sendt på ny
    Så tæller klinikken 1 ny og 0 vedligeholdte planer for KOL til "Elmer" i 1 forløb

  @id:MONI-06 @KP-17 @set:snitflade @obligatorisk
  Scenarie: En plan, der er lavet på fristens sidste dag, tæller som lavet inden for fristen
    Givet at fristen for en behandlingsplan er den, MedCom har meldt ud
    Og at fristen for "Elmer" udløber i dag
    Når lægen laver en plan for KOL til "Elmer" med målet "Gå en tur hver dag"
    Og lægen deler planen
    Så tæller planen som lavet inden for fristen
