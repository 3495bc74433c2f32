# language: da
@KP-01 @prøver:lps
Egenskab: Nye patienter kommer med ved diagnosen, de andre ved næste kontakt

  Pakkeforløbene bliver indfaset gradvist. En patient, der får diagnosen nu, kommer med straks. En patient, der fik den tidligere,
  kommer med, næste gang klinikken ser patienten. Systemet skal gøre klinikken opmærksom på det.

  Baggrund:
    Givet at Klinikens cockpit har udgivet en profil for KOL, der omfatter R95 i ICPC-2 og DJ449 i ICD-10

  @id:INKL-20 @set:testgrænseflade @obligatorisk
  Scenarie: Lægen stiller diagnosen
    Givet at "Elmer" ikke har nogen diagnoser
    Når lægen stiller diagnosen R96 i ICPC-2 hos "Elmer"
    Så foreslår systemet ikke pakkeforløbet for KOL til "Elmer"
    Når lægen stiller diagnosen R95 i ICPC-2 hos "Elmer"
    Så foreslår systemet pakkeforløbet for KOL til "Elmer", nu da diagnosen er stillet

  @id:INKL-21 @set:testgrænseflade @obligatorisk
  Scenarie: En patient, der fik diagnosen tidligere, henvender sig
    Givet at "Elmer" har diagnosen R95 i ICPC-2
    Når "Elmer" henvender sig til klinikken
    Så foreslår systemet pakkeforløbet for KOL til "Elmer", nu da patienten henvender sig
