# language: da
@FLP-07 @prøver:lps
Egenskab: Intet går tabt, når Digitale Forløbsplaner ikke svarer

  Digitale Forløbsplaner kan være optaget, afvise, tie eller svare for sent. Det, lægen har skrevet, bliver i systemet,
  lægen kan se, at planen ikke er sendt, og den bliver sendt, når der er svar igen.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at klinikken er tilmeldt forløbsplanen for KOL

  @id:FLP-60 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Lægen kan se, at planen ikke er sendt, når Digitale Forløbsplaner <svar>
    Når lægen begynder en forløbsplan for KOL til "Elmer"
    Og lægen skriver om egenomsorg "Motion med elastik" i forløbsplanen
    Og Digitale Forløbsplaner <svar>
    Og lægen gemmer forløbsplanen
    Så viser systemet, at forløbsplanen ikke er sendt endnu
    Og systemet viser det, lægen skrev i forløbsplanen

    Eksempler:
      | svar            |
      | er optaget      |
      | afviser         |
      | svarer ikke     |
      | svarer for sent |

  @id:FLP-61 @set:snitflade @obligatorisk
  Abstrakt Scenario: Planen bliver sendt igen som den samme, når Digitale Forløbsplaner <svar>
    Når lægen begynder en forløbsplan for KOL til "Elmer"
    Og lægen skriver om egenomsorg "Motion med elastik" i forløbsplanen
    Og Digitale Forløbsplaner <svar>
    Og lægen gemmer forløbsplanen
    Og Digitale Forløbsplaner svarer igen, og forløbsplanen bliver sendt på ny
    Så har Digitale Forløbsplaner modtaget forløbsplanen med det, lægen skrev
    Og Digitale Forløbsplaner har modtaget forløbsplanen som netop én plan

    Eksempler:
      | svar            |
      | er optaget      |
      | afviser         |
      | svarer ikke     |
      | svarer for sent |
