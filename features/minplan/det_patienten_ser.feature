# language: da
@prøver:lps
Egenskab: Patienten ser den plan, lægen har skrevet

  Min Læge og Sundhedsjournalen henter planen fra den nationale deling og viser den til patienten og til dem, der er med i
  behandlingen: klinik, sygehus, kommune, helhedspleje, plejehjem og socialpsykiatri. De skal alle se det samme og det nyeste.
  Det, der kun er til klinikken, skal ingen af dem se.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at "Elmer" har en delt plan for KOL

  @id:MINP-01 @KP-10 @set:snitflade @obligatorisk
  Abstrakt Scenario: Patienten ser <del>, som lægen skrev det
    Når lægen skriver <del> "<tekst>" i planen
    Og lægen deler planen
    Så ser patienten <del> i sin plan

    Eksempler:
      | del        | tekst                                                                                            |
      | aftalen    | Elmer tager sin inhalation morgen og aften, skyller munden bagefter og ringer, hvis han får svamp |
      | resultatet | Lungefunktion målt i klinikken i dag, bedre end sidst                                            |

  @id:MINP-02 @KP-06 @set:snitflade @obligatorisk
  Scenarie: Patienten ser det niveau, lægen sidst har placeret ham på
    Når lægen placerer "Elmer" på niveau 3
    Og lægen ændrer målet i planen til "Færre indlæggelser"
    Og lægen deler planen
    Så ser patienten niveau 3 i sin plan

  @id:MINP-03 @KP-14 @set:snitflade @obligatorisk
  Scenarie: Patienten ser, at han selv skal tage kontakt
    Når lægen aftaler, at patienten selv tager kontakt ved behov
    Og lægen ændrer målet i planen til "Gå 30 minutter hver dag"
    Og lægen deler planen
    Så ser patienten sit eget ansvar for at tage kontakt i sin plan

  @id:MINP-04 @KP-09 @set:snitflade @obligatorisk
  Scenarie: Patienten ser hver ændring med det samme, også den anden samme dag
    Når lægen ændrer målet i planen til "Gå 20 minutter hver dag"
    Og lægen deler planen
    Så ser patienten straks det nye mål og ikke det gamle i sin plan
    Når lægen ændrer målet i planen til "Gå 30 minutter hver dag"
    Og lægen deler planen
    Så ser patienten straks det nye mål og ikke det gamle i sin plan

  @id:MINP-05 @KP-10 @KP-18 @set:snitflade @obligatorisk
  Scenarie: Patienten og alle, der er med i behandlingen, ser den samme plan
    Når lægen skriver aftalen "Hjemmesygeplejersken måler ilt hver mandag" i planen
    Og lægen deler planen
    Så ser patienten og alle, der er med i behandlingen, den samme plan

  @id:MINP-06 @KP-10 @set:snitflade @set:testgrænseflade @obligatorisk
  Scenarie: En note, der kun er til klinikken, bliver i klinikken
    Givet at "Nancy" er patient i klinikken
    Og at lægen har set de interne noter hos "Nancy"
    Når lægen skriver den interne note "Bør spørges om alkohol næste gang" om "Elmer"
    Og lægen ændrer målet i planen til "Gå 30 minutter hver dag"
    Og lægen deler planen
    Så ser patienten straks det nye mål og ikke det gamle i sin plan
    Og kan kun klinikken læse noten om "Elmer"
    Og de interne noter hos "Nancy" er som før
