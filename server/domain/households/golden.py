"""The computed household: what all its survey records and corrections say together.

`golden` is a pure function of its inputs as sets: the order in which records and
corrections arrived never changes the result, so a household can be recomputed at any
time and a merge can be undone. Newest means reviewed last, not received last.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from server.domain.households.corrections import converted, parse_path, set_field
from server.domain.households.roster import Person, people
from server.domain.households.scores import keep_one_total
from server.domain.households.sources import (
    CorrectionView,
    RecordView,
    newest_first,
)
from server.domain.people.names import fold
from server.domain.survey.record import Address, Household, Member

__all__ = ["CorrectionView", "GoldenHousehold", "RecordView", "golden"]

_PLAIN_FIELDS = (
    "phones",
    "position",
    "photo",
    "causes",
    "needs",
    "support_received",
    "note",
)
# Each answer of these blocks stands alone; an address does not, see `_address`.
_BLOCKS = ("dwelling", "information", "economy")
_NO_ANSWER: tuple[Any, ...] = (None, "", {})


@dataclass(frozen=True, slots=True)
class GoldenHousehold:
    """A household with the origin of each value.

    `sources` maps "dwelling.wall" or "members[<key>].sex" to a record id or to
    "correction:<id>". `member_keys` maps each person to the (record id, member key)
    lines they were merged from. `unapplied` names corrections that fit nothing here any
    more.
    """

    household: Household
    review_date: date
    sources: dict[str, str] = field(default_factory=dict)
    member_keys: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    unapplied: tuple[str, ...] = ()


def golden(
    records: Iterable[RecordView], corrections: Iterable[CorrectionView]
) -> GoldenHousehold:
    """Merge the records of one household and lay the corrections over them.

    Raises ValueError without any record: such a household does not exist.
    """
    views = newest_first(list(records))
    if not views:
        raise ValueError("a household has at least one survey record")
    draft = _Draft(people(views))
    draft.household = _merged(views, draft.sources)
    for correction in sorted(corrections, key=lambda c: (c.at, c.id)):
        draft.correct(correction)
    return draft.finished(views[0].record.review_date)


def _merged(views: list[RecordView], sources: dict[str, str]) -> Household:
    """Everything but the people; fills `sources` as it goes."""
    values: dict[str, Any] = {}
    for name in _PLAIN_FIELDS:
        values[name] = _newest(views, sources, name, _reader(name))
    for block in _BLOCKS:
        empty = getattr(Household(), block)
        parts = {
            part.name: _newest(
                views, sources, f"{block}.{part.name}", _reader(block, part.name)
            )
            for part in fields(empty)
        }
        values[block] = replace(empty, **parts)
    values["ward_code"] = _newest(views, sources, "ward_code", _reader("ward_code"))
    # Group 15 of another ward is another group.
    same_ward = [
        view
        for view in views
        if view.record.household.ward_code in (None, values["ward_code"])
    ]
    values["group_code"] = _newest(
        same_ward, sources, "group_code", _reader("group_code")
    )
    values["head_name"] = _newest(views, sources, "head_name", _reader("head_name"))
    values["address"] = _address(views, sources)
    surveyed = [view for view in views if not view.record.is_unchanged] or views
    values["phone_results"] = (
        _newest(surveyed, sources, "phone_results", _reader("phone_results")) or {}
    )
    full = [view for view in surveyed if view.record.household.members] or surveyed
    if all(view.record.household.stated_members is not None for view in full):
        values["stated_members"] = _newest(
            full, sources, "stated_members", _reader("stated_members")
        )
    # A verdict of the reviewer belongs to the survey it was given in.
    values["overrides"] = _newest(full[:1], sources, "overrides", _reader("overrides"))
    values["scores"] = _newest(surveyed, sources, "scores", _reader("scores"))
    keep_one_total(views, values, sources)
    empty_household = Household()
    return replace(
        empty_household,
        **{
            name: getattr(empty_household, name) if value is None else value
            for name, value in values.items()
        },
    )


def _reader(*names: str) -> Callable[[Household], Any]:
    def read(household: Household) -> Any:
        value: Any = household
        for name in names:
            value = getattr(value, name)
        return value

    return read


def _newest(
    views: list[RecordView],
    sources: dict[str, str],
    path: str,
    read: Callable[[Household], Any],
) -> Any:
    """The newest answer. "None of these" is an answer, an empty list of
    phones is not.
    """
    empty = ("phones", "overrides", "scores")
    no_answer = (*_NO_ANSWER, ()) if path in empty else _NO_ANSWER
    for view in views:
        value = read(view.record.household)
        if not any(value == nothing for nothing in no_answer):
            sources[path] = view.id
            return value
    return None


def _address(views: list[RecordView], sources: dict[str, str]) -> Address:
    """The newest address; earlier ones add parts only where they do not contradict it.

    Newest part by newest part would put the old house number into the new street when a
    household moves: an address nobody ever gave.
    """
    parts = [part.name for part in fields(Address) if part.name != "text"]
    chosen: dict[str, str] = {}
    for view in views:
        address = view.record.household.address
        said = {part: getattr(address, part) for part in parts}
        said = {part: value for part, value in said.items() if value}
        if any(
            fold(chosen[part]) != fold(value)
            for part, value in said.items()
            if part in chosen
        ):
            break
        for part in said.keys() - chosen.keys():
            chosen[part] = said[part]
            sources[f"address.{part}"] = view.id
    text = _newest(views, sources, "address.text", _reader("address", "text"))
    return Address(text=text, **chosen)


class _Draft:
    """A household under correction; people keep all the keys they were ever
    known by.
    """

    def __init__(self, found: list[Person]) -> None:
        self.household = Household()
        self.sources: dict[str, str] = {}
        self.unapplied: list[str] = []
        self.members: dict[str, Member] = {}
        self.lines: dict[str, tuple[tuple[str, str], ...]] = {}
        self.removed: set[str] = set()
        for person in found:
            self.members[person.key] = person.merged()
            self.lines[person.key] = tuple(
                (record_id, member.key) for record_id, member in person.lines
            )
            for name, record_id in person.sources().items():
                self.sources[f"members[{person.key}].{name}"] = record_id

    def correct(self, correction: CorrectionView) -> None:
        target = parse_path(correction.path)
        source = f"correction:{correction.id}"
        try:
            if target is None:
                raise ValueError(correction.path)
            value = converted(target, correction.value)
            if target.member_key is None:
                self.household = set_field(self.household, target.names, value)
                self.sources[".".join(target.names)] = source
            elif target.names:
                self._set_member_field(correction, target.names[0], value, source)
            else:
                self._set_member(correction, value, source)
        except ValueError:
            self.unapplied.append(correction.id)

    def finished(self, review_date: date) -> GoldenHousehold:
        members = tuple(
            member for key, member in self.members.items() if key not in self.removed
        )
        gone = tuple(f"members[{key}]." for key in self.removed)
        household = replace(self.household, members=members)
        self._name_head(household)
        return GoldenHousehold(
            household=replace(self.household, members=members),
            review_date=review_date,
            sources={
                path: source
                for path, source in sorted(self.sources.items())
                if not path.startswith(gone or ("\0",))
            },
            member_keys={member.key: self.lines[member.key] for member in members},
            unapplied=tuple(sorted(self.unapplied)),
        )

    def _name_head(self, household: Household) -> None:
        """The head's name is that of the person who is head, unless staff said
        otherwise.

        An unchanged household is confirmed under the name the phone had in its list,
        which may be older than the roster.
        """
        heads = [m for m in household.members if m.relation_to_head == "head"]
        corrected = self.sources.get("head_name", "").startswith("correction:")
        if len(heads) != 1 or not heads[0].full_name or corrected:
            return
        self.household = replace(self.household, head_name=heads[0].full_name)
        self.sources["head_name"] = self.sources.get(
            f"members[{heads[0].key}].full_name",
            self.sources.get(f"members[{heads[0].key}]", ""),
        )

    def _find_key(self, correction: CorrectionView, key: str) -> str | None:
        """The person known by `key`: in the anchor record if it says so, or
        anywhere.
        """
        for current, lines in self.lines.items():
            if (correction.record_id, key) in lines:
                return current
        if key in self.members:
            return key
        for current, lines in self.lines.items():
            if any(line_key == key for _, line_key in lines):
                return current
        return None

    def _set_member_field(
        self, correction: CorrectionView, name: str, value: Any, source: str
    ) -> None:
        target = parse_path(correction.path)
        key = self._find_key(correction, (target and target.member_key) or "")
        if key is None:
            raise ValueError(correction.path)
        self.members[key] = replace(self.members[key], **{name: value})
        self.sources[f"members[{key}].{name}"] = source

    def _set_member(
        self, correction: CorrectionView, value: Member | None, source: str
    ) -> None:
        target = parse_path(correction.path)
        named = (target and target.member_key) or ""
        key = self._find_key(correction, named)
        if value is None:
            if key is None:
                raise ValueError(correction.path)
            self.removed.add(key)
            return
        key = key or named
        self.members[key] = replace(value, key=key)
        self.lines.setdefault(key, ())
        self.removed.discard(key)
        self.sources[f"members[{key}]"] = source
