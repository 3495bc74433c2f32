# language: da
@prøver:lps
Egenskab: Klinikken og kommunens akutfunktion kan skrive til hinanden

  Akutfunktionen tager ud til patienten efter lægens henvisning og skriver et afslutningsnotat, når den er færdig. Henvisningen
  til kommunal forebyggelse hører til de samme obligatoriske breve.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @EPJ-02 @id:OBL-10 @set:snitflade @kræver:Sende:XREF22 @obligatorisk
  Scenarie: En henvisning til akutfunktionen når kommunen, som lægen skrev den
    Når lægen skriver en henvisning til kommunens akutfunktion om "Elmer" med ordene "Måling af blodtryk & iltmætning < 92 % på søndag"
    Så har modtageren fået beskeden netop én gang, som lægen skrev den

  @EPJ-02 @id:OBL-11 @set:snitflade @kræver:Sende:XREF22 @obligatorisk
  Scenarie: To patienters henvisninger til akutfunktionen bliver ikke blandet sammen
    Givet at "Nancy" er patient i klinikken
    Og at lægen har skrevet en henvisning til kommunens akutfunktion om "Nancy" med ordene "Væske i drop"
    Når lægen skriver en henvisning til kommunens akutfunktion om "Elmer" med ordene "Skift af kateter"
    Så har modtageren fået beskeden netop én gang, som lægen skrev den

  @EPJ-02 @id:OBL-12 @set:snitflade @kræver:Sende:XREF15 @obligatorisk
  Scenarie: En henvisning til forebyggelse når kommunen, som lægen skrev den
    Når lægen henviser "Elmer" til afklarende samtale og skriver "Vil gerne gå ture & øve sig på trapper" om henvisningsårsag
    Så har kommunen modtaget henvisningen
    Og det, lægen skrev, står i henvisningen

  @EPJ-01 @id:OBL-13 @set:testgrænseflade @kræver:Modtage:XDIS22 @obligatorisk
  Abstrakt Scenario: Akutfunktionens afslutningsnotat fra et <alder> system bliver vist og kvitteret
    Når kommunens akutfunktion sender et afslutningsnotat om "Elmer" fra et <alder> system med ordene "Såret på foden er helet & ånder frit"
    Så viser systemet beskeden hos "Elmer" netop én gang, som den blev skrevet, og afsenderen har fået kvittering

    Eksempler:
      | alder |
      | nyt   |
      | ældre |

  @EPJ-01 @id:OBL-14 @set:testgrænseflade @kræver:Modtage:XDIS22 @obligatorisk
  Scenarie: Et afslutningsnotat, der kommer igen, bliver vist én gang og kvitteret hver gang
    Når kommunens akutfunktion sender et afslutningsnotat om "Elmer" med ordene "Kateter er skiftet", og det kommer igen i en ny forsendelse
    Så viser systemet beskeden hos "Elmer" netop én gang, som den blev skrevet, og afsenderen har fået kvittering hver gang

  @EPJ-01 @id:OBL-15 @set:testgrænseflade @kræver:Modtage:XDIS22 @obligatorisk
  Scenarie: Et afslutningsnotat om én patient bliver ikke vist hos en anden
    Givet at "Nancy" er patient i klinikken
    Og at kommunens akutfunktion har sendt et afslutningsnotat om "Nancy" med ordene "Drop er fjernet"
    Og at lægen har set beskederne hos "Nancy"
    Når kommunens akutfunktion sender et afslutningsnotat om "Elmer" med ordene "Forbinding er skiftet"
    Så er beskederne hos "Nancy" som før
    Og systemet viser beskeden hos "Elmer" netop én gang, som den blev skrevet
