"""The words of scenarios."""

from server.domain.people.ethnic_groups import ethnic_groups
from server.domain.poverty.pack import AreaType, Indicator, Measure, Pack
from server.domain.poverty.wording import AREAS, LINES, amount_words
from server.domain.scenarios.priority import PRIORITY_GROUPS
from server.domain.scenarios.result import CLASSES
from server.domain.scenarios.scenario import NamedScenario
from server.web.i18n import _, language
from server.web.labels import category_label


def class_label(code: str) -> str:
    """A class in words; the last one is of who cannot be classified."""
    return category_label(code) if code else _("Không phân loại được")


def class_labels() -> dict[str, str]:
    """Every class in words."""
    return {code: class_label(code) for code in CLASSES}


def ethnicity_label(code: str) -> str:
    """An ethnic group by its code; "99" is nobody knows."""
    found = ethnic_groups().get(code.zfill(2))
    return str(found[f"name_{language()}"]) if found else _("Chưa rõ dân tộc")


def group_labels() -> dict[str, str]:
    """The priority groups by code."""
    return {each.code: getattr(each, language()) for each in PRIORITY_GROUPS}


def group_meanings() -> list[tuple[str, str]]:
    """What is meant by each."""
    said = f"means_{language()}"
    return [
        (getattr(each, language()), getattr(each, said)) for each in PRIORITY_GROUPS
    ]


def line_label(measure: str, area_type: str, name: str) -> str:
    """A line in words: "Chuẩn nghèo, thành thị (thu nhập)"."""
    spoken = language()
    line, area = LINES[spoken][name], AREAS[spoken][AreaType(area_type)]
    by = _("điểm B1") if measure == Measure.SCORE else _("thu nhập")
    return f"{line[:1].upper()}{line[1:]}, {area} ({by})"


def supposed_texts(scenario: NamedScenario, pack: Pack) -> list[tuple[str, str, str]]:
    """What is supposed: what, as the standard has it, as the scenario has it."""
    spoken = language()
    held = {
        (each.measure, each.area_type, each.name): each.amount for each in pack.lines
    }
    found = []
    for each in scenario.lines:
        measure = Measure(each.measure)
        before = held.get((measure, AreaType(each.area_type), each.name), 0)
        found.append(
            (
                line_label(each.measure, each.area_type, each.name),
                amount_words(measure, before, spoken),
                amount_words(measure, each.amount, spoken),
            )
        )
    if scenario.deprivation_cut is not None:
        found.append(
            (
                _("Mức thiếu hụt"),
                str(pack.deprivation_cut),
                str(scenario.deprivation_cut),
            )
        )
    for code, weight in scenario.weights.items():
        indicator = pack.indicator(code)
        found.append(
            (
                _("Trọng số: {name}", name=indicator_name(indicator)),
                str(indicator.weight),
                str(weight),
            )
        )
    return found


def indicator_name(indicator: Indicator) -> str:
    """An indicator in the reader's language."""
    return str(getattr(indicator, f"name_{language()}"))


def unit_labels() -> dict[str, str]:
    """What a programme pays for."""
    return {"household": _("mỗi hộ"), "person": _("mỗi người")}
