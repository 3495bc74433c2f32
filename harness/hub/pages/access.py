"""Who may see a system's page: a link that works once, and after that a cookie in the tester's browser.

Kept in a file, so that testers are still let in when the hub is started again. It holds only hashes of links and cookies:
whoever reads it gets in nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from harness.domain.errors import BadInput
from harness.domain.exchange import Headers, header
from harness.domain.review import Role
from harness.domain.tester import tester_name

ACCESS_FILE: Final = ".sider.json"
"""Its name in the reports folder the hub writes to."""
LINK_DAYS: Final = 7
SESSION_DAYS: Final = 30
MEDCOM: Final = "medcom"
"""Whom MedCom's links let in: to the reviews, and to every system's page."""
_COOKIE: Final = "lps"


@dataclass(frozen=True, slots=True)
class Way:
    """A link or a session: the system it is for, the last moment it holds (UTC), and the tester's name, where it is known."""

    system: str
    until: str
    by: str = ""

    @property
    def holds(self) -> bool:
        """Whether it can still be used."""
        return datetime.now(UTC) < datetime.fromisoformat(self.until)


class Access:
    """Links and sessions, kept at `path`. `secure`: cookies are for https only.

    Raises BadInput when what stands at `path` is something else.
    """

    def __init__(self, path: Path, *, secure: bool = False) -> None:
        self._path = path
        self._secure = secure
        self._links: dict[str, Way] = {}
        self._sessions: dict[str, Way] = {}
        try:
            said = json.loads(path.read_text("utf-8")) if path.exists() else {}
            for kept, name in ((self._links, "links"), (self._sessions, "sessions")):
                kept.update({key: Way(**way) for key, way in said.get(name, {}).items()})
        except (ValueError, TypeError, AttributeError) as error:
            raise BadInput(f"{path} kan ikke læses ({error}). Slet filen: så skal testerne have nye adgange") from None

    def new_link(self, system: str) -> str:
        """The secret of a link to the page of `system`. It lets one tester in, once, within `LINK_DAYS`."""
        secret = secrets.token_urlsafe(32)
        self._links[_hash(secret)] = Way(system, _days_from_now(LINK_DAYS))
        self._keep()
        return secret

    def invited_to(self, secret: str) -> str:
        """The system that a link which still works leads to; empty when there is none."""
        way = self._links.get(_hash(secret))
        return way.system if way and way.holds else ""

    def enter(self, secret: str, by: str) -> tuple[str, str]:
        """Use a link up, as the tester `by`: its system, and the Set-Cookie header that lets this browser in from now on.

        Raises BadInput, in Danish, when the link does not work any more or `by` is no name.
        """
        name = tester_name(by)
        system = self.invited_to(secret)
        if not system:
            raise BadInput("Adgangen er brugt eller for gammel.")
        del self._links[_hash(secret)]
        cookie = secrets.token_urlsafe(32)
        self._sessions[_hash(cookie)] = Way(system, _days_from_now(SESSION_DAYS), name)
        self._keep()
        secure = "; Secure" if self._secure else ""
        kept = f"Path=/{system}; Max-Age={SESSION_DAYS * 86_400}; HttpOnly; SameSite=Strict{secure}"
        return system, f"{_COOKIE}={cookie}; {kept}"

    def tester(self, system: str, headers: Headers) -> Tester | None:
        """Who the request with these headers is from; None when nobody was let in to `system` with that browser."""
        for part in header(headers, "cookie").split(";"):
            name, _, cookie = part.strip().partition("=")
            way = self._sessions.get(_hash(cookie)) if name == _COOKIE else None
            if way and way.system == system and way.holds:
                csrf = hmac.new(cookie.encode(), b"csrf", "sha256").hexdigest()
                return Tester(system, way.by, csrf, _hash(cookie), Role.MEDCOM if system == MEDCOM else Role.SUPPLIER)
        return None

    def rename(self, tester: Tester, by: str) -> None:
        """The browser's tester is now `by`. Raises BadInput when that is no name."""
        way = self._sessions[tester.session]
        self._sessions[tester.session] = Way(way.system, way.until, tester_name(by))
        self._keep()

    def _keep(self) -> None:
        """Write what still holds. The file appears whole, and only this user may read it."""
        kept = {"links": self._links, "sessions": self._sessions}
        said = {name: {key: asdict(way) for key, way in ways.items() if way.holds} for name, ways in kept.items()}
        new = self._path.with_suffix(f".{os.getpid()}")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(said, file, ensure_ascii=False)
        new.replace(self._path)


@dataclass(frozen=True, slots=True)
class Tester:
    """A person at a browser that was let in: to which system (MEDCOM: to the reviews), what they are called, what their forms
    must carry, and for whom they act.
    """

    system: str
    by: str
    csrf: str
    session: str
    role: Role = Role.SUPPLIER

    @property
    def home(self) -> str:
        """The address of the page they are on; those below it begin with it."""
        return f"/{MEDCOM}/{self.system}/" if self.role is Role.MEDCOM and self.system != MEDCOM else f"/{self.system}/"

    def sent(self, csrf: str) -> bool:
        """Whether a form that carries `csrf` came from a page of this tester's."""
        return hmac.compare_digest(csrf.encode(), self.csrf.encode())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _days_from_now(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()
