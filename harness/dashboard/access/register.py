"""The register of tokens, one-time links and sessions, in the wall's database.

Everything here waits for the database: in a server it is called in a thread. Raises sqlalchemy.exc.SQLAlchemyError throughout.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, RowMapping, delete, insert, select, update

from harness.dashboard.access.secret import Secret, new_secret
from harness.dashboard.access.tables import LINKS, SESSIONS, TOKENS
from harness.domain.access import Caller, Right
from harness.domain.errors import ConfigurationError

SESSION_SECONDS: Final = 12 * 3600
"""A session ends then at the latest: a day at a connectathon, and not the night after."""
IDLE_SECONDS: Final = 2 * 3600
"""A session that nobody uses ends then."""
LINK_SECONDS: Final = 24 * 3600
NEVER_KEPT: Final = "0" * 64
"""The hash of nothing: what is unknown is compared with this, and takes as long as what is known."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept. `name` is the person's, or what the machine is called."""

    id: str
    hash: str
    right: Right
    name: str
    supplier: str
    systems: frozenset[str]
    made: float
    expires: float
    revoked: float | None = None

    def holds(self, now: float) -> bool:
        """Whether it lets anybody in at `now`."""
        return self.revoked is None and now < self.expires

    @property
    def caller(self) -> Caller:
        """Whoever shows it."""
        return Caller(self.right, self.name, self.systems)


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that was let in with `token`. `used` is when it last asked for something, as far as the database knows."""

    id: str
    hash: str
    token: str
    used: float
    expires: float
    ended: float | None = None

    def holds(self, now: float, used: float) -> bool:
        """Whether it lets the browser in at `now`, last used at `used`."""
        return self.ended is None and now < self.expires and now < used + IDLE_SECONDS


class Register:
    """Tokens, links and sessions. `now` is the wall clock, as `time.time`."""

    def __init__(self, engine: Engine, now: Callable[[], float] = time.time) -> None:
        self.engine = engine
        self.now = now

    def issue(
        self, right: Right, name: str, *, supplier: str = "", systems: Iterable[str] = (), days: float = 30
    ) -> tuple[Token, Secret]:
        """A new token, and its secret, which is nowhere else.

        Raises ConfigurationError when another monitor or administrator has the name: what they do is told apart by it.
        """
        secret, now = new_secret(), self.now()
        token = Token(secret.id, secret.hash, right, name, supplier, frozenset(systems), now, now + days * 86_400)
        with self.engine.begin() as connection:
            if token.caller.monitors:
                _refuse_second(connection, name, now)
            kept = {"right": str(right), "systems": ",".join(sorted(token.systems))}
            kept |= {each: getattr(token, each) for each in ("id", "hash", "name", "supplier", "made", "expires")}
            connection.execute(insert(TOKENS).values(kept))
        return token, secret

    def tokens(self) -> list[Token]:
        """Every token there has been, the oldest first."""
        with self.engine.connect() as connection:
            return [_token(row) for row in connection.execute(select(TOKENS).order_by(TOKENS.c.made)).mappings()]

    def revoke(self, id: str) -> Token:
        """The token lets nobody in any more, nor do its sessions and links. Raises ConfigurationError for an unknown one."""
        with self.engine.begin() as connection:
            token = _known(connection, id)
            connection.execute(update(TOKENS).where(TOKENS.c.id == id, TOKENS.c.revoked.is_(None)).values(revoked=self.now()))
        return token

    def new_link(self, id: str) -> Secret:
        """A link that lets one browser in, once, as whoever has the token. Raises ConfigurationError when that does not hold."""
        secret = new_secret()
        with self.engine.begin() as connection:
            if not _known(connection, id).holds(self.now()):
                raise ConfigurationError(f"Adgangen {id} er trukket tilbage eller udløbet. Lav en ny: lps access new")
            connection.execute(insert(LINKS).values(id=secret.id, hash=secret.hash, token=id, expires=self.now() + LINK_SECONDS))
        return secret

    def invited(self, link: Secret) -> Token | None:
        """Whom a link that still works lets in; None when there is none. It is not used up."""
        asked = select(LINKS.c.hash.label("link_hash"), TOKENS).join(TOKENS)
        with self.engine.connect() as connection:
            row = (
                connection.execute(asked.where(LINKS.c.id == link.id, LINKS.c.used.is_(None), LINKS.c.expires > self.now()))
                .mappings()
                .first()
            )
        good = link.is_kept_as(row["link_hash"] if row else NEVER_KEPT)
        token = _token(row) if row and good else None
        return token if token and token.holds(self.now()) else None

    def enter_by_link(self, link: Secret, instead_of: str = "") -> Secret | None:
        """Use a link up: the cookie of a new session, in one statement's time, so that nobody else can. None: it does not work.

        `instead_of`: the browser's session until now, which ends.
        """
        token = self.invited(link)
        if token is None:
            return None
        with self.engine.begin() as connection:
            used = update(LINKS).where(LINKS.c.id == link.id, LINKS.c.used.is_(None)).values(used=self.now())
            if connection.execute(used).rowcount != 1:
                return None
            return self._begin(connection, token, instead_of)

    def enter(self, shown: Secret, instead_of: str = "") -> Secret | None:
        """The cookie of a new session for whoever shows a token; None when it lets nobody in. `instead_of`: see above."""
        with self.engine.begin() as connection:
            row = connection.execute(select(TOKENS).where(TOKENS.c.id == shown.id)).mappings().first()
            good = shown.is_kept_as(row["hash"] if row else NEVER_KEPT)
            token = _token(row) if row and good else None
            return self._begin(connection, token, instead_of) if token and token.holds(self.now()) else None

    def leave(self, session: str) -> None:
        """The session lets nobody in any more."""
        with self.engine.begin() as connection:
            connection.execute(update(SESSIONS).where(SESSIONS.c.id == session).values(ended=self.now()))

    def live(self, used: Mapping[str, float]) -> tuple[dict[str, Token], dict[str, Session]]:
        """The tokens and sessions that may still let somebody in, by id; sessions were `used` then, which is kept first."""
        now = self.now()
        with self.engine.begin() as connection:
            for name, at in used.items():
                connection.execute(update(SESSIONS).where(SESSIONS.c.id == name, SESSIONS.c.used < at).values(used=at))
            tokens = select(TOKENS).where(TOKENS.c.revoked.is_(None), TOKENS.c.expires > now)
            sessions = select(SESSIONS).where(
                SESSIONS.c.ended.is_(None), SESSIONS.c.expires > now, SESSIONS.c.used > now - IDLE_SECONDS
            )
            return (
                {row["id"]: _token(row) for row in connection.execute(tokens).mappings()},
                {row["id"]: _session(row) for row in connection.execute(sessions).mappings()},
            )

    def _begin(self, connection: Connection, token: Token, instead_of: str) -> Secret:
        secret, now = new_secret(), self.now()
        if instead_of:
            connection.execute(update(SESSIONS).where(SESSIONS.c.id == instead_of).values(ended=now))
        connection.execute(delete(SESSIONS).where(SESSIONS.c.expires < now))
        ends = min(now + SESSION_SECONDS, token.expires)
        kept = {"id": secret.id, "hash": secret.hash, "token": token.id, "made": now, "used": now, "expires": ends}
        connection.execute(insert(SESSIONS).values(kept))
        return secret


def _refuse_second(connection: Connection, name: str, now: float) -> None:
    for row in connection.execute(select(TOKENS)).mappings():
        token = _token(row)
        if token.caller.monitors and token.holds(now) and token.name.casefold() == name.casefold():
            raise ConfigurationError(
                f"{token.name} har allerede adgang ({token.id}, {token.right}). Træk den tilbage, eller skriv et andet navn."
            )


def _known(connection: Connection, id: str) -> Token:
    row = connection.execute(select(TOKENS).where(TOKENS.c.id == id)).mappings().first()
    if row is None:
        raise ConfigurationError(f"Adgangen kendes ikke. Fundet: {id}. Se dem, der er: lps access list")
    return _token(row)


def _token(row: RowMapping) -> Token:
    told: dict[str, Any] = {each: row[each] for each in ("id", "hash", "name", "supplier", "made", "expires", "revoked")}
    return Token(right=Right(row["right"]), systems=frozenset(filter(None, row["systems"].split(","))), **told)


def _session(row: RowMapping) -> Session:
    return Session(*(row[each] for each in ("id", "hash", "token", "used", "expires", "ended")))
