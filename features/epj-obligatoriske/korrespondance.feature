# language: da
@prøver:lps
Egenskab: Korrespondancebreve og filer kommer hele frem

  Klinik og sygehus skriver til hinanden hver dag. Når et system bliver ændret, skal brevene stadig komme frem én gang, på den
  rigtige patient og med hvert bogstav, som det blev skrevet.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @EPJ-02 @id:OBL-01 @set:snitflade @kræver:Sende:DIS91 @obligatorisk
  Abstrakt Scenario: Et korrespondancebrev med <hvad> kommer frem til sygehuset, som lægen skrev det
    Når lægen skriver et korrespondancebrev om "Elmer" med <indhold>
    Så har sygehuset fået brevet netop én gang, som lægen skrev det

    Eksempler:
      | hvad             | indhold                                                          |
      | danske bogstaver | ordene "Ærgrer sig over sår på tæerne, på trods af hvile"        |
      | skilletegn       | ordene "Kan hun komme kl. 8:30? Hæmoglobin 7,2 + CRP 'under 5'"  |
      | flere sider      | en tekst på flere sider                                          |

  @EPJ-02 @id:OBL-02 @set:snitflade @kræver:Sende:DIS91 @obligatorisk
  Scenarie: To patienters korrespondancebreve bliver ikke blandet sammen
    Givet at "Nancy" er patient i klinikken
    Og at lægen har skrevet et korrespondancebrev om "Nancy" med ordene "Ønsker tid til samtale om blodtryk"
    Og at lægen har skrevet et korrespondancebrev om "Elmer" med ordene "Hører dårligt på højre øre"
    Når lægen skriver et korrespondancebrev om "Elmer" med ordene "Hører dårligt på begge ører"
    Så har sygehuset fået alle breve netop én gang, som lægen skrev dem

  @EPJ-02 @id:OBL-03 @set:snitflade @kræver:Sende:DIS91 @kræver:Sende:BIN01 @obligatorisk
  Scenarie: To breves vedhæftede filer kommer uændret frem, hver med sit brev
    Givet at lægen har skrevet et korrespondancebrev om "Elmer" med ordene "Skema med mål er vedhæftet" og en vedhæftet fil
    Når lægen skriver et korrespondancebrev om "Elmer" med ordene "Skema med vægt er vedhæftet" og en vedhæftet fil
    Så har sygehuset fået alle breve netop én gang, som lægen skrev dem
    Og sygehuset har fået filerne uændret, hver sammen med sit brev

  @EPJ-02 @id:OBL-08 @set:snitflade @kræver:Sende:DIS91 @obligatorisk
  Scenarie: Et korrespondancebrev går ikke tabt i stilhed, når nettet til breve er optaget
    Givet at nettet, som breve bliver sendt gennem, er optaget
    Når lægen skriver et korrespondancebrev om "Elmer" med ordene "Ønsker svar på røntgen"
    Og nettet, som breve bliver sendt gennem, tager imod igen
    Så har sygehuset fået brevet netop én gang, som lægen skrev det, eller lægen ved, at det ikke er sendt

  @EPJ-01 @id:OBL-04 @set:testgrænseflade @kræver:Modtage:DIS91 @obligatorisk
  Abstrakt Scenario: Sygehusets korrespondancebrev med <hvad> bliver vist, som det blev skrevet
    Når sygehuset sender et korrespondancebrev om "Elmer" med <indhold>
    Så viser systemet brevet hos "Elmer" netop én gang, som det blev skrevet

    Eksempler:
      | hvad             | indhold                                                          |
      | danske bogstaver | ordene "Sårpleje på fødderne er afsluttet, går med gåstok"       |
      | skilletegn       | ordene "Møder kl. 8:30? Hæmoglobin 7,2 + CRP 'under 5'"          |
      | flere sider      | en tekst på flere sider                                          |

  @EPJ-01 @id:OBL-05 @set:testgrænseflade @kræver:Modtage:DIS91 @obligatorisk
  Scenarie: Et korrespondancebrev om en patient med erstatnings-CPR, der kommer igen, bliver vist én gang
    Givet at "Peter" er patient i klinikken
    Når sygehuset sender et korrespondancebrev om "Peter" med ordene "Kontrol er aftalt", og det kommer en gang til
    Så viser systemet brevet hos "Peter" netop én gang, som det blev skrevet

  @EPJ-01 @id:OBL-06 @set:testgrænseflade @kræver:Modtage:DIS91 @obligatorisk
  Scenarie: To breve om én patient bliver begge vist, og ikke hos en anden
    Givet at "Nancy" er patient i klinikken
    Og at sygehuset har sendt et korrespondancebrev om "Nancy" med ordene "Prøverne er fine"
    Og at sygehuset har sendt et korrespondancebrev om "Elmer" med ordene "Knæet skal opereres på torsdag"
    Og at lægen har set beskederne hos "Nancy"
    Når sygehuset sender et korrespondancebrev om "Elmer" med ordene "Knæet skal opereres på fredag"
    Så er beskederne hos "Nancy" som før
    Og systemet viser begge breve hos "Elmer" netop én gang, som de blev skrevet

  @EPJ-01 @id:OBL-07 @set:testgrænseflade @kræver:Modtage:DIS91 @kræver:Modtage:BIN01 @obligatorisk
  Scenarie: Sygehusets vedhæftede filer kan åbnes uændret, hver ved sit brev
    Givet at sygehuset har sendt et korrespondancebrev om "Elmer" med ordene "Skema er vedhæftet" og en vedhæftet fil
    Når sygehuset sender et korrespondancebrev om "Elmer" med ordene "Nyt skema er vedhæftet" og en vedhæftet fil
    Så viser systemet begge filer hos "Elmer" uændret

  @EPJ-01 @id:OBL-09 @set:testgrænseflade @kræver:Modtage:DIS91 @kræver:Modtage:BIN01 @obligatorisk
  Scenarie: En fil, der først kommer efter det næste brev, åbnes ved sit eget
    Givet at sygehuset har sendt et korrespondancebrev om "Elmer" med ordene "Måleskema følger" og en vedhæftet fil, der først kommer efter det næste brev
    Når sygehuset sender et korrespondancebrev om "Elmer" med ordene "Nyt måleskema er vedhæftet" og en vedhæftet fil
    Så viser systemet begge filer hos "Elmer" uændret
