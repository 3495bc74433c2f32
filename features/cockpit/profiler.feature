# language: da
@COC-01 @prøver:lps
Egenskab: Systemet følger de profiler, Klinikens cockpit udgiver

  Profilerne bliver forvaltet ét sted og gælder for alle klinikker. Når en profil kommer til, bliver ændret eller trukket tilbage,
  skal klinikkens lister følge med, uden at systemet skal bygges om.

  @id:COCK-01 @set:snitflade @set:testgrænseflade @obligatorisk
  Scenarie: En profil for lænderygsmerter kommer til
    Givet at Klinikens cockpit har udgivet en profil for KOL, der omfatter R95 i ICPC-2
    Og at "Elmer" har diagnosen R95 i ICPC-2
    Og at "Nancy" har diagnosen L84 i ICPC-2
    Og at klinikken har set på populationslisterne
    Når Klinikens cockpit udgiver en profil for lænderygsmerter, der omfatter L84 i ICPC-2
    Og klinikken ser på populationslisterne
    Så består listen for lænderygsmerter af "Nancy"
    Og listen for KOL består af "Elmer"

  @id:COCK-02 @set:snitflade @set:testgrænseflade @obligatorisk
  Scenarie: Et krav i profilen falder bort
    Givet at Klinikens cockpit har udgivet en profil for KOL, der omfatter R95 i ICPC-2
    Og at profilen for KOL kun omfatter diagnoser, klinikken selv har stillet
    Og at "Elmer" har diagnosen R95 i ICPC-2
    Og at "Nancy" har diagnosen R95 i ICPC-2, stillet på en anden klinik
    Og at klinikken har set på populationslisterne
    Når Klinikens cockpit udgiver næste udgave af profilen for KOL, der omfatter R95 i ICPC-2
    Og klinikken ser på populationslisterne
    Så består listen for KOL af "Elmer" og "Nancy"

  @id:COCK-03 @set:snitflade @set:testgrænseflade @obligatorisk
  Scenarie: En profil bliver trukket tilbage
    Givet at Klinikens cockpit har udgivet en profil for KOL, der omfatter R95 i ICPC-2
    Og at Klinikens cockpit har udgivet en profil for lænderygsmerter, der omfatter L84 i ICPC-2
    Og at "Elmer" har diagnosen R95 i ICPC-2
    Og at "Nancy" har diagnosen L84 i ICPC-2
    Og at klinikken har set på populationslisterne
    Når Klinikens cockpit trækker profilen for KOL tilbage
    Og klinikken ser på populationslisterne
    Så har systemet ingen liste for KOL
    Og listen for lænderygsmerter består af "Nancy"

  @KP-15 @id:COCK-04 @set:testgrænseflade @obligatorisk
  Scenarie: En ny diagnose er straks på listen
    Givet at Klinikens cockpit har udgivet en profil for KOL, der omfatter R95 i ICPC-2
    Og at "Elmer" ikke har nogen diagnoser
    Og at klinikken har set på populationslisterne
    Når lægen stiller diagnosen R95 i ICPC-2 hos "Elmer"
    Og klinikken ser på populationslisterne
    Så består listen for KOL af "Elmer"
