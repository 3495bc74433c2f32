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
    Givet at klinikken har givet "Elmer" en tid om 2 uger kl. 10.30 til "Blodprøve"
    Når klinikken flytter tiden til om 3 uger kl. 13.45
    Så kan andre se kun den nye tid

  @EPJ-02 @id:OBL-22 @set:snitflade @kræver:Sende:APD-DK @obligatorisk
  Scenarie: To patienters tider bliver ikke blandet sammen
    Givet at "Nancy" er patient i klinikken
    Og at klinikken har givet "Nancy" en tid om 2 uger kl. 9.00 til "Samtale om søvn"
    Når klinikken giver "Elmer" en tid om 2 uger kl. 9.15 til "Øreskylning"
    Så kan andre se tiden

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
    Når sygehuset giver "Elmer" en tid om 4 uger kl. 14.10 til "Høreprøve"
    Så viser systemet sygehusets tid
    Og de andres aftaler hos "Nancy" er som før

  @EPJ-02 @id:OBL-26 @set:snitflade @kræver:Sende:PDC-DK @obligatorisk
  Scenarie: Andre kan se det stamkort, klinikken har delt
    Når klinikken deler et stamkort for "Elmer", hvor der står "Pårørende: hans søster på Ærø" og "Taler bedst på højre øre"
    Så kan andre se hele stamkortet

  @EPJ-01 @id:OBL-27 @set:testgrænseflade @kræver:Modtage:PDC-DK @obligatorisk
  Scenarie: Klinikken kan se det stamkort, sygehuset har delt
    Givet at sygehuset har delt et stamkort for "Elmer", hvor der står "Pårørende: hans bror på Fanø" og "Bruger høreapparat"
    Så viser systemet sygehusets stamkort med alle oplysninger
