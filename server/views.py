"""What machines ask to know whether this process is well, and what it can be asked."""

import os
from collections.abc import Callable

from flask import Blueprint, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from server.migrations.upgrade import newest, present
from server.web.api import described
from server.web.security import public

blueprint = Blueprint("server", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> dict[str, bool]:
    """The process answers. Says nothing of the database: a restart would not mend it."""
    return {"alive": True}


@blueprint.get("/readyz")
@public
def readyz() -> tuple[dict[str, object], int]:
    """Whether requests should be sent here, with the checks that decide it."""
    checks: dict[str, Callable[[], bool]] = {
        "database": _database_is_current,
        "files": _files_can_be_kept,
        "worker": _worker_lives,
    }
    results = {name: check() for name, check in checks.items()}
    is_ready = all(results.values())
    return {"ready": is_ready, "checks": results}, 200 if is_ready else 503


@blueprint.get("/api/openapi.json")
@public
def openapi() -> Response:
    """What programs may ask, described by the schemas that read and write it."""
    return jsonify(described())


def _database_is_current() -> bool:
    try:
        return present() == newest()
    except SQLAlchemyError:
        return False


def _files_can_be_kept() -> bool:
    return os.access(current_app.config["DATA_DIR"], os.W_OK)


def _worker_lives() -> bool:
    worker = current_app.extensions.get("worker")
    return worker is None or worker.is_alive()
