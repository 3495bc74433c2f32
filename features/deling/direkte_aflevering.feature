# language: da
@KP-09 @KP-10 @rute:direkte @prøver:lps
Egenskab: Systemet registrerer selv planen i den nationale dokumentdeling

  Når systemet selv afleverer planen, skal det også beskrive den, så andre kan finde den, og sige, hvilken udgave den
  afløser. Når PLSP afleverer på systemets vegne, er det PLSP's opgave.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:DEL-20 @set:snitflade @obligatorisk
  Abstrakt Scenario: Beskrivelsen passer med planen for <sygdom>
    Når lægen laver en plan for <sygdom> til "Elmer" med målet "Gå ture på Fanø"
    Og lægen deler planen
    Så er planen delt
    Og afleveringen overholder reglerne for dokumentdeling

    Eksempler:
      | sygdom          |
      | KOL             |
      | lænderygsmerter |

  @id:DEL-21 @set:snitflade @obligatorisk
  Scenarie: En ny udgave siger, hvilken udgave den afløser
    Givet at "Elmer" har en delt plan for KOL
    Når lægen ændrer målet i planen til "Gå 30 minutter hver dag"
    Og lægen deler planen
    Så er planen delt
    Og afleveringen overholder reglerne for dokumentdeling
    Og netop én udgave af planen er gældende
