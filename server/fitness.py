"""Whether an installation is fit to hold the data of real people."""

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from server.domain.problems import Problem
from server.migrations.upgrade import newest, present

SHORTEST_KEY = 32


def findings(config: Mapping[str, Any]) -> list[Problem]:
    """What is unsafe or missing; empty when all is well."""
    return [
        *_findings_of_settings(config),
        *_findings_of_files(Path(config["DATA_DIR"])),
        *findings_of_database(),
    ]


def _findings_of_settings(config: Mapping[str, Any]) -> list[Problem]:
    found = []
    if not str(config["PUBLIC_URL"]).startswith("https://"):
        found.append(Problem("fitness_public_url", "", {"value": config["PUBLIC_URL"]}))
    if not config["SECURE_COOKIES"]:
        found.append(Problem("fitness_cookies"))
    if len(config["SECRET_KEY"]) < SHORTEST_KEY:
        found.append(Problem("fitness_secret_key", "", {"limit": SHORTEST_KEY}))
    if config["TRUSTED_PROXIES"] < 1:
        found.append(Problem("fitness_proxies"))
    return found


def _findings_of_files(folder: Path) -> list[Problem]:
    exposed = stat.S_IRWXG | stat.S_IRWXO
    return [
        Problem("fitness_key_file", "", {"value": path})
        for path in (folder / "secret-key", folder / "sealing-key")
        if path.exists() and path.stat().st_mode & exposed
    ]


def findings_of_database() -> list[Problem]:
    """That the database does not answer, or is not of this version."""
    try:
        step = present()
    except SQLAlchemyError as error:
        return [Problem("fitness_database_silent", "", {"value": type(error).__name__})]
    if step != newest():
        return [Problem("fitness_database_old", "", {"value": step or "0"})]
    return []
