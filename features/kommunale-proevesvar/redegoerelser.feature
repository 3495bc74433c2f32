# language: da
@EHM-01 @prøver:lps @brug:HomeCareObservation:R1
Egenskab: Det, der ikke kan ses i systemet, redegør leverandøren for

  Nogle krav viser sig hverken på skærmen eller i en besked. Leverandøren forklarer, hvordan systemet lever op til dem, og MedCom
  vurderer forklaringen.

  @id:HCO-34 @set:redegørelse @obligatorisk
  Scenarie: Leverandøren redegør for, hvordan koderne for analyser bliver opdateret
    Så redegør leverandøren for, hvordan systemet får nye koder og navne for analyser, når terminologien bliver opdateret
