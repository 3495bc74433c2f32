# language: da
@KP-05 @prøver:lps @kræver:Modtage:RPT01
Egenskab: Rettede og gentagne svar bliver ikke forvekslet med nye

  Et svar kan komme igen, fordi kvitteringen gik tabt, eller fordi det er rettet. Lægen skal altid kunne se, hvad der
  gælder, og Web-patient skal vide, at svaret er modtaget.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at "Nancy" er patient i klinikken
    Og at "Nancy" har svaret på Manniche med scoren 37
    Og at "Elmer" har svaret på Manniche med scoren 37

  @id:PRO-20 @set:testgrænseflade @obligatorisk
  Scenarie: En rettet score bliver vist og gælder, og kun for patienten selv
    Givet at lægen har set spørgeskemasvarene hos "Nancy"
    Når Web-patient retter scoren til 41
    Så viser systemet den rettede score
    Og spørgeskemasvarene hos "Nancy" er som før

  @id:PRO-21 @set:testgrænseflade @obligatorisk
  Scenarie: Den score, der blev rettet, står kun som tidligere score
    Når Web-patient retter scoren til 41
    Så viser systemet den rettede score
    Og systemet viser den første score kun som tidligere score

  @id:PRO-22 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Et svar, der kommer to gange <hvordan>, bliver vist én gang
    Når Web-patient sender svaret igen <hvordan>
    Så viser systemet svaret netop én gang

    Eksempler:
      | hvordan             |
      | i samme forsendelse |
      | i en ny forsendelse |

  @id:PRO-23 @set:snitflade @obligatorisk
  Abstrakt Scenario: Web-patient får kvittering for svaret, også når det kommer igen <hvordan>
    Når Web-patient sender svaret igen <hvordan>
    Så har Web-patient fået kvittering hver gang

    Eksempler:
      | hvordan             |
      | i samme forsendelse |
      | i en ny forsendelse |
