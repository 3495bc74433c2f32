"""The Danish step about what goes wrong on the way between the system and a national service, and about a service's clock."""

from __future__ import annotations

from typing import Any, Final

from pytest_bdd import given, parsers, when

from harness.services.disturbance import DISTURBANCE, Direction, Kind
from harness.services.service import Order
from harness.steps.story import Story

RECEIVER: Final = "modtageren af planer"
_CALLED: Final[dict[str, tuple[str, ...]]] = {
    RECEIVER: (),
    "dokumentdelingen": ("dokumentdeling",),
    "modtageren af diagnosekort": ("diagnosekort",),
    "PLSP": ("plsp", "diagnosekort"),
    "nettet, som breve bliver sendt gennem,": ("vans",),
    "EHMI": ("ehmi",),
    "Web-patient": ("web-patient",),
    "Digitale Forløbsplaner": ("flp",),
    "Health Hub": ("health-hub",),
    "Klinikens cockpit": ("cockpit",),
}
"""Whom the system calls: the services, by the names steps have for them. Who receives plans is the run's to say."""

_MUNICIPALITY: Final = ("dnhf", "eoj")
"""Who sends to the clinic without being asked, and whose messages steps wait for. The others send again by steps of their own."""

_AS_EVER: Final[dict[str, dict[str, Any]]] = {"er som den plejer": {"slags": str(Kind.NONE)}}
_TWICE: Final = "sender alt to gange"
_TO: Final[dict[str, dict[str, Any]]] = {
    "svarer langsomt": {"slags": str(Kind.LATENCY), "sekunder": 10},
    "svarer med fejl": {"slags": str(Kind.HTTP_ERROR)},
    "er nede": {"slags": str(Kind.OUTAGE)},
    _TWICE: {"slags": str(Kind.DUPLICATE)},
    **_AS_EVER,
}
_FROM: Final[dict[str, dict[str, Any]]] = {
    "er langsom": {"slags": str(Kind.LATENCY), "sekunder": 10},
    _TWICE: {"slags": str(Kind.DUPLICATE)},
    "bytter om på det, den sender": {"slags": str(Kind.REORDER), "sekunder": 10},
    **_AS_EVER,
}
_OUT: Final = rf"forbindelsen til (?P<service>{'|'.join(_CALLED)}) (?P<what>{'|'.join(_TO)})"
_IN: Final = rf"forbindelsen fra kommunen (?P<sent>{'|'.join(_FROM)})"
_CLOCK: Final = rf"uret hos (?P<service>{'|'.join(_CALLED)}) er (?P<minutes>\d+) minutter (?P<way>foran|bagud)"
_RIGHT: Final = rf"uret hos (?P<service>{'|'.join(_CALLED)}) går rigtigt igen"


@given(parsers.re(f"at {_OUT}"))
@given(parsers.re(f"at {_IN}"))
@given(parsers.re(f"at {_CLOCK}"))
@when(parsers.re(_OUT))
@when(parsers.re(_IN))
@when(parsers.re(_CLOCK))
@when(parsers.re(_RIGHT))
def connection_is(story: Story, service: str = "", what: str = "", sent: str = "", minutes: str = "", way: str = "") -> None:
    """Forbindelsen er sådan fra nu af, indtil et trin siger, at den er, som den plejer, eller scenariet er slut. Langsomt er 10
    sekunder senere end ellers. Svarer den med fejl eller er nede, når systemets beskeder ikke frem. Bytter den om, bliver hver
    anden besked 10 sekunder forsinket, så den næste kommer først. Uret går forkert, til et trin siger, at det går rigtigt igen.
    Hvert trin ændrer kun det, det nævner: en forbindelse, der er, som den plejer, stiller ikke uret, og en tjeneste, som et andet
    trin siger ikke svarer, svarer stadig ikke. Forstyrrelsen er ikke systemets fejl; hvad systemet gør ved den, bliver bedømt.
    """
    if sent:
        wrong = {**_FROM[sent], "retning": str(Direction.DELIVERY)}
    elif what:
        wrong = _TO[what]
    else:
        wrong = {"slags": str(Kind.CLOCK), "sekunder": int(minutes or 0) * (60 if way == "foran" else -60)}
    for name in _MUNICIPALITY if sent else _CALLED[service] or (story.receiver,):
        story.services.order(name, Order(DISTURBANCE, wrong))
