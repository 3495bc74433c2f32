# language: da
@KP-18 @prøver:lps
Egenskab: Proaktiv opfølgning er dokumenteret, så den kan tælles

  Når klinikken selv tager kontakt til en patient, skal det stå i systemet. Så kan klinikken følge med i sin egen indsats, og tallene
  kan bruges til statistik og til at gøre kvaliteten bedre. Ingen oplysninger må findes i to udgaver.

  Baggrund:
    Givet at Klinikens cockpit har udgivet en profil for KOL, der omfatter R95 i ICPC-2
    Og at "Elmer" har diagnosen R95 i ICPC-2
    Og at "Nancy" har diagnosen R95 i ICPC-2
    Og at klinikken har set på populationslisterne

  @id:COCK-21 @set:testgrænseflade @obligatorisk
  Scenarie: Det, klinikken skriver, står på patienten, og hver opfølgning tæller med
    Når klinikken følger selv op på "Elmer" og skriver "Ringet op"
    Og klinikken følger selv op på "Elmer" og skriver "Ringet op igen efter to udeblivelser. Vil gerne have en ny tid, men kan kun om eftermiddagen, når datteren kan køre"
    Og klinikken følger selv op på "Nancy" og skriver "Skrevet til patienten"
    Og klinikken ser på populationslisterne
    Så kan klinikken se opfølgningen hos "Elmer"
    Og listen for KOL viser, hvor mange gange klinikken selv har fulgt op

  @id:COCK-22 @set:snitflade @set:testgrænseflade @obligatorisk
  Scenarie: Listens tal for planer passer med de planer, der er delt
    Givet at klinikken har set, hvor mange delte planer populationslisterne viser
    Og at "Elmer" har en delt plan for KOL
    Når lægen ændrer målet i planen til "Gå 30 minutter hver dag"
    Og lægen deler planen
    Og klinikken ser på populationslisterne
    Så viser listen for KOL, hvor mange delte planer hver patient har
