"""Where a correction is anchored, and what the corrected place says now."""

from typing import Any

from server.domain.households.corrections import parse_path
from server.domain.households.golden import GoldenHousehold
from server.domain.plain import to_plain


def anchor_of(golden: GoldenHousehold, newest_record_id: str, path: str) -> str:
    """The record a correction of `path` belongs to.

    A person is corrected in a record that names them by the key in the path; so the
    correction follows the person when the household is parted. Everything else belongs
    to the newest record.
    """
    target = parse_path(path)
    if target is None or target.member_key is None:
        return newest_record_id
    lines = golden.member_keys.get(target.member_key, ())
    named = [record_id for record_id, key in lines if key == target.member_key]
    others = [record_id for record_id, _key in lines]
    return next(iter([*named, *others]), newest_record_id)


def names_nobody(golden: GoldenHousehold, path: str) -> bool:
    """Whether the path names an answer of somebody who is not of the household. A whole
    person may be: so somebody who was left out is added."""
    target = parse_path(path)
    if target is None or target.member_key is None or not target.names:
        return False
    keys = {member.key for member in golden.household.members}
    return target.member_key not in keys


def value_at(golden: GoldenHousehold, path: str) -> Any:
    """What the household says at the place a correction path names, as JSON; None for
    nothing, and for a person who is not there."""
    target = parse_path(path)
    if target is None:
        return None
    found: Any = golden.household
    if target.member_key is not None:
        members = {member.key: member for member in golden.household.members}
        found = members.get(target.member_key)
    for name in target.names:
        found = getattr(found, name, None)
    return to_plain(found)
