"""The people of a household: the newest full roster, completed from earlier ones.

The newest roster says *who* lives here; earlier records add what it leaves out about
those people. Somebody it leaves out is gone only when it knew of them (`knowing`): a
survey made without the earlier list says nothing of people it does not name, who stay. A
roster of somebody met alone is no whole family either: who was met is one of them.
Identity numbers are the exception to "newest wins": a person may hold a CCCD and an old
CMND, so all numbers ever given are kept.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from server.domain.households.sources import RecordView
from server.domain.people.names import fold
from server.domain.survey.record import BirthDate, Identifier, Member

_MERGED_APART = frozenset({"key", "identifiers", "birth"})
_PLAIN_FIELDS = tuple(f.name for f in fields(Member) if f.name not in _MERGED_APART)


@dataclass(slots=True)
class Person:
    """One person and the roster lines that describe them, newest first."""

    lines: list[tuple[str, Member]]  # (record id, member)
    key: str = ""

    def merged(self) -> Member:
        """The newest stated value of each field, and every identity number."""
        newest = self.lines[0][1]
        filled = {name: self._stated(name)[1] for name in _PLAIN_FIELDS}
        return replace(
            newest,
            **filled,
            key=self.key,
            birth=_birth([member.birth for _, member in self.lines]),
            identifiers=_identifiers(member for _, member in self.lines),
        )

    def sources(self) -> dict[str, str]:
        """Which record each filled field of `merged` came from."""
        found = {}
        for name in (*_PLAIN_FIELDS, "birth"):
            record_id, value = self._stated(name)
            if value is not None:
                found[name] = record_id
        for record_id, member in self.lines:
            if member.identifiers:
                found["identifiers"] = record_id
                break
        return found

    def _stated(self, name: str) -> tuple[str, Any]:
        for record_id, member in self.lines:
            value = getattr(member, name)
            if value is not None and value != "":
                return record_id, value
        return self.lines[0][0], getattr(self.lines[0][1], name)


def people(views: list[RecordView]) -> list[Person]:
    """The people of the newest full roster of `views`, which come newest first.

    A record that only confirms last year's answers brings no roster.
    """
    rosters = [
        view
        for view in views
        if view.record.household.members and not view.record.is_unchanged
    ]
    if not rosters:
        return []
    # A list that names only the head tells no more than who that is.
    rosters.sort(key=lambda view: view.record.household.stated_members is not None)
    fuller = [view for view in rosters if not names_one_alone(view, rosters)]
    newest = (fuller or rosters)[0]
    found = [
        Person([(newest.id, member)]) for member in newest.record.household.members
    ]
    start = rosters.index(newest)
    for place, view in enumerate(rosters):
        if view is not newest:
            arrived = _newcomers(found, view, _complete(found, view))
            if place > start:
                arrived = _without_gone(arrived, view, rosters[:place], rosters)
            found += [Person([(view.id, line)]) for line in arrived]
    age = {view.id: place for place, view in enumerate(rosters)}
    for person in found:
        person.lines.sort(key=lambda line: age[line[0]])
    _name_keys(found)
    return found


def _without_gone(
    lines: list[Member],
    view: RecordView,
    newer: Sequence[RecordView],
    rosters: Sequence[RecordView],
) -> list[Member]:
    """Those of `lines` whom no newer survey left out, of this roster or another one that
    it knew of: the same person may have been written down for two households."""
    for later in newer:
        for known in rosters[rosters.index(later) + 1 :]:
            if lines and knows_of(later, known, rosters):
                gone = _nobody_of(later, known)
                lines = _newcomers(gone, view, _complete(gone, view, lines))
    return lines


def _nobody_of(later: RecordView, known: RecordView) -> list[Person]:
    """Whom a survey left out of an earlier one's people."""
    people_there = [
        Person([(later.id, line)]) for line in later.record.household.members
    ]
    left = _newcomers(people_there, known, _complete(people_there, known))
    return [Person([(known.id, line)]) for line in left]


def names_one_alone(view: RecordView, others: Iterable[RecordView]) -> bool:
    """Whether a roster names one person and was made without knowing of `others`: the
    household was not chosen from the list on the phone, and no line came from there.

    That one person was met says nothing of the rest of a family, who must not vanish
    from the register because of it.
    """
    record = view.record
    if len(record.household.members) != 1 or record.names_everybody:
        return False
    if _chose_from_list(view):
        return False
    return not any(_shares_a_line(view, other) for other in others if other is not view)


def knows_of(
    view: RecordView, older: RecordView, rosters: Sequence[RecordView]
) -> bool:
    """Whether who made a survey had the people of `older` before them, and so left out
    on purpose whom they left out. `rosters` are all of the household, newest first.

    A list that was brought speaks for itself when it names everybody. A household that was chosen from the
    list on the phone is the one that was known under its own id then: of one that was
    joined to it later, the list said nothing.
    """
    if view.record.household.stated_members is not None:
        return False
    if _shares_a_line(view, older) or view.record.names_everybody:
        return True
    if not _chose_from_list(view):
        return False
    return view.stands_for == older.stands_for or _was_told_of(view, older, rosters)


def _shares_a_line(view: RecordView, older: RecordView) -> bool:
    keys = {member.key for member in older.record.household.members}
    return any(member.key in keys for member in view.record.household.members)


def _chose_from_list(view: RecordView) -> bool:
    """Whether the household was chosen from the list on the phone, with its people."""
    entity = view.record.entity
    return entity is not None and not entity.is_create


def _was_told_of(
    view: RecordView, older: RecordView, rosters: Sequence[RecordView]
) -> bool:
    """Whether the list on the phone counted more people than the household ever had by
    itself, so that it and the one of `older` had been joined by then."""
    told = view.record.told_members or 0
    earlier = rosters[rosters.index(view) + 1 :]
    own = [each for each in earlier if each.stands_for == view.stands_for]
    alone = max((len(each.record.household.members) for each in own), default=0)
    return told > alone and told >= len(older.record.household.members)


def same_person_signs(
    member: Member,
) -> tuple[frozenset[Hashable], frozenset[Hashable], frozenset[Hashable]]:
    """What identifies a person within one household, the strongest sign first: the key
    made on the phone, an identity number, the folded name with the birth year."""
    numbers: frozenset[Hashable] = frozenset(i.number for i in member.identifiers)
    year = member.birth.year if member.birth else None
    named = frozenset({(fold(member.full_name), year)}) if year else frozenset()
    keys = frozenset({member.key}) if member.key else frozenset()
    return keys, numbers, named


def _newcomers(
    found: list[Person], view: RecordView, left: list[Member]
) -> list[Member]:
    """Who is nobody of the family so far, not even by name alone or by likeness; a list
    that names nobody but heads brings nobody."""
    if not left or view.record.household.stated_members is not None:
        return []
    names = {fold(member.full_name) for person in found for _, member in person.lines}
    others = [line for line in left if fold(line.full_name) not in names]
    placed = _alike(others, found, view)
    return [line for line in others if line.key not in placed]


def _alike(lines: list[Member], found: list[Person], view: RecordView) -> set[str]:
    """The keys of lines that look, by the matcher, like somebody whom this survey has
    not described yet; the same person must not be counted twice."""
    open_people = [
        person.lines[0][1]
        for person in found
        if all(record_id != view.id for record_id, _ in person.lines)
    ]
    if not lines or not open_people:
        return set()
    # The matcher counts with NumPy, which most readers of households never need.
    from server.domain.matching.rosters import same_people

    return {line.key for line, _ in same_people(lines, open_people)}


def _complete(
    found: list[Person], view: RecordView, lines: list[Member] | None = None
) -> list[Member]:
    """Add each roster line, or each of `lines`, to the one person it describes, if there
    is one; returns the lines that describe nobody.

    Signs that fit two people, or two lines that fit one, say nothing.
    """
    waiting = list(view.record.household.members if lines is None else lines)
    open_people = list(found)
    for strength in range(3):
        fits = [
            (line, person)
            for line in waiting
            for person in open_people
            if _shares_sign(line, person, strength)
        ]
        clear = [
            (line, person)
            for line, person in fits
            if sum(other is line for other, _ in fits) == 1
            and sum(other is person for _, other in fits) == 1
        ]
        for line, person in clear:
            person.lines.append((view.id, line))
            waiting = [other for other in waiting if other is not line]
            open_people = [other for other in open_people if other is not person]
    return waiting


def _shares_sign(line: Member, person: Person, strength: int) -> bool:
    signs = same_person_signs(line)[strength]
    return any(signs & same_person_signs(m)[strength] for _, m in person.lines)


def _name_keys(found: list[Person]) -> None:
    """Give each person the oldest of their keys that nobody else has.

    The oldest one, because it is the one that staff corrections and phones know.
    """
    taken: set[str] = set()
    for number, person in enumerate(found, start=1):
        keys = [member.key for _, member in reversed(person.lines) if member.key]
        free = (key for key in keys if key not in taken)
        person.key = next(free, "") or f"{person.lines[0][0]}-{number}"
        taken.add(person.key)


def _birth(stated: list[BirthDate | None]) -> BirthDate | None:
    """The newest birth date, made more precise by earlier ones that agree with it."""
    known = [birth for birth in stated if birth is not None]
    if not known:
        return None
    birth = known[0]
    for earlier in known[1:]:
        if earlier.year != birth.year or birth.month not in (None, earlier.month):
            continue
        if birth.month is None or birth.day is None:
            birth = earlier
    return birth


def _identifiers(members: Iterable[Member]) -> tuple[Identifier, ...]:
    """Every number, newest first; the same digits under two kinds are one number."""
    kept: dict[str, Identifier] = {}
    for member in members:
        for identifier in member.identifiers:
            kept.setdefault(identifier.number, identifier)
    return tuple(kept.values())
