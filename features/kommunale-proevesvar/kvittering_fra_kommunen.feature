# language: da
@EHM-03 @prøver:lps @kræver:Modtage:Acknowledgement
Egenskab: Lægen kan se, om beskeden til akutteamet nåede frem

  Når lægen skriver til kommunens akutteam, skal en besked, der ikke nåede frem, opdages. Systemet følger kvitteringerne, også når de
  kommer i en anden orden end ventet eller slet ikke kommer.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:ACK-20 @brug:Acknowledgement:S.TC3 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: En positiv kvittering <form> bliver vist på beskeden
    Givet at akutteamet kvitterer med, at beskeden er modtaget, <form>
    Når lægen skriver "Vil I se på såret i låret i går & i dag? Han går < 50 meter" til kommunens akutteam om "Elmer"
    Så viser systemet beskeden som modtaget

    Eksempler:
      | form                              |
      | i den ene form, MedCom tillader   |
      | i den anden form, MedCom tillader |

  @id:ACK-21 @brug:Acknowledgement:S.TC3.A1 @set:testgrænseflade @obligatorisk
  Scenarie: En besked, akutteamet ikke kan bruge, bliver vist som afvist, og hvorfor
    Givet at akutteamet kvitterer med, at beskeden ikke kan bruges, fordi "Vi kender ikke borgeren"
    Og at lægen har skrevet "Ring gerne til datteren først" til kommunens akutteam om "Elmer"
    Og at akutteamet kvitterer med, at beskeden ikke kan bruges, fordi "Emnet er ikke et, vi kender", i den anden form, MedCom tillader
    Når lægen skriver "Vil I se til ham i morgen?" til kommunens akutteam om "Elmer"
    Så viser systemet beskeden som afvist
    Og systemet viser akutteamets egen forklaring

  @id:ACK-22 @brug:Acknowledgement:S.TC3.A2 @set:testgrænseflade @obligatorisk
  Scenarie: En teknisk fejl hos akutteamet bliver ikke vist som en afvisning
    Givet at akutteamet kvitterer med, at der var en teknisk fejl, fordi "Postkassen er ude af drift"
    Når lægen skriver "Vil I se til ham i morgen?" til kommunens akutteam om "Elmer"
    Så viser systemet beskeden som ikke modtaget på grund af en teknisk fejl

  @id:ACK-23 @brug:Acknowledgement:S.TC3 @set:testgrænseflade @obligatorisk
  Scenarie: En positiv kvittering efter en teknisk fejl er den, der gælder
    Givet at akutteamet kvitterer med, at der var en teknisk fejl
    Og at lægen har skrevet "Vil I se til ham i morgen?" til kommunens akutteam om "Elmer"
    Når akutteamet kvitterer bagefter med, at beskeden er modtaget
    Så viser systemet beskeden som modtaget

  @id:ACK-24 @brug:Acknowledgement:S.TC3.A1 @set:testgrænseflade @obligatorisk
  Scenarie: En afvisning efter en teknisk fejl er den, der gælder
    Givet at akutteamet kvitterer med, at der var en teknisk fejl
    Og at lægen har skrevet "Vil I se til ham i morgen?" til kommunens akutteam om "Elmer"
    Når akutteamet kvitterer bagefter med, at beskeden ikke kan bruges
    Så viser systemet beskeden som afvist

  @id:ACK-25 @brug:Acknowledgement:S.TC3 @set:testgrænseflade @obligatorisk
  Scenarie: Kvitteringen for én besked gælder ikke den næste
    Givet at "Nancy" er patient i klinikken
    Og at lægen har skrevet "Er såret helet?" til kommunens akutteam om "Nancy"
    Og at akutteamet ikke kvitterer
    Og at lægen har set brevene til akutteamet hos "Nancy"
    Når lægen skriver "Vil I se til ham i morgen?" til kommunens akutteam om "Elmer"
    Så viser systemet beskeden som ikke kvitteret
    Og brevene til akutteamet hos "Nancy" er som før

  @id:ACK-26 @brug:Acknowledgement:S.TC3 @set:testgrænseflade @obligatorisk
  Scenarie: En sen kvittering kommer på den besked, den gælder
    Givet at akutteamet ikke kvitterer
    Og at lægen har skrevet "Vil I se til ham i morgen?" til kommunens akutteam om "Elmer"
    Når lægen skriver "Ring gerne til datteren først" til kommunens akutteam om "Elmer"
    Og akutteamet kvitterer nu for den forrige besked med, at beskeden er modtaget
    Så viser systemet beskeden som ikke kvitteret
    Og systemet viser den forrige besked som modtaget

  @id:ACK-27 @brug:Acknowledgement:S.TC3 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: En kvittering, der kommer igen i <forsendelse> forsendelse, bliver vist én gang og skrevet i loggen
    Givet at lægen har skrevet "Vil I se til ham i morgen?" til kommunens akutteam om "Elmer"
    Når akutteamet sender kvitteringen igen i <forsendelse> forsendelse
    Så viser systemet beskeden som modtaget
    Og systemet viser kvitteringen netop én gang
    Og systemet viser i sin log, at kvitteringen kom igen

    Eksempler:
      | forsendelse |
      | samme       |
      | en ny       |

  @id:ACK-28 @brug:Acknowledgement:S.TC3 @set:snitflade @obligatorisk
  Scenarie: En kvittering bliver aldrig kvitteret
    Når lægen skriver "Vil I se til ham i morgen?" til kommunens akutteam om "Elmer"
    Så viser systemet beskeden som modtaget
    Og akutteamet har ikke fået kvittering for sin kvittering

  @id:ACK-29 @brug:Acknowledgement:S.TC4 @brug:Acknowledgement:S.TC2 @set:snitflade @tid @obligatorisk
  Scenarie: En besked uden kvittering bliver sendt igen, til den er kvitteret, uden at blive til to
    Givet at akutteamet ikke kvitterer
    Og at lægen har skrevet "Ring gerne til datteren først" til kommunens akutteam om "Elmer"
    Når lægen skriver "Vil I se til ham i morgen?" til kommunens akutteam om "Elmer"
    Og der går en halv time uden kvittering
    Og beskederne bliver sendt igen
    Og akutteamet kvitterer nu med, at beskeden er modtaget
    Og der går fire timer uden flere kvitteringer
    Så viser systemet beskeden som modtaget
    Og akutteamet har hver besked netop én gang

  @id:ACK-30 @brug:Acknowledgement:S.TC4 @brug:Acknowledgement:S.TC2 @set:snitflade @tid @obligatorisk
  Scenarie: En besked, som ingen kvitterer for, bliver højst sendt tre gange mere, og en sen kvittering tæller
    Givet at akutteamet ikke kvitterer
    Når lægen skriver "Vil I se til ham i morgen?" til kommunens akutteam om "Elmer"
    Og der går fire timer uden kvittering
    Og akutteamet kvitterer nu med, at beskeden er modtaget
    Så har akutteamet beskeden netop én gang
    Og systemet viser beskeden som modtaget

  @id:ACK-31 @brug:Acknowledgement:S.TC2 @brug:Acknowledgement:S.TC3.A2 @set:snitflade @obligatorisk
  Scenarie: Efter en teknisk fejl hos akutteamet bliver beskeden sendt igen, som den var
    Givet at akutteamet kvitterer med, at der var en teknisk fejl
    Når lægen skriver "Vil I se til ham i morgen?" til kommunens akutteam om "Elmer"
    Og akutteamet kvitterer med, at beskeden er modtaget
    Og beskeden bliver sendt igen
    Så har akutteamet beskeden netop én gang
    Og systemet viser beskeden som modtaget
