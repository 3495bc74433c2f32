# language: da
@prøver:lps
Egenskab: Planen følger med, når noget ændrer sig, og er altid den samme for alle

  En indlæggelse, en forværring eller et råd fra en specialist ændrer planen. Flere kan ændre den på én gang, i klinikken
  og andre steder. Der må aldrig være to udgaver, som siger noget forskelligt, og ingens del må gå tabt.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:PLAN-20 @KP-09 @KP-14 @set:snitflade @obligatorisk
  Scenarie: Efter en indlæggelse kommer alle ændringer med i den nye udgave
    Givet at "Elmer" har en delt plan for KOL
    Når lægen skriver resultatet "Udskrevet i går, ilt er ikke længere nødvendig" i planen
    Og lægen ændrer målet i planen til "Gå til postkassen hver dag"
    Og lægen skriver aftalen "Hjemmesygeplejersken kommer hver dag" i planen
    Og lægen deler planen
    Så er planen delt
    Og resultatet står i den delte plan
    Og aftalen står i den delte plan
    Og målet står i den delte plan

  @id:PLAN-21 @KP-04 @KP-10 @set:snitflade @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Et spørgsmål til <sparring> bliver ikke glemt, og udfaldet står i den delte plan
    Når lægen laver en plan for lænderygsmerter til "Elmer" med målet "Tilbage på arbejde"
    Og lægen beder om <sparring> om "Skal der flere undersøgelser til"
    Så viser systemet spørgsmålet som ubesvaret
    Når lægen skriver, at <sparring> endte med "Ingen flere undersøgelser nu, ny vurdering om seks uger"
    Og lægen deler planen
    Så er planen delt
    Og udfaldet står i den delte plan
    Og systemet viser spørgsmålet som besvaret

    Eksempler:
      | sparring                 |
      | specialistrådgivning     |
      | tværsektoriel konference |

  @id:PLAN-23 @KP-10 @set:snitflade @obligatorisk
  Scenarie: To brugere, der ændrer planen samtidig, mister ikke hinandens ændringer
    Givet at "Elmer" har en delt plan for KOL
    Når lægen og sygeplejersken åbner planen samtidig
    Og lægen gemmer aftalen "Rygestop fra på mandag"
    Og sygeplejersken gemmer aftalen "Vejer sig hver uge"
    Og lægen deler planen
    Så er planen delt
    Og begge aftaler står i den delte plan

  @id:PLAN-24 @KP-10 @set:snitflade @obligatorisk
  Scenarie: En ældre udgave i klinikken overskriver ikke det, sygehuset har skrevet siden
    Givet at "Elmer" har en delt plan for KOL
    Og at sygehuset har skrevet "Lungerehabilitering begynder i november" i planen
    Når lægen skriver aftalen "Måler vægt hver uge" i planen
    Og lægen deler planen
    Så står sygehusets del stadig i den gældende plan, og klinikkens aftale er ikke tabt
