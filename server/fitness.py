"""Whether an installation is fit to hold the data of real people."""

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from server.migrations.upgrade import newest, present

SHORTEST_KEY = 32


def findings(config: Mapping[str, Any]) -> list[str]:
    """What is unsafe or missing, each with what to do; empty when all is well."""
    return [
        *_findings_of_settings(config),
        *_findings_of_files(Path(config["DATA_DIR"])),
        *_findings_of_database(),
    ]


def _findings_of_settings(config: Mapping[str, Any]) -> list[str]:
    found = []
    if not str(config["PUBLIC_URL"]).startswith("https://"):
        found.append("PUBLIC_URL is not an https address: phones and people need one.")
    if not config["SECURE_COOKIES"]:
        found.append("SECURE_COOKIES is false: set it to true behind https.")
    if len(config["SECRET_KEY"]) < SHORTEST_KEY:
        found.append(f"SECRET_KEY is shorter than {SHORTEST_KEY} characters.")
    if config["TRUSTED_PROXIES"] < 1:
        found.append("TRUSTED_PROXIES is 0: set it to the number of reverse proxies.")
    return found


def _findings_of_files(folder: Path) -> list[str]:
    exposed = stat.S_IRWXG | stat.S_IRWXO
    return [
        f"{path} may be read by others: chmod 600."
        for path in (folder / "secret-key", folder / "sealing-key")
        if path.exists() and path.stat().st_mode & exposed
    ]


def _findings_of_database() -> list[str]:
    try:
        step = present()
    except SQLAlchemyError as error:
        return [f"The database does not answer ({type(error).__name__})."]
    if step != newest():
        return [f"The database is at step {step or 'none'}: call `migrate`."]
    return []
