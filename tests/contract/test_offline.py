"""EDIT, OFF: edits and households that live on a phone for weeks. Each test names its
line; the household list of the phone is kept by Collect's own rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import pytest
from sqlalchemy import func, select

from server.db import db
from server.domain.actor import Actor
from server.domain.matching.judgement import Verdict
from server.inbox.tables import Reading
from server.registry.actions import correct
from server.registry.queries import records_of
from server.review.actions import decide
from server.review.tables import MergeProposal
from tests.contract.collect import Collect, Media
from tests.contract.conftest import Field
from tests.contract.entities import Entity, LocalList
from tests.contract.surveys import households, new_id, submissions, survey, work
from tests.server.review.surveys import ask_about_everything

pytestmark = pytest.mark.sqlite_only
STAFF = Actor("user", 1, "Trần Thị Lan")


@dataclass
class Phone:
    """Collect with its list of households, and the surveys that wait to be sent."""

    collect: Collect
    local: LocalList

    def refresh(self) -> LocalList:
        """What Collect does at every refresh with an entity list."""
        work()
        one = self.listed()
        content = self.collect.get(one.download_url).body
        self.local.receive(content, one.hash)
        offline = self.local.offline_ids()
        if offline and one.integrity_url:
            self.local.forget(self.collect.deleted(one.integrity_url, offline))
        return self.local

    def listed(self) -> Media:
        [form] = self.collect.form_list()
        files = self.collect.manifest(form.manifest_url or "")
        return next(m for m in files if m.kind == "entityList")

    def create(self, entity_id: str, head: str, **changes: str) -> bytes:
        self.local.create(entity_id, head_name=head)
        return survey(entity_id, head=head, **changes)

    def update(
        self, entity_id: str, head: str, door: str = "2", day: int = 21
    ) -> bytes:
        self.local.update(entity_id, head_name=head, address=f"số {door}")
        return survey(
            entity_id,
            head=head,
            is_update=True,
            visit__review_date=f"2026-11-{day}",
            household__address__house_number=door,
        )

    def door(self, entity_id: str) -> str:
        """The house number on the list."""
        return self[entity_id].properties["address"].split()[1]

    def __getitem__(self, entity_id: str) -> Entity:
        return self.local.entities[entity_id]

    def send(self, *surveys: bytes) -> None:
        for xml in surveys:
            assert self.collect.send(xml).status == 201


@pytest.fixture
def phone(collect: Collect) -> Phone:
    return Phone(collect, LocalList())


@pytest.fixture
def second(field: Field) -> Iterator[Phone]:
    """Another enumerator of the same ward."""
    phone = Phone(field.collect(field.another_phone()), LocalList())
    yield phone
    phone.collect.close()


def test_an_edit_replaces_what_it_edits_however_often_it_comes(phone: Phone) -> None:
    """EDIT-1"""
    entity = new_id()
    ids = [f"uuid:{new_id()}" for _ in range(3)]
    chain = [
        survey(entity, head="Nguyễn Văn Bình", instance_id=ids[0]),
        survey(entity, head="Nguyễn Văn Bính", instance_id=ids[1], replaces=ids[0]),
        survey(entity, head="Nguyễn Văn Bình", instance_id=ids[2], replaces=ids[1]),
    ]

    phone.send(*chain, *chain)
    phone.refresh()

    assert len(submissions()) == 3
    assert households() == 1
    assert [s.deprecated_id for s in submissions()] == [None, ids[0], ids[1]]
    assert phone[entity].properties["head_name"] == "Nguyễn Văn Bình"


@pytest.mark.parametrize("order", ["edit first", "original first"])
def test_edit_and_original_may_come_in_any_order(phone: Phone, order: str) -> None:
    """EDIT-2, EDIT-3"""
    entity, first = new_id(), f"uuid:{new_id()}"
    pair = [
        survey(entity, head="Lê Thị Hoa", instance_id=first),
        survey(entity, head="Lê Thị Hoà", replaces=first),
    ]

    for xml in pair if order == "original first" else reversed(pair):
        phone.send(xml)
        work()
    phone.refresh()

    assert households() == 1
    assert phone[entity].properties["head_name"] == "Lê Thị Hoà"
    states = db.session.scalars(select(Reading.state)).all()
    assert "waiting" not in states


def test_a_household_made_and_twice_changed_offline_is_version_three(
    phone: Phone,
) -> None:
    """OFF-1"""
    entity = new_id()

    waiting = [
        phone.create(entity, "Phạm Văn Ba"),
        phone.update(entity, "Phạm Văn Ba", "21", 21),
        phone.update(entity, "Phạm Văn Ba", "22", 22),
    ]
    assert (phone[entity].version, phone[entity].is_dirty) == (3, True)
    phone.send(*waiting)
    phone.refresh()

    assert (phone[entity].version, phone[entity].is_dirty) == (3, False)
    assert phone.door(entity) == "22"
    assert phone[entity].properties["code"].startswith("HN-")


def test_two_changes_of_a_known_household_both_count(phone: Phone) -> None:
    """OFF-2"""
    entity = new_id()
    phone.send(survey(entity, head="Vũ Thị Lan"))
    phone.refresh()
    before = phone[entity].version

    waiting = [phone.update(entity, "Vũ Thị Lan"), phone.update(entity, "Vũ Thị Lân")]
    phone.send(*waiting)
    phone.refresh()

    assert (phone[entity].version, phone[entity].is_dirty) == (before + 2, False)


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_a_chain_may_come_in_any_order(phone: Phone, order: tuple[int, ...]) -> None:
    """OFF-3"""
    entity = new_id()
    chain = [
        phone.create(entity, "Đỗ Văn Ba"),
        phone.update(entity, "Đỗ Văn Ba", "21", 21),
        phone.update(entity, "Đỗ Văn Ba", "22", 22),
    ]

    for position in order:
        phone.send(chain[position])
        work()
    phone.refresh()

    assert households() == 1
    assert (phone[entity].version, phone[entity].is_dirty) == (3, False)
    assert phone.door(entity) == "22"


def test_changes_of_two_phones_both_count(phone: Phone, second: Phone) -> None:
    """OFF-4"""
    entity = new_id()
    phone.send(survey(entity, head="Bùi Thị Mai"))
    phone.refresh()
    second.refresh()
    before = phone[entity].version

    phone.send(phone.update(entity, "Bùi Thị Mai", "21", 21))
    second.send(second.update(entity, "Bùi Thị Mai", "22", 22))
    phone.refresh()
    second.refresh()

    assert phone[entity].version == second[entity].version == before + 2
    assert not phone[entity].is_dirty
    assert not second[entity].is_dirty
    assert phone[entity].properties == second[entity].properties
    assert phone.door(entity) == "22"


def test_an_update_of_somebody_else_is_counted_and_asked_about(phone: Phone) -> None:
    """OFF-2: staff decide whose survey it is; the phone is not left waiting."""
    entity = new_id()
    phone.send(phone.create(entity, "Tạ Văn Một"))
    phone.refresh()

    phone.send(phone.update(entity, "Cù Thị Hai"))
    phone.refresh()

    assert (phone[entity].version, phone[entity].is_dirty) == (2, False)
    assert phone[entity].properties["head_name"] == "Tạ Văn Một"
    assert db.session.scalar(select(func.count()).select_from(MergeProposal)) == 1


def test_a_late_update_that_changes_nothing_is_counted(phone: Phone) -> None:
    """OFF-3"""
    entity = new_id()
    phone.send(survey(entity, head="Chu Thị Năm"))
    phone.refresh()

    phone.send(phone.update(entity, "Chu Thị Năm", "9", 19))
    phone.refresh()

    assert (phone[entity].version, phone[entity].is_dirty) == (2, False)
    assert phone.door(entity) == "12A"


def test_made_twice_is_made_once(phone: Phone) -> None:
    """OFF-5"""
    entity = new_id()

    phone.send(phone.create(entity, "Hồ Văn Sáu"), survey(entity, head="Hồ Văn Sáu"))
    phone.refresh()

    assert len(submissions()) == 2
    assert households() == 1
    assert (phone[entity].version, phone[entity].is_dirty) == (1, False)


def test_what_is_not_sent_stays_and_what_is_sent_reaches_others(
    phone: Phone, second: Phone
) -> None:
    """OFF-6"""
    waiting, sent = new_id(), new_id()
    phone.create(waiting, "Ngô Thị Chưa Gửi")
    phone.send(phone.create(sent, "Ngô Thị Đã Gửi"))

    phone.refresh()
    second.refresh()

    assert set(phone.local.entities) == {waiting, sent}
    assert set(second.local.entities) == {sent}


def test_an_unsent_change_survives_a_refresh(phone: Phone) -> None:
    """OFF-6"""
    entity = new_id()
    phone.send(survey(entity, head="Trịnh Văn Tư"))
    phone.refresh()

    phone.update(entity, "Trịnh Văn Tự")
    phone.send(survey(new_id(), head="Mai Thị Khác"))
    phone.refresh()

    assert phone[entity].properties["head_name"] == "Trịnh Văn Tự"
    assert phone[entity].is_dirty


def test_a_household_merged_away_leaves_every_phone(field: Field, phone: Phone) -> None:
    """ENT-3: also the phone that made it and never heard of it again."""
    ask_about_everything()
    kept, gone = new_id(), new_id()
    phone.send(phone.create(kept, "Dương Thị Hạnh"))
    phone.refresh()
    phone.send(phone.create(gone, "Dương Thị Hạnh", visit__review_date="2026-11-22"))
    work()
    proposal = db.session.scalars(select(MergeProposal)).one()
    decide(
        by=STAFF, proposal_id=proposal.id, verdict=Verdict.SAME, reason="Cùng một hộ"
    )

    phone.refresh()

    assert set(phone.local.entities) == {kept}
    url = phone.listed().integrity_url or ""
    assert phone.collect.deleted(url, [kept, gone]) == {kept: False, gone: True}


def test_what_staff_correct_reaches_every_phone(phone: Phone, second: Phone) -> None:
    """OFF-6: the version rises, or phones would keep what they have."""
    entity = new_id()
    phone.send(phone.create(entity, "Lý Văn Sửa"))
    phone.refresh()
    second.refresh()
    record = records_of(entity)[0]
    assert record.seed_household_id == entity

    correct(
        by=STAFF,
        household_id=entity,
        path="head_name",
        value="Lý Văn Sữa",
        reason="Theo giấy tờ",
    )
    phone.refresh()
    second.refresh()

    assert phone[entity].version == second[entity].version == 2
    assert phone[entity].properties["head_name"] == "Lý Văn Sữa"
    assert second[entity].properties["head_name"] == "Lý Văn Sữa"
