"""Answers what browsers ask of the hub's pages.

/                            the control room; only from the hub's own machine
/-/ind/SECRET                a link that works once: the tester says their name, and is let in
/-/filer/NAME                what pages need
/SYSTEM/                     where the run stands, what is asked, and the form to answer in
/SYSTEM/nyt?efter=VERSION    answers when there is something newer, or after `POLL_SECONDS`
/SYSTEM/svar                 POST: an answer
/SYSTEM/mere-tid             POST: more time for a wait
/SYSTEM/navn                 POST: the tester's name
/SYSTEM/bilag/SHA256         a file that was handed in with an answer
/SYSTEM/foerste-kontakt      what came outside every run
/SYSTEM/gennemgang/…         the system's runs and their reviews: see `review_pages`
/medcom/                     MedCom's testers: what waits for review, and the same pages as everybody's below /medcom/SYSTEM/
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Protocol, TypeVar
from urllib.parse import parse_qs, quote

from harness.domain.errors import BadInput, EnvironmentFault
from harness.domain.event import Body
from harness.domain.exchange import Headers, Request, Response
from harness.domain.patient import Patient
from harness.domain.prompt import MEDCOM_ANSWERS, Answer, Attachment, Prompt
from harness.domain.review import Role
from harness.hub.arrivals import Arrival
from harness.hub.desk import Desk
from harness.hub.http import CLIENT, Limits
from harness.hub.news import News
from harness.hub.pages.access import MEDCOM, Access, Tester
from harness.hub.pages.control_room import HubState, control_room
from harness.hub.pages.first_contact import in_words
from harness.hub.pages.forms import Mistake, Sent, read_answer, read_form
from harness.hub.pages.rendering import FILES, SAFE, file_called, not_found, page, see
from harness.hub.pages.review_pages import ReviewPages
from harness.hub.pages.side_files import Files, SideFiles
from harness.hub.pages.sitting import FAULTS, MORE_MINUTES, Sitting, State, sitting
from harness.hub.run import LiveRun
from harness.record.evidence import read_evidence
from harness.record.reviewing import Reviews
from harness.services.world import MAX_BODY

WAYS_IN: Final = "/-/ind/"
POLL_SECONDS: Final = 25.0
SMALL_FORM: Final = 64_000
"""Bytes of any form but an answer, which may carry files."""
PAGE_LIMITS: Final = Limits(body_bytes=MAX_BODY, body_seconds=300.0, connections=1_000)

T = TypeVar("T")


class Systems(Protocol):
    """What pages are about. `news` tells when a run begins or ends, or its worker comes or goes.

    `authority`: who issued the hub's certificate, where systems speak TLS with it.
    """

    systems: tuple[str, ...]
    reports: Path
    authority: Path | None
    patients: Mapping[str, Patient]
    news: News

    def run_of(self, system: str) -> LiveRun | None:
        """The run that `system` has under way."""
        ...

    def is_driven(self, system: str) -> bool:
        """Whether the run of `system` has its worker."""
        ...

    def address_of(self, system: str) -> str:
        """Where `system` sends to."""
        ...

    def arrivals(self, system: str) -> Sequence[Arrival]:
        """What has come from `system` lately, the newest first."""
        ...

    def state(self) -> HubState:
        """What the control room shows."""
        ...


class Site:
    """The pages. `answer` is for an HttpDoor, and `room` says how large a body it should read. `own`: this machine's address.

    `files` carries files by hand between testers and the hub, and `reviews` are those of the runs; without them there are no
    pages for that.
    """

    def __init__(
        self, hub: Systems, access: Access, own: str, files: Files | None = None, reviews: Reviews | None = None
    ) -> None:
        self._hub = hub
        self._access = access
        self._own = own
        self._control_room = control_room(hub.state)
        self._files = SideFiles(files) if files else None
        self._reviews = ReviewPages(reviews, hub.systems) if reviews else None
        self._began = secrets.token_hex(4)

    def room(self, method: str, path: str, headers: Headers) -> int:
        """Large bodies are for files in answers, and for those who have been let in."""
        system, _, what = path.removeprefix("/").partition("/")
        last = what.rpartition("/")[2] if system == MEDCOM else what
        uploads = method == "POST" and last in ("svar", "filer") and self._access.tester(system, headers)
        return MAX_BODY if uploads else SMALL_FORM

    async def answer(self, request: Request) -> Response | None:
        """The answer to any request."""
        if request.path == "/":
            return await self._room(request)
        if request.path.startswith(FILES):
            return file_called(request.path.removeprefix(FILES)) or not_found()
        if request.path.startswith(WAYS_IN):
            return await self._way_in(request, request.path.removeprefix(WAYS_IN))
        system, slash, what = request.path.removeprefix("/").partition("/")
        if system not in (*self._hub.systems, MEDCOM):
            return not_found()
        tester = self._access.tester(system, request.headers)
        if tester is None:
            return page("udenfor.html", 403, system=system)
        if not slash:
            return see(f"/{system}/")
        under, below, rest = what.partition("/")
        if system == MEDCOM and below and under in self._hub.systems:
            return await self._inside(request, replace(tester, system=under), rest)
        return await self._inside(request, tester, what)

    async def _room(self, request: Request) -> Response | None:
        client = CLIENT.get()
        if not client or (client != self._own and not ip_address(client.partition("%")[0]).is_loopback):
            return page("besked.html", 403, title="Kontrolrummet", says="Kontrolrummet vises kun på hubbens egen maskine.")
        return await self._control_room(request)

    async def _way_in(self, request: Request, secret: str) -> Response:
        mistake = ""
        if request.method == "POST":
            form = await asyncio.to_thread(read_form, request)
            try:
                system, cookie = self._access.enter(secret, form.text("navn"))
            except BadInput as error:
                mistake = str(error)
            else:
                return see(f"/{system}/", ("set-cookie", cookie))
        system = self._access.invited_to(secret)
        if not system:
            return page("udenfor.html", 410, system="")
        return page("ind.html", 422 if mistake else 200, system=system, mistake=mistake)

    async def _inside(self, request: Request, tester: Tester, what: str) -> Response:
        if request.method == "POST":
            posts: dict[str, Callable[[Tester, Sent], Awaitable[Response]]] = {"navn": self._renamed}
            if tester.system != MEDCOM:
                posts |= {"svar": self._answered, "mere-tid": self._extended}
                posts |= {"filer": self._files.handed_in} if self._files else {}
            reviewed = self._reviews.acting_on(what) if self._reviews else None
            post = posts.get(what, reviewed)
            if post is None:
                return not_found()
            try:
                form = await asyncio.to_thread(read_form, request)
            except BadInput as error:
                return page("besked.html", 400, title="Formularen kan ikke læses", says=f"{error}.")
            if not tester.sent(form.text("_csrf")):
                return page("besked.html", 403, title="Siden er for gammel", says="Hent siden igen, og svar igen.")
            return await post(tester, form)
        if request.method not in ("GET", "HEAD"):
            return Response(405, b"", (("allow", "GET, HEAD, POST"), *SAFE))
        shown = await self._reviews.show(tester, what, request.query) if self._reviews else None
        if shown is not None or tester.system == MEDCOM:
            return shown or not_found()
        match what.partition("/"):
            case ("", _, _):
                return await self._sitting(tester)
            case ("nyt", _, ""):
                return await self._news(tester.system, parse_qs(request.query).get("efter", [""])[0])
            case ("foerste-kontakt", _, ""):
                came = [(each, in_words(each.kind)) for each in self._hub.arrivals(tester.system) if not each.run]
                address = self._hub.address_of(tester.system)
                return page("foerste-kontakt.html", tester=tester, came=came, address=address)
            case ("bilag", _, sha256):
                return await self._attachment(tester.system, sha256)
            case ("filer", slash, name) if self._files:
                return (await self._files.fetch(tester.system, name) or not_found()) if slash else self._files.show(tester)
        return not_found()

    def _version(self, system: str) -> str:
        run = self._hub.run_of(system)
        return f"{self._began}.{self._hub.news.number}.{run.news.number if run else '-'}"

    async def _news(self, system: str, seen: str) -> Response:
        """Say which version there is, once it is another than `seen`."""
        if self._version(system) == seen:
            run = self._hub.run_of(system)
            waits = [asyncio.ensure_future(each.after(each.number)) for each in (self._hub.news, *([run.news] if run else []))]
            try:
                await asyncio.wait(waits, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in waits:
                    each.cancel()
        said = json.dumps({"version": self._version(system)})
        return Response(200, said.encode(), (("content-type", "application/json"), *SAFE))

    async def _sitting(
        self, tester: Tester, status: int = 200, form: Sent | None = None, mistakes: tuple[Mistake, ...] = ()
    ) -> Response:
        system = tester.system
        version = self._version(system)  # before the run is looked at: what comes meanwhile is newer

        def shown(now: Sitting) -> Response:
            return page(
                "sidde.html",
                status,
                tester=tester,
                now=now,
                version=version,
                driven=self._hub.is_driven(system),
                faults=FAULTS,
                more=MORE_MINUTES,
                address=self._hub.address_of(system),
                start=self._command(system, "--driver", "attended", "--target", "live"),
                resume=self._command(system, *(("--campaign", now.desk.run.campaign) if now.desk.run else ()), "--resume"),
                waiting=self._files.waiting(system) if self._files else None,
                reviewed=self._reviews is not None,
            )

        answer = await self._look(system, lambda desk: shown(sitting(desk, self._hub.patients, form, mistakes)))
        if answer is None:
            kept = tuple((name, text) for name, text in form.texts.items() if text and name != "_csrf") if form else ()
            answer = shown(Sitting(State.NO_RUN, Desk(), None, mistakes=mistakes, kept=kept))
        return answer

    def _command(self, system: str, *asked: str) -> str:
        """What is written on the hub's machine to have a run of `system` on this very hub."""
        trusted = ("--ca", str(self._hub.authority)) if self._hub.authority and "--resume" not in asked else ()
        parts = ["lps", "run", "--vendor", system, "--reports", str(self._hub.reports), *trusted, *asked]
        return " ".join(f'"{part}"' if " " in part else part for part in parts)  # as every shell reads it, PowerShell too

    async def _look(self, system: str, read: Callable[[Desk], T]) -> T | None:
        """What `read` makes of the run of `system`; None when there is none."""
        run = self._hub.run_of(system)
        if run is None:
            return None
        try:
            return await run.look(read)
        except RuntimeError:
            if self._hub.run_of(system) is run:
                raise
            return None  # it was over before it was our turn

    async def _answered(self, tester: Tester, form: Sent) -> Response:
        if "_række" in form.texts:
            form.change_rows(form.text("_række"))
            return await self._sitting(tester, form=form)
        asked = form.text("_spørgsmål")
        found = await self._look(
            tester.system, lambda desk: (desk.prompts.get(asked), desk.said.get(asked), desk.is_medcoms(asked))
        )
        prompt, said, medcoms = found or (None, None, False)
        run = self._hub.run_of(tester.system)
        if prompt is None or run is None:
            return await self._refused(tester, form, "Der bliver ikke spurgt om det mere. Dit svar er ikke gemt.")
        if medcoms and tester.role is not Role.MEDCOM:
            return await self._refused(tester, form, f"{MEDCOM_ANSWERS} Dit svar er ikke gemt.")
        answer, files, mistakes = read_answer(prompt, form, tester.by)
        answer = replace(answer, role=tester.role if tester.role is Role.MEDCOM else "")
        if said and not mistakes and _same(said.answer, answer, files):
            return see(tester.home)  # sent twice: the first time, the hub was gone before it could say so
        if mistakes and not said:
            return await self._sitting(tester, 422, form, tuple(mistakes))
        try:
            await run.answer(asked, answer, files)
        except BadInput as error:
            still_asked = await self._look(tester.system, lambda desk: desk.open == prompt)
            if not still_asked:
                return await self._refused(tester, form, str(error))
            return await self._sitting(tester, 422, form, (Mistake(_where(prompt, str(error)), str(error)),))
        except RuntimeError:
            if self._hub.run_of(tester.system) is run:
                raise
            return await self._refused(tester, form, "Kørslen er slut. Dit svar er ikke gemt.")
        except EnvironmentFault as error:
            return await self._sitting(tester, 503, form, (Mistake("_svar", f"Dit svar er ikke gemt. {error}"),))
        return see(tester.home)

    async def _refused(self, tester: Tester, form: Sent, why: str) -> Response:
        """Nobody asks any more: say so, and give the tester back what they wrote."""
        return await self._sitting(tester, 409, form, (Mistake("", why),))

    async def _extended(self, tester: Tester, form: Sent) -> Response:
        run = self._hub.run_of(tester.system)
        number = form.text("_nummer")
        try:
            if run is None or not number.isdecimal():
                raise BadInput("Harnesset venter ikke på det mere.")
            tempo = await self._look(tester.system, lambda desk: desk.run.tempo if desk.run else 1.0)
            await run.extend(int(number), MORE_MINUTES * 60.0 * (tempo or 1.0), tester.by)
        except BadInput as error:
            return await self._sitting(tester, 409, mistakes=(Mistake("", str(error)),))
        return see(tester.home)

    async def _renamed(self, tester: Tester, form: Sent) -> Response:
        try:
            self._access.rename(tester, form.text("navn"))
        except BadInput as error:
            if tester.system == MEDCOM:
                return page("besked.html", 422, title="Navnet er ikke skiftet", says=str(error))
            return await self._sitting(tester, 422, mistakes=(Mistake("navn", str(error)),))
        return see(tester.home)

    async def _attachment(self, system: str, sha256: str) -> Response:
        """A file handed in during the scenario that runs: to be saved, never shown as a page of ours."""
        found = await self._look(system, lambda desk: _file_of(desk, sha256))
        run = self._hub.run_of(system)
        if found is None or run is None:
            return not_found()
        data = await asyncio.to_thread(read_evidence, run.place.folder, Body(found.sha256, found.size, found.media_type))
        named = f"attachment; filename*=UTF-8''{quote(found.name)}"
        return Response(
            200,
            data,
            (("content-type", found.media_type), ("content-disposition", named), ("content-security-policy", "sandbox"), *SAFE),
        )


def _same(said: Answer, answer: Answer, files: Sequence[tuple[str, bytes]]) -> bool:
    """Whether `answer` with `files` is what was `said`, whole: less than that is somebody's work that would be lost."""
    sent = sorted(hashlib.sha256(data).hexdigest() for _, data in files)
    return replace(said, files=()) == answer and sorted(file.sha256 for file in said.files) == sent


def _where(prompt: Prompt, says: str) -> str:
    """The input that a refusal of the run's is about: it begins with its title, unless it speaks of a file."""
    places = {each.title: each.name for each in prompt.fields} | {"Bemærkningen": "_bemærkning", "Navnet": "_svar"}
    return next((name for title, name in places.items() if says.startswith(f"{title} indeholder")), "_filer")


def _file_of(desk: Desk, sha256: str) -> Attachment | None:
    return next((file for said in desk.said.values() for file in said.answer.files if file.sha256 == sha256), None)
