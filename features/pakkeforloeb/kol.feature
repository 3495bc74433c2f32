# language: da
@prøver:lps
Egenskab: Pakkeforløbet for KOL på tværs af alle parter

  Klinikken, Digitale Forløbsplaner, Web-patient, henvisningsformidlingen, kommunen, Min Læge og Sundhedsjournalen er sammen om
  én patient. Det, lægen sender til én af dem, må ikke gå tabt eller blive lavet om, fordi de andre også er med.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at klinikken er tilmeldt forløbsplanen for KOL

  @id:PAK-01 @KP-05 @KP-09 @KP-10 @KP-12 @FLP-04 @COC-01 @set:snitflade @set:testgrænseflade @obligatorisk
  Scenarie: Fra populationslisten til den plan, patienten og alle andre ser
    Givet at Klinikens cockpit har udgivet en profil for KOL, der omfatter R95 i ICPC-2
    Og at "Elmer" har diagnosen R95 i ICPC-2
    Når klinikken ser på populationslisterne
    Så består listen for KOL af "Elmer"
    Når lægen sender spørgeskemapakken for KOL til "Elmer"
    Så har Web-patient modtaget bestillingen
    Når "Elmer" svarer på CAT med scoren 18
    Så viser systemet den seneste score ved behovsvurderingen
    Når lægen laver en forløbsplan for KOL til "Elmer"
    Så har Digitale Forløbsplaner modtaget forløbsplanen med det, lægen skrev
    Når lægen henviser "Elmer" til afklarende samtale for KOL
    Så har kommunen modtaget henvisningen
    Og den sygdom, lægen henviste for, står i henvisningen
    Når lægen laver en plan for KOL til "Elmer" med målet "Gå til bageren uden pauser"
    Og lægen skriver aftalen "Sygeplejersken ringer hver anden mandag" i planen
    Og lægen deler planen
    Så er planen delt
    Og patienten ser aftalen i sin plan
    Og patienten og alle, der er med i behandlingen, ser den samme plan
    Når kommunen melder tilbage om "Elmer" med ordene "Er begyndt på KOL-skole"
    Så viser systemet tilbagemeldingen én gang

  @id:PAK-02 @KP-06 @KP-09 @KP-11 @KP-12 @KP-13 @set:snitflade @set:testgrænseflade @obligatorisk
  Scenarie: Fra niveau 2 til 3 – udeblevet i kommunen, og alle ser det nye
    Når lægen laver en plan for KOL til "Elmer" på niveau 2
    Og lægen deler planen
    Så er planen delt
    Når lægen placerer "Elmer" på niveau 3
    Og lægen henviser "Elmer" til afklarende samtale på niveau 3
    Så har kommunen modtaget henvisningen
    Og niveau 3 står i henvisningen
    Når "Elmer" får KOL-skole som udeblevet tilbud i kommunen
    Så viser systemet, at patienten er udeblevet
    Når klinikken følger selv op på "Elmer" og skriver "Har ringet. Elmer vil gerne prøve igen"
    Så kan klinikken se opfølgningen hos "Elmer"
    Når lægen ændrer målet i planen til "Kom på KOL-skole igen i næste uge"
    Og lægen deler planen
    Så er planen delt
    Og niveau 3 står i den delte plan
    Og henvisningen står i den delte plan
    Og patienten ser niveau 3 i sin plan

  @id:PAK-03 @KP-09 @KP-10 @set:snitflade @set:testgrænseflade @obligatorisk
  Scenarie: En ændring ses af alle, og der er kun én gældende plan
    Givet at "Elmer" har en delt plan for KOL
    Når "Elmer" registrerer aktiviteten "Gågruppe i Lungeforeningen"
    Og lægen ser på aktiviteterne hos "Elmer"
    Så viser systemet aktiviteten som patientens egen
    Når lægen ændrer målet i planen til "Gå med i gågruppen hver uge"
    Og lægen deler planen
    Så ser patienten straks det nye mål og ikke det gamle i sin plan
    Når lægen henviser "Elmer" til afklarende samtale
    Så har kommunen modtaget henvisningen
    Når lægen skriver aftalen "Kommunen træner balance med Elmer" i planen
    Og lægen deler planen
    Så er planen delt
    Og den nye udgave afløser den forrige
    Og netop én udgave af planen er gældende
    Og patienten og alle, der er med i behandlingen, ser den samme plan
