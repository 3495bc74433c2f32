# language: da
@KP-09 @KP-10 @prøver:lps
Egenskab: Planen går ikke tabt, når modtageren ikke tager imod

  Modtageren af planer kan være optaget, afvise, tie eller svare for sent. Systemet beholder planen, siger det til
  lægen og kan sende den igen. Planen bliver delt netop én gang.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:DEL-10 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Lægen kan se, at planen ikke er delt, når modtageren <svar>
    Givet at modtageren af planer <svar>
    Når lægen laver en plan for KOL til "Elmer" med målet "Rygestop"
    Og lægen deler planen
    Så viser systemet, at planen ikke er delt endnu

    Eksempler:
      | svar            |
      | er optaget      |
      | afviser         |
      | svarer ikke     |
      | svarer for sent |

  @id:DEL-11 @set:snitflade @obligatorisk
  Abstrakt Scenario: Planen bliver sendt igen og delt netop én gang, når modtageren <svar>
    Givet at modtageren af planer <svar>
    Når lægen laver en plan for lænderygsmerter til "Elmer" med målet "Tilbage på arbejde"
    Og lægen deler planen
    Og modtageren tager imod igen, og planen bliver sendt på ny
    Så er planen delt
    Og planen er delt netop én gang
    Og netop én udgave af planen er gældende

    Eksempler:
      | svar            |
      | er optaget      |
      | afviser         |
      | svarer ikke     |
      | svarer for sent |

  @id:DEL-12 @set:snitflade @obligatorisk
  Scenarie: En ny udgave, lavet mens den første venter, bliver den gældende
    Givet at modtageren af planer er optaget
    Når lægen laver en plan for KOL til "Elmer" med målet "Gå 10 minutter hver dag"
    Og lægen deler planen
    Og lægen ændrer målet i planen til "Gå 20 minutter hver dag"
    Og lægen deler planen
    Og modtageren tager imod igen, og planen bliver sendt på ny
    Så er planen delt
    Og netop én udgave af planen er gældende

  @id:DEL-13 @set:testgrænseflade @obligatorisk
  Scenarie: Lægen kan se, at planen er delt, når den er sendt igen
    Givet at modtageren af planer er optaget
    Når lægen laver en plan for KOL til "Elmer" med målet "Rygestop"
    Og lægen deler planen
    Og modtageren tager imod igen, og planen bliver sendt på ny
    Så er planen delt
    Og systemet viser, at planen er delt
