"""Every setting once: its name, type, default and meaning. Nothing else reads os.environ.

Settings come from the environment and from `.env` in the working folder; the environment
wins. `docs/settings.md` lists the same table and a test compares the two.
"""

import base64
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from server.domain.problems import Problem


class SettingRefused(ValueError):
    """A setting whose value does not fit; the message names both."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `kind` is str, int, bool or path; "" as default means "derived".
    With `choices` nothing else fits."""

    name: str
    kind: str
    default: str
    meaning: str
    choices: tuple[str, ...] = ()


SETTINGS = (
    Setting("DATA_DIR", "path", "data", "Folder of the embedded database, received files and keys"),
    Setting("DATABASE_URL", "str", "", "SQLAlchemy address; empty = SQLite file in DATA_DIR"),
    Setting("SECRET_KEY", "str", "", "Signs cookies; empty = made once and kept in DATA_DIR"),
    Setting("SEALING_KEY", "str", "", "Base64 of 32 bytes that encrypt personal data at rest; empty = made once and kept in DATA_DIR"),
    Setting("HOST", "str", "127.0.0.1", "Address the embedded web server listens on"),
    Setting("PORT", "int", "8000", "Port the embedded web server listens on"),
    Setting("THREADS", "int", "8", "Threads of the embedded web server"),
    Setting("PUBLIC_URL", "str", "", "Address phones and people use, e.g. https://rasoat.example.vn; empty = as requested"),
    Setting("TRUSTED_PROXIES", "int", "0", "Number of reverse proxies in front whose X-Forwarded-* headers count"),
    Setting("SECURE_COOKIES", "bool", "false", "true behind https: cookies are sent over https only"),
    Setting("SIGN_IN_FAILURES", "int", "30", "Wrong passwords from one address within ten minutes before it has to wait; 0 = no limit. Behind a proxy set TRUSTED_PROXIES, or everybody has one address"),
    Setting("DEFAULT_LANGUAGE", "str", "vi", "Language of a first visit: vi or en", ("vi", "en")),
    Setting("MAX_UPLOAD_MB", "int", "100", "Largest single upload that is accepted"),
    Setting("ACCEPT_CONTENT_LENGTH", "int", "10000000", "Upload size announced to phones, in bytes; smaller = more, smaller posts on poor links"),
    Setting("WORKER", "bool", "true", "false = `run` serves web pages only; start `worker` separately"),
    Setting("WORKER_POLL_SECONDS", "int", "2", "How often an idle worker looks for jobs left by another process"),
    Setting("CENTRAL_URL", "str", "", "Address of ODK Central, e.g. https://odk.example.vn; empty = no ODK Central"),
    Setting("CENTRAL_EMAIL", "str", "", "Account at ODK Central, Project Manager of the project"),
    Setting("CENTRAL_PASSWORD", "str", "", "Password of that account"),
    Setting("CENTRAL_PROJECT", "int", "0", "Number of the project at ODK Central; 0 = `python -m sync deploy` makes one"),
    Setting("CENTRAL_FETCH_FILES", "bool", "false", "true = photos and other files are fetched from ODK Central as they come; false = when somebody looks"),
    Setting("CENTRAL_POLL_SECONDS", "int", "60", "How often `python -m sync run` asks ODK Central for what is new, in seconds"),
    Setting("BLIND_REVIEW_PERCENT", "int", "5", "Of 100 decided pairs, how many another person reviews without seeing what was decided"),
    Setting("MACHINE_REVIEW_PERCENT", "int", "5", "Of 100 pairs that the machine joined by itself, how many a person reviews without seeing what it said"),
    Setting("LOG_LEVEL", "str", "INFO", "DEBUG, INFO, WARNING or ERROR", ("DEBUG", "INFO", "WARNING", "ERROR")),
)  # fmt: skip


def load(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All settings as Flask configuration values.

    Precedence: `overrides`, environment, `.env`, default. Raises SettingRefused when a
    value does not fit. Makes DATA_DIR and missing keys.
    """
    given = {**dotenv_values(".env"), **os.environ}
    said = str(given.get("DEFAULT_LANGUAGE") or "vi")
    try:
        return _loaded(given, overrides or {})
    except _Misfit as misfit:
        problem = Problem(misfit.code, "", misfit.values)
        raise SettingRefused(problem.sentence("en" if said == "en" else "vi")) from None


def _loaded(given: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    loaded: dict[str, Any] = {
        s.name: _parsed(s, str(given.get(s.name) or s.default)) for s in SETTINGS
    }
    loaded.update(overrides)
    loaded["CENTRAL_URL"] = _central_address(loaded["CENTRAL_URL"])
    data_dir = Path(loaded["DATA_DIR"]).absolute()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _Misfit(
            "setting_no_folder", "DATA_DIR", data_dir, error.strerror
        ) from error
    loaded["DATA_DIR"] = data_dir
    if not loaded["DATABASE_URL"]:
        loaded["DATABASE_URL"] = f"sqlite:///{data_dir / 'ra-soat.sqlite'}"
    # Hosting platforms hand out addresses of this form; SQLAlchemy wants the driver.
    for scheme in ("postgres://", "postgresql://"):
        if loaded["DATABASE_URL"].startswith(scheme):
            rest = loaded["DATABASE_URL"].removeprefix(scheme)
            loaded["DATABASE_URL"] = f"postgresql+psycopg://{rest}"
    try:
        make_url(loaded["DATABASE_URL"]).get_dialect()
    except ArgumentError as error:
        # It may hold a password, so it is not repeated.
        raise _Misfit("setting_no_database", "DATABASE_URL", "…") from error
    for name in ("SECRET_KEY", "SEALING_KEY"):
        if not loaded[name]:
            loaded[name] = _kept_key(data_dir / name.lower().replace("_", "-"))
    return loaded


class _Misfit(ValueError):
    """A value that does not fit, as an entry of the catalogue."""

    def __init__(
        self, code: str, name: str, value: object, allowed: object = ""
    ) -> None:
        super().__init__(f"{code} {name}")
        self.code = code
        self.values = {"name": name, "value": repr(str(value)), "allowed": allowed}


def _parsed(setting: Setting, text: str) -> Any:
    name = setting.name
    if setting.choices and text not in setting.choices:
        allowed = ", ".join(setting.choices)
        raise _Misfit("setting_no_choice", name, text, allowed)
    if setting.kind == "int":
        if not text.lstrip("-").isdigit():
            raise _Misfit("setting_no_number", name, text)
        return int(text)
    if setting.kind == "bool":
        if text.lower() not in {"true", "false", "1", "0", "yes", "no"}:
            raise _Misfit("setting_no_truth", name, text)
        return text.lower() in {"true", "1", "yes"}
    return Path(text) if setting.kind == "path" else text


def _central_address(text: str) -> str:
    """The address of ODK Central alone, however it was copied from a browser.

    What was pulled is kept by this address: one Central must not look like two.
    """
    if not text:
        return ""
    # A browser shows pages of Central behind "#".
    parts = urlsplit(text.strip().partition("#")[0])
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise _Misfit("setting_no_address", "CENTRAL_URL", text)
    path = parts.path.rstrip("/").removesuffix("/v1")
    return f"{parts.scheme}://{parts.netloc.lower()}{path}"


def _kept_key(path: Path) -> str:
    """The key in `path`, made on first use and readable by its owner only.

    Of several processes that start at once, all get the same one.
    """
    if not path.exists():
        made = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(32)).decode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(made, path)  # complete from the first moment, and never replaced
        made.unlink()
    return path.read_text().strip()
