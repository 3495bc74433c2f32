# language: da
@KP-05 @prøver:lps @kræver:Modtage:RPT01
Egenskab: Et svar, der ikke passer, bliver hverken væk eller blandet sammen med andres

  Svaret kan komme fra en person, klinikken ikke har som patient, eller have en score, skemaet ikke kan give. Klinikken skal
  opdage det, og ingen anden patient må få svaret i sin journal.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at "Elmer" har fået spørgeskemapakken for lænderygsmerter

  @id:PRO-30 @set:testgrænseflade @obligatorisk
  Scenarie: Svar fra en, der ikke er patient i klinikken, bliver hverken væk eller sat på en anden
    Givet at "Lonni" ikke er patient i klinikken
    Og at lægen har set spørgeskemasvarene hos "Elmer"
    Når "Lonni" svarer på STarT med scoren 5
    Så er spørgeskemasvarene hos "Elmer" som før
    Og svaret står blandt svar uden patient, eller Web-patient har fået det afvist

  @id:PRO-31 @set:testgrænseflade @obligatorisk
  Scenarie: Svaret står kun på den patient, der svarede
    Givet at "Elmer" har svaret på STarT med scoren 3
    Og at "Nancy" er patient i klinikken
    Og at lægen har set spørgeskemasvarene hos "Elmer"
    Og at lægen har set svarene ved behovsvurderingen hos "Elmer"
    Når "Nancy" svarer på STarT med scoren 5
    Så er spørgeskemasvarene hos "Elmer" som før
    Og svarene ved behovsvurderingen hos "Elmer" er som før
    Og systemet viser scoren, som den kom

  @id:PRO-32 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: En score på <skema>, der ikke kan passe, bliver hverken væk eller lavet om
    Når "Elmer" svarer på <skema> med scoren <score>
    Så står den umulige score uændret på patienten, eller Web-patient har fået den afvist

    Eksempler:
      | skema    | score |
      | STarT    | 10    |
      | Manniche | 61    |

  @id:PRO-33 @set:testgrænseflade @obligatorisk
  Scenarie: Systemet advarer om en score, der ikke kan passe
    Når "Elmer" svarer på Manniche med scoren 61
    Så står den umulige score uændret på patienten, eller Web-patient har fået den afvist
    Og systemet viser en advarsel ved scoren

  @id:PRO-34 @set:testgrænseflade @obligatorisk
  Scenarie: Svaret står på den patient, der svarede, også når en anden har samme fødselsdag
    Givet at "Else" er patient i klinikken
    Og at "Ellen" er patient i klinikken
    Og at lægen har set spørgeskemasvarene hos "Else"
    Når "Ellen" svarer på STarT med scoren 5
    Så er spørgeskemasvarene hos "Else" som før
    Og systemet viser scoren, som den kom
