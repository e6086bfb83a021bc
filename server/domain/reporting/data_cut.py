"""The data a table was made from, as JSON and back, always the same text for the same
data: a report that was signed is made again from what was kept of it."""

import hashlib
import json
import zlib
from dataclasses import replace
from typing import Any

from server.domain.plain import from_plain, to_plain
from server.domain.poverty.pack import Pack
from server.domain.poverty.transitions import Transition
from server.domain.reporting.facts import Facts
from server.domain.reporting.register import Listed, Place, Register


def pack_cut(register: Register) -> tuple[bytes, str]:
    """The data, compressed, and the SHA-256 of its text."""
    text = json.dumps(
        _plain(register), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()
    return zlib.compress(text, 9), hashlib.sha256(text).hexdigest()


def unpack_cut(cut: bytes, pack: Pack) -> Register:
    """The register that `pack_cut` was given."""
    kept: dict[str, Any] = json.loads(zlib.decompress(cut))
    return Register(
        pack=pack,
        places=tuple(from_plain(Place, each) for each in kept["places"]),
        start={key: Listed(*each) for key, each in kept["start"].items()},
        end={key: Listed(*each) for key, each in kept["end"].items()},
        moves={
            (place, household): Transition(code)
            for place, household, code in kept["moves"]
        },
        facts={key: from_plain(Facts, each) for key, each in kept["facts"].items()},
        standard_changed=kept["standard_changed"],
        all_residents=kept["all_residents"],
    )


def without_names(register: Register, household_ids: frozenset[str]) -> Register:
    """The register with these households told by their code only: they live out of the
    sight of who keeps the report."""
    facts = {
        household_id: replace(each, head_name="", address="", people=())
        if household_id in household_ids
        else each
        for household_id, each in register.facts.items()
    }
    return replace(register, facts=facts)


def nameless(register: Register) -> frozenset[str]:
    """The households that were told by their code only."""
    return frozenset(
        household_id
        for household_id, each in register.facts.items()
        if not each.head_name and not each.people
    )


def changed_households(
    before: Register, after: Register, *, with_facts: bool
) -> tuple[str, ...]:
    """Of whom the two say something else. Tables that count no answers may have read
    some, to find where a household lived when its ward of today did not exist; that they
    did is no change (`with_facts`: the table counts answers)."""
    found = {
        household
        for one, other in ((before.start, after.start), (before.end, after.end))
        for household in one.keys() | other.keys()
        if one.get(household) != other.get(household)
    }
    found |= {
        household
        for household in before.facts.keys() | after.facts.keys()
        if with_facts and before.facts.get(household) != after.facts.get(household)
    }
    found |= {
        key[1]
        for key in before.moves.keys() | after.moves.keys()
        if before.moves.get(key) != after.moves.get(key)
    }
    return tuple(sorted(found))


def _plain(register: Register) -> dict[str, Any]:
    return {
        "places": [to_plain(each) for each in register.places],
        "start": {key: _line(each) for key, each in register.start.items()},
        "end": {key: _line(each) for key, each in register.end.items()},
        "moves": sorted(
            [place, household, code.value]
            for (place, household), code in register.moves.items()
        ),
        "facts": {key: to_plain(each) for key, each in register.facts.items()},
        "standard_changed": register.standard_changed,
        "all_residents": register.all_residents,
    }


def _line(listed: Listed) -> list[str]:
    """Without a sub-type as it was written before there were any."""
    said = [listed.category, listed.place]
    return said if listed.sub is None else [*said, listed.sub]
