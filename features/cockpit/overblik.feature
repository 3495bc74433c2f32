# language: da
@KP-15 @prøver:lps
Egenskab: Klinikken kan se, hvem der har brug for, at den tager kontakt

  Listen giver et samlet billede af patienterne i et pakkeforløb. Den viser, hvem der ikke har noget planlagt, hvem der er udeblevet,
  og hvem der er på niveau 2 og 3 og skal følges tættere.

  Baggrund:
    Givet at Klinikens cockpit har udgivet en profil for KOL, der omfatter R95 i ICPC-2
    Og at "Elmer" har diagnosen R95 i ICPC-2
    Og at "Nancy" har diagnosen R95 i ICPC-2

  @id:COCK-10 @set:testgrænseflade @obligatorisk
  Scenarie: De patienter, der ikke har noget planlagt, er markeret, også når en aftale er overskredet
    Givet at "Brita" har diagnosen R95 i ICPC-2
    Og at "Nancy" har en planlagt kontrol om to måneder
    Og at "Brita" havde en planlagt kontrol for to uger siden, som ikke er gennemført
    Når klinikken ser på populationslisterne
    Så viser listen for KOL, at "Elmer" mangler planlagt aktivitet
    Og listen for KOL viser, at "Brita" mangler planlagt aktivitet
    Og listen for KOL viser, at "Nancy" ikke mangler planlagt aktivitet

  @KP-11 @id:COCK-13 @set:testgrænseflade @obligatorisk
  Scenarie: Hver udeblivelse kan ses på listen, også når de gentager sig
    Givet at klinikken har set på populationslisterne
    Og at "Elmer" er udeblevet fra en afklarende samtale
    Og at "Nancy" er mødt til en afklarende samtale
    Når "Elmer" udebliver fra endnu en afklarende samtale
    Og klinikken ser på populationslisterne
    Så viser listen for KOL, hvor mange gange hver patient er udeblevet

  @KP-11 @id:COCK-15 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: En patient på niveau <niveau> henvender sig efter en udeblivelse
    Givet at "Elmer" har en plan for KOL på niveau <niveau>
    Og at klinikken har set på populationslisterne
    Og at lægen har set pakkeforløbet hos "Nancy"
    Og at "Elmer" er udeblevet fra en afklarende samtale
    Når "Elmer" henvender sig til klinikken
    Så kan klinikken se udeblivelsen hos "Elmer"
    Og pakkeforløbet hos "Nancy" er som før

    Eksempler:
      | niveau |
      | 1      |
      | 2      |
      | 3      |

  @id:COCK-16 @set:testgrænseflade @obligatorisk
  Scenarie: Patienter på niveau 2 og 3 kan findes, og niveauet er sygdommens eget
    Givet at "Brita" har diagnosen R95 i ICPC-2
    Og at "Elmer" har en plan for KOL på niveau 1
    Og at "Elmer" har en plan for lænderygsmerter på niveau 3
    Og at "Nancy" har en plan for KOL på niveau 2
    Og at "Brita" har en plan for KOL på niveau 3
    Når klinikken ser på populationslisterne
    Så viser listen for KOL, hvem der er på niveau 2 og 3

  @KP-16 @id:COCK-17 @set:testgrænseflade @obligatorisk
  Scenarie: En patient i fase 3 står stadig på listen, for pakkeforløbet slutter ikke
    Givet at "Elmer" har en plan for KOL på niveau 2
    Når lægen går videre til fase 2
    Og lægen aftaler næste opfølgning til om 8 uger
    Og lægen går videre til fase 3
    Og klinikken ser på populationslisterne
    Så består listen for KOL af "Elmer" og "Nancy"
