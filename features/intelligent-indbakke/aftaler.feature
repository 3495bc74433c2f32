# language: da
@IND-01 @prøver:lps @kræver:Modtage:RPT01
Egenskab: Et svar kan vente i journalen, til patienten kommer

  Har patienten en aftale, er det dér, svaret skal bruges. Men det må kun vente på en aftale, patienten faktisk har, så nogen
  ser det.

  Baggrund:
    Givet at "Elmer" er patient i klinikken
    Og at indbakken håndterer laboratoriesvar automatisk

  @id:INDB-10 @set:testgrænseflade @obligatorisk
  Scenarie: Et svar, der ikke er normalt, bliver lagt ved patientens næste aftale
    Givet at "Elmer" har en aftale i klinikken på den sidste dag, der tæller med
    Og at "Elmer" har en aftale i klinikken i morgen
    Når laboratoriet svarer kalium 4,6 (normalt 3,5–4,4, markeret af laboratoriet) for "Elmer"
    Så ligger svaret ved aftalen
    Og "Elmer" har ikke fået nogen besked af indbakken
    Og loggen fortæller, at indbakken selv lagde svaret ved aftalen, og hvorfor

  @id:INDB-11 @set:testgrænseflade @obligatorisk
  Scenarie: En aftale, der har været, tæller ikke med
    Givet at "Elmer" har en aftale i klinikken i går
    Når laboratoriet svarer kalium 6,1 (normalt 3,5–4,4, markeret af laboratoriet) for "Elmer"
    Så ligger svaret hos lægen

  @id:INDB-12 @set:testgrænseflade @obligatorisk
  Scenarie: En aftale, der er aflyst, tæller ikke med
    Givet at "Elmer" har en aftale i klinikken i morgen
    Og at aftalen er aflyst
    Når laboratoriet svarer kalium 6,1 (normalt 3,5–4,4, markeret af laboratoriet) for "Elmer"
    Så ligger svaret hos lægen

  @id:INDB-13 @set:testgrænseflade @obligatorisk
  Scenarie: En anden patients aftale tæller ikke med
    Givet at "Nancy" er patient i klinikken
    Og at "Nancy" har en aftale i klinikken i morgen
    Når laboratoriet svarer kalium 6,1 (normalt 3,5–4,4, markeret af laboratoriet) for "Elmer"
    Så ligger svaret hos lægen

  @id:INDB-14 @set:testgrænseflade @obligatorisk
  Scenarie: Et normalt svar venter ikke på aftalen
    Givet at "Elmer" har en aftale i klinikken i morgen
    Når laboratoriet svarer kalium 4,0 (normalt 3,5–4,4) for "Elmer"
    Så ligger svaret i journalen trods aftalen

  @id:INDB-15 @set:testgrænseflade @obligatorisk
  Abstrakt Scenario: Svaret ligger <hvor>, når aftalen er <hvornår>
    Givet at "Elmer" har en aftale i klinikken <hvornår>
    Når laboratoriet svarer kalium 6,1 (normalt 3,5–4,4, markeret af laboratoriet) for "Elmer"
    Så ligger svaret <hvor>

    Eksempler:
      | hvornår                                    | hvor                          |
      | på den sidste dag, der tæller med          | ved aftalen inden for fristen |
      | dagen efter den sidste dag, der tæller med | hos lægen uden for fristen    |

  @id:INDB-16 @set:testgrænseflade @obligatorisk
  Scenarie: Bliver aftalen aflyst, kommer alt, hvad der ventede på den, til lægen
    Givet at "Elmer" har en aftale i klinikken i morgen
    Når laboratoriet svarer kalium 6,1 (normalt 3,5–4,4, markeret af laboratoriet) for "Elmer"
    Og laboratoriet svarer natrium 150 (normalt 137–144) for "Elmer"
    Og aftalen bliver aflyst
    Så ligger begge svar hos lægen, nu da aftalen er aflyst
    Og "Elmer" har ikke fået nogen besked af indbakken

  @id:INDB-17 @set:testgrænseflade @obligatorisk
  Scenarie: Bliver aftalen flyttet, følger svaret med, og kun det
    Givet at "Nancy" er patient i klinikken
    Og at "Nancy" har en aftale i klinikken i morgen
    Og at laboratoriet har svaret kalium 6,1 (normalt 3,5–4,4, markeret af laboratoriet) for "Nancy"
    Og at lægen har set laboratoriesvarene hos "Nancy"
    Og at "Elmer" har en aftale i klinikken i morgen
    Når laboratoriet svarer kalium 6,1 (normalt 3,5–4,4, markeret af laboratoriet) for "Elmer"
    Og aftalen bliver flyttet en dag
    Så ligger svaret ved den flyttede aftale
    Og laboratoriesvarene hos "Nancy" er som før
