# language: da
@KP-05 @prøver:lps
Egenskab: Klinikken sender patienten spørgeskemaer før konsultationen

  Patienten udfylder spørgeskemaer, inden lægen og patienten laver behovsvurderingen. Lægen sender pakken fra sit eget
  system, og patienten får den gennem Web-patient.

  Baggrund:
    Givet at "Elmer" er patient i klinikken

  @id:PRO-01 @set:snitflade @obligatorisk
  Abstrakt Scenario: Pakken for <sygdom> bliver sendt til patienten
    Når lægen sender spørgeskemapakken for <sygdom> til "Elmer"
    Så har Web-patient modtaget bestillingen

    Eksempler:
      | sygdom          |
      | KOL             |
      | lænderygsmerter |

  @id:PRO-02 @set:snitflade @obligatorisk
  Abstrakt Scenario: Pakken for <sygdom> rummer de rigtige skemaer
    Når lægen sender spørgeskemapakken for <sygdom> til "Elmer"
    Så har Web-patient modtaget bestillingen med netop de skemaer, der hører til pakken

    Eksempler:
      | sygdom          |
      | KOL             |
      | lænderygsmerter |

  @id:PRO-03 @set:snitflade @obligatorisk
  Abstrakt Scenario: Pakken går ikke tabt og bliver ikke sendt to gange, når Web-patient <svar>
    Givet at Web-patient <svar>
    Når lægen sender spørgeskemapakken for KOL til "Elmer"
    Så viser systemet ikke pakken som sendt
    Når Web-patient svarer igen, og pakken bliver sendt på ny
    Så har Web-patient modtaget netop én bestilling

    Eksempler:
      | svar            |
      | er optaget      |
      | svarer ikke     |
      | svarer for sent |

  @id:PRO-04 @set:snitflade @obligatorisk
  Scenarie: Pakken bliver sendt til den patient, lægen valgte
    Givet at "Nancy" er patient i klinikken
    Og at "Nancy" har fået spørgeskemapakken for KOL
    Og at lægen har set spørgeskemapakkerne hos "Nancy"
    Når lægen sender spørgeskemapakken for KOL til "Elmer"
    Så har Web-patient modtaget bestillingen
    Og spørgeskemapakkerne hos "Nancy" er som før

  @id:PRO-05 @set:testgrænseflade @obligatorisk
  Scenarie: En patient med begge sygdomme kan få begge pakker
    Givet at "Elmer" har fået spørgeskemapakken for KOL
    Når lægen sender spørgeskemapakken for lænderygsmerter til "Elmer"
    Så viser systemet begge pakker som sendt
