"""The guard: a foreign CPR number is seen where it stands, nothing else is taken for one, and secrets are hidden.

The foreign number is a national test number that the guard here is not told of: no other number stands in this repository.
"""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.careplan import Disease
from harness.domain.event import Exchanged, ForeignCpr
from harness.house import find_house
from harness.record import guard
from harness.record.guard import Guard, guard_of
from harness.record.log import LOG_NAME, read_log
from harness.record.redaction import HIDDEN, redact, redact_headers
from harness.runner.mock_stage import MockStage
from harness.runner.options import prepare
from harness.runner.wish import Wish
from harness.steps.plan.handing_in import HandingIn
from harness.suite.patients import allowed_cprs

ALLOWED = allowed_cprs(find_house())
FOREIGN = "2311143995"
KNOWN = "2512489996"
GUARD = Guard(ALLOWED - {FOREIGN})
EXAMPLES = Path(__file__).parents[1] / "examples"

TYPED = {
    "CDA": '<id root="1.2.208.176.1.2" extension="{}"/>',
    "CDA, omvendt og med enkelte anførselstegn": "<id extension = '{}'\n  assigningAuthorityName='CPR' root='1.2.208.176.1.2'/>",
    "CX": "<Value>{}^^^&amp;1.2.208.176.1.2&amp;ISO</Value>",
    "CX i en forespørgsel": "('{}^^^&1.2.208.176.1.2&ISO')",
    "CX med navn": "PID-3|{}^^^CPR&1.2.208.176.1.2&ISO",
    "FHIR-søgning": "Patient?identifier=urn:oid:1.2.208.176.1.2|{}",
    "JSON": '{{"patient": "{}"}}',
    "JSON, andet felt": '{{"a": 1, "CPR" :" {}"}}',
    "adresse": "/plsp/planer?a=1&cpr={}",
    "OIOXML": "<ns:CivilRegistrationNumber>{}</ns:CivilRegistrationNumber>",
    "FHIR i JSON": '{{"system": "urn:oid:1.2.208.176.1.2",\n "value": "{}"}}',
    "FHIR i JSON, omvendt": '{{"value": "{}", "use": "official", "system": "urn:oid:1.2.208.176.1.2"}}',
    "FHIR i XML": '<system value="urn:oid:1.2.208.176.1.2"/>\n <!-- x --> <value value="{}"/>',
    "FHIR i XML med præfiks": "<f:system value='urn:oid:1.2.208.176.1.2'></f:system><f:value value='{}'/>",
    "EDIFACT": "PNA+PAT+{}:::CPR:IM+++SU:Hansen'",
    "EDIFACT med andre skilletegn": "PNA|PAT|{}^^^CPR",
    "SBDH": "<s:Scope><s:Type>PATIENTID</s:Type>\n<s:InstanceIdentifier>{}</s:InstanceIdentifier></s:Scope>",
    "EDS": '{{"what": {{"identifier": {{"value": "{}"}} }}, "type": {{ "code": "ehmiPatient"}}}}',
    "element": '<cpr type="x">\n  {} </cpr>',
}
SECURITY = {
    "DGWS": '<saml:Attribute Name="medcom:UserCivilRegistrationNumber"><saml:AttributeValue>{}</saml:AttributeValue>',
    "HSUID": (
        "<saml:Attribute NameFormat='x' Name='nsi:ActingUserCivilRegistrationNumber'>\n"
        "<saml:AttributeValue xsi:type='xs:string'>{}</saml:AttributeValue>"
    ),
    "NameID": '<saml:NameID Format="medcom:cprnumber">{}</saml:NameID>',
}
SPELLINGS = {"ti cifre": "{}{}", "bindestreg": "{}-{}", "mellemrum": "{} {}"}


def written(template: str, number: str = FOREIGN, spelling: str = "{}{}") -> bytes:
    return template.format(spelling.format(number[:6], number[6:])).encode()


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("place", TYPED)
def test_a_foreign_number_in_a_typed_place_is_seen(place: str, spelling: str) -> None:
    sightings = GUARD.inspect(written(TYPED[place], spelling=spelling))
    assert [(sighting.typed, sighting.security) for sighting in sightings] == [(True, False)]
    assert GUARD.inspect(written(TYPED[place], KNOWN, spelling)) == []


@pytest.mark.parametrize("place", SECURITY)
def test_in_a_security_header_it_is_the_configurations(place: str) -> None:
    assert [(sighting.typed, sighting.security) for sighting in GUARD.inspect(written(SECURITY[place]))] == [(True, True)]
    assert GUARD.inspect(written(SECURITY[place], KNOWN)) == []


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "plan_{}_x",
        "Ring til {}.",
        "({}),",
        "<text>{}</text>",
        "mål:{};",
        "æ {}\n",
        '{{"text": "Første linje.\\n{}"}}',
        "a\t{}&#13;\n",
    ],
)
@pytest.mark.parametrize("spelling", ["{}{}", "{}-{}"])
def test_a_loose_number_is_noted_with_its_place(text: str, spelling: str) -> None:
    body = written(text, spelling=spelling)
    [sighting] = GUARD.inspect(body)
    assert not sighting.typed
    assert body[sighting.start : sighting.end].decode() == spelling.format(FOREIGN[:6], FOREIGN[6:])
    assert GUARD.inspect(written(text, KNOWN, spelling)) == []


@pytest.mark.parametrize(
    "text",
    [
        "1{}",
        "{}1",
        "2.25.{}",
        "{}.5",
        "1.2.{}.3",
        "73091{}16008",
        "20{}00+0200",
        "ab{}cdef",
        "{}-1234",
        "6f7b1c1e-3e0b-4b0e-9c3a-{}",
        "b2f1c{}9e8d7c6b5a4f3e2d1c0b",
    ],
)
def test_inside_something_longer_it_is_no_cpr(text: str) -> None:
    assert GUARD.inspect(text.format(FOREIGN).encode()) == []


def test_ten_digits_that_begin_with_no_date_are_no_cpr() -> None:
    assert GUARD.inspect(f"SOR 32{FOREIGN[2:]}, {FOREIGN[:2]}13{FOREIGN[4:]}".encode()) == []


@pytest.mark.parametrize("number", ["0703921VJ5", "0703925VJ5"])
def test_an_ecpr_is_allowed(number: str) -> None:
    """The examples of X-eCPR and D-eCPR have letters where a CPR has digits."""
    for template in (*TYPED.values(), *SECURITY.values(), "{}"):
        assert GUARD.inspect(template.format(number).encode()) == []


@given(st.text(alphabet="0123456789abcdefABCDEF", min_size=1), st.sampled_from(["før", "efter"]))
def test_no_run_of_letters_or_digits_around_it_makes_it_a_cpr(run: str, side: str) -> None:
    text = f"{run}{FOREIGN}" if side == "før" else f"{FOREIGN}{run}"
    assert all(FOREIGN not in text[sighting.start : sighting.end] for sighting in GUARD.inspect(text.encode()))


@given(st.text(), st.text())
def test_a_delimited_number_is_hidden_whatever_stands_around_it(before: str, after: str) -> None:
    hidden = GUARD.hide(f"{before} {FOREIGN} {after}")
    assert FOREIGN not in hidden.replace(before, "", 1)
    assert HIDDEN in hidden


def test_every_number_in_a_text_is_hidden_and_the_rest_is_left() -> None:
    text = f"æ {FOREIGN}, {KNOWN} og {FOREIGN[:6]}-{FOREIGN[6:]}. ø"
    assert GUARD.hide(text) == f"æ {HIDDEN}, {KNOWN} og {HIDDEN}. ø"
    twice_typed = f'{{"patient": "{FOREIGN}^^^&1.2.208.176.1.2&ISO", "æ": 1}}'
    assert GUARD.hide(twice_typed) == f'{{{HIDDEN}ISO", "æ": 1}}'


@given(st.text(alphabet=st.characters(exclude_categories=["Nd", "Cs"])))
def test_text_without_numbers_is_left_as_it_is(text: str) -> None:
    assert GUARD.hide(text) == text


def as_one_line(encoded: bytes) -> bytes:
    return encoded


def in_lines(encoded: bytes) -> bytes:
    return b"\n".join(encoded[at : at + 76] for at in range(0, len(encoded), 76))


WRAPPINGS = {
    "én linje": as_one_line,
    "linjer": in_lines,
    "linjer som Java skriver dem i XML": lambda encoded: in_lines(encoded).replace(b"\n", b"&#13;\n"),
    "linjer i JSON": lambda encoded: in_lines(encoded).replace(b"\n", b"\\r\\n"),
    "skråstreg i JSON": lambda encoded: encoded.replace(b"/", b"\\/"),
    "ord bagefter": lambda encoded: encoded.rstrip(b"=") + b" og saa nogle ord",
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@given(before=st.binary(min_size=30), after=st.binary())
def test_inside_base64_it_is_seen_however_it_lies(wrapping: str, before: bytes, after: bytes) -> None:
    inner = before + written(TYPED["JSON"]) + after
    body = b'<Document id="a">' + WRAPPINGS[wrapping](base64.b64encode(inner)) + b"</Document>"
    found = GUARD.inspect(body)
    assert any(sighting.typed and "vedlagt dokument" in sighting.kind for sighting in found)
    assert all(body[sighting.start : sighting.end] in body[17:] for sighting in found)


def test_base64_inside_base64_is_looked_at_too() -> None:
    inner = base64.b64encode(b"x" * 30 + written(TYPED["CDA"]))
    assert [sighting.typed for sighting in GUARD.inspect(base64.b64encode(b'{"dokument": "' + inner + b'"}'))] == [True]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_in_utf_16_it_is_seen(encoding: str) -> None:
    for place in TYPED.values():
        body = written(place).decode().encode(encoding)
        [sighting] = GUARD.inspect(body)
        assert (sighting.typed, sighting.start, sighting.end) == (True, 0, len(body))


def test_typed_places_come_first() -> None:
    body = b"Ring til " + written("{}") + b" " + written(TYPED["CDA"])
    assert [sighting.typed for sighting in GUARD.inspect(body)] == [True, False]


def test_no_repr_holds_a_number() -> None:
    for template in (*TYPED.values(), *SECURITY.values(), "{}"):
        found = GUARD.inspect(written(template))
        assert found
        assert FOREIGN not in repr(found) + repr(GUARD)


SECRET = "hemmeligt-Æ/12+x"
SECRET_BODIES = {
    "wsse:Password": "<wsse:Password Type='x'>{}</wsse:Password>",
    "Password uden præfiks": "<Password>\n{}</Password>",
    "Password som CDATA": "<wsse:Password><![CDATA[<{}]]></wsse:Password>",
    "Bearer": "Authorization: Bearer {}",
    "Bearer i JSON": '{{"token": "Bearer {}"}}',
    "privat nøgle": "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
    "krypteret privat nøgle": "-----BEGIN ENCRYPTED PRIVATE KEY-----\nA\n{}\n-----END ENCRYPTED PRIVATE KEY-----",
    "privat nøgle i JSON": '{{"key": "-----BEGIN RSA PRIVATE KEY-----\\n{}\\n-----END RSA PRIVATE KEY-----"}}',
    "afkortet privat nøgle": "-----BEGIN EC PRIVATE KEY-----\n{}",
}
AROUND = "<før>æøå</før>{}<efter/>"


@pytest.mark.parametrize("place", SECRET_BODIES)
def test_a_secret_is_hidden_and_nothing_else(place: str) -> None:
    secret = SECRET.replace("Æ", "AE") if "Bearer" in place else SECRET
    body = AROUND.format(SECRET_BODIES[place].format(secret)).encode()
    hidden = redact(body)
    assert secret.encode() not in hidden
    assert HIDDEN.encode() in hidden
    assert hidden.startswith("<før>æøå</før>".encode())
    if "afkortet" not in place:
        assert hidden.endswith(b"<efter/>")
    assert redact(hidden) == hidden


@pytest.mark.parametrize("order", ["le", "be"])
def test_a_secret_in_utf_16_is_hidden(order: str) -> None:
    text = "\ufeff<før>æøå</før><Password>{}</Password>☃"
    encoding = f"utf-16-{order}"
    assert redact(text.format(SECRET).encode(encoding)) == text.format(HIDDEN).encode(encoding)
    half = text.replace("Password", "Andet").encode(encoding) + b"\xd8"
    assert redact(half) == half


@pytest.mark.parametrize("name", ["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"])
def test_a_header_that_carries_a_secret_is_hidden(name: str) -> None:
    headers = (("content-type", "text/xml; charset=æ"), (name, f"Basic {SECRET}"), ("x-forwarded", "Bearer abc.def"))
    assert redact_headers(headers) == (headers[0], (name, HIDDEN), ("x-forwarded", f"Bearer {HIDDEN}"))


ID_CARD = """<saml:Assertion id="IDCard"><saml:SubjectConfirmation>
<saml:ConfirmationMethod>urn:oasis:names:tc:SAML:2.0:cm:bearer</saml:ConfirmationMethod></saml:SubjectConfirmation>
<ds:Signature><ds:SignatureValue>YWJj</ds:SignatureValue><ds:X509Certificate>-----BEGIN CERTIFICATE-----
MIIB-----END CERTIFICATE-----</ds:X509Certificate></ds:Signature></saml:Assertion><wsse:PasswordPolicy>12</wsse:PasswordPolicy>
<wsse:Password/> <wsse:Nonce/>"""


@pytest.mark.parametrize(
    "body",
    [
        ID_CARD.encode(),
        (EXAMPLES / "cpd_haandskrevet.xml").read_bytes(),
        (EXAMPLES / "iti41_haandskrevet.xml").read_bytes(),
        base64.encodebytes(SECRET_BODIES["wsse:Password"].encode()),
    ],
    ids=["ID-kort", "plan", "ITI-41", "vedlagt dokument"],
)
def test_id_cards_and_documents_are_untouched(body: bytes) -> None:
    assert redact(body) == body


@given(st.binary())
def test_bytes_without_secrets_are_untouched(body: bytes) -> None:
    assert redact(body) == body


@pytest.mark.parametrize("rute", ["plsp", "direkte"])
def test_nothing_an_honest_system_sends_is_taken_for_a_foreign_number(tmp_path: Path, rute: str) -> None:
    setup = prepare(Wish(rute=rute))
    stage = MockStage(setup, tmp_path)
    for disease in Disease:
        story = stage.story(f"{rute} {disease}")
        for alias in ("Elmer", "Cæcar"):
            story.driver.admit_patient(story.patient(alias))
            story.make_plan(disease, alias, "Rask gang hver dag", level=2)
            story.part(HandingIn).share()
            story.change_goal("Rygestop")
            story.part(HandingIn).share()
            assert len(story.editions()) >= 2
    stage.close()
    events = [entry.event for entry in read_log(tmp_path / LOG_NAME)]
    assert sum(isinstance(event, Exchanged) and event.sender == "lps" for event in events) == 4 * len(Disease)
    assert [event for event in events if isinstance(event, ForeignCpr)] == []


def test_who_allows_the_same_numbers_has_the_same_guard_and_nobody_else_what_it_remembers() -> None:
    few, many = guard_of(ALLOWED - {FOREIGN}), guard_of(ALLOWED)
    line = f'{{"a":["{FOREIGN[:6]}-{FOREIGN[6:]}","password=Zeppelin7"],"CPR":"{FOREIGN}","pinkode":"Zeppelin7"}}\n'.encode()
    first = few.scrub(line)
    assert FOREIGN.encode() in many.scrub(line)
    assert (
        few.scrub(line) == guard_of(frozenset(ALLOWED - {FOREIGN})).scrub(line) == Guard(ALLOWED - {FOREIGN}).scrub(line) == first
    )
    assert guard_of(frozenset(ALLOWED - {FOREIGN})) is few is not many
    assert first.count(HIDDEN.encode()) == 4
    assert b"Zeppelin" not in first


def test_a_guard_that_has_forgotten_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_REMEMBERED", 2)
    forgetful = Guard(ALLOWED - {FOREIGN})
    lines = [f'["{number} {word}, kode=Zeppelin7"]'.encode() for number in (FOREIGN, KNOWN) for word in ("en", "to", "tre")]
    assert [forgetful.scrub(line) for line in (*lines, *lines)] == [GUARD.scrub(line) for line in lines] * 2


@pytest.mark.parametrize("written", ["%3{}", "&#{}", "\\\\u003{}"])
def test_a_line_of_a_log_hides_a_number_whose_digits_are_written_as_codes(written: str) -> None:
    digit = FOREIGN[0] if "&" not in written else f"{ord(FOREIGN[0])};"
    line = f'{{"event":{{"text":"Der stod {written.format(digit)}{FOREIGN[1:]} i adressen"}}}}\n'.encode()
    assert FOREIGN[1:].encode() not in GUARD.scrub(line)
    allowed = line.replace(FOREIGN[1:].encode(), KNOWN[1:].encode())
    assert GUARD.scrub(allowed) == allowed


def test_a_line_of_a_log_hides_a_number_that_is_packed_in_lines() -> None:
    packed = base64.encodebytes(f"Tekst, som fylder mere end en linje, når den pakkes: CPR {FOREIGN}, og så lidt mere".encode())
    line = f'{{"event":{{"text":"{packed.decode().replace(chr(10), chr(92) + "r" + chr(92) + "n")}"}}}}\n'.encode()
    assert HIDDEN.encode() in GUARD.scrub(line)


def zipped(*members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, content in enumerate(members):
            packed.writestr(f"{number}.zip", content)
    return made.getvalue()


CODED = {
    "i en adresse": "%{:02x}",
    "to gange i en adresse": "%25{:02x}",
    "tre gange i en adresse": "%2525{:02x}",
    "i XML, som tal": "&#{};",
    "i XML, som tal med nuller": "&#000{};",
    "i XML, sekstentalssystemet": "&#x{:x};",
    "i JSON": "\\u{:04x}",
}


@pytest.mark.parametrize("code", CODED)
@pytest.mark.parametrize("first", [0, 3, 9])
def test_digits_that_are_written_as_codes_are_digits(code: str, first: int) -> None:
    for number, seen in ((FOREIGN, True), (KNOWN, False)):
        coded = number[:first] + "".join(CODED[code].format(ord(each)) for each in number[first:])
        assert [each.typed for each in GUARD.inspect(TYPED["CDA"].format(coded).encode())] == [True] * seen
        assert GUARD.hide(f"Nancy {coded}") == (HIDDEN if seen else f"Nancy {coded}")


@pytest.mark.parametrize(
    "packing", [gzip.compress, zlib.compress, zipped, lambda data: base64.b64encode(gzip.compress(data * 9))]
)
def test_inside_what_is_packed_it_is_seen(packing: Callable[[bytes], bytes]) -> None:
    assert {each.typed for each in GUARD.inspect(packing(written(TYPED["JSON"])))} == {True}
    assert GUARD.inspect(packing(written(TYPED["JSON"], KNOWN))) == []


def test_what_is_packed_around_itself_comes_to_an_end() -> None:
    """Sixteen in each, five times: a few thousand bytes for a terabyte. What was not seen to its end is not remembered."""
    inner = written(TYPED["JSON"])
    bomb = b"x" * 1_000_000 + inner
    for _ in range(5):
        bomb = zipped(*[bomb] * 16)
    assert len(bomb) < 100_000
    again = Guard(ALLOWED - {FOREIGN})
    assert again.inspect(bomb) == []
    assert again.inspect(inner)
