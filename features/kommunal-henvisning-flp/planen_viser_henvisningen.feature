# language: da
@FLP-11 @prøver:lps @kræver:Sende:XREF15
Egenskab: Forløbsplanen viser de henvisninger, der er lavet fra den

  Den, der åbner planen, skal kunne se, at patienten er henvist til kommunen, og om henvisningen er nået frem.

  Baggrund:
    Givet at klinikken er tilmeldt forløbsplanen for KOL
    Og at "Elmer" har diagnosen R95 i ICPC-2
    Og at "Elmer" har en forløbsplan for KOL

  @id:FLPH-10 @set:testgrænseflade @obligatorisk
  Scenarie: Henvisningen står i den plan, den er lavet fra, og ikke i patientens anden plan
    Givet at klinikken er tilmeldt forløbsplanen for lænderygsmerter
    Og at "Elmer" har diagnosen L84 i ICPC-2
    Og at "Elmer" har en forløbsplan for lænderygsmerter
    Når lægen henviser "Elmer" fra forløbsplanen for KOL
    Så viser forløbsplanen for KOL henvisningen én gang
    Og forløbsplanen for lænderygsmerter viser ikke henvisningen

  @id:FLPH-11 @set:testgrænseflade @obligatorisk
  Scenarie: Forløbsplanen viser, at kommunen har modtaget henvisningen
    Når lægen henviser "Elmer" fra forløbsplanen for KOL
    Så viser forløbsplanen for KOL, at kommunen har modtaget henvisningen

  @id:FLPH-12 @set:testgrænseflade @obligatorisk
  Scenarie: Forløbsplanen viser, at kommunen ikke har kvitteret
    Givet at kommunens kvittering går tabt
    Når lægen henviser "Elmer" fra forløbsplanen for KOL
    Så viser forløbsplanen for KOL, at kommunen endnu ikke har kvitteret

  @id:FLPH-13 @set:testgrænseflade @obligatorisk
  Scenarie: Forløbsplanen viser, at kommunen har afvist henvisningen
    Givet at kommunens næste kvittering er et nej med ordene "Borgeren bor i en anden kommune"
    Når lægen henviser "Elmer" fra forløbsplanen for KOL
    Så viser forløbsplanen for KOL, at henvisningen er afvist

  @id:FLPH-14 @set:testgrænseflade @obligatorisk
  Scenarie: Forløbsplanen viser, at henvisningen ikke er sendt
    Givet at nettet, som breve bliver sendt gennem, er optaget
    Når lægen henviser "Elmer" fra forløbsplanen for KOL
    Så viser forløbsplanen for KOL, at henvisningen ikke er sendt
