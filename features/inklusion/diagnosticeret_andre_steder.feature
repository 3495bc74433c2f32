# language: da
@KP-03 @prøver:lps
Egenskab: En patient, der har fået diagnosen et andet sted, bliver indkaldt

  Mange patienter får diagnosen på et sygehus eller hos en speciallæge. Så skriver de til klinikken, at patienten er omfattet af et
  pakkeforløb og skal indkaldes til en indledende behovsvurdering. Klinikken skal kunne finde brevet og indkalde patienten.

  @id:INKL-30 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Klinikken finder brevet (<brev>), når det nævner pakkeforløbet
    Når sygehuset sender <brev> om "Elmer" med ordene "Lungefunktionen er nedsat til 60 procent, og der er åndenød ved gang på trapper. Er omfattet af pakkeforløb for KOL og skal indkaldes til behovsvurdering"
    Så kan klinikken finde brevet om "Elmer" ved at søge på ordet "pakkeforløb"

    Eksempler:
      | brev                            |
      | en epikrise                     |
      | et notat                        |
      | en epikrise fra et ældre system |

  @id:INKL-32 @set:testgrænseflade @obligatorisk
  Scenarie: To breve står på hver sin patient, og søgningen giver kun det, ordet står i
    Givet at sygehuset har sendt en epikrise om "Elmer" med ordene "Er omfattet af pakkeforløb for KOL"
    Når sygehuset sender en epikrise om "Nancy" med ordene "Er omfattet af pakkeforløb for lænderygsmerter"
    Så kan klinikken finde brevet om "Elmer" ved at søge på ordet "KOL"
    Og klinikken kan finde brevet om "Nancy" ved at søge på ordet "lænderygsmerter"

  @id:INKL-33 @set:testgrænseflade @obligatorisk
  Scenarie: Klinikken indkalder patienten til behovsvurdering
    Givet at "Nancy" er patient i klinikken
    Og at sygehuset har sendt en epikrise om "Elmer" med ordene "Er omfattet af pakkeforløb for KOL og skal indkaldes"
    Og at lægen har set indkaldelserne hos "Nancy"
    Og at lægen har set pakkeforløbet hos "Nancy"
    Når klinikken indkalder "Elmer" til behovsvurdering
    Så er indkaldelserne hos "Nancy" som før
    Og klinikken kan se indkaldelsen hos "Elmer"
