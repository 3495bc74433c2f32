# language: da
@KP-10 @prøver:lps
Egenskab: Planer for andre kroniske sygdomme bliver delt på samme måde

  Klinikken laver også planer for type 2-diabetes og iskæmisk hjertesygdom. De skal komme lige så sikkert frem som planen
  for KOL, med sygdommens eget mærke (forløbslabel), så andre kan se, hvad planen handler om.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:DEL-14 @set:snitflade
  Abstrakt Scenario: En plan for <sygdom> kommer frem og følger standarden
    Når lægen laver en plan for <sygdom> til "Elmer" med målet "Gå 30 minutter hver dag"
    Og lægen deler planen
    Så er planen delt
    Og planen overholder CPD-DK

    Eksempler:
      | sygdom                |
      | type 2-diabetes       |
      | iskæmisk hjertesygdom |

  @id:DEL-15 @set:snitflade
  Abstrakt Scenario: Planen for <sygdom> har sygdommens forløbslabel i headeren
    Når lægen laver en plan for <sygdom> til "Elmer" med målet "Gå ture på Fanø"
    Og lægen deler planen
    Så er planen delt
    Og planens forløbslabel passer til sygdommen

    Eksempler:
      | sygdom                |
      | KOL                   |
      | type 2-diabetes       |
      | iskæmisk hjertesygdom |
