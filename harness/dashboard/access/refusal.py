"""What somebody gets who gets nothing: a status, a Danish sentence, and no trace of what they asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.dashboard.pages.rendering import page
from harness.domain.access import Caller

_TOLD: Final = {
    401: ("Du er ikke logget ind", "Den adgang, du viser, gælder ikke. Den er forkert, udløbet, trukket tilbage eller brugt."),
    403: ("Det må du ikke", "Din adgang gælder ikke det her."),
    404: ("Siden findes ikke", "Der er intet på den adresse."),
    413: ("Det er for stort", "Der blev sendt mere, end der må."),
    421: ("Forkert adresse", "Tavlen kendes ikke under det navn. Brug den adresse, du har fået."),
    429: ("Vent lidt", "Der er prøvet for mange gange. Vent et minut, og prøv igen."),
    500: ("Der skete en fejl", "Det er tavlens fejl, ikke din. Prøv igen."),
    503: ("Tavlen kan ikke svare lige nu", "Databasen svarer ikke. Prøv igen om lidt."),
}


def refusal(request: Request, status: int, text: str = "", seconds: int = 2) -> Response:
    """A page for a browser, JSON for everybody else; it says nothing but `text`, else what the status means.

    `seconds`: when to try again, where that helps.
    """
    title, usual = _TOLD[status]
    request.scope["state"] |= {"caller": Caller(), "session": "", "csrf": ""}
    answer: Response
    if "text/html" in request.headers.get("accept", ""):
        here = request.url.path if request.method == "GET" and status == 401 else ""
        way_in = f"/ind?til={quote(here)}" if here and not here.startswith("/ind") else "/ind"
        answer = page(request, "adgang/nej.html", status, heading=title, text=text or usual, way_in=way_in)
    else:
        answer = JSONResponse({"fejl": text or usual}, status)
    if status == 401:
        answer.headers["www-authenticate"] = "Bearer"
    if status in (429, 503):
        answer.headers["retry-after"] = str(seconds)
    return answer


def unless(request: Request, allowed: Callable[[Caller], bool]) -> Response | None:
    """The refusal of a caller who may not: 401 where they have shown nothing, else 403. None: they may."""
    caller: Caller = request.state.caller
    if allowed(caller):
        return None
    if request.state.session or caller != Caller():
        return refusal(request, 403)
    return refusal(request, 401, "Log ind for at se siden.")
