"""The demo: a ward of Đống Đa, last year's list, and a field day played over HTTP.

Everything a visitor then sees is what the pipeline made of submissions that phones
posted to the running server. Nothing is written into the registry from here.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random

from flask import Flask
from lxml import etree
from sqlalchemy import func, select

from server import clock
from server.db import db
from server.demo import interviews
from server.demo.collect import CollectPhone, ServerRefused
from server.demo.drawn import house
from server.demo.families import Family, families
from server.demo.mishaps import MISHAPS
from server.demo.old_list import old_list_is_brought, old_list_is_imported
from server.demo.planning import plan_is_made
from server.demo.reporting import a_report_is_kept, a_scenario_is_made
from server.demo.story_days import story_days
from server.demo.ward import GROUPS, Enumerator, Ward, find_ward, set_up
from server.demo.year import households_of, last_year_is_recognised
from server.demo.yearly_review import the_ward_is_reviewed
from server.domain.people.names import fold
from server.jobs.tables import Job
from server.openrosa.form_engine import Form

FORM = "household_review"
HOUSEHOLDS = 300
KNOWN = 90  # of them on last year's list
# The last review season whose standard is known (decree 351/2025).
LAST_KNOWN_DAY = date(2026, 12, 14)
Report = Callable[[int, int, str], None]


def play(
    app: Flask,
    base_url: str,
    report: Report | None = None,
    households: int = HOUSEHOLDS,
) -> Ward | None:
    """Play the field day against the server at `base_url`; None when it was played.

    `report(done, total, what)` is called after every step. Needs the background worker
    and, for everything to go wrong that can, at least 160 households.
    """
    with app.app_context():
        if find_ward() is not None:
            return None
        ward = set_up(base_url)
    day = _FieldDay(app, ward, report or _silent, households)
    day.play()
    return ward


def _silent(_done: int, _total: int, _what: str) -> None:
    """For those who do not watch."""


class _FieldDay:
    """Two autumns of one ward."""

    def __init__(self, app: Flask, ward: Ward, report: Report, households: int) -> None:
        self.app = app
        self.ward = ward
        self.report = report
        self.random = Random(20191)
        self.today = min(clock.today(), LAST_KNOWN_DAY)
        self.days = story_days(self.today)
        self.families = families(households, GROUPS, self.today)
        below = [f for f in self.families if f.level in ("near", "poor")]
        # Every fourth fell below the line only this year.
        self.known = [family for family in below if family.number % 4]
        rest = [f for f in self.families if f.level == "modest"]
        self.known = (self.known + rest)[:KNOWN]
        self.entities: dict[int, str] = {}
        self.done = 0
        self.total = households + len(self.known) + 30

    def play(self) -> None:
        last_year = self.today - timedelta(days=364)
        with self.app.app_context():
            old_list = old_list_is_brought()
        for enumerator in self.ward.enumerators:
            self._visit_all(enumerator, self._of(enumerator, self.known), last_year)
        self._wait("đang xử lý phiếu năm trước")
        with self.app.app_context():
            last_year_is_recognised(self.ward, last_year + timedelta(days=20))
        self._wait("đang cập nhật danh sách trên điện thoại")
        with self.app.app_context():
            old_list_is_imported(old_list)  # and is looked after while phones are out
        # The last phone was offline all week; what it sends is older than what is there.
        *early, late = self.ward.enumerators
        for number, enumerator in enumerate(early):
            on = self.days.surveyed - timedelta(days=4 - number)
            self._visit_all(enumerator, self._of(enumerator, self.families), on)
        self._mistakes(early[0])
        on = self.days.surveyed - timedelta(days=5)
        self._visit_all(late, self._of(late, self.families), on)
        self._wait("đang đối chiếu các phiếu")
        with self.app.app_context():
            plan_is_made(self.ward, self.today)
            the_ward_is_reviewed(self.ward, self.days, households_of(self.ward))
        self._wait("đang lập báo cáo")
        with self.app.app_context():
            a_report_is_kept(self.ward)
            a_scenario_is_made(self.ward, self.today)
        self._wait("xong")
        self._step("xong", self.total - self.done)

    def _of(self, enumerator: Enumerator, chosen: list[Family]) -> list[Family]:
        return [family for family in chosen if family.group in enumerator.groups]

    def _visit_all(
        self, enumerator: Enumerator, chosen: list[Family], on: date
    ) -> None:
        """One phone: refresh, visit household after household, send in the evening."""
        phone = CollectPhone(enumerator.server_url, enumerator.device_id)
        form, _ = phone.download(FORM)
        is_first = not self.entities or chosen[0].number not in self.entities
        for family in chosen:
            xml, files = self._interview(form, enumerator, family, on)
            phone.send(xml, files)
            if self.random.random() < 0.04:
                phone.send(xml, files)  # the answer was lost on the way
            if not is_first and self.random.random() < 0.03:
                self._correct_and_send_again(phone, form, enumerator, family, on, xml)
            self._step(f"{enumerator.name}: {family.number}")
        phone.close()

    def _interview(
        self, form: Form, enumerator: Enumerator, family: Family, on: date
    ) -> tuple[bytes, dict[str, bytes]]:
        photo = f"{family.number}.jpg" if family.number % 9 == 0 else ""
        entity = self.entities.get(family.number)
        answers = self._first_pages(enumerator, family, on)
        if entity is None:
            answers |= interviews.new_household(family, on, photo=photo)
        elif family.number % 5 < 2:
            photo = ""
            answers |= interviews.chosen(entity, _typed(family), unchanged=True)
        else:
            family = _a_year_later(family)
            answers |= interviews.chosen(entity, _typed(family), unchanged=False)
            answers |= interviews.everything(family, on, photo=photo)
        xml = self._fill(form, enumerator, answers, on, family.number)
        if entity is None:
            found = etree.fromstring(xml).find("meta/entity")
            self.entities[family.number] = "" if found is None else found.get("id", "")
        return xml, {photo: house(family.number)} if photo else {}

    def _first_pages(
        self, enumerator: Enumerator, family: Family, on: date
    ) -> interviews.Answers:
        group = self.ward.group_code(family.group)
        return interviews.visit(enumerator.name, on, self.ward.code, group)

    def _fill(
        self,
        form: Form,
        enumerator: Enumerator,
        answers: interviews.Answers,
        on: date,
        number: int,
        edit_of: str | None = None,
    ) -> bytes:
        began = datetime(on.year, on.month, on.day, 1, tzinfo=UTC)
        began += timedelta(minutes=7 * (number % 60))
        return form.fill(
            answers,
            at=began,
            ended_at=began + timedelta(minutes=11 + number % 17),
            device_id=enumerator.device_id,
            username=enumerator.name,
            edit_of=edit_of,
        )

    def _correct_and_send_again(
        self,
        phone: CollectPhone,
        form: Form,
        enumerator: Enumerator,
        family: Family,
        on: date,
        sent: bytes,
    ) -> None:
        """The enumerator opens a sent form, corrects it and sends it again."""
        if etree.fromstring(sent).findtext("confirm/is_unchanged"):
            return
        answers = self._first_pages(enumerator, family, on)
        answers |= interviews.new_household(family, on)
        answers["/closing/remarks"] = "Đã sửa lại phiếu sau khi xem giấy tờ"
        replaced = etree.fromstring(sent).findtext("meta/instanceID")
        xml = self._fill(form, enumerator, answers, on, family.number, replaced)
        entity, first = (etree.fromstring(x) for x in (xml, sent))
        entity.find("meta/entity").set("id", first.find("meta/entity").get("id"))
        entity.find("household_id").text = first.findtext("household_id")
        phone.send(etree.tostring(entity, xml_declaration=True, encoding="UTF-8"))

    def _mistakes(self, enumerator: Enumerator) -> None:
        """Another phone visits again, with its own spelling; some data is broken."""
        phone = CollectPhone(enumerator.server_url, enumerator.device_id)
        form, _ = phone.download(FORM)
        on = self.days.surveyed
        visited = self._of(enumerator, self.families)
        for family, respell in zip(visited[3:19], _spellings(), strict=False):
            again = respell(family)
            answers = self._first_pages(enumerator, again, on)
            answers |= interviews.new_household(again, on)
            phone.send(self._fill(form, enumerator, answers, on, again.number))
            self._step(f"{enumerator.name}: {again.number}")
        for number, mishap in enumerate(MISHAPS):
            family = replace(
                visited[20 + number], phone="", house_number=f"{900 + number}"
            )
            answers = self._first_pages(enumerator, family, on)
            answers |= interviews.new_household(family, on)
            xml = self._fill(form, enumerator, answers, on, number)
            phone.send(mishap(xml, self.today))
            self._step(f"{enumerator.name}: {family.number}")
        with suppress(ServerRefused):  # the phone keeps what the server cannot read
            phone.send(b"<data id='household_review'><broken")
        phone.close()

    def _step(self, what: str, steps: int = 1) -> None:
        self.done = min(self.done + steps, self.total)
        self.report(self.done, self.total, what)

    def _wait(self, what: str) -> None:
        """Until the server has worked off what it received."""
        while True:
            with self.app.app_context():
                waiting = _unfinished_jobs()
            if not waiting:
                return
            self.report(self.done, self.total, f"{what} ({waiting})")
            time.sleep(0.2)


def _unfinished_jobs() -> int:
    states = ("waiting", "running")
    return db.session.scalar(select(func.count()).where(Job.state.in_(states))) or 0


def _typed(family: Family) -> str:
    """What an enumerator types to find a household: the given name without marks."""
    return fold(family.head.name).split()[-1]


def _a_year_later(family: Family) -> Family:
    """Some found work or insurance, some fell ill."""
    if family.number % 3:
        return replace(family, level="modest", lacks=frozenset())
    insured = tuple(replace(person, insured=True) for person in family.people)
    return replace(family, people=insured)


def _spellings() -> Iterator[Callable[[Family], Family]]:
    """How a second phone writes the same household: what people get wrong."""

    def without_marks(family: Family) -> Family:
        return family.renamed(fold(family.head.name).title())

    def without_number(family: Family) -> Family:
        people = tuple(replace(person, cccd="") for person in family.people)
        return replace(family, people=people)

    def both(family: Family) -> Family:
        return without_marks(without_number(family))

    def other_door(family: Family) -> Family:
        return replace(without_number(family), house_number="", alley="")

    def head_alone(family: Family) -> Family:
        """Met in the street: only the head, who is a year off and names no door."""
        head = replace(
            family.head,
            cccd="",
            born=family.head.born.replace(year=family.head.born.year + 1, day=1),
            knows_birthday=False,
        )
        street = replace(
            family, house_number="", alley="", lane="", phone="",
            latitude=round(family.latitude + 0.0005, 6),  # some 50 m from the door
        )  # fmt: skip
        return replace(street, people=(head,))

    kinds = (without_marks, head_alone, both, head_alone, other_door, without_number)
    return islice((kind for _ in range(99) for kind in kinds), 99)
