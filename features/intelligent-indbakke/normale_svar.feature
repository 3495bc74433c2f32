# language: da
@IND-01 @prøver:lps @kræver:Modtage:RPT01
Egenskab: Indbakken håndterer selv de svar, der er normale, og kun dem

  Lægen skal ikke bruge tid på svar, hvor intet er galt. Men et svar, der ikke med sikkerhed er normalt, må aldrig ende i
  journalen, uden at lægen har set det, og patienten må ikke få at vide, at alt er i orden.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at indbakken håndterer laboratoriesvar automatisk

  @id:INDB-01 @set:testgrænseflade @obligatorisk
  Scenarie: Indbakken lægger selv et normalt svar i journalen
    Når laboratoriet svarer kalium 4,0 (normalt 3,5–4,4) for "Elmer"
    Så ligger svaret i journalen

  @id:INDB-02 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Et svar <hvordan> kommer til lægen
    Når laboratoriet svarer <svar> for "Elmer"
    Så ligger svaret hos lægen
    Og "Elmer" har ikke fået nogen besked af indbakken

    Eksempler:
      | hvordan                        | svar                                                                                         |
      | lige over normalområdet        | kalium 4,5 (normalt 3,5–4,4)                                                                 |
      | lige under normalområdet       | kalium 3,4 (normalt 3,5–4,4)                                                                 |
      | langt over normalområdet       | leukocytter 30,0 (normalt 3,5–8,8)                                                           |
      | over den eneste grænse         | CRP 14 (normalt under 10)                                                                    |
      | over, hvad der kan måles       | kalium > 4,0 (normalt 3,5–4,4)                                                               |
      | under, hvad der kan måles      | kalium < 4,0 (normalt 3,5–4,4)                                                               |
      | uden normalområde              | kalium 4,0                                                                                   |
      | i ord                          | urinsukker Positiv                                                                           |
      | som laboratoriet har markeret  | kalium 4,0 (normalt 3,5–4,4, markeret af laboratoriet)                                       |
      | under den eneste grænse        | natrium 130 (normalt over 137)                                                               |
      | måske over den eneste grænse   | CRP > 8 (normalt under 10)                                                                   |
      | markeret som for højt          | kalium 4,0 (normalt 3,5–4,4, markeret som for højt)                                          |
      | hvor det midterste er uden for | kalium 4,0 (normalt 3,5–4,4), natrium 150 (normalt 137–144) og kreatinin 72 (normalt 60–105) |
      | hvor det første er uden for    | natrium 150 (normalt 137–144) og kalium 4,0 (normalt 3,5–4,4)                                |
      | hvor det sidste er uden for    | kalium 4,0 (normalt 3,5–4,4) og natrium 150 (normalt 137–144)                                |

  @id:INDB-03 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Et svar <hvordan> tæller som aftalt
    Når laboratoriet svarer <svar> for "Elmer"
    Så ligger svaret i journalen efter den aftalte grænse for normalt

    Eksempler:
      | hvordan              | svar                         |
      | på den nedre grænse  | kalium 3,5 (normalt 3,5–4,4) |
      | på den øvre grænse   | kalium 4,4 (normalt 3,5–4,4) |
      | for lavt til at måle | CRP < 4 (normalt under 10)   |

  @id:INDB-04 @set:testgrænseflade @obligatorisk
  Scenarie: Klinikken bestemmer, hvilke analyser indbakken selv håndterer
    Givet at indbakken kun håndterer svar på kalium automatisk
    Når laboratoriet svarer kalium 4,0 (normalt 3,5–4,4) og natrium 140 (normalt 137–144) for "Elmer"
    Så ligger svaret hos lægen, fordi klinikken ikke har valgt alle analyserne

  @id:INDB-05 @set:testgrænseflade @obligatorisk
  Scenarie: Når automatikken er slået fra, kommer alle svar til lægen
    Givet at indbakken overlader alle laboratoriesvar til lægen
    Og at "Elmer" har en aftale i klinikken i morgen
    Når laboratoriet svarer kalium 4,0 (normalt 3,5–4,4) for "Elmer"
    Så ligger svaret hos lægen
    Og "Elmer" har ikke fået nogen besked af indbakken

  @id:INDB-06 @set:testgrænseflade @obligatorisk
  Scenarie: Patienten får besked, når alt er normalt
    Når laboratoriet svarer kalium 4,0 (normalt 3,5–4,4) for "Elmer"
    Så har "Elmer" fået klinikkens besked netop én gang

  @id:INDB-07 @set:testgrænseflade @obligatorisk
  Scenarie: Et svar om en patient, der er død, kommer til lægen
    Givet at "Cæcar" er patient i klinikken
    Og at "Cæcar" har en aftale i klinikken i morgen
    Og at "Cæcar" er død
    Når laboratoriet svarer kalium 4,0 (normalt 3,5–4,4) for "Cæcar"
    Så ligger den dødes svar hos lægen

  @id:INDB-08 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Et <slags> svar kommer til lægen, selv om resultatet er normalt
    Givet at "Elmer" har en aftale i klinikken i morgen
    Når laboratoriet <hvad> kalium 4,0 (normalt 3,5–4,4) for "Elmer"
    Så ligger det ufuldstændige svar hos lægen

    Eksempler:
      | slags      | hvad                  |
      | delvist    | svarer på en del med  |
      | foreløbigt | svarer foreløbigt med |

  @id:INDB-09 @set:testgrænseflade @obligatorisk
  Scenarie: Besked om, at prøven er modtaget, er ikke et normalt svar
    Når laboratoriet melder, at det har modtaget prøven til kalium for "Elmer"
    Så har "Elmer" ikke fået nogen besked af indbakken

  @id:INDB-18 @set:testgrænseflade @obligatorisk
  Scenarie: Et normalt svar, hvor laboratoriet har skrevet noget om prøven, kommer til lægen
    Når laboratoriet svarer kalium 4,0 (normalt 3,5–4,4, med en bemærkning om prøven) for "Elmer"
    Så ligger svaret med bemærkningen hos lægen
