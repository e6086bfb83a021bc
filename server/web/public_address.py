"""The address under which people and phones know this server."""

from collections.abc import Mapping
from typing import Any

from server.domain.problems import Problem

_OWN = ("127.0.0.1", "localhost", "::1")


def unsaid_address(config: Mapping[str, Any]) -> Problem | None:
    """Why links and printed codes cannot be trusted: others reach this server, and it
    answers to whatever name they call it by. None when nobody else does, or when its
    address is said."""
    is_reached = config["HOST"] not in _OWN or config["TRUSTED_PROXIES"] > 0
    if not is_reached or config["PUBLIC_URL"]:
        return None
    return Problem("public_url_unsaid")
