# language: da
@DIA-02 @prøver:lps
Egenskab: Diagnosekortet rummer det, lægen har sat på det, og intet andet

  Diagnosekortet er lægens og patientens fælles valg. Derfor bliver de diagnoser delt, som klinikken selv har stillet og sat på
  kortet, og ingen private, ingen slettede og ingen fra andre klinikker. Patienten begynder uden diagnoser.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at diagnosekortet hos "Elmer" er tomt

  @id:DIAG-01 @set:snitflade @obligatorisk @brug:ConditionList:S1(1)
  Scenarie: Kun klinikkens egen diagnose bliver delt
    Givet at diagnoserne "T82/DE660b" og "A77/DB349" står med fra en anden klinik hos "Elmer"
    Når lægen sætter diagnosen "R95/DJ449" på diagnosekortet hos "Elmer"
    Så deles netop diagnosen "R95/DJ449" om "Elmer"

  @id:DIAG-02 @set:snitflade @obligatorisk @brug:ConditionList:S1(2)
  Scenarie: Flere diagnoser kommer på kortet
    Givet at diagnosen "R95/DJ439" står på diagnosekortet hos "Elmer"
    Når lægen sætter diagnoserne "R95/DJ449" og "T90/DE119a" på diagnosekortet hos "Elmer"
    Så deles netop diagnoserne "R95/DJ439", "R95/DJ449" og "T90/DE119a" om "Elmer"

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
  Scenarie: En diagnose, der bliver privat, bliver ikke delt længere
    Givet at diagnoserne "R95/DJ449" og "P76/DF339" står på diagnosekortet hos "Elmer"
    Når lægen ændrer diagnosen "P76/DF339" til privat
    Så deles netop diagnosen "R95/DJ449" om "Elmer"

  @id:DIAG-05 @set:snitflade @obligatorisk @brug:ConditionList:S1(4)
  Scenarie: En aktuel diagnose bliver relevant, når den er afsluttet
    Givet at diagnosen "T90/DE119a" står på diagnosekortet hos "Elmer"
    Når lægen ændrer diagnosen "T90/DE119a" til relevant, afsluttet i dag
    Så deles diagnosen "T90/DE119a" som lægen skrev den
    Og har kortet fået begge sine tidspunkter på ny

  @id:DIAG-06 @set:snitflade @obligatorisk @brug:ConditionList:S1(5)
  Scenarie: Flere diagnoser får en anden status på én gang
    Givet at diagnosen "T90/DE119a" står på diagnosekortet hos "Elmer" som relevant
    Og at diagnoserne "R95/DJ439" og "R95/DJ449" står på diagnosekortet hos "Elmer"
    Når lægen ændrer diagnosen "T90/DE119a" til aktuel
    Og lægen ændrer diagnosen "R95/DJ439" til relevant, afsluttet i dag
    Så deles diagnoserne "T90/DE119a", "R95/DJ439" og "R95/DJ449" som lægen skrev dem
    Og er hvert kort et nyt dokument

  @id:DIAG-07 @set:snitflade @obligatorisk @brug:ConditionList:S1(6)
  Scenarie: En slettet diagnose forsvinder fra kortet
    Givet at diagnoserne "R95/DJ449", "T90/DE119a" og "P76/DF339" står på diagnosekortet hos "Elmer"
    Når lægen sletter diagnosen "T90/DE119a"
    Så deles netop diagnoserne "R95/DJ449" og "P76/DF339" om "Elmer"

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
    Når lægen sætter diagnosen "T90/DE119a" på diagnosekortet efter en anden læge i klinikken hos "Elmer"
    Så deles netop diagnoserne "R95/DJ449" og "T90/DE119a" om "Elmer"

  @id:DIAG-12 @set:snitflade @obligatorisk @brug:ConditionList:S1(1)
  Scenarie: Klinikken stiller selv en diagnose, som patienten havde med fra sin forrige klinik
    Givet at diagnosen "R95/DJ449" står med fra en anden klinik hos "Elmer" med debut for to år siden
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
