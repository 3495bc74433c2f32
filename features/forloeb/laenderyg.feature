# language: da
@prøver:lps
Egenskab: Et helt forløb for en patient med lænderygsmerter

  Patienten kan have flere sygdomme, og forløbet kan begynde et andet sted end i klinikken.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:FORL-03 @KP-09 @KP-10 @set:snitflade @obligatorisk
  Scenarie: En patient med både KOL og lænderygsmerter har to planer
    Givet at "Elmer" har en delt plan for KOL
    Når lægen laver en plan for lænderygsmerter til "Elmer" med målet "Tilbage på arbejde"
    Og lægen deler planen
    Så er planen delt
    Og planen for KOL er stadig delt

  @id:FORL-04 @KP-03 @KP-04 @KP-09 @set:testgrænseflade @obligatorisk
  Scenarie: Diagnosen er stillet på sygehuset
    Når sygehuset sender en epikrise om "Elmer" med ordene "Kroniske lænderygsmerter. Patienten er omfattet af pakkeforløb"
    Så kan klinikken finde brevet om "Elmer" ved at søge på ordet "pakkeforløb"
    Når klinikken indkalder "Elmer" til behovsvurdering
    Så kan klinikken se indkaldelsen hos "Elmer"
    Og klinikken kan finde brevet om "Elmer" ved at søge på ordet "pakkeforløb"
    Når lægen laver en plan for lænderygsmerter til "Elmer" med målet "Træn to gange om ugen"
    Og lægen deler planen
    Så er planen delt
