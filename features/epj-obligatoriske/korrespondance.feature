# language: da
@prøver:lps
Egenskab: Korrespondancebreve og filer kommer hele frem

  Klinik og sygehus skriver til hinanden hver dag. Når et system bliver ændret, skal brevene stadig komme frem én gang, på den
  rigtige patient og med hvert bogstav, som det blev skrevet.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @EPJ-02 @id:OBL-01 @set:snitflade @kræver:Sende:DIS91 @obligatorisk
  Abstrakt Scenario: Et korrespondancebrev med <hvad> når sygehuset, som lægen skrev det
    Når lægen skriver et korrespondancebrev om "Elmer" med <indhold>
    Så har modtageren fået beskeden netop én gang, som lægen skrev den

    Eksempler:
      | hvad             | indhold                                                          |
      | danske bogstaver | ordene "Ærgrer sig over sår på tæerne, på trods af hvile"        |
      | skilletegn       | ordene "Kan hun komme kl. 8:30? Hæmoglobin 7,2 + CRP 'under 5'"  |
      | flere sider      | en tekst på flere sider                                          |
