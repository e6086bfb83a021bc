"""The items of signed score tables as questions of a form: rows of an XLSForm.

One group for each table, asked when its standard is in force on the day of the review.
The form adds the points up as the server does: an item that is not answered leaves no
total. Names carry the standard, since a form may ask two tables in the year in between.
"""

from collections.abc import Iterable, Iterator

from server.domain.poverty.pack import Pack
from server.domain.poverty.score_table import ScoreOption, ScoreTable, Signature
from server.domain.survey.score_answers import NONE, UNKNOWN, group_of, item_path

Row = dict[str, str]
VIETNAMESE, ENGLISH = "Tiếng Việt (vi)", "English (en)"
GROUP = "b1"
# A list of the server: which wards are urban and which rural.
WARD_KINDS = "ward_kinds"
ITEMS_ON_A_PAGE = 7
_REQUIRED = ("Cần trả lời câu này.", "This answer is needed.")
_ALONE = (
    "“Không có” hoặc “không biết” thì không chọn cùng mục khác.",
    "“None” and “not known” cannot go with another answer.",
)
_NONE = ("Không thuộc mức nào ở trên", "None of these")
_UNKNOWN = ("Không biết, chưa trả lời được", "Not known")


def survey_rows(packs: Iterable[Pack]) -> list[Row]:
    """The group of all tables; each pack has a whole and signed one."""
    tables = [row for pack in packs for row in _table_rows(pack)]
    rows = [
        {"type": "csv-external", "name": WARD_KINDS},
        {
            "type": "begin_group",
            "name": GROUP,
            **_words("label", "Chấm điểm B1", "Scoring B1"),
        },
        *tables,
        {"type": "end_group"},
    ]
    return [_documented(row) for row in rows]


def _documented(row: Row) -> Row:
    """With where the answer goes, as every row of a form says."""
    if "group" in row["type"] or row["type"] == "csv-external":
        return row
    is_item = row["type"].startswith("select_")
    return {**row, "record": "scores" if is_item else "-"}


def choice_rows(packs: Iterable[Pack]) -> list[Row]:
    """The options of every item, each list under the name of its question."""
    return [
        {"list_name": _item_name(pack, item), "name": code, **_words("label", *words)}
        for pack in packs
        for item, _, _ in _table(pack)[0].item_names
        for code, words in choices_of(_table(pack)[0], item)
    ]


def _table_rows(pack: Pack) -> Iterator[Row]:
    table, signature = _table(pack)
    group, items = group_of(pack.id), [number for number, _, _ in table.item_names]
    yield {
        "type": "begin_group",
        "name": group,
        **_words("label", f"B1: {pack.name_vi}", f"B1: {pack.name_en}"),
        "relevant": _in_force(pack),
    }
    yield _calculate(f"{group}_table", f"'{table.sha256}'")
    yield _calculate(f"{group}_region", _region(signature))
    for number, page in enumerate(_pages(items), start=1):
        yield _page(pack, f"{group}_page_{number}", page)
        if number == 1:
            words = _source_words(table, signature)
            yield {"type": "note", "name": f"{group}_source", **words}
        for item in page:
            yield _question(pack, table, item)
        yield {"type": "end_group"}
    for item in items:
        yield _calculate(f"{group}_points_{item}", _points(pack, table, item))
    points = [f"${{{group}_points_{item}}}" for item in items]
    known = " and ".join(f"{each} != ''" for each in points)
    added = " + ".join(points)
    yield _calculate(f"{group}_total", f"if({known}, {added}, '')")
    so_far = " + ".join(f"coalesce({each}, 0)" for each in points)
    yield _calculate(f"{group}_so_far", so_far)
    yield _page(pack, f"{group}_result", [])
    yield from _notes(group)
    yield {"type": "end_group"}
    yield {"type": "end_group"}


def _pages(items: list[int]) -> list[list[int]]:
    """As many items as people finish on one page, all pages about equally long."""
    count = -(-len(items) // ITEMS_ON_A_PAGE)
    size = -(-len(items) // count)
    return [items[start : start + size] for start in range(0, len(items), size)]


def _page(pack: Pack, name: str, items: list[int]) -> Row:
    vi, en = f"B1: {pack.name_vi}", f"B1: {pack.name_en}"
    if items:
        vi, en = (
            f"{vi}, mục {items[0]}–{items[-1]}",
            f"{en}, items {items[0]}–{items[-1]}",
        )
    return {
        "type": "begin_group",
        "name": name,
        **_words("label", vi, en),
        "appearance": "field-list",
    }


def _question(pack: Pack, table: ScoreTable, item: int) -> Row:
    vi, en = table.name_of(item)
    name = _item_name(pack, item)
    row = {
        "type": f"select_one {name}",
        "name": name,
        **_words("label", f"{item}. {vi}", f"{item}. {en}"),
        **_words("required_message", *_REQUIRED),
        "required": "yes",
    }
    if item in table.several:
        row["type"] = f"select_multiple {name}"
        row |= _words("constraint_message", *_ALONE)
        row["constraint"] = (
            f"not((selected(., '{NONE}') or selected(., '{UNKNOWN}'))"
            " and count-selected(.) > 1)"
        )
    return row


def choices_of(table: ScoreTable, item: int) -> Iterator[tuple[str, tuple[str, str]]]:
    """The options of an item with their words, and the two that every form adds."""
    for option in table.options_of(item):
        yield option.option, _option_words(option)
    if not table.is_exhaustive(item):
        yield NONE, _NONE
    yield UNKNOWN, _UNKNOWN


def _option_words(option: ScoreOption) -> tuple[str, str]:
    vi, en = option.words or (option.option, option.option)
    if option.hint is None:
        return vi, en
    return f"{vi} ({option.hint[0]})", f"{en} ({option.hint[1]})"


def _points(pack: Pack, table: ScoreTable, item: int) -> str:
    """The points of one item; blank while it is not answered, or by what column is not
    known."""
    answer, region = (
        f"${{{_item_name(pack, item)}}}",
        f"${{{group_of(pack.id)}_region}}",
    )
    parts = [
        f"if(selected({answer}, '{option.option}'), {worth}, 0)"
        for option in table.options_of(item)
        if (worth := _worth(pack, option, region)) != "0"
    ]
    return (
        f"if({answer} = '' or selected({answer}, '{UNKNOWN}') or {region} = '', '', "
        f"{' + '.join(parts) or '0'})"
    )


def _worth(pack: Pack, option: ScoreOption, region: str) -> str:
    signature, points = _table(pack)[1], dict(option.points)
    worths = [(column, points[column]) for column in signature.columns]
    *others, (_column, last) = worths
    if all(worth == last for _, worth in others):
        return str(last)
    said = str(last)
    for column, worth in reversed(others):
        said = f"if({region} = '{column}', {worth}, {said})"
    return said


def _region(signature: Signature) -> str:
    """The column of the ward: where several provinces have their own, by its province.
    Blank where nobody signed for the province of a ward."""
    here = _column_of(signature.urban, signature.rural)
    if signature.province:
        here = f"if({_of_ward('province')} = '{signature.province}', {here}, '')"
    for province, urban, rural in signature.elsewhere:
        there = _column_of(urban, rural)
        here = f"if({_of_ward('province')} = '{province}', {there}, {here})"
    return here


def _column_of(urban: str, rural: str) -> str:
    if urban == rural:
        return f"'{urban}'"
    kind = _of_ward("kind")
    return f"if({kind} = 'urban', '{urban}', if({kind} = 'rural', '{rural}', ''))"


def _of_ward(name: str) -> str:
    return f"instance('{WARD_KINDS}')/root/item[name = ${{ward}}]/{name}"


def _in_force(pack: Pack) -> str:
    return " or ".join(
        f"(${{review_date}} >= date('{each.valid_from}')"
        f" and ${{review_date}} <= date('{each.valid_to}'))"
        for each in pack.validities
    )


def _notes(group: str) -> Iterator[Row]:
    total, so_far = f"${{{group}_total}}", f"${{{group}_so_far}}"
    yield {
        "type": "note",
        "name": f"{group}_told",
        **_words(
            "label",
            f"Cộng các mục đã trả lời: {so_far} điểm. Tổng điểm B1: {total} (trống là còn"
            " mục chưa trả lời).",
            f"Points of the items answered: {so_far}. B1 total: {total} (blank while an"
            " item is open).",
        ),
    }
    yield {
        "type": "note",
        "name": f"{group}_differs",
        **_words(
            "label",
            f"Tổng ghi tay là ${{b1_score}}, tổng tính từ các mục là {total}. Cả hai được"
            " gửi đi; hãy xem lại nếu có ghi nhầm.",
            f"The total typed in is ${{b1_score}}, that of the items is {total}. Both are"
            " sent; look again whether one is wrong.",
        ),
        "relevant": f"${{b1_score}} != '' and {total} != '' and ${{b1_score}} != {total}",
    }


def _source_words(table: ScoreTable, signature: Signature) -> Row:
    source, mark = table.source, table.sha256[:8]
    where = (
        f"{source.document}, {source.article}" if source.article else source.document
    )
    where, one, other = (
        each.replace("${", "$ {")  # typed by people: no reference of the form
        for each in (where, signature.transcribed_by, signature.signed_by)
    )
    day = f"{signature.signed_on:%d/%m/%Y}"
    return _words(
        "label",
        f"Theo {where}. {one} chép, {other} đối chiếu và ký ngày {day}; mã kiểm {mark}.",
        f"By {where}. Transcribed by {one}, compared and signed by {other} on {day};"
        f" checksum {mark}.",
    )


def _table(pack: Pack) -> tuple[ScoreTable, Signature]:
    table = pack.score_table
    if table is None or table.signature is None or not table.is_complete:
        raise ValueError(f"nobody vouches for a whole table of {pack.id}")
    return table, table.signature


def _item_name(pack: Pack, item: int) -> str:
    return item_path(pack.id, item)


def _calculate(name: str, calculation: str) -> Row:
    return {"type": "calculate", "name": name, "calculation": calculation}


def _words(column: str, vi: str, en: str) -> Row:
    return {f"{column}::{VIETNAMESE}": vi, f"{column}::{ENGLISH}": en}
