# language: da
@KP-01 @prøver:lps
Egenskab: Diagnosekoden afgør, hvem der kommer i pakkeforløbet

  Klinikens cockpit udgiver en profil for hvert pakkeforløb. Den siger, hvilke diagnosekoder der giver adgang, og hvad der ellers
  kræves. Klinikkens liste skal være præcis de patienter, profilen omfatter: en, der mangler, bliver ikke indkaldt, og en for
  meget bliver indkaldt uden grund.

  @id:INKL-01 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: En nabokode giver ikke adgang til pakkeforløbet for <sygdom>
    Givet at Klinikens cockpit har udgivet en profil for <sygdom>, der omfatter <kode> i ICPC-2
    Og at "Elmer" har diagnosen <kode> i ICPC-2
    Og at "Brita" har diagnosen <nabokode> i ICPC-2
    Når klinikken ser på populationslisterne
    Så består listen for <sygdom> af "Elmer"

    Eksempler:
      | sygdom          | kode | nabokode |
      | KOL             | R95  | R79      |
      | type 2-diabetes | T90  | T89      |

  @id:INKL-02 @set:testgrænseflade @obligatorisk
  Scenarie: En patient, der kun har diagnosen i ICD-10, er også omfattet, og en med begge koder står én gang
    Givet at Klinikens cockpit har udgivet en profil for KOL, der omfatter R95 i ICPC-2 og DJ449 i ICD-10
    Og at "Elmer" har diagnosen R95 i ICPC-2
    Og at "Elmer" har diagnosen DJ449 i ICD-10
    Og at "Nancy" har diagnosen DJ449 i ICD-10
    Når klinikken ser på populationslisterne
    Så består listen for KOL af "Elmer" og "Nancy"

  @id:INKL-04 @set:testgrænseflade @obligatorisk
  Scenarie: En anden underkode i ICD-10 giver ikke adgang
    Givet at Klinikens cockpit har udgivet en profil for KOL, der omfatter DJ449 i ICD-10
    Og at "Elmer" har diagnosen DJ449 i ICD-10
    Og at "Brita" har diagnosen DJ441 i ICD-10
    Når klinikken ser på populationslisterne
    Så består listen for KOL af "Elmer"

  @id:INKL-05 @set:testgrænseflade @obligatorisk
  Scenarie: Når profilen kræver en tillægsdiagnose, er diagnosen alene ikke nok
    Givet at Klinikens cockpit har udgivet en profil for lænderygsmerter, der omfatter L84 i ICPC-2
    Og at profilen for lænderygsmerter også kræver tillægsdiagnosen DM512 i ICD-10
    Og at "Elmer" har diagnosen L84 i ICPC-2
    Og at "Elmer" har diagnosen DM512 i ICD-10
    Og at "Nancy" har diagnosen L84 i ICPC-2
    Og at "Brita" har diagnosen DM512 i ICD-10
    Når klinikken ser på populationslisterne
    Så består listen for lænderygsmerter af "Elmer"

  @id:INKL-06 @set:testgrænseflade @obligatorisk
  Scenarie: En patient med flere sygdomme står på listen for hver af dem
    Givet at Klinikens cockpit har udgivet en profil for KOL, der omfatter R95 i ICPC-2
    Og at Klinikens cockpit har udgivet en profil for type 2-diabetes, der omfatter T90 i ICPC-2
    Og at "Elmer" har diagnosen R95 i ICPC-2
    Og at "Elmer" har diagnosen T90 i ICPC-2
    Og at "Nancy" har diagnosen T90 i ICPC-2
    Når klinikken ser på populationslisterne
    Så består listen for KOL af "Elmer"
    Og listen for type 2-diabetes består af "Elmer" og "Nancy"

  @id:INKL-07 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Når klassifikationerne skifter til <kodesystem>, følger listen de nye koder
    Givet at Klinikens cockpit har udgivet en profil for KOL, der omfatter R95 i ICPC-2
    Og at "Elmer" har diagnosen R95 i ICPC-2
    Og at "Nancy" har diagnosen en ny kode i <kodesystem>
    Og at klinikken har set på populationslisterne
    Når Klinikens cockpit udgiver næste udgave af profilen for KOL, der kun omfatter en ny kode i <kodesystem>
    Og klinikken ser på populationslisterne
    Så består listen for KOL af "Nancy"

    Eksempler:
      | kodesystem |
      | ICPC-3     |
      | ICD-11     |

  @KP-02 @id:INKL-08 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Listen følger de aftalte kriterier for <sygdom>
    Givet at Klinikens cockpit har udgivet den aftalte profil for <sygdom>
    Og at "Elmer" har diagnosen <kode> i ICPC-2
    Og at "Aya" har diagnosen <kode> i ICPC-2
    Og at "Pia" har diagnosen <kode> i ICPC-2, stillet dagen før 18-årsdagen
    Når klinikken ser på populationslisterne
    Så består listen for <sygdom> af dem, de aftalte kriterier omfatter

    Eksempler:
      | sygdom                | kode |
      | KOL                   | R95  |
      | type 2-diabetes       | T90  |
      | iskæmisk hjertesygdom | K76  |
      | lænderygsmerter       | L86  |
