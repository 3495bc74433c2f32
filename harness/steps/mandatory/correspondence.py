"""The Danish steps about the letters every system must send or receive. A step's docstring is its text in the catalogue."""

from __future__ import annotations

from typing import Final

from pytest_bdd import given, parsers, then, when

from harness.domain.correspondence import Sort
from harness.domain.organisations import PARTNER_CLINIC
from harness.standards.message_xml import Encoding
from harness.steps.mandatory.correspondence_story import Correspondence
from harness.steps.story import Story

_WRITTEN: Final = {
    "et korrespondancebrev": Sort.LETTER,
    "en korrespondancemeddelelse": Sort.MESSAGE,
    "en henvisning til kommunens akutfunktion": Sort.ACUTE_REFERRAL,
}
_SENT: Final = {
    "sygehuset sender et korrespondancebrev": Sort.LETTER,
    "sygehuset sender en korrespondancemeddelelse": Sort.MESSAGE,
    "kommunens akutfunktion sender et afslutningsnotat": Sort.ACUTE_NOTE,
}
_LONG: Final = "\n".join(
    f"Dag {day}: Patienten går på trapper uden åndenød, men har ondt i højre knæ, når hun sætter sig på hug, og tager på i vægt."
    for day in range(1, 51)
)
_WITH: Final = r'med (?:ordene "(?P<text>[^"]+)"|en tekst på flere sider)'
_WRITES: Final = (
    rf'(?P<what>{"|".join(_WRITTEN)}) om "(?P<alias>[^"]+)"(?P<there> til den anden klinik)? {_WITH}'
    r"(?P<file> og en vedhæftet fil)?"
)
_SENDS: Final = (
    rf'(?P<what>{"|".join(_SENT)}) om "(?P<alias>[^"]+)"(?: fra et system med det (?P<age>nye|gamle) tegnsæt)? {_WITH}'
    r"(?P<file> og en vedhæftet fil(?P<late>, der først kommer efter det næste brev)?)?(?P<again>, og det kommer en gang til)?"
)
_HAS_SENT: Final = _SENDS.replace(" sender ", " har sendt ")


@given(parsers.re(f"at lægen har skrevet {_WRITES}"))
@when(parsers.re(f"lægen skriver {_WRITES}"))
def write(story: Story, what: str, alias: str, there: str | None, text: str | None, file: str | None) -> None:
    """Lægen skriver om patienten og sender det: et korrespondancebrev (DIS91) eller en korrespondancemeddelelse
    (CareCommunication) til sygehuset eller til den anden klinik, som har partnerens system, eller en henvisning til kommunens
    akutfunktion (XREF22). En vedhæftet fil sendes med (BIN01).
    """
    to = PARTNER_CLINIC if there else None
    story.part(Correspondence).write(_WRITTEN[what], alias, text or _LONG, with_file=bool(file), to=to)


@given(parsers.re(f"at {_HAS_SENT}"))
@when(parsers.re(_SENDS))
def letter_comes(
    story: Story,
    what: str,
    alias: str,
    age: str | None,
    text: str | None,
    file: str | None,
    late: str | None,
    again: str | None,
) -> None:
    """En anden skriver til klinikken om patienten: et korrespondancebrev (DIS91, med en fil også BIN01), en
    korrespondancemeddelelse (CareCommunication) eller et afslutningsnotat fra kommunens akutfunktion (XDIS22). Teksten på flere
    sider er ens hver gang: et notat for hver af 50 dage. Det gamle
    tegnsæt er ISO-8859-1. Når klinikken har set det, kan det komme en gang til, uændret. En fil kan komme efter det næste brev.
    """
    correspondence = story.part(Correspondence)
    sort = _SENT[what.replace(" har sendt ", " sender ")]
    encoding: Encoding = "ISO-8859-1" if age == "gamle" else "UTF-8"
    correspondence.receive(sort, alias, text or _LONG, with_file=bool(file), late=bool(late), encoding=encoding)
    if again:
        correspondence.receive_again()


@then(
    parsers.re(
        r"(?:har (?:sygehuset|kommunen)|(?:sygehuset|kommunen) har) fået "
        r"(?:(?:brevet|begge breve|alle breve) netop én gang, som lægen skrev (?:det|dem)"
        r"(?:, eller lægen ved, at det ikke er sendt)?"
        r"|(?P<file>filerne uændret, hver sammen med sit brev))"
    )
)
def is_sent(story: Story, file: str | None) -> None:
    """Hvert brev, lægen har skrevet, er kommet frem én gang til den, det var til, under den rigtige patients nummer og navn, med
    sit eget nummer, og hele teksten står i det, bogstav for bogstav. Filen er kommet frem samme sted med det samme indhold, og
    brevet henviser til den. Det, nettet ikke tog imod, har systemet enten sendt igen eller sagt til lægen, at det ikke sendte.
    """
    correspondence = story.part(Correspondence)
    correspondence.check_sent()
    if file:
        correspondence.check_file_sent()


@then(
    parsers.re(
        r'(?:viser systemet|systemet viser) (?P<what>brevet|begge breve|filen|begge filer) hos "(?P<alias>[^"]+)"'
        r"(?: netop én gang, som (?:det|de) blev skrevet| uændret)(?P<receipt>, og afsenderen har fået kvittering"
        r"(?: hver gang| for alle)?)?"
    )
)
def is_shown(story: Story, what: str, alias: str, receipt: str | None) -> None:
    """Hvert brev, der er kommet om patienten, kan læses hos patienten, bogstav for bogstav og kun én gang, hvor tit det end kom.
    En fil kan åbnes ved sit brev, er den, der blev sendt, og står ikke ved andre. Den, der skrev, har fået kvittering inden for
    en halv time, hver gang et brev kom.
    """
    correspondence = story.part(Correspondence)
    if receipt:
        correspondence.look(alias)
        correspondence.judge_receipts()
    if "fil" in what:
        correspondence.check_file_shown(alias)
    else:
        correspondence.check_shown(alias)
