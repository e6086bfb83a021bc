"""What one standard changes against another, in sentences (`rules diff`).

Only what a household or an officer would notice is told: days, lines, who is poor,
indicators and their thresholds, points, sheets and lists, and how well all that is
known. Two standards may differ in hash and in nothing here, by a remark on a source.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from server.domain.poverty.pack import Choice, Indicator, Line, Measure, Pack
from server.domain.poverty.wording import AREAS, LINES, amount_words, rule_words

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; `part` says of what: days, lines, categories, indicators ..."""

    part: str
    vi: str
    en: str

    def sentence(self, language: str) -> str:
        return self.vi if language == "vi" else self.en


def changes(before: Pack, after: Pack) -> tuple[Change, ...]:
    """Every difference, in the order in which a reader of the law would ask."""
    parts = (
        *(_standing, _days, _lines, _cut, _categories),
        *(_indicators, _points, _tables, _lists, _gaps),
    )
    return tuple(change for part in parts for change in part(before, after))


def _standing(before: Pack, after: Pack) -> Iterator[Change]:
    if after.is_draft and not before.is_draft:
        yield Change(
            "standing",
            f"{after.id} là dự thảo trong hệ thống, chưa dùng để công nhận.",
            f"{after.id} is a draft here and recognises nobody.",
        )
    if before.verified != after.verified:
        done = after.verified
        yield Change(
            "standing",
            f"{after.id} {'đã' if done else 'chưa'} được đối chiếu với văn bản gốc.",
            f"{after.id} is {'' if done else 'not '}verified with the official text.",
        )


def _days(before: Pack, after: Pack) -> Iterator[Change]:
    was = {(each.valid_from, each.valid_to) for each in before.validities}
    for each in after.validities:
        if (each.valid_from, each.valid_to) not in was:
            start, end = each.valid_from, each.valid_to
            yield Change(
                "days",
                f"Áp dụng từ {start:%d/%m/%Y} đến {end:%d/%m/%Y} "
                f"theo {each.source.document}.",
                f"Applies from {start} to {end} by {each.source.document}.",
            )


def _lines(before: Pack, after: Pack) -> Iterator[Change]:
    """A line that nobody has read is told as a gap, not as one that went away."""
    unread = {gap.code for gap in after.gaps}
    for was, now in _paired(before.lines, after.lines, _line_key):
        line = now or was
        if line is None or (was and now and was.amount == now.amount):
            continue
        if now is None and _gap_of(line) in unread:
            continue
        vi, en = (
            _moved(_line_name(line, language), was, now, language)
            for language in ("vi", "en")
        )
        yield Change("lines", vi, en)


def _gap_of(line: Line) -> str:
    if line.measure is Measure.SCORE:
        return "score_cutoffs"
    return f"{line.name}_line"


def _line_key(line: Line) -> tuple[str, ...]:
    return line.measure, line.name, line.area_type


def _line_name(line: Line, language: str) -> str:
    area = AREAS[language][line.area_type]
    by_points = {"vi": " (điểm B1)", "en": " (B1 points)"}[language]
    name = LINES[language][line.name]
    mark = by_points if line.measure is Measure.SCORE else ""
    text = f"{name}{mark}, {area}"
    return text[0].upper() + text[1:]


def _moved(name: str, was: Line | None, now: Line | None, language: str) -> str:
    vi = language == "vi"
    if was and now:
        old = amount_words(was.measure, was.amount, language)
        new = amount_words(now.measure, now.amount, language)
        return f"{name}: từ {old} thành {new}." if vi else f"{name}: {old} to {new}."
    if now:
        new = amount_words(now.measure, now.amount, language)
        return f"{name}: mới, {new}." if vi else f"{name}: new, {new}."
    return f"{name}: không còn." if vi else f"{name}: no longer there."


def _cut(before: Pack, after: Pack) -> Iterator[Change]:
    was, now = before.deprivation_cut, after.deprivation_cut
    if was != now:
        yield Change(
            "categories",
            f"Mức thiếu hụt: từ {was or 'không tính'} thành {now or 'không tính'}.",
            f"Cut of deprivations: {was or 'none'} to {now or 'none'}.",
        )


def _categories(before: Pack, after: Pack) -> Iterator[Change]:
    old, new = (
        {
            rule_words(rule, "vi"): rule_words(rule, "en")
            for rule in pack.categories
            if rule.when.text != "true"
        }
        for pack in (before, after)
    )
    for vi, en in old.items():
        if vi not in new:
            yield Change("categories", f"Trước đây: {vi}.", f"Before: {en}.")
    for vi, en in new.items():
        if vi not in old:
            yield Change("categories", f"Nay: {vi}.", f"Now: {en}.")


def _indicators(before: Pack, after: Pack) -> Iterator[Change]:
    pairs = _paired(before.indicators, after.indicators, lambda each: each.code)
    for was, now in pairs:
        if was is None and now is not None:
            yield Change(
                "indicators",
                f"Thêm chỉ số “{now.name_vi}”: {now.threshold_vi}.",
                f"New indicator “{now.name_en}”: {now.threshold_en}.",
            )
        elif now is None and was is not None:
            yield Change(
                "indicators",
                f"Bỏ chỉ số “{was.name_vi}”.",
                f"Indicator “{was.name_en}” is dropped.",
            )
        elif was and now and _rule_of(was) != _rule_of(now):
            yield Change(
                "indicators",
                f"Chỉ số “{now.name_vi}”, ngưỡng trước đây: {was.threshold_vi}; "
                f"nay: {now.threshold_vi}.",
                f"Indicator “{now.name_en}”, threshold before: {was.threshold_en}; "
                f"now: {now.threshold_en}.",
            )


def _rule_of(indicator: Indicator) -> tuple[object, ...]:
    return indicator.predicate, indicator.values(), indicator.threshold_vi


def _points(before: Pack, after: Pack) -> Iterator[Change]:
    was, now = before.indicator_points, after.indicator_points
    if was != now:
        yield Change(
            "points",
            f"Điểm B2 của một chỉ số: từ {_or_unknown(was, 'vi')} "
            f"thành {_or_unknown(now, 'vi')}.",
            f"B2 points of an indicator: {_or_unknown(was, 'en')} "
            f"to {_or_unknown(now, 'en')}.",
        )


def _or_unknown(value: int | None, language: str) -> str:
    return (
        {"vi": "chưa có", "en": "none known"}[language] if value is None else f"{value}"
    )


def _tables(before: Pack, after: Pack) -> Iterator[Change]:
    names = {
        "score_table": ("Bảng điểm B1", "B1 score table"),
        "screening": ("Phiếu nhận dạng nhanh (Phiếu A)", "Quick identification sheet"),
    }
    for part, (vi, en) in names.items():
        was, now = getattr(before, part), getattr(after, part)
        if was and not now:
            yield Change(
                part, f"{vi}: chưa có bản của {after.id}.", f"{en}: none found."
            )
        elif now and was != now:
            told = ("có bản mới", "a new one") if was else ("có", "there is one")
            yield Change(part, f"{vi}: {told[0]}.", f"{en}: {told[1]}.")


def _lists(before: Pack, after: Pack) -> Iterator[Change]:
    names = {"causes": ("Nguyên nhân", "Cause"), "needs": ("Nhu cầu", "Need")}
    for part, (vi, en) in names.items():
        old, new = getattr(before, part), getattr(after, part)
        if not new:  # told as a gap
            continue
        goes_to = {code: each for each in new for code in each.replaces}
        for was, now in _paired(old, new, lambda each: each.code):
            into = goes_to.get(was.code) if was else None
            yield from _listed(part, (vi, en), was, now, into)


def _listed(
    part: str,
    kind: tuple[str, str],
    was: Choice | None,
    now: Choice | None,
    into: Choice | None,
) -> Iterator[Change]:
    vi, en = kind
    if was and into and into.code != was.code:
        yield Change(
            part,
            f"{vi} “{was.vi}” nay tính vào “{into.vi}”.",
            f"{en} “{was.en}” is now counted as “{into.en}”.",
        )
    elif was and not now:
        yield Change(part, f"{vi} “{was.vi}”: không còn.", f"{en} “{was.en}”: dropped.")
    if now and not was and not now.replaces:
        yield Change(part, f"{vi} mới: “{now.vi}”.", f"New {en.lower()}: “{now.en}”.")


def _gaps(before: Pack, after: Pack) -> Iterator[Change]:
    known = {(each.code, each.vi) for each in before.gaps}
    for gap in after.gaps:
        if (gap.code, gap.vi) not in known:
            yield Change("unknown", f"Chưa biết: {gap.vi}", f"Not known: {gap.en}")


def _paired(
    before: tuple[Kept, ...], after: tuple[Kept, ...], key: Callable[[Kept], object]
) -> Iterator[tuple[Kept | None, Kept | None]]:
    """Old and new of the same key: those that go, in old order, then the new order."""
    old, new = ({key(each): each for each in side} for side in (before, after))
    yield from ((each, None) for code, each in old.items() if code not in new)
    yield from ((old.get(code), each) for code, each in new.items())
