# language: da
@KP-01 @prøver:lps
Egenskab: Profilen kan afgrænse målgruppen ved mere end koder

  Nogle profiler kræver en alder, eller at klinikken selv har stillet diagnosen. Listen følger det, profilen siger, hverken mere
  eller mindre. Døde, og patienter, der er flyttet, skal ikke indkaldes.

  Baggrund:
    Givet at Klinikens cockpit har udgivet en profil for KOL, der omfatter R95 i ICPC-2

  @id:INKL-10 @set:testgrænseflade @obligatorisk
  Scenarie: En patient, der netop har alderen, er med
    Givet at profilen for KOL kræver den alder, "Nancy" har
    Og at "Nancy" har diagnosen R95 i ICPC-2
    Og at "Aya" har diagnosen R95 i ICPC-2
    Når klinikken ser på populationslisterne
    Så består listen for KOL af "Nancy"

  @id:INKL-11 @set:testgrænseflade @obligatorisk
  Scenarie: En patient, der får alderen på sin næste fødselsdag, er ikke med endnu
    Givet at profilen for KOL kræver den alder, "Nancy" får på sin næste fødselsdag
    Og at "Nancy" har diagnosen R95 i ICPC-2
    Når klinikken ser på populationslisterne
    Så står ingen af dem på listen for KOL

  @id:INKL-12 @set:testgrænseflade @obligatorisk @tid
  Scenarie: På fødselsdagen kommer patienten med
    Givet at profilen for KOL kræver den alder, "Nancy" får på sin næste fødselsdag
    Og at "Nancy" har diagnosen R95 i ICPC-2
    Og at klinikken har set på populationslisterne
    Når "Nancy" har fødselsdag
    Og klinikken ser på populationslisterne
    Så består listen for KOL af "Nancy"

  @id:INKL-13 @set:testgrænseflade @obligatorisk
  Scenarie: Det er alderen, da diagnosen blev stillet, der tæller, når profilen siger det
    Givet at profilen for KOL kræver, at patienten var fyldt 18 år, da diagnosen blev stillet
    Og at "Kaja" har diagnosen R95 i ICPC-2, stillet dagen efter 18-årsdagen
    Og at "Pia" har diagnosen R95 i ICPC-2, stillet dagen før 18-årsdagen
    Når klinikken ser på populationslisterne
    Så består listen for KOL af "Kaja"

  @id:INKL-14 @set:testgrænseflade @obligatorisk
  Scenarie: En diagnose fra en anden klinik tæller ikke, når profilen kun omfatter klinikkens egne
    Givet at profilen for KOL kun omfatter diagnoser, klinikken selv har stillet
    Og at "Elmer" har diagnosen R95 i ICPC-2
    Og at "Nancy" har diagnosen R95 i ICPC-2, stillet på en anden klinik
    Når klinikken ser på populationslisterne
    Så består listen for KOL af "Elmer"

  @KP-03 @id:INKL-15 @set:testgrænseflade @obligatorisk
  Scenarie: En patient, der har fået diagnosen et andet sted, er ellers omfattet
    Givet at "Elmer" har diagnosen R95 i ICPC-2
    Og at "Nancy" har diagnosen R95 i ICPC-2, stillet på en anden klinik
    Når klinikken ser på populationslisterne
    Så består listen for KOL af "Elmer" og "Nancy"

  @id:INKL-16 @set:testgrænseflade @obligatorisk
  Scenarie: En diagnose af en anden art tæller ikke, når profilen kræver arten Egen
    Givet at profilen for KOL kun omfatter diagnoser af arten Egen
    Og at "Elmer" har diagnosen R95 i ICPC-2
    Og at "Nancy" har diagnosen R95 i ICPC-2, af en anden art
    Når klinikken ser på populationslisterne
    Så består listen for KOL af "Elmer"

  @id:INKL-17 @set:testgrænseflade @obligatorisk
  Scenarie: En patient fra en anden klinik er ikke med, når profilen kun omfatter klinikkens egne patienter
    Givet at profilen for KOL kun omfatter klinikkens egne patienter
    Og at "Elmer" har diagnosen R95 i ICPC-2
    Og at "Nancy" har diagnosen R95 i ICPC-2
    Og at "Nancy" hører til en anden klinik
    Når klinikken ser på populationslisterne
    Så består listen for KOL af "Elmer"

  @id:INKL-18 @set:testgrænseflade @obligatorisk
  Scenarie: En patient, der er død, eller som flytter til en anden klinik, er ikke med længere
    Givet at "Elmer" har diagnosen R95 i ICPC-2
    Og at "Cæcar" har diagnosen R95 i ICPC-2
    Og at "Cæcar" er død
    Og at "Niels" har diagnosen R95 i ICPC-2
    Når "Niels" flytter til en anden klinik
    Og klinikken ser på populationslisterne
    Så består listen for KOL af "Elmer"
