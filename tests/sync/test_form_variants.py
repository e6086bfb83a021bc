"""Before Central could filter lists: each ward has its own list, and its own form."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from server.accounts.actions import change_user
from server.domain.actor import SYSTEM
from server.domain.survey.forms import as_released, find_table
from server.openrosa.queries import find_xform
from tests.domain.survey.submissions import as_xml, review
from tests.fakes.central import FakeCentral
from tests.sync.ready import Ready

pytestmark = [
    pytest.mark.sqlite_only,
    pytest.mark.allow_hosts(["127.0.0.1", "localhost"]),
]
HERE, THERE = "household_review_00229", "household_review_00202"


@pytest.fixture
def ready(app: Flask, fake: FakeCentral) -> Iterator[Ready]:
    fake.world.has_filters = False
    ready = Ready(app, fake)
    ready.deploy()
    ready.writes()
    yield ready
    ready.central.close()


def test_a_phone_gets_the_form_of_its_ward_with_the_list_of_its_ward(
    ready: Ready,
) -> None:
    with ready.collect() as collect:
        (form,) = collect.form_list()
        media = {m.name: m for m in collect.manifest(form.manifest_url or "")}
        xform = collect.get(form.download_url).body.decode()
        groups = collect.get(media["groups.csv"].download_url).body.decode()

    assert form.form_id == HERE
    assert form.name == "Rà soát hộ gia đình – Phường Khâm Thiên"
    assert sorted(media) == ["groups.csv", "households_00229.csv", "wards.csv"]
    assert media["households_00229.csv"].kind == "entityList"
    assert 'dataset="households_00229"' in xform
    assert '<instance id="households_00229" ' in xform
    assert "instance('households_00229')" in xform
    assert "'households'" not in xform
    assert '"households"' not in xform
    assert groups.count("00229") == 4
    assert "00202" not in groups


def test_a_second_time_only_looks(ready: Ready) -> None:
    ready.deploy()

    assert ready.writes() == []


def test_another_ward_is_another_form_and_the_old_one_is_taken_back(
    ready: Ready,
) -> None:
    change_user(
        by=SYSTEM,
        user_id=ready.user.id,
        name=ready.user.name,
        role="enumerator",
        area_ids=[ready.other.id],
    )
    _, phone = ready.another(ready.ward, ready.other)

    ready.deploy()

    with ready.collect() as collect:
        assert [form.form_id for form in collect.form_list()] == [THERE]
    with ready.collect(phone) as collect:
        assert [form.form_id for form in collect.form_list()] == [HERE, THERE]


def test_the_last_phone_of_a_ward_gives_its_form_back(ready: Ready) -> None:
    change_user(
        by=SYSTEM,
        user_id=ready.user.id,
        name=ready.user.name,
        role="enumerator",
        area_ids=[ready.other.id],
    )

    ready.deploy()

    with ready.collect() as collect:
        assert [form.form_id for form in collect.form_list()] == [THERE]


def test_a_variant_is_understood_as_the_form_it_is_made_of(ready: Ready) -> None:
    again = f"{ready.version}.2"

    assert as_released(HERE, again) == ("household_review", ready.version)
    assert find_table(HERE, again) is find_table("household_review", ready.version)
    assert find_xform(HERE, again) == find_xform("household_review", ready.version)
    assert as_released("birthday_party_00229", "1") == ("birthday_party_00229", "1")


def test_when_central_learns_to_filter_one_form_replaces_the_variants(
    ready: Ready,
) -> None:
    ready.fake.world.has_filters = True

    ready.deploy()

    with ready.collect() as collect:
        assert [form.form_id for form in collect.form_list()] == ["household_review"]
    assert ready.app_users()[0]["properties"] == {"ward": "00229"}


def test_what_an_offline_phone_filled_in_under_a_variant_still_arrives(
    ready: Ready,
) -> None:
    filled = as_xml(review(), instance_id="uuid:offline")
    filled.set("id", HERE)
    filled.set("version", ready.version)
    ready.fake.world.has_filters = True

    ready.deploy()

    with ready.collect() as collect:
        answer = collect.send(ET.tostring(filled))
    assert answer.status == 201, answer.message
    assert ready.fake.form(ready.project, HERE).state == "closing"
    ready.writes()
    ready.deploy()
    assert ready.writes() == []


def test_a_variant_is_kept_for_the_phones_of_its_ward_alone(ready: Ready) -> None:
    change_user(
        by=SYSTEM,
        user_id=ready.user.id,
        name=ready.user.name,
        role="enumerator",
        area_ids=[ready.other.id],
    )
    ready.fake.world.has_filters = True

    ready.deploy()

    path = f"projects/{ready.project}/forms/{HERE}/assignments/app-user"
    assert ready.central.get(path) == []
