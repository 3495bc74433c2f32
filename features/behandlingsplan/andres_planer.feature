# language: da
@KP-10 @prøver:lps
Egenskab: Lægen kan læse en plan, som en anden klinik har delt

  Når en patient skifter klinik eller følges flere steder, skal lægen se den plan, der gælder, og ikke en gammel udgave.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at en anden klinik har delt en plan for KOL til "Elmer" med målet "Cykle til stranden"

  @id:PLAN-51 @set:testgrænseflade
  Scenarie: Lægen ser kun den udgave, der gælder nu
    Givet at den anden klinik har ændret målet til "Cykle til byen"
    Så viser systemet kun den gældende udgave af den anden kliniks plan for "Elmer"

  @id:PLAN-52 @set:testgrænseflade
  Scenarie: En anden patients plan bliver ikke vist
    Givet at "Nancy" er patient i klinikken
    Og at lægen har set de delte planer hos "Elmer"
    Så viser systemet ikke den anden kliniks plan, når lægen slår "Nancy" op

  @id:PLAN-53 @set:testgrænseflade
  Scenarie: En plan, der er trukket tilbage, bliver ikke vist længere
    Givet at lægen har set de delte planer hos "Elmer"
    Når den anden klinik trækker planen tilbage
    Så viser systemet ikke længere den anden kliniks plan, når lægen slår "Elmer" op
