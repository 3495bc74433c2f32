# language: da
@KP-14 @prøver:lps
Egenskab: Det fremgår altid, hvornår næste opfølgning er

  Efter hver kontakt skal det stå klart, hvornår næste opfølgning er, eller at patienten selv tager kontakt ved behov.
  Klinikken tager også stilling til, om opfølgningen kan ske på video eller hos andet personale.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:PLAN-10 @set:snitflade @obligatorisk
  Scenarie: Patientens eget ansvar afløser en aftalt dag
    Når lægen laver en plan for KOL til "Elmer" med opfølgning om 8 uger
    Og lægen aftaler, at patienten selv tager kontakt ved behov
    Og lægen deler planen
    Så er planen delt
    Og at patienten selv tager kontakt, står i den delte plan
    Og den tidligere opfølgning står ikke længere i den delte plan

  @id:PLAN-11 @KP-09 @set:snitflade @obligatorisk
  Scenarie: En flyttet opfølgning står med den nye dag og kun den
    Når lægen laver en plan for KOL til "Elmer" med opfølgning om 8 uger
    Og lægen deler planen
    Så er planen delt
    Når lægen flytter næste opfølgning til om 10 uger
    Og lægen deler planen
    Så er planen delt
    Og næste opfølgning står i den delte plan
    Og den tidligere opfølgning står ikke længere i den delte plan

  @id:PLAN-12 @set:snitflade @obligatorisk
  Scenarie: Bliver patienten dårligere, afløser en aftalt dag patientens eget ansvar
    Når lægen laver en plan for KOL til "Elmer" på niveau 2
    Og lægen aftaler, at patienten selv tager kontakt ved behov
    Og lægen deler planen
    Så er planen delt
    Når lægen aftaler næste opfølgning til om 4 uger
    Og lægen deler planen
    Så er planen delt
    Og næste opfølgning står i den delte plan
    Og at patienten selv tager kontakt, står ikke længere i den delte plan
    Og niveau 2 står i den delte plan

  @id:PLAN-13 @set:testgrænseflade @obligatorisk @tid
  Scenarie: En opfølgning, der er passeret uden at blive holdt, forsvinder ikke
    Givet at "Elmer" har en delt plan for KOL
    Når lægen aftaler næste opfølgning til i morgen
    Og dagen for opfølgningen er gået
    Så viser systemet stadig opfølgningen

  @id:PLAN-14 @set:testgrænseflade @obligatorisk @tid
  Scenarie: Når en opfølgning er holdt, mangler den næste, til den er aftalt
    Givet at "Elmer" har en delt plan for KOL
    Når lægen aftaler næste opfølgning til i morgen
    Og dagen for opfølgningen er gået
    Og lægen registrerer, at opfølgningen er holdt
    Så viser systemet, at næste opfølgning mangler

  @id:PLAN-15 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Opfølgningen kan aftales som <måde>
    Givet at "Elmer" har en delt plan for KOL
    Når lægen aftaler næste opfølgning som <måde>
    Og lægen flytter næste opfølgning til om 10 uger
    Så viser systemet, at opfølgningen er <måde>

    Eksempler:
      | måde                   |
      | video                  |
      | andet praksispersonale |

  @id:PLAN-16 @KP-11 @set:testgrænseflade @obligatorisk @tid
  Abstrakt Scenario: En udeblivelse kan ses på niveau <niveau>
    Givet at "Nancy" er patient i klinikken
    Og at "Nancy" har en delt plan for lænderygsmerter
    Og at lægen har set forløbet i planen hos "Nancy"
    Når lægen laver en plan for lænderygsmerter til "Elmer" på niveau <niveau>
    Og lægen aftaler næste opfølgning til i morgen
    Og dagen for opfølgningen er gået
    Og klinikken registrerer, at patienten udeblev fra opfølgningen
    Så viser systemet, at patienten udeblev
    Og forløbet i planen hos "Nancy" er som før

    Eksempler:
      | niveau |
      | 1      |
      | 3      |

  @id:PLAN-17 @KP-11 @set:testgrænseflade @obligatorisk @tid
  Scenarie: En udeblivelse kan stadig ses, når en ny opfølgning er aftalt
    Givet at "Elmer" har en delt plan for KOL
    Når lægen aftaler næste opfølgning til i morgen
    Og dagen for opfølgningen er gået
    Og klinikken registrerer, at patienten udeblev fra opfølgningen
    Og lægen flytter næste opfølgning til om 10 uger
    Så viser systemet, at patienten udeblev
