# language: da
@prøver:lps @par
Egenskab: Et brev fra et lægesystem kan læses i et andet

  Klinikker skriver til hinanden, også når de har hvert sit system. Det, lægen skriver i det ene, skal den anden klinik kunne læse
  i sit: én gang, på den rigtige patient og med hvert bogstav, som det blev skrevet. Systemet sender, og partneren modtager.

  Baggrund:
    Givet at "Elmer" er patient i begge klinikker

  @EPJ-02 @partner:EPJ-01 @id:PAR-01 @set:snitflade @set:testgrænseflade @kræver:Sende:DIS91 @kræver:Modtage:DIS91 @obligatorisk
  Abstrakt Scenario: Et korrespondancebrev med <hvad> kan læses i den anden klinik, som lægen skrev det
    Når lægen skriver et korrespondancebrev om "Elmer" til den anden klinik med <indhold>
    Så har den anden klinik fået brevet netop én gang, som lægen skrev det
    Og den anden klinik kan læse brevet hos "Elmer" netop én gang, som det blev skrevet

    Eksempler:
      | hvad             | indhold                                                          |
      | danske bogstaver | ordene "Ærgrer sig over ømme fødder, på trods af nye såler"      |
      | skilletegn       | ordene "Kan han komme kl. 8:30? Hæmoglobin 7,2 + CRP 'under 5'"  |
      | flere sider      | en tekst på flere sider                                          |

  @EPJ-02 @partner:EPJ-01 @id:PAR-02 @set:snitflade @set:testgrænseflade @kræver:Sende:DIS91 @kræver:Modtage:DIS91 @obligatorisk
  Scenarie: To patienters breve bliver ikke blandet sammen i den anden klinik
    Givet at "Nancy" er patient i begge klinikker
    Og at lægen har skrevet et korrespondancebrev om "Nancy" til den anden klinik med ordene "Prøverne er fine"
    Og at lægen har skrevet et korrespondancebrev om "Elmer" til den anden klinik med ordene "Knæet skal opereres på torsdag"
    Og at den anden klinik har set beskederne hos "Nancy"
    Når lægen skriver et korrespondancebrev om "Elmer" til den anden klinik med ordene "Knæet skal opereres på fredag"
    Så har den anden klinik fået alle breve netop én gang, som lægen skrev dem
    Og beskederne hos "Nancy" i den anden klinik er som før
    Og den anden klinik kan læse begge breve hos "Elmer" netop én gang, som de blev skrevet

  @EPJ-02 @partner:EPJ-01 @id:PAR-03 @set:snitflade @set:testgrænseflade @kræver:Sende:DIS91 @kræver:Modtage:DIS91 @obligatorisk
  Scenarie: Et brev, der kommer igen, bliver vist én gang i den anden klinik
    Givet at forbindelsen til nettet, som breve bliver sendt gennem, sender alt to gange
    Når lægen skriver et korrespondancebrev om "Elmer" til den anden klinik med ordene "Kontrol er aftalt til uge 7"
    Så har den anden klinik fået brevet netop én gang, som lægen skrev det
    Og den anden klinik kan læse brevet hos "Elmer" netop én gang, som det blev skrevet

  @EPJ-02 @partner:EPJ-01 @id:PAR-04 @set:snitflade @set:testgrænseflade @kræver:Sende:DIS91 @kræver:Modtage:DIS91 @obligatorisk
  Scenarie: Et brev om en patient med erstatnings-CPR kan læses i den anden klinik
    Givet at "Peter" er patient i begge klinikker
    Når lægen skriver et korrespondancebrev om "Peter" til den anden klinik med ordene "Har taget medicinen i en uge"
    Så har den anden klinik fået brevet netop én gang, som lægen skrev det
    Og den anden klinik kan læse brevet hos "Peter" netop én gang, som det blev skrevet
