# language: da
@KP-12 @prøver:lps @kræver:Modtage:XDIS15
Egenskab: Kommunens tilbagemelding når frem til den rigtige patient

  Kommunen skriver tilbage til klinikken, når patienten har givet samtykke til det. Klinikken er afhængig af at kunne læse
  notatet på den rigtige patient, og kommunen skal vide, at det er modtaget.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at "Elmer" er henvist til afklarende samtale

  @id:HENV-20 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Et notat fra et <alder> system kan læses på patienten og kun der
    Givet at "Nancy" er patient i klinikken
    Og at "Nancy" er henvist til afklarende samtale
    Og at lægen har set tilbagemeldingerne hos "Nancy"
    Når kommunen melder tilbage om "Elmer" fra et <alder> system med ordene "Åndenøden er mindre, øvelserne går bedre"
    Så viser systemet tilbagemeldingen én gang
    Og tilbagemeldingerne hos "Nancy" er som før

    Eksempler:
      | alder |
      | nyt   |
      | ældre |

  @id:HENV-21 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Et notat, der kommer to gange i <forsendelse> forsendelse, bliver vist én gang
    Når kommunen melder tilbage om "Elmer" med ordene "Har talt om rygestop", og notatet kommer igen i <forsendelse> forsendelse
    Så viser systemet tilbagemeldingen én gang

    Eksempler:
      | forsendelse |
      | samme       |
      | en ny       |

  @id:HENV-22 @set:snitflade @obligatorisk @kræver:Sende:XCTL03
  Abstrakt Scenario: Kommunen får kvittering for notatet, også når det kommer igen i <forsendelse> forsendelse
    Når kommunen melder tilbage om "Elmer" med ordene "Forløbet er slut", og notatet kommer igen i <forsendelse> forsendelse
    Så har kommunen fået kvittering hver gang

    Eksempler:
      | forsendelse |
      | samme       |
      | en ny       |

  @id:HENV-24 @set:testgrænseflade @obligatorisk
  Scenarie: Uden patientens samtykke bliver notatet ikke vist
    Givet at "Nancy" er patient i klinikken
    Og at "Nancy" har sagt nej til tilbagemelding
    Og at "Nancy" er henvist til afklarende samtale
    Når kommunen melder tilbage om "Nancy" med ordene "Går til træning to gange om ugen"
    Så viser systemet ikke tilbagemeldingen
