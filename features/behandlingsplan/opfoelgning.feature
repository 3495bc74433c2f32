# language: da
@KP-14 @prøver:lps
Egenskab: Det fremgår altid, hvornår næste opfølgning er

  Efter hver kontakt skal det stå klart, hvornår næste opfølgning er, eller at patienten selv tager kontakt ved behov.
  Klinikken tager også stilling til, om opfølgningen kan ske på video eller hos andet personale.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:PLAN-10 @set:snitflade @obligatorisk
  Scenarie: Det fremgår af planen, at patienten selv tager kontakt
    Når lægen laver en plan for KOL til "Elmer" med målet "Gå en tur hver dag"
    Og lægen aftaler, at patienten selv tager kontakt ved behov
    Og lægen deler planen
    Så er planen delt
    Og det fremgår af den delte plan, at patienten selv tager kontakt

  @id:PLAN-11 @set:snitflade @obligatorisk
  Scenarie: En flyttet opfølgning står med den nye dag og kun den
    Når lægen laver en plan for KOL til "Elmer" med opfølgning den 30-11-2026
    Og lægen deler planen
    Så er planen delt
    Når lægen flytter næste opfølgning til den 14-12-2026
    Og lægen deler planen
    Så er planen delt
    Og næste opfølgning den 14-12-2026 står i den delte plan
    Og opfølgningen den 30-11-2026 står ikke længere i den delte plan

  @id:PLAN-12 @set:snitflade @obligatorisk
  Scenarie: Bliver patienten dårligere, afløser en aftalt dag patientens eget ansvar
    Når lægen laver en plan for KOL til "Elmer" med målet "Gå en tur hver dag"
    Og lægen aftaler, at patienten selv tager kontakt ved behov
    Og lægen deler planen
    Så er planen delt
    Når lægen aftaler næste opfølgning til den 02-11-2026
    Og lægen deler planen
    Så er planen delt
    Og næste opfølgning den 02-11-2026 står i den delte plan
    Og det fremgår ikke længere, at patienten selv tager kontakt

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
    Så viser systemet, at opfølgningen er <måde>

    Eksempler:
      | måde                   |
      | video                  |
      | andet praksispersonale |

  @id:PLAN-16 @KP-11 @set:testgrænseflade @obligatorisk @tid
  Abstrakt Scenario: En udeblivelse kan ses på niveau <niveau>
    Når lægen laver en plan for lænderygsmerter til "Elmer" på niveau <niveau>
    Og lægen aftaler næste opfølgning til i morgen
    Og dagen for opfølgningen er gået
    Og klinikken registrerer, at patienten udeblev fra opfølgningen
    Så viser systemet, at patienten udeblev

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
    Og lægen flytter næste opfølgning til den 14-12-2026
    Så viser systemet, at patienten udeblev
