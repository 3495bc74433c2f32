# language: da
@EHM-01 @prøver:lps @brug:HomeCareObservation:R1
Egenskab: Et svar, der kommer igen, bliver hverken vist to gange eller tabt

  Kommunen sender et svar igen, når den ikke har fået kvittering, og nettet kan gentage en forsendelse. Lægen må hverken tro, at der
  er målt to gange, eller mangle et svar, som ikke kunne gemmes første gang.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at kommunen har sendt et prøvesvar om "Elmer" med resultatet CRP 12
    Og at kommunen har sendt et prøvesvar om "Elmer" med resultatet CRP 12

  @id:HCO-20 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Et svar, der kommer igen i <forsendelse> forsendelse, bliver vist én gang
    Når kommunen sender det forrige svar igen i <forsendelse> forsendelse
    Så viser systemet prøvesvaret netop én gang

    Eksempler:
      | forsendelse |
      | samme       |
      | en ny       |

  @id:HCO-21 @set:testgrænseflade @obligatorisk
  Scenarie: Det kan ses i systemets log, at et svar kom igen
    Når kommunen sender det forrige svar igen i en ny forsendelse
    Så viser systemet prøvesvaret netop én gang
    Og systemet viser i sin log, at svaret kom igen
