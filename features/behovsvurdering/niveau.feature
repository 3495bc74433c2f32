# language: da
@KP-06 @KP-07 @prøver:lps
Egenskab: Patienten bliver placeret på et niveau

  Niveau 1, 2 eller 3 siger, hvor aktiv klinikken skal være. Niveauet bygger på patientens sundhedskompetence (også den
  digitale), sygdommens kompleksitet og særlig sårbarhed. Det bestemmer ikke, hvilke indsatser patienten kan få.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:BEHOV-10 @KP-08 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Niveau <niveau> er registreret med sine tre grunde
    Når lægen placerer "Elmer" på niveau <niveau>
    Så viser systemet niveau <niveau> med de tre grunde

    Eksempler:
      | niveau |
      | 1      |
      | 2      |
      | 3      |

  @id:BEHOV-11 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Niveau <niveau> findes ikke
    Når lægen placerer "Elmer" på niveau <niveau>
    Så viser systemet kun niveauer fra 1 til 3

    Eksempler:
      | niveau |
      | 0      |
      | 4      |

  @id:BEHOV-12 @set:testgrænseflade @obligatorisk
  Scenarie: En ny vurdering af niveauet bevarer de tidligere
    Når lægen placerer "Elmer" på niveau 1
    Og lægen placerer "Elmer" på niveau 3
    Så viser systemet niveau 3 med de tre grunde
    Og systemet viser alle niveauer i rækkefølge

  @id:BEHOV-13 @set:snitflade @obligatorisk
  Scenarie: Det nye niveau står i den delte plan
    Givet at "Nancy" er patient i klinikken
    Og at "Nancy" har en delt plan for KOL
    Og at "Elmer" har en delt plan for KOL
    Og at lægen har set udskriften af planen hos "Nancy"
    Når lægen placerer "Elmer" på niveau 1
    Og lægen placerer "Elmer" på niveau 3
    Og lægen ændrer målet i planen til "Gå med rollator hver dag"
    Og lægen deler planen
    Så er planen delt
    Og niveau 3 står i den delte plan
    Og udskriften af planen hos "Nancy" er som før

  @id:BEHOV-14 @set:snitflade @obligatorisk
  Abstrakt Scenario: En patient på niveau <niveau> kan få enhver indsats
    Når lægen laver en plan for lænderygsmerter til "Elmer" med indsatsen "Genoptræning to gange om ugen"
    Og lægen placerer "Elmer" på niveau <niveau>
    Og lægen deler planen
    Så er planen delt

    Eksempler:
      | niveau |
      | 1      |
      | 2      |
      | 3      |
