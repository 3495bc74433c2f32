# language: da
@prøver:lps
Egenskab: Klinikken kan finde de patientlister, der bliver udgivet

  Ud over listerne for pakkeforløbene bliver der udgivet patientlister for nyrepåvirkning, Triple Whammy og klausuleret tilskud.
  Hvem de omfatter, afventer den kliniske brugergruppe. Koderne her er kun eksempler, så listerne kan prøves.

  @LIS-01 @LIS-02 @LIS-03 @id:LIST-01 @set:snitflade @set:testgrænseflade
  Abstrakt Scenario: Patientlisten for <liste> bliver udgivet, og klinikken finder den
    Givet at "Elmer" har diagnosen <kode>
    Og at "Elmer" har diagnosen <kode>, stillet på en anden klinik
    Og at "Nancy" har diagnosen R95 i ICPC-2
    Og at "Cæcar" har diagnosen <kode>
    Og at "Cæcar" er død
    Når patientlisten for <liste> bliver udgivet
    Og klinikken ser på patientlisterne
    Så består patientlisten for <liste> af dem, kriterierne omfatter

    Eksempler:
      | liste               | kode            |
      | nyrepåvirkning      | DE112 i ICD-10  |
      | Triple Whammy       | K87 i ICPC-2    |
      | klausuleret tilskud | T90 i ICPC-2    |

  @LIS-02 @id:LIST-02 @set:snitflade @set:testgrænseflade
  Scenarie: Listen for Triple Whammy vises sammen med listen for nyrepåvirkning, også når en patient er kommet til
    Givet at "Elmer" har diagnosen DE112 i ICD-10
    Og at "Elmer" har diagnosen K87 i ICPC-2
    Og at "Nancy" ikke har nogen diagnoser
    Og at patientlisten for nyrepåvirkning er udgivet
    Og at patientlisten for Triple Whammy er udgivet
    Og at klinikken har set på patientlisterne
    Når lægen stiller diagnosen DE112 i ICD-10 hos "Nancy"
    Og klinikken ser på patientlisterne
    Så viser systemet patientlisten for Triple Whammy sammen med patientlisten for nyrepåvirkning
    Og patientlisten for Triple Whammy består af dem, kriterierne omfatter
    Og patientlisten for nyrepåvirkning består af dem, kriterierne omfatter
