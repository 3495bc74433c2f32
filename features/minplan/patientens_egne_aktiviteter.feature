# language: da
@KP-10 @prøver:lps
Egenskab: Klinikken ser de aktiviteter, patienten selv har registreret

  Patienten kan i det fælles overblik skrive, at han deltager i noget i sin forening eller sit nabolag. Klinikken ser det og kan
  følge op. Det skal fremgå, at det er patientens egne ord.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:MINP-10 @set:testgrænseflade @obligatorisk
  Scenarie: En aktivitet kan ses, også når lægen har set efter lige før, og er mærket som patientens egen
    Når lægen ser på aktiviteterne hos "Elmer"
    Og "Elmer" registrerer aktiviteten "Gågruppe i Lungeforeningen"
    Og lægen ser på aktiviteterne hos "Elmer"
    Så viser systemet aktiviteten som patientens egen

  @id:MINP-11 @set:testgrænseflade @obligatorisk
  Scenarie: En aktivitet står kun hos den patient, der har registreret den
    Givet at "Nancy" er patient i klinikken
    Og at lægen har set aktiviteterne hos "Nancy"
    Når "Elmer" registrerer aktiviteten "Gågruppe i Lungeforeningen"
    Og lægen ser på aktiviteterne hos "Elmer"
    Så viser systemet aktiviteten som patientens egen
    Og aktiviteterne hos "Nancy" er som før
