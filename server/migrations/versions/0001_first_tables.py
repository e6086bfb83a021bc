"""The first tables."""

from importlib import import_module
from importlib.util import find_spec

from alembic import op

from server.db import Base
from server.migrations import triggers

revision = "0001"
down_revision = None

APPEND_ONLY = (
    "submissions",
    "submission_files",
    "amendments",
    "submission_notes",
    "survey_records",
    "audit_events",
    "released_forms",
    "recognised_households",
)


def upgrade() -> None:
    connection = op.get_bind()
    Base.metadata.create_all(connection)
    triggers.create_functions(connection)
    for table in APPEND_ONLY:
        triggers.make_append_only(connection, table)
    triggers.refuse_overlapping_statuses(connection)
    if find_spec("server.registry.search_index"):
        import_module("server.registry.search_index").create(connection)


def downgrade() -> None:
    connection = op.get_bind()
    if find_spec("server.registry.search_index"):
        import_module("server.registry.search_index").drop(connection)
    Base.metadata.drop_all(connection)
    triggers.allow_overlapping_statuses(connection)
    triggers.drop_functions(connection)
