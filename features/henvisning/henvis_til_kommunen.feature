# language: da
@KP-12 @prøver:lps @kræver:Sende:XREF15
Egenskab: Henvisningen til kommunen fortæller det, kommunen skal vide

  Kommunen skal kunne planlægge den afklarende samtale ud fra henvisningen alene. Derfor skal den nå frem, handle om den
  rigtige patient og have alt det med, som lægen skrev.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:HENV-01 @set:snitflade @obligatorisk
  Abstrakt Scenario: Det, lægen skriver om <emne>, står i henvisningen
    Når lægen henviser "Elmer" til afklarende samtale og skriver "<tekst>" om <emne>
    Så har kommunen modtaget henvisningen
    Og det, lægen skrev, står i henvisningen

    Eksempler:
      | emne                     | tekst                                             |
      | symptomkompleks          | Hoste og åndenød, når han går på trapper          |
      | prøver og undersøgelser  | Iltmætning < 92 % i hvile & lungefunktion på 48 % |
      | tidligere behandling     | Rygestopkursus i 2024 uden varig effekt           |
      | henvisningsårsag         | Skal lære øvelser og få lyst til at gå ture       |
      | psykosociale forhold     | Bor alene og savner nogen at følges med           |

  @id:HENV-02 @set:snitflade @obligatorisk
  Scenarie: En lang sygehistorie kommer hel frem
    Når lægen henviser "Elmer" til afklarende samtale med en lang sygehistorie
    Så har kommunen modtaget henvisningen
    Og det, lægen skrev, står i henvisningen

  @KP-07 @id:HENV-03 @set:snitflade @obligatorisk
  Abstrakt Scenario: En patient på niveau <niveau> kan henvises, og kommunen får niveauet at vide
    Givet at "Nancy" er patient i klinikken
    Og at "Elmer" er henvist til afklarende samtale på niveau <før>
    Og at "Nancy" er henvist til afklarende samtale på niveau <før>
    Når lægen henviser "Elmer" til afklarende samtale på niveau <niveau>
    Så har kommunen modtaget henvisningen uanset niveau
    Og niveau <niveau> står i henvisningen

    Eksempler:
      | niveau | før |
      | 1      | 2   |
      | 2      | 3   |
      | 3      | 2   |

  @id:HENV-05 @set:snitflade @obligatorisk
  Scenarie: En psykisk lidelse spærrer ikke for afklarende samtale
    Givet at "Elmer" også har en depression
    Når lægen henviser "Elmer" til afklarende samtale
    Så har kommunen modtaget henvisningen trods den psykiske lidelse

  @id:HENV-06 @set:snitflade @obligatorisk
  Scenarie: En ny henvisning tager ikke noget med fra den forrige
    Givet at "Elmer" er henvist til afklarende samtale
    Når lægen henviser "Elmer" til afklarende samtale for lænderygsmerter
    Så har kommunen modtaget henvisningen
    Og den sygdom, lægen henviste for, står i henvisningen
    Og intet fra den forrige står i henvisningen

  @id:HENV-07 @set:snitflade @obligatorisk
  Scenarie: To patienters henvisninger bliver ikke blandet sammen
    Givet at "Nancy" er patient i klinikken
    Og at "Nancy" er henvist til afklarende samtale
    Og at kommunens kvittering er kommet frem
    Og at lægen har set henvisningerne hos "Nancy"
    Når lægen henviser "Elmer" til afklarende samtale
    Så har kommunen modtaget henvisningen
    Og det, lægen skrev, står i henvisningen
    Og henvisningerne hos "Nancy" er som før

  @id:HENV-08 @set:snitflade @obligatorisk
  Scenarie: Patientens nej til tilbagemelding står i henvisningen
    Givet at "Elmer" har sagt nej til tilbagemelding
    Når lægen henviser "Elmer" til afklarende samtale
    Så har kommunen modtaget henvisningen
    Og patientens nej til tilbagemelding står i henvisningen
