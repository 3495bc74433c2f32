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
  Scenarie: En patient uden planlagt aktivitet er markeret
    Når klinikken ser på populationslisterne
    Så er "Elmer" markeret uden planlagt aktivitet på listen for KOL

  @id:COCK-11 @set:testgrænseflade @obligatorisk
  Scenarie: En patient med en aftale i fremtiden er ikke markeret
    Givet at "Elmer" har en planlagt kontrol om to måneder
    Når klinikken ser på populationslisterne
    Så er "Elmer" ikke markeret uden planlagt aktivitet på listen for KOL

  @id:COCK-12 @set:testgrænseflade @obligatorisk
  Scenarie: En patient, hvis aftale er overskredet, er markeret
    Givet at "Elmer" havde en planlagt kontrol for to uger siden, som ikke er gennemført
    Når klinikken ser på populationslisterne
    Så er "Elmer" markeret uden planlagt aktivitet på listen for KOL

  @KP-11 @id:COCK-13 @set:testgrænseflade @obligatorisk
  Scenarie: En udeblivelse kan ses på listen
    Givet at "Elmer" er udeblevet fra en afklarende samtale
    Og at "Nancy" er mødt til en afklarende samtale
    Når klinikken ser på populationslisterne
    Så viser listen for KOL, hvor mange gange hver patient er udeblevet

  @KP-11 @id:COCK-14 @set:testgrænseflade @obligatorisk
  Scenarie: Gentagne udeblivelser kan ses
    Givet at "Elmer" er udeblevet fra en afklarende samtale
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
