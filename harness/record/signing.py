"""Ed25519 signatures under certificates and manifests. A key is a PEM file somebody made: none is made silently."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.domain.errors import ConfigurationError, EnvironmentFault

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_VARIABLE: Final = "LPS_SIGNING_KEY"
"""The environment's name of the private key: the PEM text itself, or the file it lies in."""


def read_private_key(file: Path | None = None) -> Ed25519PrivateKey | None:
    """The key in `file`, else the one the environment names; None when neither is given. Raises ConfigurationError."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    named = os.environ.get(KEY_VARIABLE, "")
    if file is None and not named:
        return None
    where = "Nøglen i miljøvariablen " + KEY_VARIABLE if file is None else f"Nøglen {file}"
    try:
        pem = named.encode() if file is None and named.startswith("-----BEGIN") else Path(file or named).read_bytes()
        key = load_pem_private_key(pem, password=None)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigurationError(f"{where} kan ikke læses: den skal være en privat Ed25519-nøgle i PEM. {_why(error)}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(f"{where} er ikke en Ed25519-nøgle.")
    return key


def new_private_key(file: Path) -> str:
    """Make a private key in `file`, which only its owner may read; the public key as PEM.

    Raises ConfigurationError when the file is there already, for a key is never written over, and EnvironmentFault.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    key = Ed25519PrivateKey.generate()
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as private:
            private.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    except FileExistsError:
        raise ConfigurationError(f"{file} findes allerede. En nøgle bliver aldrig skrevet over: vælg et andet navn.") from None
    except OSError as error:
        raise EnvironmentFault(f"{file} kan ikke skrives: {error.strerror or error}.") from None
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def read_public_key(file: Path) -> Ed25519PublicKey:
    """The public key in `file` (PEM). Raises ConfigurationError."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(file.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"{file} kan ikke læses: den skal være en offentlig Ed25519-nøgle i PEM. {_why(error)}"
        ) from None
    if not isinstance(key, Ed25519PublicKey):
        raise ConfigurationError(f"{file} er ikke en Ed25519-nøgle.")
    return key


def public_hex(key: Ed25519PrivateKey | Ed25519PublicKey) -> str:
    """The public key's 32 bytes as hex: what a signature names its signer by."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return public.public_bytes_raw().hex()


def sign(data: bytes, key: Ed25519PrivateKey) -> str:
    """The signature over `data`: 64 bytes as hex. The same data and key give the same signature."""
    return key.sign(data).hex()


def is_signed(data: bytes, signature: str, public: str) -> bool:
    """Whether `signature` (hex) over `data` was made with the private key that belongs to `public` (hex)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _why(error: Exception) -> str:
    return f"({error.strerror})" if isinstance(error, OSError) else ""
