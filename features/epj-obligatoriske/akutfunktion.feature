# language: da
@prøver:lps
Egenskab: Klinikken og kommunens akutfunktion kan skrive til hinanden

  Akutfunktionen tager ud til patienten efter lægens henvisning og skriver et afslutningsnotat, når den er færdig. Henvisningen
  til kommunal forebyggelse hører til de samme obligatoriske breve.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @EPJ-02 @id:OBL-10 @set:snitflade @kræver:Sende:XREF22 @obligatorisk
  Scenarie: En henvisning til akutfunktionen kommer frem til kommunen, som lægen skrev den
    Når lægen skriver en henvisning til kommunens akutfunktion om "Elmer" med ordene "Måling af blodtryk & iltmætning < 92 % på søndag"
    Så har kommunen fået brevet netop én gang, som lægen skrev det

  @EPJ-02 @id:OBL-11 @set:snitflade @kræver:Sende:XREF22 @obligatorisk
  Scenarie: To patienters henvisninger til akutfunktionen bliver ikke blandet sammen
    Givet at "Nancy" er patient i klinikken
    Og at lægen har skrevet en henvisning til kommunens akutfunktion om "Nancy" med ordene "Væske i drop"
    Når lægen skriver en henvisning til kommunens akutfunktion om "Elmer" med ordene "Skift af kateter"
    Så har kommunen fået begge breve netop én gang, som lægen skrev dem

  @EPJ-02 @id:OBL-12 @set:snitflade @kræver:Sende:XREF15 @obligatorisk
  Scenarie: En henvisning til forebyggelse kommer frem til kommunen, som lægen skrev den
    Når lægen henviser "Elmer" til afklarende samtale og skriver "Vil gerne gå ture & øve sig på trapper" om henvisningsårsag
    Så har kommunen modtaget henvisningen
    Og det, lægen skrev, står i henvisningen

  @EPJ-01 @id:OBL-13 @set:testgrænseflade @kræver:Modtage:XDIS22 @obligatorisk
  Abstrakt Scenario: Akutfunktionens afslutningsnotat i det <alder> tegnsæt bliver vist og kvitteret
    Når kommunens akutfunktion sender et afslutningsnotat om "Elmer" fra et system med det <alder> tegnsæt med ordene "Såret på foden er helet & ånder frit"
    Så viser systemet brevet hos "Elmer" netop én gang, som det blev skrevet, og afsenderen har fået kvittering

    Eksempler:
      | alder |
      | nye   |
      | gamle |

  @EPJ-01 @id:OBL-14 @set:testgrænseflade @kræver:Modtage:XDIS22 @obligatorisk
  Scenarie: Et afslutningsnotat, der kommer igen, bliver vist én gang og kvitteret hver gang
    Når kommunens akutfunktion sender et afslutningsnotat om "Elmer" med ordene "Kateter er skiftet", og det kommer en gang til
    Så viser systemet brevet hos "Elmer" netop én gang, som det blev skrevet, og afsenderen har fået kvittering hver gang

  @EPJ-01 @id:OBL-15 @set:testgrænseflade @kræver:Modtage:XDIS22 @obligatorisk
  Scenarie: To patienters afslutningsnotater bliver ikke blandet sammen, og hvert bliver kvitteret
    Givet at "Nancy" er patient i klinikken
    Og at kommunens akutfunktion har sendt et afslutningsnotat om "Nancy" med ordene "Drop er fjernet"
    Og at kommunens akutfunktion har sendt et afslutningsnotat om "Elmer" med ordene "Forbinding er skiftet i dag"
    Og at lægen har set beskederne hos "Nancy"
    Når kommunens akutfunktion sender et afslutningsnotat om "Elmer" med ordene "Forbinding er skiftet igen"
    Så er beskederne hos "Nancy" som før
    Og systemet viser begge breve hos "Elmer" netop én gang, som de blev skrevet, og afsenderen har fået kvittering for alle
