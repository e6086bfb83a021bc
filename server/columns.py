"""Column types shared by all tables: aware instants, and personal data sealed at rest.

Sealed values are AES-256-GCM under the installation's key, so a stolen database file or
backup without the key shows no answers, identity numbers or family details. Names and
addresses stay readable: staff search by them. Exact look-ups of identity numbers go
through `blind_index`, a keyed hash.
"""

import base64
import hmac
import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import JSON, DateTime, Dialect, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

Json = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. Refuses naive values: they hide a time zone bug."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive instant {value!r}")
        return value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        return (
            value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        )


class SealedJson(TypeDecorator[Any]):
    """Any JSON value, encrypted. Reading it with another key raises InvalidTag."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        plain = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
        return _seal(plain)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return json.loads(_unseal(value))


class SealedBytes(TypeDecorator[bytes]):
    """Bytes, encrypted: what a phone sent, as it sent it."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _seal(value)

    def process_result_value(
        self, value: bytes | None, dialect: Dialect
    ) -> bytes | None:
        return None if value is None else _unseal(value)


def blind_index(text: str) -> str:
    """A keyed hash of `text` (hex): equal texts meet, and the text cannot be read back."""
    return hmac.digest(_key(), text.encode(), "sha256").hex()


def blind_digests(texts: Iterable[str]) -> list[bytes]:
    """The same hash of many texts as bytes, where a part of it is enough."""
    key = _key()
    return [hmac.digest(key, text.encode(), "sha256") for text in texts]


def unsealed(values: Iterable[bytes]) -> list[bytes]:
    """What `SealedBytes` has sealed, read by a statement that goes past it."""
    decrypt = _cipher(current_app.config["SEALING_KEY"]).decrypt
    return [decrypt(value[:12], value[12:], None) for value in values]


def _seal(plain: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + _cipher(current_app.config["SEALING_KEY"]).encrypt(
        nonce, plain, None
    )


def _unseal(sealed: bytes) -> bytes:
    cipher = _cipher(current_app.config["SEALING_KEY"])
    return cipher.decrypt(sealed[:12], sealed[12:], None)


@lru_cache(maxsize=4)
def _cipher(key: str) -> AESGCM:
    # Threads may share it: each call brings its own nonce.
    return AESGCM(base64.b64decode(key))


def _key() -> bytes:
    return base64.b64decode(current_app.config["SEALING_KEY"])
