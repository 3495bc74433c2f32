# language: da
@prøver:lps
Egenskab: Korrespondancebreve og filer kommer hele frem

  Klinik og sygehus skriver til hinanden hver dag. Når et system bliver ændret, skal brevene stadig komme frem én gang, på den
  rigtige patient og med hvert bogstav, som det blev skrevet.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @EPJ-02 @id:OBL-01 @set:snitflade @kræver:Sende:DIS91 @obligatorisk
  Abstrakt Scenario: Et korrespondancebrev med <hvad> når sygehuset, som lægen skrev det
    Når lægen skriver et korrespondancebrev om "Elmer" med <indhold>
    Så har modtageren fået beskeden netop én gang, som lægen skrev den

    Eksempler:
      | hvad             | indhold                                                          |
      | danske bogstaver | ordene "Ærgrer sig over sår på tæerne, på trods af hvile"        |
      | skilletegn       | ordene "Kan hun komme kl. 8:30? Hæmoglobin 7,2 + CRP 'under 5'"  |
      | flere sider      | en tekst på flere sider                                          |

  @EPJ-02 @id:OBL-02 @set:snitflade @kræver:Sende:DIS91 @obligatorisk
  Scenarie: To patienters korrespondancebreve bliver ikke blandet sammen
    Givet at "Nancy" er patient i klinikken
    Og at lægen har skrevet et korrespondancebrev om "Nancy" med ordene "Ønsker tid til samtale om blodtryk"
    Når lægen skriver et korrespondancebrev om "Elmer" med ordene "Hører dårligt på højre øre"
    Så har modtageren fået beskeden netop én gang, som lægen skrev den

  @EPJ-02 @id:OBL-03 @set:snitflade @kræver:Sende:DIS91 @kræver:Sende:BIN01 @obligatorisk
  Scenarie: En vedhæftet fil når sygehuset uændret
    Når lægen skriver et korrespondancebrev om "Elmer" med ordene "Skema med vægt er vedhæftet" og en vedhæftet fil
    Så har modtageren fået filen uændret sammen med beskeden

  @EPJ-01 @id:OBL-04 @set:testgrænseflade @kræver:Modtage:DIS91 @obligatorisk
  Abstrakt Scenario: Sygehusets korrespondancebrev med <hvad> bliver vist, som det blev skrevet
    Når sygehuset sender et korrespondancebrev om "Elmer" med <indhold>
    Så viser systemet beskeden hos "Elmer" netop én gang, som den blev skrevet

    Eksempler:
      | hvad             | indhold                                                          |
      | danske bogstaver | ordene "Sårpleje på fødderne er afsluttet, går med gåstok"       |
      | skilletegn       | ordene "Møder kl. 8:30? Hæmoglobin 7,2 + CRP 'under 5'"          |
      | flere sider      | en tekst på flere sider                                          |

  @EPJ-01 @id:OBL-05 @set:testgrænseflade @kræver:Modtage:DIS91 @obligatorisk
  Scenarie: Et korrespondancebrev, der kommer igen, bliver vist én gang
    Når sygehuset sender et korrespondancebrev om "Elmer" med ordene "Kontrol er aftalt", og det kommer igen i en ny forsendelse
    Så viser systemet beskeden hos "Elmer" netop én gang, som den blev skrevet

  @EPJ-01 @id:OBL-06 @set:testgrænseflade @kræver:Modtage:DIS91 @obligatorisk
  Scenarie: Et korrespondancebrev om én patient bliver ikke vist hos en anden
    Givet at "Nancy" er patient i klinikken
    Og at sygehuset har sendt et korrespondancebrev om "Nancy" med ordene "Prøverne er fine"
    Og at lægen har set beskederne hos "Nancy"
    Når sygehuset sender et korrespondancebrev om "Elmer" med ordene "Knæet skal opereres"
    Så er beskederne hos "Nancy" som før
    Og systemet viser beskeden hos "Elmer" netop én gang, som den blev skrevet

  @EPJ-01 @id:OBL-07 @set:testgrænseflade @kræver:Modtage:DIS91 @kræver:Modtage:BIN01 @obligatorisk
  Scenarie: Sygehusets vedhæftede fil kan åbnes uændret
    Når sygehuset sender et korrespondancebrev om "Elmer" med ordene "Skema er vedhæftet" og en vedhæftet fil
    Så viser systemet filen hos "Elmer" uændret
