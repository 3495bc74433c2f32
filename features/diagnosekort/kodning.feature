# language: da
@DIA-01 @prøver:lps
Egenskab: Diagnoserne på kortet er kodet, så alle læser dem ens

  Den samme diagnose skal se ens ud, hvilket system den end kommer fra. Derfor har den de koder, lægen valgte, og kodens egen
  tekst; og en gammel diagnose, hvor noget mangler, bliver delt med det, der er.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at diagnosekortet hos "Elmer" er tomt

  @id:DIAG-20 @set:snitflade @obligatorisk @brug:ConditionList:S1(1) @brug:ConditionList:S1(2)
  Abstrakt Scenario: Testdiagnosen <diagnose> bliver delt, som lægen skrev den
    Når lægen sætter diagnosen "<diagnose>" på diagnosekortet hos "Elmer" <som>
    Så deles diagnosen "<diagnose>" som lægen skrev den

    Eksempler:
      | diagnose   | som                                    |
      | A97/DZ029  | som kontaktdiagnose                    |
      | R95/DJ439  | som relevant med debut for to år siden |
      | R95/DJ449  | med debut for to år siden              |
      | T90/DE119a | med debut for to år siden              |
      | T82/DE660b | som relevant                           |
      | A77/DB349  | som relevant kontaktdiagnose           |
      | P76/DF339  | som kontaktdiagnose                    |

  @id:DIAG-21 @set:snitflade @obligatorisk @brug:ConditionList:S1(1) @brug:ConditionList:S1(2)
  Abstrakt Scenario: Diagnosen <diagnose> har SKS-kodens tekst, ellers ICPC-2-kodens
    Når lægen sætter diagnosen "<diagnose>" på diagnosekortet hos "Elmer"
    Så deles diagnosen "<diagnose>" med teksten "<tekst>"

    Eksempler:
      | diagnose  | tekst                              |
      | R95/DJ449 | Kronisk obstruktiv lungesygdom UNS |
      | R95       | Kronisk obstruktiv lungesygdom     |

  @id:DIAG-22 @set:snitflade @obligatorisk @brug:ConditionList:S1(1)
  Abstrakt Scenario: En gammel diagnose <mangel> bliver delt med det, der er
    Givet at "Testperson" er patient i klinikken
    Og at diagnosekortet hos "Testperson" er tomt
    Når lægen sætter diagnosen "<diagnose>" på diagnosekortet hos "Testperson"
    Så deles diagnosen "<diagnose>" som lægen skrev den

    Eksempler:
      | mangel            | diagnose                       |
      | uden SKS-kode     | R95                            |
      | uden ICPC-2-kode  | DJ449                          |
      | uden nogen kode   | Årlig kontrol efter brystkræft |

  @id:DIAG-23 @set:snitflade @obligatorisk @brug:ConditionList:S1(1)
  Scenarie: En lang tekst kommer hel frem
    Når lægen sætter diagnosen "Følger efter håndledsbrud" på diagnosekortet hos "Elmer" med en lang tekst
    Så deles diagnosen "Følger efter håndledsbrud" som lægen skrev den
