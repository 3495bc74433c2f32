# language: da
@KP-05 @prøver:lps @kræver:Modtage:RPT01
Egenskab: Lægen ser patientens scorer, som de kom

  Patientens scorer kommer fra Web-patient som laboratoriesvar med MedComs målekoder. De indgår i lægens vurdering og må
  derfor hverken blive væk, blive lavet om eller komme til at stå under et andet skema.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:PRO-10 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Scoren på <skema> står under det rigtige skema
    Når "Elmer" svarer på <skema> med scoren <score>
    Så viser systemet scoren, som den kom

    Eksempler:
      | skema             | score |
      | CAT               | 18    |
      | MRC               | 3     |
      | STarT             | 5     |
      | Manniche          | 37    |
      | PROMIS-10 fysisk  | 42    |
      | PROMIS-10 mentalt | 51    |

  @id:PRO-11 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: <grænse> bliver vist som andre scorer
    Når "Elmer" svarer på <skema> med scoren <score>
    Så viser systemet scoren, som den kom

    Eksempler:
      | grænse                | skema            | score |
      | Den laveste score     | STarT            | 0     |
      | Den højeste score     | Manniche         | 60    |
      | En score med decimal  | PROMIS-10 fysisk | 39,8  |

  @id:PRO-12 @set:testgrænseflade @obligatorisk
  Scenarie: Scorer på flere skemaer i samme svar bliver alle vist
    Når "Elmer" svarer på CAT med scoren 18 og på MRC med scoren 3
    Så viser systemet begge scorer, som de kom

  @id:PRO-13 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Et svar fra <dag> kl. <klokkeslæt> har den dag, patienten svarede
    Når svaret fra "Elmer" på CAT med scoren 18 er fra <dag> kl. <klokkeslæt>
    Så viser systemet scoren, som den kom
    Og systemet viser scoren med den dag, patienten svarede

    Eksempler:
      | klokkeslæt | dag                |
      | 00.15      | i går              |
      | 23.45      | i går              |
      | 12.00      | for tre uger siden |

  @id:PRO-14 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Patientens bemærkning kan læses, også når den har <hvad>
    Når "Elmer" svarer på CAT med scoren 18 og skriver <bemærkning>
    Så viser systemet scoren, som den kom
    Og systemet viser bemærkningen, som den blev skrevet

    Eksempler:
      | hvad             | bemærkning                                         |
      | danske bogstaver | "Åndenød på trapper, søvnløs og ærgerlig"          |
      | skilletegn       | "Virker 2+2 pust? Nej: kun 'lidt', siger min kone" |
      | flere linjer     | fem linjer                                         |

  @id:PRO-16 @set:testgrænseflade @obligatorisk
  Scenarie: Et nyt svar på samme skema fjerner ikke det første
    Givet at "Elmer" har svaret på CAT med scoren 18
    Når "Elmer" svarer på CAT med scoren 24
    Så viser systemet scoren, som den kom
    Og systemet viser den første score stadig

  @id:PRO-17 @set:testgrænseflade @obligatorisk
  Scenarie: Et svar på et andet skema bliver også vist
    Givet at "Elmer" har svaret på CAT med scoren 18
    Når "Elmer" svarer på STarT med scoren 5
    Så viser systemet scoren, som den kom
    Og systemet viser den første score stadig

  @id:PRO-18 @set:testgrænseflade @obligatorisk
  Scenarie: Har patienten svaret to gange, er det seneste svar til rådighed ved behovsvurderingen
    Når svaret fra "Elmer" på CAT med scoren 18 er fra for tre uger siden kl. 12.00
    Og "Elmer" svarer på CAT med scoren 24
    Så viser systemet den seneste score ved behovsvurderingen

  @id:PRO-19 @set:testgrænseflade @obligatorisk
  Scenarie: Et gammelt svar, der kommer sent frem, træder ikke i stedet for det seneste
    Når "Elmer" svarer på CAT med scoren 24
    Og svaret fra "Elmer" på CAT med scoren 18 er fra for tre uger siden kl. 12.00
    Så viser systemet den seneste score ved behovsvurderingen
