# language: da
@FLP-11 @prøver:lps @kræver:Sende:XREF15
Egenskab: Forløbsplanen viser de henvisninger, der er lavet fra den

  Den, der åbner planen, skal kunne se, at patienten er henvist til kommunen, og om henvisningen er nået frem.

  Baggrund:
    Givet at klinikken er tilmeldt forløbsplanen for KOL
    Og at "Elmer" har diagnosen R95 i ICPC-2
    Og at "Elmer" har en forløbsplan for KOL

  @id:FLPH-10 @set:testgrænseflade
  Scenarie: Henvisningen står i den plan, den er lavet fra, og ikke i patientens anden plan
    Givet at klinikken er tilmeldt forløbsplanen for lænderygsmerter
    Og at "Elmer" har diagnosen L84 i ICPC-2
    Og at "Elmer" har en forløbsplan for lænderygsmerter
    Når lægen henviser "Elmer" fra forløbsplanen for KOL
    Så viser forløbsplanen for KOL henvisningen én gang
    Og forløbsplanen for lænderygsmerter viser ikke henvisningen

  @id:FLPH-11 @set:testgrænseflade
  Scenarie: Forløbsplanen viser, at kommunen har modtaget patientens henvisning, og ikke en andens
    Givet at "Nancy" har diagnosen R95 i ICPC-2
    Og at "Nancy" har en forløbsplan for KOL
    Og at "Nancy" er henvist fra forløbsplanen for KOL
    Og at kommunens kvittering er kommet frem
    Og at lægen har set henvisningerne i forløbsplanen hos "Nancy"
    Når lægen henviser "Elmer" fra forløbsplanen for KOL
    Så viser forløbsplanen for KOL, at kommunen har modtaget henvisningen
    Og henvisningerne i forløbsplanen hos "Nancy" er som før

  @id:FLPH-12 @set:testgrænseflade
  Scenarie: Forløbsplanen viser, at kommunen ikke har kvitteret
    Givet at kommunens kvittering går tabt
    Når lægen henviser "Elmer" fra forløbsplanen for KOL
    Så viser forløbsplanen for KOL, at kommunen endnu ikke har kvitteret

  @id:FLPH-13 @set:testgrænseflade
  Scenarie: Forløbsplanen viser, at kommunen har afvist henvisningen, men modtaget den forrige
    Givet at "Elmer" er henvist fra forløbsplanen for KOL
    Og at kommunens kvittering er kommet frem
    Og at kommunens næste kvittering er et nej med ordene "Borgeren bor i en anden kommune"
    Når lægen henviser "Elmer" fra forløbsplanen for KOL
    Så viser forløbsplanen for KOL, at henvisningen er afvist
    Og forløbsplanen for KOL viser, at kommunen har modtaget den forrige henvisning

  @id:FLPH-14 @set:testgrænseflade
  Scenarie: Forløbsplanen viser, at henvisningen ikke er sendt
    Givet at nettet, som breve bliver sendt gennem, er optaget
    Når lægen henviser "Elmer" fra forløbsplanen for KOL
    Så viser forløbsplanen for KOL, at henvisningen ikke er sendt
