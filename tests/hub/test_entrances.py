"""Whose message it is, and what the sender of nobody's hears."""

from __future__ import annotations

import pytest

from harness.domain.exchange import Headers, Request
from harness.hub.certificates import Certificate
from harness.hub.entrances import Entrances, NobodysMessage, refused

NOVAX, XMO, OTHER = (Certificate(f"CN={name}", f"sha256:{number * 64}") for name, number in (("n", "1"), ("x", "2"), ("o", "3")))
ENTRANCES = Entrances(
    ("novax", "xmo", "myclinic"), {"novax": NOVAX.fingerprint, "xmo": XMO.fingerprint, "multimed": NOVAX.fingerprint}
)
ADDRESS = "Adressen skal begynde med systemets navn: novax, xmo, myclinic."


@pytest.mark.parametrize(
    ("path", "port_of", "certificate", "whose"),
    [
        ("/novax/p/a", "", None, ("novax", "/p/a")),
        ("/novax", "", None, ("novax", "/")),
        ("/novax/novax/a", "", None, ("novax", "/novax/a")),
        ("/p/a", "xmo", None, ("xmo", "/p/a")),
        ("/xmo/p/a", "xmo", None, ("xmo", "/p/a")),
        ("/novax/p/a", "", NOVAX, ("novax", "/p/a")),
        ("/p/a", "novax", NOVAX, ("novax", "/p/a")),
        ("/myclinic/p/a", "", OTHER, ("myclinic", "/p/a")),
        ("/multimed/a", "", NOVAX, ("multimed", "/a")),
    ],
)
def test_port_then_path_say_whose_it_is(path: str, port_of: str, certificate: Certificate | None, whose: tuple[str, str]) -> None:
    assert ENTRANCES.whose(path, port_of, certificate, ("multimed",)) == whose


@pytest.mark.parametrize(
    ("path", "port_of", "certificate", "why", "status"),
    [
        ("/multimed/a", "", None, ADDRESS, 404),
        ("novax/a", "", None, ADDRESS, 404),
        ("//novax/a", "", None, ADDRESS, 404),
        ("*", "", NOVAX, ADDRESS, 404),
        ("/novax/p/a", "xmo", None, "Porten hører til xmo, men adressen begynder med novax.", 403),
        ("/xmo/p/a", "", NOVAX, "Klientcertifikatet hører til novax, men adressen til xmo.", 403),
        ("/myclinic/p/a", "", XMO, "Klientcertifikatet hører til xmo, men adressen til myclinic.", 403),
        ("/p/a", "xmo", NOVAX, "Klientcertifikatet hører til novax, men adressen til xmo.", 403),
        ("/xmo/a", "", OTHER, "Klientcertifikatet er ikke det, der står under klientcertifikat i filen for xmo.", 403),
    ],
)
def test_what_does_not_agree_is_nobodys(path: str, port_of: str, certificate: Certificate | None, why: str, status: int) -> None:
    with pytest.raises(NobodysMessage) as refusal:
        ENTRANCES.whose(path, port_of, certificate)
    assert (str(refusal.value), refusal.value.status) == (why, status)


@pytest.mark.parametrize(
    ("headers", "status", "begins"),
    [
        ((("content-type", "text/xml; charset=utf-8"),), 500, "<?xml"),
        ((("soapaction", '"urn:x"'),), 500, "<?xml"),
        ((("content-type", 'application/soap+xml; action="urn:x"'),), 400, "<?xml"),
        ((("content-type", 'multipart/related; type="application/xop+xml"'),), 500, "<?xml"),
        ((("content-type", "application/json"),), 403, "Nej, æ."),
        ((), 403, "Nej, æ."),
    ],
)
def test_who_speaks_soap_hears_a_fault(headers: Headers, status: int, begins: str) -> None:
    answer = refused(Request("POST", "/x", headers), "Nej, æ.", 403)
    assert (answer.status, answer.body.decode().startswith(begins)) == (status, True)
    assert "Nej, æ." in answer.body.decode()
