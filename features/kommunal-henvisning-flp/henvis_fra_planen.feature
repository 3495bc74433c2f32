# language: da
@FLP-10 @prøver:lps @kræver:Sende:XREF15
Egenskab: Lægen henviser til kommunen inde fra forløbsplanen

  Lægen sidder med patientens forløbsplan og henviser derfra til en afklarende samtale i kommunen. Det, planen allerede ved, skal
  lægen ikke skrive igen: patienten er planens, og diagnosen er den, planen er for.

  Baggrund:
    Givet at klinikken er tilmeldt forløbsplanen for KOL
    Og at "Elmer" har diagnosen R95 i ICPC-2

  @id:FLPH-01 @set:snitflade @obligatorisk
  Abstrakt Scenario: Henvisningen fra planen for <sygdom> har planens patient og diagnose
    Givet at klinikken er tilmeldt forløbsplanen for <sygdom>
    Og at "Elmer" har diagnosen <kode> i ICPC-2
    Og at "Elmer" har en forløbsplan for <sygdom>
    Når lægen henviser "Elmer" fra forløbsplanen for <sygdom>
    Så har kommunen modtaget henvisningen
    Og den sygdom, lægen henviste for, står i henvisningen

    Eksempler:
      | sygdom                | kode |
      | KOL                   | R95  |
      | type 2-diabetes       | T90  |
      | iskæmisk hjertesygdom | K74  |
      | lænderygsmerter       | L84  |

  @id:FLPH-02 @set:snitflade @obligatorisk
  Abstrakt Scenario: En patient med to planer bliver henvist for <sygdom>, når det er den plan, lægen har åben
    Givet at klinikken er tilmeldt forløbsplanen for lænderygsmerter
    Og at "Elmer" har diagnosen L84 i ICPC-2
    Og at "Elmer" har en forløbsplan for KOL
    Og at "Elmer" har en forløbsplan for lænderygsmerter
    Når lægen henviser "Elmer" fra forløbsplanen for <sygdom>
    Så har kommunen modtaget henvisningen
    Og den sygdom, lægen henviste for, står i henvisningen

    Eksempler:
      | sygdom          |
      | KOL             |
      | lænderygsmerter |

  @id:FLPH-03 @set:snitflade @obligatorisk
  Scenarie: To patienters planer og henvisninger bliver ikke blandet sammen
    Givet at "Nancy" har diagnosen R95 i ICPC-2
    Og at "Nancy" har en forløbsplan for KOL
    Og at lægen har skrevet om kommunale tilbud "Rygestop på Ærø" i forløbsplanen og gemt den
    Og at "Nancy" er henvist fra forløbsplanen for KOL
    Og at "Elmer" har en forløbsplan for KOL
    Når lægen henviser "Elmer" fra forløbsplanen for KOL
    Så har kommunen modtaget henvisningen

  @id:FLPH-04 @set:snitflade @obligatorisk
  Scenarie: Det, lægen skriver i henvisningen fra planen, kommer helt frem
    Givet at "Elmer" har en forløbsplan for KOL
    Når lægen henviser "Elmer" fra forløbsplanen for KOL og skriver "Går dårligt på trapper & får åndenød, når han bærer sine æbler op fra kælderen på Ærø" og på næste linje "Iltmætning < 92 % efter gang" om symptomkompleks
    Så har kommunen modtaget henvisningen
    Og det, lægen skrev, står i henvisningen

  @id:FLPH-05 @set:snitflade @obligatorisk
  Scenarie: Det, planen og patienten siger nu, kommer med, og ikke det, der står i patientens anden plan
    Givet at klinikken er tilmeldt forløbsplanen for lænderygsmerter
    Og at "Elmer" har diagnosen L84 i ICPC-2
    Og at "Elmer" har en forløbsplan for lænderygsmerter
    Og at lægen har skrevet om kommunale tilbud "Rygskole i Marstal" i forløbsplanen og gemt den
    Og at "Elmer" har en forløbsplan for KOL
    Og at "Elmer" er henvist fra forløbsplanen for KOL
    Og at "Elmer" har sagt nej til tilbagemelding
    Når lægen skriver om kommunale tilbud "Rygestop i Ærøskøbing på tirsdage" i forløbsplanen
    Og lægen gemmer forløbsplanen
    Og lægen henviser "Elmer" fra forløbsplanen for KOL
    Så har kommunen modtaget henvisningen
    Og det, forløbsplanen nu siger om kommunale tilbud, står i henvisningen, og intet fra patientens anden plan
    Og patientens nej til tilbagemelding står i henvisningen
    Og ønsket om en afklarende samtale står i henvisningen

  @id:FLPH-06 @set:snitflade @obligatorisk
  Scenarie: En ændring i planen gør ikke en henvisning, der bliver sendt igen, til to
    Givet at "Elmer" har en forløbsplan for KOL
    Og at nettet, som breve bliver sendt gennem, svarer for sent
    Når lægen henviser "Elmer" fra forløbsplanen for KOL
    Og lægen skriver om kommunale tilbud "Motion om torsdagen" i forløbsplanen
    Og lægen gemmer forløbsplanen
    Og nettet, som breve bliver sendt gennem, tager imod igen
    Og henvisningen bliver sendt igen
    Så har kommunen modtaget henvisningen netop én gang

  @id:FLPH-07 @set:snitflade @obligatorisk
  Scenarie: Patientens eget niveau og eget svar om tilbagemelding står i henvisningen, ikke den forrige patients
    Givet at "Nancy" har diagnosen R95 i ICPC-2
    Og at "Nancy" har en plan for KOL på niveau 3
    Og at "Nancy" har en forløbsplan for KOL
    Og at "Nancy" har sagt nej til tilbagemelding
    Og at "Nancy" er henvist fra forløbsplanen for KOL
    Og at "Elmer" har en plan for KOL på niveau 2
    Og at "Elmer" har en forløbsplan for KOL
    Når lægen henviser "Elmer" fra forløbsplanen for KOL
    Så har kommunen modtaget henvisningen
    Og niveau 2 står i henvisningen
    Og patientens ja til tilbagemelding står i henvisningen
