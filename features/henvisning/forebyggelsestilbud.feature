# language: da
@KP-13 @prøver:lps
Egenskab: Klinikken kan se patientens forebyggelsestilbud

  Klinikken følger op på det, patienten har fået tilbudt i kommunen. Derfor viser systemet de planlagte og gennemførte tilbud,
  og om patienten udeblev eller faldt fra.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:HENV-30 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Et <status> tilbud kan ses, og kun på den patient, det er til
    Givet at "Nancy" er patient i klinikken
    Og at lægen har set forebyggelsestilbuddene hos "Nancy"
    Når "Elmer" får rygestop som <status> tilbud i kommunen
    Så viser systemet tilbuddet som <status>
    Og forebyggelsestilbuddene hos "Nancy" er som før

    Eksempler:
      | status     |
      | planlagt   |
      | gennemført |

  @KP-11 @id:HENV-31 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Klinikken kan se, at patienten er <status>
    Når "Elmer" får afklarende samtale som <status> tilbud i kommunen
    Så viser systemet, at patienten er <status>

    Eksempler:
      | status     |
      | udeblevet  |
      | frafaldet  |

  @id:HENV-32 @set:testgrænseflade @obligatorisk
  Scenarie: Et tilbud, klinikken har set som planlagt, bliver vist som gennemført, når det er det
    Givet at "Elmer" har rygestop som planlagt tilbud i kommunen
    Og at lægen har set forebyggelsestilbuddene hos "Elmer"
    Når "Elmer" får rygestop som gennemført tilbud i kommunen
    Så viser systemet tilbuddet som gennemført
