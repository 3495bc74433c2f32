# language: da
@KP-12 @prøver:lps @kræver:Sende:XREF15
Egenskab: Klinikken kan se, hvor henvisningen står

  En henvisning, der ikke kom frem, skal opdages. Derfor viser systemet, om kommunen har modtaget henvisningen, har afvist
  den eller endnu ikke har svaret, og den kan sendes igen, uden at kommunen får den to gange.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:HENV-10 @set:testgrænseflade @obligatorisk
  Scenarie: Kommunen kvitterer
    Når lægen henviser "Elmer" til afklarende samtale
    Så viser systemet, at kommunen har modtaget henvisningen

  @id:HENV-11 @set:testgrænseflade @obligatorisk
  Scenarie: Kommunen kvitterer ikke
    Givet at kommunens kvittering går tabt
    Når lægen henviser "Elmer" til afklarende samtale
    Så viser systemet, at kommunen endnu ikke har kvitteret

  @id:HENV-12 @set:testgrænseflade @obligatorisk
  Scenarie: Kommunen afviser én henvisning
    Givet at "Nancy" er patient i klinikken
    Og at "Nancy" er henvist til afklarende samtale
    Og at kommunens kvittering er kommet frem
    Og at lægen har set henvisningerne hos "Nancy"
    Og at "Elmer" er henvist til afklarende samtale
    Og at kommunens kvittering er kommet frem
    Og at kommunens næste kvittering er et nej med ordene "Borgeren bor i en anden kommune"
    Når lægen henviser "Elmer" til afklarende samtale for lænderygsmerter
    Så viser systemet, at henvisningen er afvist
    Og systemet viser, hvorfor den blev afvist
    Og henvisningerne hos "Nancy" er som før
    Og systemet viser, at kommunen har modtaget den forrige henvisning

  @id:HENV-13 @set:testgrænseflade @obligatorisk
  Scenarie: Henvisningen kan ikke leveres
    Givet at kommunens kvittering går tabt
    Når lægen henviser "Elmer" til afklarende samtale
    Og nettet, som breve bliver sendt gennem, melder, at henvisningen ikke kan leveres
    Så viser systemet, at henvisningen ikke er nået frem

  @id:HENV-14 @set:testgrænseflade @obligatorisk
  Scenarie: Kvitteringen for én henvisning gælder ikke den næste
    Givet at "Elmer" er henvist til afklarende samtale
    Og at kommunens kvittering er på vej
    Og at kommunens næste kvittering går tabt
    Når lægen henviser "Elmer" til afklarende samtale for lænderygsmerter
    Så viser systemet, at kommunen endnu ikke har kvitteret

  @id:HENV-15 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Lægen kan se, at henvisningen ikke kom af sted, når nettet til breve <svar>
    Givet at nettet, som breve bliver sendt gennem, <svar>
    Når lægen henviser "Elmer" til afklarende samtale
    Så viser systemet, at henvisningen ikke er sendt

    Eksempler:
      | svar        |
      | er optaget  |
      | svarer ikke |

  @id:HENV-16 @set:snitflade @obligatorisk
  Abstrakt Scenario: Henvisningen når frem netop én gang, når nettet til breve <svar>
    Givet at nettet, som breve bliver sendt gennem, <svar>
    Når lægen henviser "Elmer" til afklarende samtale
    Og nettet, som breve bliver sendt gennem, tager imod igen
    Og henvisningen bliver sendt igen
    Så har kommunen modtaget henvisningen netop én gang

    Eksempler:
      | svar            |
      | er optaget      |
      | svarer ikke     |
      | svarer for sent |

  @id:HENV-17 @set:snitflade @tid @obligatorisk
  Scenarie: En henvisning uden kvittering bliver sendt igen uden at blive til to
    Givet at kommunens kvittering går tabt
    Når lægen henviser "Elmer" til afklarende samtale
    Og kommunens kvitteringer kommer frem igen efter en halv time
    Og henvisningen bliver sendt igen
    Så har kommunen modtaget henvisningen netop én gang
    Og systemet viser, at kommunen har modtaget henvisningen
