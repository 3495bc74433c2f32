# language: da
@KP-05 @prøver:lps @kræver:Modtage:QRD
Egenskab: Lægen kan læse patientens svar på hele skemaet

  Systemer, der er godkendt til at modtage besvarede spørgeskemaer (QRD), viser hvert svar, som patienten gav det.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:PRO-40 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Et svar givet med <slags> kan læses, og kun på patienten selv
    Givet at "Nancy" er patient i klinikken
    Og at lægen har set spørgeskemasvarene hos "Nancy"
    Når "Elmer" besvarer spørgsmålet "<spørgsmål>" med <slags> "<svar>"
    Så viser systemet svaret i skemaet, som patienten gav det
    Og spørgeskemasvarene hos "Nancy" er som før

    Eksempler:
      | slags   | spørgsmål                                     | svar                                    |
      | krydset | Har du taget antibiotika siden sidste måling? | Ja                                      |
      | tallet  | Hvor mange skridt går du om dagen?            | 7500                                    |
      | teksten | Hvad er svært?                                | At gå på trapper & sove, når det er < 5 grader på Ærø |

  @id:PRO-41 @set:testgrænseflade @obligatorisk
  Scenarie: Skemaet fra en, der ikke er patient i klinikken, bliver hverken væk eller sat på en anden
    Givet at "Lonni" ikke er patient i klinikken
    Og at "Elmer" har fået spørgeskemapakken for KOL
    Og at lægen har set spørgeskemasvarene hos "Elmer"
    Når "Lonni" besvarer spørgsmålet "Hvad er svært?" med teksten "At sove"
    Så er spørgeskemasvarene hos "Elmer" som før
    Og svaret står blandt svar uden patient, eller Web-patient har fået det afvist
