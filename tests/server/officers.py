"""Officers of two wards and of the district above, each at their browser: fixtures for
the features whose screens they use."""

import pytest
from flask import Flask

from server.areas.tables import Area
from tests.browsing import Browser, signed_in
from tests.factories import make_area, make_user


@pytest.fixture
def district(app: Flask) -> Area:
    return make_area(code="006", name="Đống Đa", level="district")


@pytest.fixture
def ward(district: Area) -> Area:
    return make_area(code="00229", name="Khâm Thiên", parent_id=district.id)


@pytest.fixture
def other_ward(district: Area) -> Area:
    return make_area(code="00187", name="Cát Linh", parent_id=district.id)


@pytest.fixture
def officer(app: Flask, ward: Area) -> Browser:
    """The browser of an officer of the ward."""
    return signed_in(app, make_user(areas=[ward], name="Trần Thị Bình"))


@pytest.fixture
def neighbour(app: Flask, other_ward: Area) -> Browser:
    """The browser of an officer of the other ward."""
    return signed_in(app, make_user(areas=[other_ward]))


@pytest.fixture
def chief(app: Flask, district: Area) -> Browser:
    """The browser of an officer of the district."""
    return signed_in(app, make_user(areas=[district], role="district"))
