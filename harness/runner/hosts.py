"""Who answers at which host in mock: respx's routes are made once a stage, and reset for each attempt."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature

import httpx
import respx

from harness.lps.reference.system import HOST as LPS_HOST
from harness.services.door import HOST as SERVICES_HOST

PARTNER_HOST = "partner.referencesystem.test"
Answer = Callable[[httpx.Request], httpx.Response]


class Hosts:
    """The hosts of a run; `partner` is the id of the other system of a run of two, and empty in every other run."""

    def __init__(self, partner: str) -> None:
        self._router = respx.Router(assert_all_called=False)
        self._attempt: object = None
        self.partner_services, self.partner, self.services, self.lps = _Host(), _Host(), _Host(), _Host()
        if partner:
            self._router.route(host=SERVICES_HOST, path__regex=f"^/{partner}/").mock(side_effect=self.partner_services)
            self._router.route(host=PARTNER_HOST).mock(side_effect=self.partner)
        self._router.route(host=SERVICES_HOST).mock(side_effect=self.services)
        self._router.route(host=LPS_HOST).mock(side_effect=self.lps)

    def line(self) -> httpx.MockTransport:
        """The next attempt's way to them: it says who answers at each. From now on no other attempt's line leads anywhere."""
        self._router.reset()
        for each in (self.partner_services, self.partner, self.services, self.lps):
            each.answer = _nobody
        attempt = self._attempt = object()

        def handle(request: httpx.Request) -> httpx.Response:
            assert self._attempt is attempt, "what is sent belongs to the attempt that runs"
            return self._router.handler(request)

        return httpx.MockTransport(handle)


def _nobody(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"nobody answers at {request.url.host}")


class _Host:
    """One host; `answer` is whoever answers there now."""

    __signature__ = signature(_nobody)
    """respx asks for it at each call, and it is dear to find out of what is called."""

    def __init__(self) -> None:
        self.answer: Answer = _nobody

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return self.answer(request)
