# language: da
@prøver:lps
Egenskab: Et helt forløb for en patient med KOL

  Fra diagnosen bliver stillet, til planen er delt og bliver fulgt op. Det, der er registreret ét sted, skal stå ved magt
  alle de andre steder.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:FORL-01 @KP-04 @KP-05 @KP-06 @KP-09 @set:snitflade @obligatorisk
  Scenarie: Niveau 1 – fra spørgeskema til delt plan
    Givet at "Elmer" har fået spørgeskemapakken for KOL
    Når "Elmer" svarer på CAT med scoren 7
    Og lægen skriver "Klarer sig godt" om konklusion i behovsvurderingen af "Elmer"
    Og lægen placerer "Elmer" på niveau 1
    Og lægen laver en plan for KOL til "Elmer" med målet "Gå 30 minutter hver dag"
    Og lægen deler planen
    Så er planen delt
    Og systemet viser den seneste score ved behovsvurderingen
    Og niveau 1 står i den delte plan

  @id:FORL-02 @KP-09 @KP-11 @KP-12 @KP-13 @set:snitflade @obligatorisk
  Scenarie: Niveau 3 – henvist, udeblevet og fulgt op
    Når lægen laver en plan for KOL til "Elmer" med målet "Rygestop inden jul"
    Og lægen placerer "Elmer" på niveau 3
    Og lægen henviser "Elmer" til afklarende samtale
    Så har kommunen modtaget henvisningen
    Når "Elmer" får KOL-skole som udeblevet tilbud i kommunen
    Så viser systemet, at patienten er udeblevet
    Når lægen ændrer målet i planen til "Ring, hvis du ikke kan komme"
    Og lægen deler planen
    Så er planen delt
    Og henvisningen står i den delte plan
    Og niveau 3 står i den delte plan
