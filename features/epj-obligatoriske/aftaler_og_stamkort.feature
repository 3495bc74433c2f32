# language: da
@prøver:lps
Egenskab: Aftaler og stamkort kan ses af dem, der behandler patienten

  Patienten, sygehuset og kommunen skal kunne se, hvornår patienten har en tid, og klinikken skal kunne se de andres. Det samme
  gælder patientens stamkort.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @EPJ-02 @id:OBL-20 @set:snitflade @kræver:Sende:APD-DK @obligatorisk
  Scenarie: Andre kan se patientens tid hos klinikken
    Når klinikken giver "Elmer" en tid om 8 uger kl. 8.15 til "Årskontrol & måling af åndedræt"
    Så kan andre se tiden

  @EPJ-02 @id:OBL-21 @set:snitflade @kræver:Sende:APD-DK @obligatorisk
  Scenarie: Når klinikken flytter tiden, gælder kun den nye
    Givet at "Nancy" er patient i klinikken
    Og at klinikken har givet "Nancy" en tid om 2 uger kl. 10.45 til "Vaccination"
    Og at klinikken har givet "Elmer" en tid om 2 uger kl. 10.30 til "Blodprøve"
    Og at klinikken har flyttet tiden til om 3 uger kl. 13.45
    Når klinikken flytter tiden til om 4 uger kl. 9.00
    Så kan andre kun se den nye tid

  @EPJ-02 @id:OBL-22 @set:snitflade @kræver:Sende:APD-DK @obligatorisk
  Scenarie: To patienters tider bliver ikke blandet sammen
    Givet at "Nancy" er patient i klinikken
    Og at klinikken har givet "Nancy" en tid om 2 uger kl. 9.00 til "Samtale om søvn"
    Og at klinikken har givet "Elmer" en tid om 2 uger kl. 9.15 til "Øreskylning"
    Når klinikken giver "Elmer" en tid om 3 uger kl. 9.15 til "Høreprøve"
    Så kan andre se alle tiderne

  @EPJ-01 @id:OBL-23 @set:testgrænseflade @kræver:Modtage:APD-DK @obligatorisk
  Scenarie: Klinikken kan se patientens tid på sygehuset
    Givet at sygehuset har givet "Elmer" en tid om 4 uger kl. 11.20 til "Røntgen af håndled & fod"
    Så viser systemet sygehusets tid

  @EPJ-01 @id:OBL-24 @set:testgrænseflade @kræver:Modtage:APD-DK @obligatorisk
  Scenarie: Når sygehuset flytter tiden, ser klinikken kun den nye
    Givet at sygehuset har givet "Elmer" en tid om 4 uger kl. 11.20 til "Scanning"
    Når sygehuset flytter tiden til om 5 uger kl. 8.40
    Så viser systemet sygehusets nye tid og ikke den gamle

  @EPJ-01 @id:OBL-25 @set:testgrænseflade @kræver:Modtage:APD-DK @obligatorisk
  Scenarie: En patients tid på sygehuset bliver ikke vist hos en anden
    Givet at "Nancy" er patient i klinikken
    Og at sygehuset har givet "Nancy" en tid om 3 uger kl. 10.00 til "Synsprøve"
    Og at lægen har set de andres aftaler hos "Nancy"
    Og at sygehuset har givet "Elmer" en tid om 4 uger kl. 14.10 til "Høreprøve"
    Når sygehuset giver "Elmer" en tid om 5 uger kl. 12.50 til "Høreapparat"
    Så viser systemet sygehusets tider
    Og de andres aftaler hos "Nancy" er som før

  @EPJ-01 @id:OBL-28 @set:testgrænseflade @kræver:Modtage:APD-DK @obligatorisk
  Scenarie: Når sygehuset aflyser én af patientens tider, ser klinikken kun den anden
    Givet at sygehuset har givet "Elmer" en tid om 4 uger kl. 11.20 til "Røntgen af hofte"
    Og at sygehuset har givet "Elmer" en tid om 5 uger kl. 9.40 til "Genoptræning"
    Når sygehuset aflyser tiden
    Så viser systemet sygehusets tider, men ikke den aflyste

  @EPJ-02 @id:OBL-26 @set:snitflade @kræver:Sende:PDC-DK @obligatorisk
  Scenarie: Andre kan se de stamkort, klinikken har delt, hver under sin patient
    Givet at "Nancy" er patient i klinikken
    Og at klinikken har delt et stamkort for "Nancy", hvor der står "Pårørende: hendes datter på Læsø" og "Bruger briller"
    Når klinikken deler et stamkort for "Elmer", hvor der står "Pårørende: hans søster på Ærø" og "Hører bedst på højre øre"
    Så kan andre se begge stamkort

  @EPJ-01 @id:OBL-27 @set:testgrænseflade @kræver:Modtage:PDC-DK @obligatorisk
  Scenarie: Klinikken kan se det stamkort, sygehuset har delt, og ikke hos en anden
    Givet at "Nancy" er patient i klinikken
    Og at sygehuset har delt et stamkort for "Nancy", hvor der står "Pårørende: hendes nabo på Mors" og "Bruger rollator"
    Og at lægen har set de andres stamkort hos "Nancy"
    Når sygehuset deler et stamkort for "Elmer", hvor der står "Pårørende: hans bror på Fanø" og "Bruger høreapparat"
    Så viser systemet sygehusets stamkort med alle oplysninger
    Og de andres stamkort hos "Nancy" er som før
