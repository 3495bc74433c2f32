# language: da
@KP-10 @prøver:lps
Egenskab: Lægen deler patientens behandlingsplan

  Patienten og alle, der er med i behandlingen, skal kunne se planen. Derfor deler klinikken den.
  Det, lægen har skrevet, skal komme hele og uændret frem, hos den rigtige patient.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:DEL-01 @set:snitflade @obligatorisk
  Abstrakt Scenario: En ny plan for <sygdom> kommer frem og følger standarden
    Når lægen laver en plan for <sygdom> til "Elmer" med målet "Gå 30 minutter hver dag"
    Og lægen deler planen
    Så er planen delt
    Og planen overholder CPD-DK

    Eksempler:
      | sygdom          |
      | KOL             |
      | lænderygsmerter |

  @id:DEL-02 @set:testgrænseflade @obligatorisk
  Scenarie: Lægen kan se, at planen er delt
    Når lægen laver en plan for KOL til "Elmer" med målet "Rygestop inden jul"
    Og lægen deler planen
    Så er planen delt
    Og systemet viser, at planen er delt

  @id:DEL-03 @set:snitflade @obligatorisk
  Scenarie: Danske bogstaver og tegn kommer uændret frem
    Når lægen laver en plan for KOL til "Elmer" med målet "Få luft på Ærø: gå, cykle & svømme – også når det er < 10 °C"
    Og lægen deler planen
    Så er planen delt
    Og målet står i den delte plan

  @id:DEL-04 @KP-14 @set:snitflade @obligatorisk
  Scenarie: Næste opfølgning står i den delte plan
    Når lægen laver en plan for KOL til "Elmer" med opfølgning om 8 uger
    Og lægen deler planen
    Så er planen delt
    Og næste opfølgning står i den delte plan

  @id:DEL-05 @KP-06 @set:snitflade @obligatorisk
  Abstrakt Scenario: Patientens niveau <niveau> står i den delte plan
    Når lægen laver en plan for lænderygsmerter til "Elmer" på niveau <niveau>
    Og lægen deler planen
    Så er planen delt
    Og niveau <niveau> står i den delte plan

    Eksempler:
      | niveau |
      | 1      |
      | 2      |
      | 3      |

  @id:DEL-06 @set:snitflade @obligatorisk
  Scenarie: To patienters planer bliver aldrig blandet sammen
    Givet at "Nancy" er patient i klinikken
    Når lægen laver en plan for KOL til "Elmer" med målet "Gå en tur hver morgen"
    Og lægen deler planen
    Så er planen delt
    Når lægen laver en plan for KOL til "Nancy" med målet "Svøm hver torsdag"
    Og lægen deler planen
    Så er planen delt
    Og planerne til "Elmer" og "Nancy" står kun hos dem selv
