# language: da
@EPJ-03 @partner:EPJ-03 @prøver:lps @par
Egenskab: Den nye korrespondancemeddelelse fra et lægesystem kan læses i et andet

  Det kan kun prøves mellem to systemer, der begge er med i den nye korrespondancemeddelelse (CareCommunication).

  @id:PAR-10 @set:snitflade @set:testgrænseflade @kræver:Sende:CareCommunication @kræver:Modtage:CareCommunication
  Scenarie: En korrespondancemeddelelse kan læses i den anden klinik, som lægen skrev den
    Givet at "Elmer" er patient i begge klinikker
    Når lægen skriver en korrespondancemeddelelse om "Elmer" til den anden klinik med ordene "Ånder frit & går på æblejagt, blodtryk < 140"
    Så har den anden klinik fået brevet netop én gang, som lægen skrev det
    Og den anden klinik kan læse brevet hos "Elmer" netop én gang, som det blev skrevet
