# language: da
@prøver:lps
Egenskab: Pakkeforløbet for kroniske lænderygsmerter på tværs af alle parter

  De samme parter er sammen om en patient med kroniske lænderygsmerter. Hvilke diagnoser der giver adgang, og hvad planens mærke
  (forløbslabel) er, er ikke besluttet endnu.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at klinikken er tilmeldt forløbsplanen for lænderygsmerter

  @id:PAK-10 @KP-02 @KP-05 @KP-09 @KP-10 @KP-12 @FLP-02 @FLP-04 @set:snitflade @set:testgrænseflade @obligatorisk
  Scenarie: Fra den aftalte profil til den plan, patienten og alle andre ser
    Givet at Klinikens cockpit har udgivet den aftalte profil for lænderygsmerter
    Og at "Elmer" har diagnosen L84 i ICPC-2
    Og at "Nancy" har diagnosen R95 i ICPC-2
    Når klinikken ser på populationslisterne
    Så består listen for lænderygsmerter af dem, de aftalte kriterier omfatter
    Når lægen sender spørgeskemapakken for lænderygsmerter til "Elmer"
    Så har Web-patient modtaget bestillingen
    Når "Elmer" svarer på STarT med scoren 5
    Så viser systemet den seneste score ved behovsvurderingen
    Når lægen laver en forløbsplan for lænderygsmerter til "Elmer"
    Så har Digitale Forløbsplaner modtaget forløbsplanen med det, lægen skrev
    Når lægen henviser "Elmer" til afklarende samtale for lænderygsmerter
    Så har kommunen modtaget henvisningen
    Når lægen laver en plan for lænderygsmerter til "Elmer" med målet "Tilbage på arbejde"
    Og lægen skriver aftalen "Øvelser hjemme tre gange om ugen" i planen
    Og lægen deler planen
    Så er planen delt
    Og planens forløbslabel passer til sygdommen
    Og patienten ser aftalen i sin plan
    Og patienten og alle, der er med i behandlingen, ser den samme plan
    Når kommunen melder tilbage om "Elmer" med ordene "Træner på hold om onsdagen"
    Så viser systemet tilbagemeldingen én gang

  @id:PAK-11 @KP-02 @KP-06 @KP-11 @KP-12 @KP-13 @set:snitflade @set:testgrænseflade @obligatorisk
  Scenarie: Niveau 3 med lænderygsmerter – udeblevet i kommunen, og alle ser det nye
    Når lægen laver en plan for lænderygsmerter til "Elmer" med målet "Løfte sit barnebarn igen"
    Og lægen placerer "Elmer" på niveau 3
    Og lægen henviser "Elmer" til afklarende samtale på niveau 3
    Så har kommunen modtaget henvisningen
    Og niveau 3 står i henvisningen
    Når "Elmer" får rygskole som udeblevet tilbud i kommunen
    Så viser systemet, at patienten er udeblevet
    Når lægen ændrer målet i planen til "Begynde på rygskole efter ferien"
    Og lægen deler planen
    Så er planen delt
    Og planens forløbslabel passer til sygdommen
    Og niveau 3 står i den delte plan
    Og patienten ser niveau 3 i sin plan

  @id:PAK-12 @KP-02 @KP-09 @KP-10 @set:snitflade @obligatorisk
  Scenarie: To sygdomme, to planer, og hver har sin egen ændring
    Givet at "Elmer" har en delt plan for KOL
    Når lægen laver en plan for lænderygsmerter til "Elmer" med målet "Cykle til arbejde"
    Og lægen deler planen
    Så er planen delt
    Og planens forløbslabel passer til sygdommen
    Når lægen ændrer målet i planen til "Cykle til arbejde to dage om ugen"
    Og lægen deler planen
    Så ser patienten straks det nye mål og ikke det gamle i sin plan
    Og planen for KOL er stadig delt
