# language: da
@KP-04 @prøver:lps
Egenskab: Patienten bestemmer, hvem der må vide hvad

  Patientens samtykke til videregivelse skal fremgå af behovsvurderingen, og pårørende er kun med, når patienten siger ja.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:BEHOV-05 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Det fremgår, at samtykket er <samtykke>
    Når lægen registrerer, at samtykket fra "Elmer" er <samtykke>
    Så viser systemet, at samtykket er <samtykke>

    Eksempler:
      | samtykke        |
      | givet           |
      | nægtet          |
      | trukket tilbage |

  @id:BEHOV-06 @set:snitflade @obligatorisk
  Abstrakt Scenario: Planen bliver ikke delt, når samtykket er <samtykke>
    Givet at "Nancy" er patient i klinikken
    Når lægen laver en plan for KOL til "Elmer" med målet "Rygestop inden jul"
    Og lægen registrerer, at samtykket fra "Elmer" er givet
    Og lægen registrerer, at samtykket fra "Elmer" er <samtykke>
    Og lægen registrerer, at samtykket fra "Nancy" er givet
    Og lægen deler planen
    Så bliver planen ikke delt

    Eksempler:
      | samtykke        |
      | nægtet          |
      | trukket tilbage |

  @id:BEHOV-09 @set:snitflade @obligatorisk
  Scenarie: Planen bliver delt igen, når patienten ombestemmer sig
    Givet at "Nancy" er patient i klinikken
    Når lægen laver en plan for KOL til "Elmer" med målet "Rygestop inden jul"
    Og lægen registrerer, at samtykket fra "Elmer" er nægtet
    Og lægen registrerer, at samtykket fra "Elmer" er givet
    Og lægen registrerer, at samtykket fra "Nancy" er nægtet
    Og lægen deler planen
    Så er planen delt

  @id:BEHOV-15 @set:snitflade @obligatorisk
  Scenarie: Et nej gælder også en plan, der er delt før, og en ændring, der venter på at blive sendt
    Givet at "Elmer" har en delt plan for lænderygsmerter
    Og at modtageren af planer er optaget
    Når lægen ændrer målet i planen til "Tilbage på arbejde"
    Og lægen deler planen
    Og lægen registrerer, at samtykket fra "Elmer" er trukket tilbage
    Og modtageren tager imod igen
    Så bliver planen ikke delt

  @id:BEHOV-07 @set:testgrænseflade @obligatorisk
  Scenarie: En pårørende er med, når patienten samtykker
    Når lægen inddrager den pårørende "Datter i Odense" for "Elmer" med samtykke
    Så er den pårørende "Datter i Odense" med i forløbet

  @id:BEHOV-08 @set:testgrænseflade @obligatorisk
  Scenarie: En pårørende er ikke med uden patientens samtykke
    Når lægen inddrager den pårørende "Bror i Ringe" for "Elmer" uden samtykke
    Så er den pårørende "Bror i Ringe" ikke med i forløbet
