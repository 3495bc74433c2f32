# language: da
@DIA-03 @prøver:lps
Egenskab: Klinikken kan læse det diagnosekort, en anden klinik deler

  Lægen ser patientens diagnosekort fra en anden klinik, som det nyeste kort siger det. Et kort, der er ugyldigt, må ikke vises.

  R95/DJ449 er KOL, T90/DE119a type 2-diabetes, P76/DF339 depression og A77/DB349 virusinfektion.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:DIAG-30 @set:testgrænseflade @brug:ConditionList:R1(1)
  Scenarie: Et kort med én diagnose bliver vist
    Givet at "Nancy" er patient i klinikken
    Og at lægen har set andres diagnosekort hos "Nancy"
    Og at lægen har set andres diagnosekort hos "Elmer"
    Og at diagnosekortet hos "Elmer" er tomt
    Og at diagnosen "A77/DB349" står på diagnosekortet hos "Elmer"
    Når en anden klinik deler et diagnosekort om "Elmer" med diagnosen "R95/DJ449"
    Så viser systemet diagnosen "R95/DJ449" fra den anden kliniks kort om "Elmer"
    Og er andres diagnosekort hos "Nancy" som før

  @id:DIAG-31 @set:testgrænseflade @brug:ConditionList:R1(2)
  Scenarie: Kommer der flere diagnoser på kortet, bliver de vist
    Givet at en anden klinik har delt et diagnosekort om "Elmer" med diagnosen "R95/DJ449"
    Og at lægen har set andres diagnosekort hos "Elmer"
    Når en anden klinik deler et diagnosekort om "Elmer" med diagnoserne "R95/DJ449", "T90/DE119a" og "P76/DF339", hvor "P76/DF339" er en kontaktdiagnose
    Så viser systemet diagnoserne "R95/DJ449", "T90/DE119a" og "P76/DF339" fra den anden kliniks kort om "Elmer"

  @id:DIAG-32 @set:testgrænseflade @brug:ConditionList:R1(3)
  Scenarie: Bliver en diagnose på kortet relevant, bliver den vist sådan
    Givet at en anden klinik har delt et diagnosekort om "Elmer" med diagnoserne "R95/DJ449" og "T90/DE119a"
    Og at lægen har set andres diagnosekort hos "Elmer"
    Når en anden klinik deler et diagnosekort om "Elmer" med diagnoserne "R95/DJ449" og "T90/DE119a", hvor "T90/DE119a" er relevant
    Så viser systemet diagnoserne "R95/DJ449" og "T90/DE119a" fra den anden kliniks kort om "Elmer"

  @id:DIAG-33 @set:testgrænseflade @brug:ConditionList:R1(4)
  Scenarie: Bliver en diagnose aktuel igen, samtidig med at der kommer flere, bliver det vist
    Givet at en anden klinik har delt et diagnosekort om "Elmer" med diagnoserne "R95/DJ449" og "T90/DE119a", hvor "T90/DE119a" er relevant
    Og at lægen har set andres diagnosekort hos "Elmer"
    Når en anden klinik deler et diagnosekort om "Elmer" med diagnoserne "R95/DJ449", "T90/DE119a", "P76/DF339" og "A77/DB349"
    Så viser systemet diagnoserne "R95/DJ449", "T90/DE119a", "P76/DF339" og "A77/DB349" fra den anden kliniks kort om "Elmer"

  @id:DIAG-34 @set:testgrænseflade @brug:ConditionList:R1(5)
  Scenarie: En diagnose, der ikke er på kortet længere, bliver ikke vist
    Givet at en anden klinik har delt et diagnosekort om "Elmer" med diagnoserne "R95/DJ449" og "T90/DE119a"
    Og at lægen har set andres diagnosekort hos "Elmer"
    Når en anden klinik deler et diagnosekort om "Elmer" med diagnosen "R95/DJ449"
    Så viser systemet diagnosen "R95/DJ449" fra den anden kliniks kort om "Elmer"

  @id:DIAG-35 @set:testgrænseflade @brug:ConditionList:R1.A1
  Scenarie: Et ugyldigt kort bliver ikke vist
    Når en anden klinik deler et diagnosekort om "Elmer" med diagnoserne "R95/DJ449" og "T90/DE119a", hvor "T90/DE119a" mangler sin status
    Så viser systemet intet fra den anden kliniks kort om "Elmer"

  @id:DIAG-36 @set:testgrænseflade
  Scenarie: Mangler der noget om diagnoserne, bliver det vist, der er
    Når en anden klinik deler et diagnosekort om "Elmer" med diagnoserne "R95", "DJ449" og "Årlig kontrol efter brystkræft", og en diagnose uden kode og tekst
    Så viser systemet diagnoserne "R95", "DJ449" og "Årlig kontrol efter brystkræft" fra den anden kliniks kort om "Elmer"

  @id:DIAG-37 @set:testgrænseflade @brug:ConditionList:R1(2)
  Scenarie: Et kort med mange diagnoser bliver vist helt
    Når en anden klinik deler et diagnosekort om "Elmer" med diagnoserne "R95/DJ439", "R95/DJ449", "T90/DE119a", "T82/DE660b", "A77/DB349", "P76/DF339" og "A97/DZ029"
    Så viser systemet diagnoserne "R95/DJ439", "R95/DJ449", "T90/DE119a", "T82/DE660b", "A77/DB349", "P76/DF339" og "A97/DZ029" fra den anden kliniks kort om "Elmer"
