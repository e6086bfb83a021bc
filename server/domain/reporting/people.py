"""The detailed lists: a household after the other, with its people below its head."""

from collections.abc import Iterator
from dataclasses import dataclass

from server.domain.people.ethnic_groups import ethnic_groups
from server.domain.poverty.pack import Pack
from server.domain.reporting.definition import Words
from server.domain.reporting.facts import Facts, PersonLine
from server.domain.reporting.register import Register

COLUMNS = {
    "order": Words("TT", "No."),
    "code": Words("Mã hộ", "Code"),
    "name": Words("Chủ hộ và các thành viên", "Head and members"),
    "relation": Words("Quan hệ với chủ hộ", "Relation to the head"),
    "sex": Words("Giới tính", "Sex"),
    "birth": Words("Ngày sinh", "Born"),
    "ethnicity": Words("Dân tộc", "Ethnic group"),
    "place": Words("Địa bàn", "Area"),
    "address": Words("Địa chỉ", "Address"),
    "b1": Words("Điểm B1", "B1 points"),
    "income": Words("Thu nhập bình quân (đồng)", "Income per head (VND)"),
    "lacks": Words("Số chỉ số thiếu hụt", "Indicators lacking"),
    "lacking": Words("Thiếu hụt", "Lacks"),
    "causes": Words("Nguyên nhân", "Causes"),
}
_SEX = {"male": Words("Nam", "Male"), "female": Words("Nữ", "Female")}
_RELATIONS = {
    "head": Words("Chủ hộ", "Head"),
    "spouse": Words("Vợ, chồng", "Spouse"),
    "child": Words("Con", "Child"),
    "parent": Words("Cha, mẹ", "Parent"),
    "grandparent": Words("Ông, bà", "Grandparent"),
    "grandchild": Words("Cháu", "Grandchild"),
    "sibling": Words("Anh, chị, em", "Sibling"),
    "child_in_law": Words("Con dâu, con rể", "Child-in-law"),
    "other": Words("Khác", "Other"),
}
_SOME_UNKNOWN = Words("{low}, chưa rõ {open}", "{low}, {open} not known")


@dataclass(frozen=True, slots=True)
class Line:
    """One line, its values in the order of COLUMNS. `household_id` only on the line
    that begins a household."""

    values: tuple[str | int | None, ...]
    household_id: str | None


def lines_of(
    register: Register,
    category: str,
    language: str,
    hidden: frozenset[str] = frozenset(),
) -> Iterator[Line]:
    """The list of a category, by place and code. Of households in `hidden`, which live
    out of the reader's sight now, only the code is told."""
    order = {each.key: number for number, each in enumerate(register.places)}
    names = {each.key: each.name for each in register.places}
    listed = [
        (order[each.place], _facts(register, household_id).code, household_id)
        for household_id, each in register.end.items()
        if each.category == category and household_id in register.facts
    ]
    without = [
        (order[each.place], "", household_id)
        for household_id, each in register.end.items()
        if each.category == category and household_id not in register.facts
    ]
    for number, (_, _, household_id) in enumerate(sorted(listed + without), start=1):
        place = names[register.end[household_id].place]
        facts = register.facts.get(household_id)
        if facts is None or household_id in hidden:
            code = facts.code if facts else household_id
            yield Line((number, code, *_BLANK, place, *_BLANK_END), household_id)
        else:
            yield from _household(number, household_id, facts, place, register.pack,
                                  language)  # fmt: skip


_BLANK: tuple[None, ...] = (None,) * 5
_BLANK_END: tuple[None, ...] = (None,) * 6


def _facts(register: Register, household_id: str) -> Facts:
    return register.facts[household_id]


def _household(
    number: int, household_id: str, facts: Facts, place: str, pack: Pack, language: str
) -> Iterator[Line]:
    people = list(facts.people) or [PersonLine(facts.head_name, "head", None, "", None)]
    people.sort(key=lambda each: each.relation != "head")
    for place_in_list, person in enumerate(people):
        about = _person(person, language)
        if place_in_list:
            yield Line((None, None, *about, None, *_BLANK_END), None)
        else:
            household = _measured(facts, pack, language)
            yield Line(
                (number, facts.code, *about, place, facts.address, *household),
                household_id,
            )


def _person(person: PersonLine, language: str) -> tuple[str | None, ...]:
    group = ethnic_groups().get(person.ethnicity or "")
    sex, relation = _SEX.get(person.sex or ""), _RELATIONS.get(person.relation or "")
    return (
        person.full_name,
        relation[language] if relation else person.relation,
        sex[language] if sex else None,
        person.birth or None,
        group[f"name_{language}"] if group else None,
    )


def _measured(facts: Facts, pack: Pack, language: str) -> tuple[str | int | None, ...]:
    lacking = [each.code for each in pack.indicators if facts.lacks.get(each.code)]
    unknown = sum(said is None for said in facts.lacks.values())
    count: str | int = len(lacking)
    if unknown:
        count = _SOME_UNKNOWN[language].format(low=len(lacking), open=unknown)
    names = [getattr(pack.indicator(code), f"name_{language}") for code in lacking]
    causes = {each.code: getattr(each, language) for each in pack.causes}
    said = [causes.get(code, code) for code in facts.causes or ()]
    return (
        facts.b1_score,
        facts.income_per_capita,
        count if facts.lacks else None,
        "; ".join(names) or None,
        "; ".join(said) or None,
    )
