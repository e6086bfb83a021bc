"""Whether the address of a server is said, where it has to be."""

import pytest

from server.web.public_address import unsaid_address

OWN = {"HOST": "127.0.0.1", "TRUSTED_PROXIES": 0, "PUBLIC_URL": ""}


@pytest.mark.parametrize("setting", [{"HOST": "0.0.0.0"}, {"TRUSTED_PROXIES": 1}])  # noqa: S104
def test_a_server_that_others_reach_has_to_say_its_address(
    setting: dict[str, object],
) -> None:
    found = unsaid_address({**OWN, **setting})

    assert found is not None
    assert "PUBLIC_URL" in found.sentence("vi")
    said = {"PUBLIC_URL": "https://rasoat.example.vn"}
    assert unsaid_address({**OWN, **setting, **said}) is None


def test_a_computer_of_ones_own_needs_none() -> None:
    assert unsaid_address(OWN) is None
