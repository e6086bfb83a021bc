"""The settings card: one QR code that makes ODK Collect ready for one enumerator."""

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass

import segno
from markupsafe import Markup

from server.accounts.tables import Phone, User


@dataclass(frozen=True, slots=True)
class Card:
    """What is printed, and what staff should know beside it."""

    server_url: str
    typed_url: str  # what is typed instead: the door of Digest, or Central's address
    password: str
    settings_password: str
    code: str
    is_central: bool = False  # leads to ODK Central, not to this server

    def picture(self) -> Markup:
        """The QR code as SVG, black on white whatever the page's colours."""
        drawing = segno.make(self.code, error="l", micro=False)
        return Markup(  # noqa: S704 - made by segno of our own text
            drawing.svg_inline(dark="#000", light="#fff", border=4, omitsize=True)
        )


def card_of(phone: Phone, carrier: User, base_url: str) -> Card:
    """The card of a phone. Printing it again gives the same code."""
    base = base_url.rstrip("/")
    server_url = f"{base}/key/{phone.secrets['token']}"
    settings_password = _settings_password(phone.secrets["token"])
    return Card(
        server_url=server_url,
        typed_url=f"{base}/openrosa",
        password=phone.secrets["password"],
        settings_password=settings_password,
        code=_encoded(_settings(server_url, settings_password, carrier)),
    )


def central_card_of(
    phone: Phone, carrier: User, *, server: str, project: int, token: str
) -> Card:
    """The card by which a phone goes to ODK Central as its app user."""
    server_url = f"{server}/v1/key/{token}/projects/{project}"
    settings_password = _settings_password(phone.secrets["token"])
    return Card(
        server_url=server_url,
        typed_url=server_url,
        password="",
        settings_password=settings_password,
        code=_encoded(_settings(server_url, settings_password, carrier)),
        is_central=True,
    )


def _settings(server_url: str, password: str, carrier: User) -> dict[str, object]:
    """Names and values of Collect's own settings; a wrong type voids the whole code."""
    return {
        "general": {
            "protocol": "odk_default",
            "server_url": server_url,
            "app_language": "vi",
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
            "delete_send": False,
            "image_size": "medium",
            "hide_old_form_versions": True,
            "metadata_username": carrier.name,
        },
        "admin": {
            "admin_pw": password,
            "change_server": False,
            "delete_saved": False,
            "change_form_metadata": False,
        },
        "project": {"name": "Rà soát hộ nghèo", "icon": "R", "color": "#1f5f8b"},
    }


def _settings_password(token: str) -> str:
    """Six digits that open Collect's protected settings; follows from the token, so
    that it need not be kept."""
    digest = hashlib.sha256(f"settings {token}".encode()).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06}"


def _encoded(settings: dict[str, object]) -> str:
    plain = json.dumps(settings, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(plain.encode(), 9)).decode("ascii")
