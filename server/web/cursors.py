"""Where a page of a list begins, as text for an address.

A cursor holds the sort value of the last row, which may be a person's name, and
addresses end up in histories and logs; so cursors are encrypted. The alternative, the
row's id alone, costs a second query and loses its place when the row changes.
"""

import base64
import hashlib
import json
import os
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

_NONCE = 12


def seal(values: tuple[Any, ...], *, context: str) -> str:
    """Opaque text that only `unseal` with the same `context` reads."""
    plain = json.dumps([_tagged(value) for value in values]).encode()
    nonce = os.urandom(_NONCE)
    sealed = nonce + AESGCM(_key()).encrypt(nonce, plain, context.encode())
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(text: str, *, context: str) -> tuple[Any, ...] | None:
    """The values of a cursor; None when the text is not one of ours for `context`."""
    try:
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        plain = AESGCM(_key()).decrypt(
            sealed[:_NONCE], sealed[_NONCE:], context.encode()
        )
    except (ValueError, InvalidTag):
        return None
    return tuple(_untagged(*pair) for pair in json.loads(plain))


def _tagged(value: Any) -> tuple[str, Any]:
    if value is None:
        raise ValueError("a list cannot be sorted by something that may be unknown")
    if isinstance(value, datetime):
        return "instant", value.isoformat()
    if isinstance(value, date):
        return "day", value.isoformat()
    if isinstance(value, Decimal):
        return "decimal", str(value)
    return "plain", value


def _untagged(tag: str, value: Any) -> Any:
    readers: dict[str, Callable[[str], Any]] = {
        "instant": datetime.fromisoformat,
        "day": date.fromisoformat,
        "decimal": Decimal,
    }
    return readers[tag](value) if tag in readers else value


def _key() -> bytes:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hashlib.sha256(b"cursors of lists:" + secret).digest()
