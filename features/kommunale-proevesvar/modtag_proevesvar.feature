# language: da
@EHM-01 @prøver:lps @brug:HomeCareObservation:R1
Egenskab: Lægen får kommunens prøvesvar og kan bruge dem

  Kommunens akutteam måler hos borgeren, når lægen har bedt om det. Svaret skal nå den læge, der bad om det, handle om den rigtige
  patient og stå, som akutteamet skrev det, så lægen selv kan vurdere det.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:HCO-01 @set:testgrænseflade @obligatorisk
  Scenarie: Svaret ligger hos den læge, der bad om det
    Givet at "Nancy" er patient i klinikken
    Og at lægen med initialerne "XWQ" arbejder i klinikken
    Og at lægen med initialerne "XWZ" arbejder i klinikken
    Og at kommunen har sendt et prøvesvar om "Nancy" til lægen "XWZ"
    Når kommunen sender et prøvesvar om "Elmer" til lægen "XWZ"
    Så ligger svaret hos lægen, der bad om det

  @id:HCO-02 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Et svar <til> bliver ikke overset
    Givet at lægen med initialerne "QKV" arbejder i klinikken
    Når kommunen sender et prøvesvar om "Elmer" <til>
    Så ligger svaret blandt svar med ukendte initialer

    Eksempler:
      | til              |
      | uden initialer   |
      | til lægen "QJB"  |

  @id:HCO-03 @set:testgrænseflade @obligatorisk
  Scenarie: Det fremgår, hvem svaret handler om, og hvem der har lavet det
    Givet at "Nancy" er patient i klinikken
    Og at kommunen har sendt et prøvesvar om "Nancy" uden initialer
    Når kommunen sender et prøvesvar om "Elmer" uden initialer
    Så viser systemet patientens nummer og navn
    Og systemet viser, hvem der har udført analysen

  @id:HCO-04 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: <hvad> bliver vist, som det blev sendt
    Når kommunen sender et prøvesvar om "Elmer" med resultatet <resultat>
    Så viser systemet resultaterne, som de blev sendt

    Eksempler:
      | hvad                           | resultat                     |
      | Et tal med decimal             | hæmoglobin 7,9               |
      | Et resultat under målegrænsen  | CRP < 5                      |
      | Et resultat over målegrænsen   | glukose > 27,8               |
      | Et tal med kommunens egen kode | vejrtrækning 20              |
      | Et resultat som ord            | leukocytter i urinen Positiv |
      | Et resultat på netop 12 tegn   | leukocytter i urinen Svagtpositiv |

  @id:HCO-05 @set:testgrænseflade @obligatorisk
  Scenarie: Flere resultater i samme svar står hver ved sin analyse
    Når kommunen sender et prøvesvar om "Elmer" med resultaterne CRP < 5 og hæmoglobin 7,9 og vejrtrækning 20 og glukose 10 og leukocytter i urinen Positiv
    Så viser systemet resultaterne, som de blev sendt

  @id:HCO-06 @set:testgrænseflade @obligatorisk
  Scenarie: Analysen har både et kort og et langt navn
    Når kommunen sender et prøvesvar om "Elmer" med resultatet CRP 12
    Så viser systemet analysens korte og lange navn

  @id:HCO-07 @set:testgrænseflade @obligatorisk
  Scenarie: Det er tydeligt, at ingen har fortolket resultaterne
    Givet at kommunen har sendt et prøvesvar om "Elmer" med resultatet CRP 12
    Når kommunen sender et prøvesvar om "Elmer" med resultatet glukose > 27,8
    Så viser systemet, at resultaterne ikke er fortolket

  @id:HCO-08 @set:testgrænseflade @obligatorisk
  Scenarie: Det, akutteamet skriver om patienten, bliver ikke blandet med det, der står om en analyse
    Når kommunen sender et prøvesvar om "Elmer" med resultaterne glukose 7,1 og CRP 12, med den kliniske kommentar "Øm i låret & træt; går < 50 meter på Ærø, spiser lidt og drikker for lidt efter faldet i går" og analysekommentarerne "Ikke fastende, målt på højre hånd" og "Målt efter to døgn med feber"
    Så viser systemet kommentarerne hver for sig, som de blev skrevet

  @id:HCO-09 @set:testgrænseflade @obligatorisk
  Scenarie: Et svar, der er gemt, kan findes igen på laboratoriekortet
    Givet at "Nancy" er patient i klinikken
    Og at lægen har set laboratoriekortet hos "Nancy"
    Når kommunen sender et prøvesvar om "Elmer" med resultatet CRP 12
    Og lægen gemmer svaret på laboratoriekortet
    Så viser systemet alle de gemte svar på laboratoriekortet
    Og laboratoriekortet hos "Nancy" er som før

  @id:HCO-10 @set:testgrænseflade @obligatorisk
  Scenarie: Et nyt svar på samme analyse fjerner ikke det, der står på laboratoriekortet
    Givet at kommunen har sendt et prøvesvar om "Elmer" med resultatet CRP 12
    Og at lægen har gemt svaret på laboratoriekortet
    Når kommunen sender et prøvesvar om "Elmer" med resultatet CRP 40
    Og lægen gemmer svaret på laboratoriekortet
    Så viser systemet alle de gemte svar på laboratoriekortet

  @id:HCO-11 @set:testgrænseflade @obligatorisk
  Scenarie: Svaret om en patient uden CPR-nummer kommer til den rigtige
    Givet at "Peter" er patient i klinikken
    Når kommunen sender et prøvesvar om "Peter" uden initialer
    Så viser systemet prøvesvaret netop én gang
    Og systemet viser patientens nummer og navn

  @id:HCO-12 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Et svar <form> kan læses
    Når kommunen sender et prøvesvar om "Elmer" <form>, med resultaterne CRP < 5 og hæmoglobin 7,9, med den kliniske kommentar "Øm i låret & træt" og analysekommentaren "Ikke fastende"
    Så viser systemet prøvesvaret netop én gang
    Og systemet viser resultaterne, som de blev sendt
    Og systemet viser kommentarerne hver for sig, som de blev skrevet

    Eksempler:
      | form                              |
      | i den ene form, MedCom tillader   |
      | i den anden form, MedCom tillader |

  @id:HCO-13 @set:testgrænseflade @obligatorisk
  Scenarie: Et svar om én patient kan kun ses hos patienten selv
    Givet at "Nancy" er patient i klinikken
    Og at kommunen har sendt et prøvesvar om "Nancy" med resultatet CRP 40
    Og at lægen har set prøvesvarene hos "Nancy"
    Når kommunen sender et prøvesvar om "Elmer" med resultatet CRP 12
    Så er prøvesvarene hos "Nancy" som før
    Og systemet viser prøvesvaret netop én gang
