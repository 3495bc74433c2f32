# language: da
@KP-10 @KP-12 @prøver:lps
Egenskab: Alle henvisninger fremgår, hvem der end henviser, og hvem der end er henvist til

  Andre end klinikken kan bede om en afklarende samtale, og klinikken kan henvise til andre end kommunen. Henvisningerne
  fremgår af systemet og af patientens plan, så alle, der er med i forløbet, kan se dem.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at "Elmer" har en delt plan for KOL

  @id:HENV-40 @set:snitflade @obligatorisk @kræver:Sende:XREF15
  Scenarie: En henvisning til kommunen står i den delte plan
    Når lægen henviser "Elmer" til afklarende samtale
    Og lægen deler planen
    Så står henvisningen i den delte plan

  @KP-13 @id:HENV-41 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Klinikken kan se, at <hvem> har bedt om en afklarende samtale
    Når <hvem> beder om en afklarende samtale til "Elmer"
    Så viser systemet henvisningen med årsag og den, der bad om den

    Eksempler:
      | hvem      |
      | sygehuset |
      | kommunen  |
      | patienten |

  @id:HENV-42 @set:snitflade @obligatorisk
  Scenarie: Genoptræning, som sygehuset har bedt om, bliver stående i den delte plan
    Når sygehuset beder om genoptræning til "Elmer"
    Og lægen skriver "Kontrol, når genoptræningen er slut" som næste skridt i planen
    Og lægen deler planen
    Så står næste skridt i den delte plan
    Og henvisningen står i den delte plan

  @id:HENV-44 @set:snitflade @obligatorisk
  Scenarie: To henvisninger står begge i den delte plan
    Givet at "Elmer" er henvist til fysioterapeut
    Når lægen henviser "Elmer" til psykolog
    Og lægen deler planen
    Så står henvisningen i den delte plan
    Og den forrige henvisning står i den delte plan

  @id:HENV-43 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: En henvisning til <hvem> kan ses i systemet og i den delte plan
    Når lægen henviser "Elmer" til <hvem>
    Og lægen deler planen
    Så viser systemet henvisningen med årsag og modtager
    Og henvisningen står i den delte plan

    Eksempler:
      | hvem          |
      | speciallæge   |
      | sygehus       |
      | fysioterapeut |
      | kiropraktor   |
      | psykolog      |
      | fodterapeut   |
