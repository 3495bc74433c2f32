# language: da
@KP-12 @prøver:lps
Egenskab: En henvisning, der kommer tilbage, bliver ikke glemt

  En speciallæge eller et sygehus kan sende en henvisning tilbage med en begrundelse. Patienten skal have det at vide, og
  planen skal have et næste skridt.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at "Elmer" har en delt plan for KOL

  @id:HENV-50 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Klinikken kan se, at patienten mangler besked om det, <hvem> svarede
    Givet at "Elmer" er henvist til <hvem>
    Når henvisningen kommer tilbage med begrundelsen "Lungefunktionen skal være målt inden for tre måneder"
    Så viser systemet, at patienten mangler at få besked
    Og systemet viser, hvorfor den kom tilbage

    Eksempler:
      | hvem        |
      | speciallæge |
      | sygehus     |

  @id:HENV-51 @set:testgrænseflade
  Scenarie: Når patienten har fået besked, kan klinikken se det, og kun ved den henvisning
    Givet at "Nancy" er patient i klinikken
    Og at "Nancy" er henvist til speciallæge
    Og at henvisningen er kommet tilbage med begrundelsen "Røntgenbilledet mangler"
    Og at lægen har set henvisningerne hos "Nancy"
    Og at "Elmer" er henvist til sygehus
    Og at henvisningen er kommet tilbage med begrundelsen "Lungefunktionen skal være målt først"
    Og at "Elmer" er henvist til speciallæge
    Når henvisningen kommer tilbage med begrundelsen "Kan behandles i almen praksis", og patienten får besked
    Så viser systemet, at patienten har fået besked
    Og henvisningerne hos "Nancy" er som før
    Og systemet viser, at patienten mangler besked om den forrige

  @id:HENV-52 @set:snitflade @obligatorisk
  Scenarie: Næste skridt efter en tilbagehenvisning står i den delte plan
    Givet at "Elmer" er henvist til speciallæge
    Når henvisningen kommer tilbage med begrundelsen "Lungefunktionen skal være målt inden for tre måneder"
    Og lægen skriver "Ny måling af lungefunktionen hos sygeplejersken" som næste skridt i planen
    Og lægen deler planen
    Så står næste skridt i den delte plan
