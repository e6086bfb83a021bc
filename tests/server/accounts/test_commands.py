import re

import pytest
from flask import Flask

from server.accounts.queries import find_invitation
from tests.factories import make_user
from tests.server.accounts.conftest import make_person

pytestmark = pytest.mark.usefixtures("quick_passwords")


def test_a_link_for_a_further_administrator_comes_from_the_shell(app: Flask) -> None:
    make_person(role="admin")
    make_user()

    result = app.test_cli_runner().invoke(args=["accounts", "admin-link"])

    assert result.exit_code == 0
    printed = re.fullmatch(
        r"http://127\.0\.0\.1:8000/invitation/([\w-]{43})\n", result.output
    )
    assert printed is not None
    invitation = find_invitation(printed[1])
    assert invitation is not None
    assert invitation.user_id is None


@pytest.mark.sqlite_only
def test_the_link_is_for_the_address_people_use(app: Flask) -> None:
    app.config["PUBLIC_URL"] = "https://rasoat.example.vn/"

    result = app.test_cli_runner().invoke(args=["accounts", "admin-link"])

    assert result.output.startswith("https://rasoat.example.vn/invitation/")
