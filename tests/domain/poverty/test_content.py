"""What a pack says: every number has a source, and the hash covers all of it."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from server.domain.poverty.load import all_packs, content_hash, load_pack
from server.domain.poverty.pack import Quality, ScoreOption, Source
from tests.domain.poverty.conftest import Folder


def _numbers_without_source(value: Any, sourced: bool, place: str) -> Iterator[str]:
    if isinstance(value, bool | Quality | str):
        return
    if isinstance(value, int | float) and not sourced:
        yield place
    elif is_dataclass(value) and not isinstance(value, type):
        names = [each.name for each in fields(value)]
        has = sourced or isinstance(getattr(value, "source", None), Source)
        for name in names:
            own = isinstance(getattr(value, f"{name}_source", None), Source)
            inner = f"{place}.{name}"
            yield from _numbers_without_source(getattr(value, name), has or own, inner)
    elif isinstance(value, tuple | list | frozenset):
        for each in value:
            yield from _numbers_without_source(each, sourced, place)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _numbers_without_source(each, sourced, f"{place}.{key}")


def test_every_number_of_every_pack_has_a_source() -> None:
    for pack in all_packs():
        assert list(_numbers_without_source(pack, False, pack.id)) == []


def test_the_walk_over_numbers_finds_one_without_a_source() -> None:
    pack = load_pack("vn-2016")
    bare = replace(pack, score_table=ScoreOption(1, "one", (("URB", 5),)))  # type: ignore[arg-type]

    found = list(_numbers_without_source(bare, False, "pack"))

    assert "pack.score_table.points" in found


def test_the_hash_is_the_same_whatever_the_layout_of_the_files(edited: Folder) -> None:
    folder = edited("vn-2022/pack.yaml", "name_vi:", "# a remark\nname_vi:   ")

    assert load_pack("vn-2022", folder) == load_pack("vn-2022")
    assert (
        load_pack("vn-2022", folder).content_hash == load_pack("vn-2022").content_hash
    )


CHANGES = [
    ("vn-2022/pack.yaml", "amount: 1500000", "amount: 1500001"),
    ("vn-2022/pack.yaml", "to: 2026-12-31", "to: 2026-12-30"),
    ("vn-2022/pack.yaml", "and deprivations >=", "and deprivations >"),
    ("vn-2022/pack.yaml", "quality: secondary", "quality: official"),
    ("vn-2022/indicators.yaml", "value: 8,", "value: 9,"),
    ("vn-2022/indicators.yaml", "[seeking]", "[seeking, not_seeking]"),
    ("vn-2022/needs.yaml", "vi: Y tế", "vi: Y tế khác"),
]


@pytest.mark.parametrize(("file", "old", "new"), CHANGES)
def test_the_hash_changes_with_anything_a_pack_says(
    edited: Folder, file: str, old: str, new: str
) -> None:
    folder = edited(file, old, new)

    changed = load_pack("vn-2022", folder)

    assert changed.content_hash != load_pack("vn-2022").content_hash
    assert len(changed.content_hash) == 64


def test_a_change_of_the_parent_changes_the_hash_of_the_heir(edited: Folder) -> None:
    folder = edited("vn-2016/indicators.yaml", "value: 1986", "value: 1987")

    changed = load_pack("vn-hanoi-2016", folder)

    assert changed.content_hash != load_pack("vn-hanoi-2016").content_hash


def test_the_hash_covers_the_order_of_categories() -> None:
    pack = load_pack("vn-2022")

    turned = replace(pack, categories=pack.categories[::-1])

    assert content_hash(turned) != pack.content_hash
