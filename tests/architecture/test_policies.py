"""Every door says who may come in."""

import pytest
from flask import Flask

from server.accounts.tables import ROLES

# Files of the design, which hold nothing.
FILES = {"static", "bootstrap.static"}

pytestmark = pytest.mark.sqlite_only


def test_every_view_has_a_policy(app: Flask) -> None:
    without = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint not in FILES and not hasattr(view, "policy")
    ]

    assert not without


def test_a_policy_names_roles_that_exist(app: Flask) -> None:
    named = {
        role
        for view in app.view_functions.values()
        for role in getattr(view, "policy", None) or ()
    }

    assert named <= set(ROLES)


def test_what_changes_data_is_not_got_by_a_link(app: Flask) -> None:
    telling = (
        "add",
        "delete",
        "revoke",
        "undo",
        "decide",
        "retry",
        "send_back",
        "withdraw",
    )

    by_link = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and "POST" not in (rule.methods or ())
        and rule.endpoint.rpartition(".")[2].startswith(telling)
    ]

    assert not by_link
