# language: da
@KP-09 @KP-10 @prøver:lps
Egenskab: Planer overlever driftens hverdag

  De nationale løsninger kan være væk i timer og komme igen i nye versioner. Det må hverken koste en plan eller give den
  samme plan to gange.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:DRIFT-01 @set:snitflade @tid @obligatorisk
  Abstrakt Scenario: En plan overlever, at modtageren er væk i <tid>
    Givet at modtageren af planer svarer ikke
    Når lægen laver en plan for KOL til "Elmer" med målet "Gå en tur hver dag"
    Og lægen deler planen
    Og modtageren er væk i <tid>
    Og modtageren tager imod igen, og planen bliver sendt på ny
    Så er planen delt
    Og planen er delt netop én gang

    Eksempler:
      | tid        |
      | et døgn    |
      | en weekend |

  @id:DRIFT-02 @set:snitflade @obligatorisk
  Scenarie: To patienters planer venter, og begge kommer frem
    Givet at "Nancy" er patient i klinikken
    Og at modtageren af planer er optaget
    Når lægen laver en plan for KOL til "Elmer" med målet "Rygestop inden jul"
    Og lægen deler planen
    Og lægen laver en plan for KOL til "Nancy" med målet "Svøm hver torsdag"
    Og lægen deler planen
    Og modtageren tager imod igen, og planerne bliver sendt på ny
    Så er planen delt
    Og planerne til "Elmer" og "Nancy" står kun hos dem selv

  @id:DRIFT-03 @set:testgrænseflade @obligatorisk
  Scenarie: En ny version hos modtageren, som svarer med mere end før, forstyrrer ikke
    Givet at modtageren af planer er kommet i en ny version
    Når lægen laver en plan for KOL til "Elmer" med målet "Tage medicin hver morgen"
    Og lægen deler planen
    Så er planen delt
    Og systemet viser, at planen er delt
    Og planen er delt netop én gang
