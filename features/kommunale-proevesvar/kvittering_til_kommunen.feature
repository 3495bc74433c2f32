# language: da
@EHM-02 @prøver:lps @kræver:Sende:Acknowledgement
Egenskab: Kommunen får at vide, om svaret kan bruges

  Kommunen regner med, at lægen har svaret, når klinikkens system har kvitteret. Derfor skal kvitteringen komme, gælde det rigtige
  svar og sige, om det er svaret eller klinikkens eget system, der er noget i vejen med.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:ACK-01 @brug:Acknowledgement:R.TC1 @brug:Acknowledgement:R.TC2 @brug:Acknowledgement:R.TC3 @set:snitflade @obligatorisk
  Abstrakt Scenario: Et svar <form> får en positiv kvittering
    Når kommunen sender et prøvesvar om "Elmer" <form>
    Så har kommunen fået en positiv kvittering

    Eksempler:
      | form                              |
      | i den ene form, MedCom tillader   |
      | i den anden form, MedCom tillader |

  @id:ACK-02 @brug:Acknowledgement:R.TC1.A1 @set:snitflade @obligatorisk
  Abstrakt Scenario: Et svar <fejl> bliver afvist og ikke vist
    Givet at kommunen har sendt et prøvesvar om "Elmer" med resultatet CRP 12
    Når kommunen sender et prøvesvar om "Elmer" <fejl>
    Så har kommunen fået en negativ kvittering, fordi svaret ikke kan bruges
    Og systemet viser ikke prøvesvaret

    Eksempler:
      | fejl                                 |
      | uden patientens nummer               |
      | uden telefonnummer på den ansvarlige |
      | med et resultat på mere end 12 tegn  |

  @id:ACK-03 @brug:Acknowledgement:R.TC1.A2 @set:snitflade @obligatorisk
  Scenarie: Når klinikkens system fejler, får kommunen det at vide
    Givet at systemet har en teknisk fejl, så det ikke kan gemme svar
    Når kommunen sender et prøvesvar om "Elmer" uden initialer
    Så har kommunen fået en negativ kvittering på grund af den tekniske fejl

  @id:ACK-04 @brug:Acknowledgement:R.TC1.A2 @set:snitflade @obligatorisk
  Scenarie: Et svar, der ikke kunne gemmes, bliver taget ind, når kommunen sender det igen
    Givet at systemet har en teknisk fejl, så det ikke kan gemme svar
    Og at kommunen har sendt et prøvesvar om "Elmer" uden initialer
    Når systemets tekniske fejl er rettet
    Og kommunen sender svaret igen i en ny forsendelse
    Så viser systemet prøvesvaret netop én gang
    Og kommunen har fået først en negativ og så en positiv kvittering

  @id:ACK-05 @brug:Acknowledgement:R.TC1.A3 @set:snitflade @obligatorisk
  Abstrakt Scenario: Et svar, der kommer igen i <forsendelse> forsendelse, får samme positive kvittering
    Givet at kommunen har sendt et prøvesvar om "Elmer" uden initialer
    Når kommunen sender svaret igen i <forsendelse> forsendelse
    Så har kommunen fået den samme positive kvittering hver gang

    Eksempler:
      | forsendelse |
      | samme       |
      | en ny       |

  @id:ACK-06 @brug:Acknowledgement:R.TC1.A3 @set:snitflade @obligatorisk
  Scenarie: Et svar, der er afvist, bliver også afvist, når det kommer igen
    Givet at kommunen har sendt et prøvesvar om "Elmer" uden telefonnummer på den ansvarlige
    Når kommunen sender svaret igen i en ny forsendelse
    Så har kommunen fået den samme negative kvittering hver gang

  @id:ACK-07 @brug:Acknowledgement:R.TC1 @set:snitflade @obligatorisk
  Scenarie: En forsendelse, der er brugt før, bliver ikke kvitteret, som om alt var godt
    Givet at kommunen har sendt et prøvesvar om "Elmer" uden initialer
    Når kommunen sender et prøvesvar om "Elmer" i en forsendelse, der er brugt før
    Så har kommunen ikke fået en positiv kvittering for det andet svar
