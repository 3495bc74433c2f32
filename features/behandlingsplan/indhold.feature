# language: da
@prøver:lps
Egenskab: Behandlingsplanen rummer det, patient og klinik er blevet enige om

  Planen er det fælles overblik. Aftaler, mål, resultater og opfølgning skal fremgå tydeligt for alle, der er
  med i behandlingen, og det, der står der, skal være det, der gælder nu.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:PLAN-01 @KP-10 @set:snitflade @obligatorisk
  Abstrakt Scenario: <del> står i den delte plan, som lægen skrev det
    Når lægen laver en plan for KOL til "Elmer" med målet "Gå en tur hver dag"
    Og lægen skriver <del> "<tekst>" i planen
    Og lægen deler planen
    Så er planen delt
    Og <del> står i den delte plan

    Eksempler:
      | del        | tekst                                                                                          |
      | aftalen    | Elmer måler sit iltindhold hver søndag aften og skriver tallet ned, så vi kan se på det sammen |
      | resultatet | Lungefunktion målt i klinikken i dag, bedre end sidst                                          |

  @id:PLAN-02 @KP-10 @set:snitflade @obligatorisk
  Scenarie: En ny aftale fjerner ikke den forrige
    Når lægen laver en plan for lænderygsmerter til "Elmer" med målet "Tilbage på arbejde"
    Og lægen skriver aftalen "Træner hjemme hver morgen" i planen
    Og lægen skriver aftalen "Sover på siden med en pude" i planen
    Og lægen deler planen
    Så er planen delt
    Og begge aftaler står i den delte plan

  @id:PLAN-03 @KP-10 @set:snitflade @obligatorisk
  Abstrakt Scenario: En rettelse af <del> slår igennem i den delte plan
    Givet at "Elmer" har en delt plan for KOL
    Når lægen skriver <del> "Skal drøftes igen" i planen
    Og lægen deler planen
    Så er planen delt
    Når lægen retter <del> i planen til "Er drøftet og ændret"
    Og lægen deler planen
    Så er planen delt
    Og kun det rettede står i den delte plan

    Eksempler:
      | del        |
      | aftalen    |
      | resultatet |

  @id:PLAN-04 @KP-09 @set:snitflade @obligatorisk
  Scenarie: En aftale, der ikke gælder mere, forsvinder fra den delte plan
    Givet at "Elmer" har en delt plan for KOL
    Når lægen skriver resultatet "Lungefunktion målt i dag" i planen
    Og lægen skriver aftalen "Dagbog over hoste" i planen
    Og lægen deler planen
    Så er planen delt
    Når lægen fjerner aftalen fra planen
    Og lægen deler planen
    Så er planen delt
    Og aftalen står ikke længere i den delte plan
    Og resultatet står i den delte plan

  @id:PLAN-05 @KP-09 @set:snitflade
  Abstrakt Scenario: Det, lægen har skrevet om <element>, indgår i planen
    Når lægen skriver "Noget vigtigt for Elmer" om <element> i behovsvurderingen af "Elmer"
    Og lægen laver en plan for KOL til "Elmer" med målet "Gå en tur hver dag"
    Og lægen henter behovsvurderingen ind i planen
    Og lægen deler planen
    Så er planen delt
    Og det, lægen skrev om <element>, står i den delte plan

    Eksempler:
      | element                              |
      | diagnoser og medicinsk behandling    |
      | livsstil og sundhedskompetencer      |
      | psykosociale forhold                 |
      | funktionsevne, arbejde og uddannelse |
      | fremtidsønsker og palliation         |
      | plan for videre forløb               |

  @id:PLAN-06 @KP-09 @set:testgrænseflade @obligatorisk
  Scenarie: Udskriften har det samme indhold som den udgave af planen, der gælder nu
    Givet at "Nancy" er patient i klinikken
    Og at "Nancy" har en delt plan for KOL
    Og at lægen har set udskriften af planen hos "Nancy"
    Og at "Elmer" har en delt plan for KOL
    Når lægen ændrer målet i planen til "Gå 30 minutter hver dag"
    Og lægen skriver aftalen "Ringer, hvis hosten bliver værre" i planen
    Og lægen skriver resultatet "Lungefunktion målt i dag" i planen
    Så har udskriften det samme indhold som planen
    Og udskriften af planen hos "Nancy" er som før
