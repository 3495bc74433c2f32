# language: da
@IND-01 @prøver:lps @kræver:Modtage:RPT01
Egenskab: Flere laboratorier kan svare på den samme rekvisition

  En prøve bliver tit delt, så hvert laboratorium svarer på sit. Intet af det må gå tabt, og et normalt svar fra det ene
  laboratorium må ikke skjule et unormalt fra det andet.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at indbakken håndterer laboratoriesvar automatisk

  @id:INDB-30 @set:testgrænseflade @obligatorisk
  Scenarie: Hvert laboratoriums svar står for sig, som det kom
    Givet at laboratoriet har svaret på en del med kalium 6,1 (normalt 3,5–4,4, markeret af laboratoriet) for "Elmer"
    Når et andet laboratorium svarer på resten med natrium 140 (normalt 137–144) for "Elmer"
    Så står begge svar, som laboratorierne sendte dem
    Og det første svar ligger stadig hos lægen
    Og "Elmer" har ikke fået nogen besked af indbakken, mens en del ikke er normal

  @id:INDB-31 @set:testgrænseflade @obligatorisk
  Scenarie: Når sidste del er kommet, og alt er normalt, bliver det håndteret samlet
    Givet at laboratoriet har svaret på en del med kalium 4,0 (normalt 3,5–4,4) for "Elmer"
    Når et andet laboratorium svarer på resten med natrium 140 (normalt 137–144) for "Elmer"
    Så ligger begge svar i journalen
    Og "Elmer" har fået klinikkens besked netop én gang
