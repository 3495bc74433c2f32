"""What is kept of access: hashes of secrets and never a secret, in the wall's database. Times are seconds since 1970 (UTC)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Double, ForeignKey, Integer, String, Table

from harness.dashboard.database import METADATA

TOKENS: Final = Table(
    "access_tokens",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("right", String(20), nullable=False),
    Column("name", String(80), nullable=False),
    Column("supplier", String(80), nullable=False),
    Column("systems", String(1000), nullable=False),
    Column("made", Double, nullable=False),
    Column("expires", Double, nullable=False),
    Column("revoked", Double),
)
"""`systems` are those of a supplier's when the token was made, with commas between."""

SESSIONS: Final = Table(
    "access_sessions",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("token", ForeignKey(TOKENS.c.id), nullable=False),
    Column("made", Double, nullable=False),
    Column("used", Double, nullable=False),
    Column("expires", Double, nullable=False),
    Column("ended", Double),
)

LINKS: Final = Table(
    "access_links",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("token", ForeignKey(TOKENS.c.id), nullable=False),
    Column("expires", Double, nullable=False),
    Column("used", Double),
)

ATTEMPTS: Final = Table(
    "access_attempts",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("who", String(80), nullable=False),
    Column("known", Boolean, nullable=False),
    Column("at", Double, nullable=False, index=True),
)
"""Logins that have not succeeded, for as long as they count: of a token or link there is (`known`), or of an address."""
