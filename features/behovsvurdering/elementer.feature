# language: da
@KP-04 @prøver:lps
Egenskab: Behovsvurderingen rummer det hele menneske

  Når et pakkeforløb begynder, vurderer lægen sammen med patienten, hvad patienten har brug for. Vurderingen har seks
  elementer og et resultat, og det, lægen skriver, skal kunne findes igen.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:BEHOV-01 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Lægen kan skrive om <element>
    Når lægen skriver "<tekst>" om <element> i behovsvurderingen af "Elmer"
    Og lægen skriver "Har brug for støtte" om konklusion i behovsvurderingen af "Elmer"
    Så viser systemet det, lægen skrev om <element>

    Eksempler:
      | element                              | tekst                                     |
      | diagnoser og medicinsk behandling    | Inhalerer rigtigt, men glemmer aftendosis |
      | livsstil og sundhedskompetencer      | Vil gerne holde op med at ryge            |
      | psykosociale forhold                 | Bor alene og savner selskab               |
      | funktionsevne, arbejde og uddannelse | Kan gå 200 meter uden pause               |
      | fremtidsønsker og palliation         | Ønsker samtale om, hvad der skal ske      |
      | plan for videre forløb               | Kontrol hos sygeplejersken om otte uger   |

  @id:BEHOV-02 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Behovsvurderingens resultat rummer <del>
    Når lægen skriver "<tekst>" om <del> i behovsvurderingen af "Elmer"
    Og lægen skriver "Bor alene" om psykosociale forhold i behovsvurderingen af "Elmer"
    Så viser systemet det, lægen skrev om <del>

    Eksempler:
      | del                                | tekst                                      |
      | resumé                             | Mand med KOL, åndenød ved trapper          |
      | konklusion                         | Har brug for støtte til rygestop           |
      | ordinationer                       | Inhalation morgen og aften                 |
      | henvisninger                       | Afklarende samtale i kommunen              |
      | opfølgning                         | Ny vurdering efter tre måneder             |
      | behov for sparring                 | Spørg lungeafdelingen om behandling        |
      | behov for tværsektoriel konference | Kommune og lungeafdeling bør mødes med ham |

  @id:BEHOV-16 @set:testgrænseflade @obligatorisk
  Scenarie: En yngre patients ønsker for fremtiden kan også skrives
    Givet at "Brita" er patient i klinikken
    Når lægen skriver "Vil helst behandles hjemme, hvis det bliver værre" om fremtidsønsker og palliation i behovsvurderingen af "Brita"
    Så viser systemet det, lægen skrev om fremtidsønsker og palliation

  @id:BEHOV-17 @set:testgrænseflade @obligatorisk
  Scenarie: En lang konklusion står der hel
    Når lægen skriver en lang konklusion i behovsvurderingen af "Elmer"
    Så viser systemet det, lægen skrev om konklusion

  @id:BEHOV-03 @set:testgrænseflade @obligatorisk
  Scenarie: To patienters behovsvurderinger bliver aldrig blandet sammen
    Givet at "Nancy" er patient i klinikken
    Og at lægen har set behovsvurderingen hos "Nancy"
    Når lægen skriver "Bor alene" om psykosociale forhold i behovsvurderingen af "Elmer"
    Og lægen inddrager den pårørende "Datter i Odense" for "Elmer" med samtykke
    Og lægen placerer "Elmer" på niveau 3
    Så viser systemet det, lægen skrev om psykosociale forhold
    Og behovsvurderingen hos "Nancy" er som før

  @id:BEHOV-04 @set:testgrænseflade @obligatorisk
  Scenarie: En ny behovsvurdering bevarer den tidligere
    Når lægen skriver "Ryger 20 om dagen" om livsstil og sundhedskompetencer i behovsvurderingen af "Elmer"
    Og lægen registrerer, at samtykket fra "Elmer" er nægtet
    Og lægen placerer "Elmer" på niveau 2
    Og lægen begynder en ny behovsvurdering af "Elmer"
    Og lægen skriver "Holdt op for en måned siden" om livsstil og sundhedskompetencer i behovsvurderingen af "Elmer"
    Så viser systemet det, lægen skrev om livsstil og sundhedskompetencer
    Og systemet viser stadig den tidligere behovsvurdering
    Og systemet viser, at samtykket er nægtet
    Og systemet viser niveau 2 med de tre grunde
