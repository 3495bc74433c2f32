# language: da
@prøver:lps
Egenskab: Lægen åbner planens side fra klinikkens eget system

  Siden med planen hører til Digitale Forløbsplaner. Lægen kommer dertil fra patienten i sit eget system og skal altid
  lande hos den rigtige patient og i den rigtige plan.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at klinikken er tilmeldt forløbsplanen for KOL
    Og at "Elmer" har en forløbsplan for KOL

  @id:FLP-50 @FLP-09 @set:snitflade @obligatorisk
  Scenarie: Siden kan åbnes igen og er den patients, lægen har fremme, og ikke den forriges
    Givet at "Nancy" er patient i klinikken
    Og at "Nancy" har en forløbsplan for KOL
    Og at lægen har åbnet siden med forløbsplanen for KOL for "Elmer"
    Og at lægen har åbnet siden med forløbsplanen for KOL for "Nancy"
    Når lægen åbner siden med forløbsplanen for KOL for "Elmer"
    Så er den rigtige side åben

  @id:FLP-52 @FLP-09 @set:snitflade @obligatorisk
  Scenarie: En patient med to planer får den, lægen valgte
    Givet at klinikken er tilmeldt forløbsplanen for type 2-diabetes
    Og at "Elmer" har en forløbsplan for type 2-diabetes
    Og at lægen har åbnet siden med forløbsplanen for KOL for "Elmer"
    Når lægen åbner siden med forløbsplanen for type 2-diabetes for "Elmer"
    Så er den rigtige side åben

  @id:FLP-53 @FLP-08 @set:skærm
  Scenarie: Lægen arbejder fra klinikkens eget system
    Når lægen åbner siden med forløbsplanen for KOL for "Elmer"
    Så er den rigtige side åben, uden at lægen skal logge ind et andet sted
