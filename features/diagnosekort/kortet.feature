# language: da
@DIA-02 @prøver:lps
Egenskab: Diagnosekortet rummer det, lægen har sat på det, og intet andet

  Diagnosekortet er lægens og patientens fælles valg. Derfor bliver de diagnoser delt, som klinikken selv har stillet og sat på
  kortet, og ingen private, ingen slettede og ingen fra andre klinikker. Patienten begynder uden diagnoser.

  R95/DJ449 er KOL, R95/DJ439 emfysem, T90/DE119a type 2-diabetes, P76/DF339 depression, T82/DE660b fedme, A77/DB349
  virusinfektion og A97/DZ029 en attest uden sygdom.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at diagnosekortet hos "Elmer" er tomt

  @id:DIAG-01 @set:snitflade @obligatorisk @brug:ConditionList:S1(1)
  Scenarie: Kun klinikkens egen diagnose bliver delt
    Givet at diagnoserne "T82/DE660b" og "A77/DB349" er fulgt med fra en anden klinik hos "Elmer"
    Når lægen sætter diagnosen "R95/DJ449" på diagnosekortet hos "Elmer"
    Så deles netop diagnosen "R95/DJ449" om "Elmer"

  @id:DIAG-02 @set:snitflade @obligatorisk @brug:ConditionList:S1(2)
  Scenarie: Flere diagnoser kommer på kortet
    Givet at diagnosen "R95/DJ439" står på diagnosekortet hos "Elmer"
    Når lægen sætter diagnoserne "R95/DJ449", "T90/DE119a", "P76/DF339", "T82/DE660b", "A77/DB349" og "A97/DZ029" på diagnosekortet hos "Elmer"
    Så deles netop diagnoserne "R95/DJ439", "R95/DJ449", "T90/DE119a", "P76/DF339", "T82/DE660b", "A77/DB349" og "A97/DZ029" om "Elmer"

  @id:DIAG-03 @set:snitflade @obligatorisk @brug:ConditionList:S1(3)
  Abstrakt Scenario: En diagnose, der står <sådan>, bliver ikke delt
    Givet at diagnosen "P76/DF339" står <sådan> hos "Elmer"
    Når lægen sætter diagnosen "R95/DJ449" på diagnosekortet hos "Elmer"
    Så deles netop diagnosen "R95/DJ449" om "Elmer"

    Eksempler:
      | sådan                       |
      | uden for diagnosekortet     |
      | som privat på diagnosekortet |

  @id:DIAG-04 @set:snitflade @obligatorisk @brug:ConditionList:S1(3)
  Scenarie: En diagnose, der bliver privat, bliver ikke delt længere, heller ikke den sidste på kortet
    Givet at diagnoserne "R95/DJ449" og "P76/DF339" står på diagnosekortet hos "Elmer"
    Når lægen ændrer diagnosen "P76/DF339" til privat
    Så deles netop diagnosen "R95/DJ449" om "Elmer"
    Når lægen ændrer diagnosen "R95/DJ449" til privat
    Så deles der intet diagnosekort om "Elmer"
    Når lægen ændrer diagnosen "P76/DF339" til ikke privat
    Så deles netop diagnosen "P76/DF339" om "Elmer"

  @id:DIAG-05 @set:snitflade @obligatorisk @brug:ConditionList:S1(4)
  Scenarie: En aktuel diagnose bliver relevant, når den er afsluttet
    Givet at diagnosen "T90/DE119a" står på diagnosekortet hos "Elmer" med debut for to år siden
    Når lægen ændrer diagnosen "T90/DE119a" til relevant, afsluttet i dag
    Så deles diagnosen "T90/DE119a" som lægen skrev den
    Og er både tidspunktet for ændringen og tidspunktet for samlingen nye

  @id:DIAG-06 @set:snitflade @obligatorisk @brug:ConditionList:S1(5)
  Scenarie: Flere diagnoser får en anden status på én gang
    Givet at diagnosen "T90/DE119a" står på diagnosekortet hos "Elmer" som relevant
    Og at diagnosen "R95/DJ439" står på diagnosekortet hos "Elmer" med debut for ti år siden
    Og at diagnosen "R95/DJ449" står på diagnosekortet hos "Elmer" med debut for to år siden
    Når lægen ændrer diagnosen "T90/DE119a" til aktuel
    Og lægen ændrer diagnoserne "R95/DJ439" og "R95/DJ449" til relevant, afsluttet i dag
    Og lægen ændrer diagnosen "R95/DJ449" til aktuel
    Så deles diagnoserne "T90/DE119a", "R95/DJ439" og "R95/DJ449" som lægen skrev dem
    Og er hvert kort et nyt dokument

  @id:DIAG-07 @set:snitflade @obligatorisk @brug:ConditionList:S1(6)
  Scenarie: En slettet diagnose forsvinder fra kortet
    Givet at diagnoserne "R95/DJ439", "R95/DJ449" og "P76/DF339" står på diagnosekortet hos "Elmer"
    Når lægen sletter diagnosen "R95/DJ449"
    Så deles netop diagnoserne "R95/DJ439" og "P76/DF339" om "Elmer"

  @id:DIAG-08 @set:snitflade @obligatorisk @brug:ConditionList:S1(7)
  Scenarie: Når alle diagnoser er slettet, er der intet diagnosekort
    Givet at diagnoserne "R95/DJ449" og "T90/DE119a" står på diagnosekortet hos "Elmer"
    Når lægen sletter diagnoserne "R95/DJ449" og "T90/DE119a"
    Så deles der intet diagnosekort om "Elmer"

  @id:DIAG-09 @set:snitflade @obligatorisk @brug:ConditionList:S1(1)
  Scenarie: Kortet siger, hvornår lægen sidst ændrede det
    Når lægen sætter diagnosen "R95/DJ449" på diagnosekortet hos "Elmer"
    Så siger kortet, hvornår lægen ændrede det

  @id:DIAG-10 @set:snitflade @obligatorisk @brug:ConditionList:S1(1) @brug:ConditionList:S1(2)
  Scenarie: Lægens note til en diagnose bliver i klinikken
    Når lægen sætter diagnosen "R95/DJ449" på diagnosekortet hos "Elmer" med noten "Vil ikke tale om sit tobaksforbrug"
    Så deles netop diagnosen "R95/DJ449" om "Elmer"
    Og deles noten ikke

  @id:DIAG-11 @set:snitflade @obligatorisk @brug:ConditionList:S1(2)
  Scenarie: Alle klinikkens læger skriver på det samme kort
    Givet at diagnosen "R95/DJ449" står på diagnosekortet hos "Elmer"
    Når en anden læge i klinikken sætter diagnosen "T90/DE119a" på diagnosekortet hos "Elmer"
    Så deles netop diagnoserne "R95/DJ449" og "T90/DE119a" om "Elmer"

  @id:DIAG-12 @set:snitflade @obligatorisk @brug:ConditionList:S1(1)
  Scenarie: Klinikken stiller selv en diagnose, som patienten havde med fra sin forrige klinik
    Givet at diagnosen "R95/DJ449" er fulgt med fra en anden klinik hos "Elmer" med debut for to år siden
    Når lægen sætter diagnosen "R95/DJ449" på diagnosekortet hos "Elmer"
    Så deles netop diagnosen "R95/DJ449" om "Elmer"
    Og deles diagnosen "R95/DJ449" som lægen skrev den

  @id:DIAG-13 @set:snitflade @obligatorisk @brug:ConditionList:S1(2)
  Scenarie: Den ene patients diagnoser kommer ikke på den andens kort
    Givet at "Nancy" er patient i klinikken
    Og at diagnosekortet hos "Nancy" er tomt
    Og at diagnosen "P76/DF339" står på diagnosekortet hos "Nancy"
    Og at lægen har set diagnosekortet hos "Nancy"
    Når lægen sætter diagnosen "R95/DJ449" på diagnosekortet hos "Elmer"
    Så deles netop diagnosen "R95/DJ449" om "Elmer"
    Og er diagnosekortet hos "Nancy" som før

  @id:DIAG-14 @set:snitflade @obligatorisk
  Scenarie: En diagnose, der bliver privat, mens PLSP ikke tager imod, bliver fjernet fra kortet bagefter
    Givet at diagnoserne "R95/DJ449" og "P76/DF339" står på diagnosekortet hos "Elmer"
    Og at modtageren af diagnosekort er optaget
    Når lægen ændrer diagnosen "P76/DF339" til privat
    Og modtageren af diagnosekort svarer igen, og diagnosekortet bliver sendt på ny
    Så deles netop diagnosen "R95/DJ449" om "Elmer"

  @id:DIAG-15 @set:snitflade @obligatorisk
  Scenarie: Bliver alle diagnoser slettet, mens PLSP ikke svarer, er der intet diagnosekort bagefter
    Givet at diagnosen "R95/DJ449" står på diagnosekortet hos "Elmer"
    Og at modtageren af diagnosekort svarer ikke
    Når lægen sletter diagnosen "R95/DJ449"
    Og modtageren af diagnosekort svarer igen, og diagnosekortet bliver sendt på ny
    Så deles der intet diagnosekort om "Elmer"

  @id:DIAG-16 @set:snitflade @tid @obligatorisk
  Scenarie: Kortet siger, hvornår lægen ændrede det, også når det først kan afleveres senere
    Givet at diagnosen "R95/DJ449" står på diagnosekortet hos "Elmer"
    Og at modtageren af diagnosekort er optaget
    Når lægen sætter diagnosen "T90/DE119a" på diagnosekortet hos "Elmer"
    Og modtageren af diagnosekort svarer først igen efter to timer, og diagnosekortet bliver sendt på ny
    Så siger kortet, hvornår lægen ændrede det
