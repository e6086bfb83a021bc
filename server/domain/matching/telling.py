"""Facts about a pair, in sentences for the person who decides."""

from collections.abc import Sequence
from enum import StrEnum

from server.domain.matching.facts import Fact

# (code, level): Vietnamese, English
SENTENCES = {
    ("edit", "same"): (
        "Phiếu này là bản sửa của phiếu kia.",
        "One survey is an edited version of the other.",
    ),
    ("entity", "same"): (
        "Điện thoại ghi cả hai phiếu cho cùng một hộ trong danh sách.",
        "The phones named the same household of the list on both surveys.",
    ),
    ("entity", "different"): (
        "Điện thoại ghi hai phiếu cho hai hộ khác nhau trong danh sách.",
        "The phones named two households of the list on the two surveys.",
    ),
    ("head_number", "same"): (
        "Hai chủ hộ có cùng số giấy tờ ({left}).",
        "The two heads bear the same identity number ({left}).",
    ),
    ("head_number", "near"): (
        "Số giấy tờ của hai chủ hộ chỉ khác một chữ số ({left} và {right}).",
        "The heads' identity numbers differ by one digit only ({left} and {right}).",
    ),
    ("head_number", "different"): (
        "Hai chủ hộ có số định danh khác nhau ({left} và {right}).",
        "The heads bear different personal numbers ({left} and {right}).",
    ),
    ("head_name", "equal"): (
        "Hai chủ hộ cùng tên: {left}.",
        "The heads have the same name: {left}.",
    ),
    ("head_name", "toneless_equal"): (
        "Tên hai chủ hộ chỉ khác dấu: {left} và {right}.",
        "The heads' names differ in their marks only: {left} and {right}.",
    ),
    ("head_name", "near"): (
        "Tên hai chủ hộ gần giống: {left} và {right}.",
        "The heads' names are alike: {left} and {right}.",
    ),
    ("head_name", "given_only"): (
        "Hai chủ hộ chỉ trùng tên gọi: {left} và {right}.",
        "Only the heads' given names agree: {left} and {right}.",
    ),
    ("head_name", "different"): (
        "Hai chủ hộ khác tên: {left} và {right}.",
        "The heads have different names: {left} and {right}.",
    ),
    ("head_birth", "exact"): (
        "Hai chủ hộ cùng ngày sinh: {left}.",
        "The heads were born on the same day: {left}.",
    ),
    ("head_birth", "same_year"): (
        "Hai chủ hộ cùng năm sinh ({left} và {right}).",
        "The heads were born in the same year ({left} and {right}).",
    ),
    ("head_birth", "swapped"): (
        "Ngày sinh hai chủ hộ gần giống, có thể ghi nhầm: {left} và {right}.",
        "The heads' birth dates are alike, perhaps mistyped: {left} and {right}.",
    ),
    ("head_birth", "near_year"): (
        "Năm sinh hai chủ hộ gần nhau: {left} và {right}.",
        "The heads' birth dates are close: {left} and {right}.",
    ),
    ("head_birth", "different"): (
        "Hai chủ hộ khác ngày sinh: {left} và {right}.",
        "The heads have different birth dates: {left} and {right}.",
    ),
    ("head_sex", "different"): (
        "Một chủ hộ là nam, một là nữ.",
        "One head is a man, the other a woman.",
    ),
    ("shared_members", "one"): (
        "Có một thành viên trong cả hai hộ: {left}.",
        "One person is on both rosters: {left}.",
    ),
    ("shared_members", "several"): (
        "Có {count} thành viên trong cả hai hộ: {left}.",
        "{count} people are on both rosters: {left}.",
    ),
    ("head_elsewhere", "by_number"): (
        (
            "Chủ hộ này là thành viên của hộ kia, theo số giấy tờ: {left}; có thể đã"
            " tách hộ hoặc đổi chủ hộ."
        ),
        (
            "By identity number, the head of one is a member of the other: {left}; perhaps"
            " a split or a new head."
        ),
    ),
    ("head_elsewhere", "by_name"): (
        (
            "Chủ hộ này giống một thành viên của hộ kia: {left}; có thể đã tách hộ hoặc"
            " đổi chủ hộ."
        ),
        (
            "The head of one looks like a member of the other: {left}; perhaps a split or"
            " a new head."
        ),
    ),
    ("address", "same_house"): (
        "Cùng địa chỉ: {left}.",
        "The same address: {left}.",
    ),
    ("address", "same_lane"): (
        "Cùng ngõ: {left} và {right}.",
        "The same lane: {left} and {right}.",
    ),
    ("address", "same_street"): (
        "Cùng phố: {left} và {right}.",
        "The same street: {left} and {right}.",
    ),
    ("address", "different"): (
        "Khác địa chỉ: {left} và {right}.",
        "Different addresses: {left} and {right}.",
    ),
    ("field_answer", "same"): (
        "Được hỏi tại nhà, gia đình nói hai hộ là một, ghi hai lần.",
        "Asked at the door, the family said that the two are one, written down twice.",
    ),
    ("field_answer", "split"): (
        "Được hỏi tại nhà, gia đình nói một hộ đã tách ra từ hộ kia.",
        "Asked at the door, the family said that one has split off from the other.",
    ),
    ("field_answer", "different"): (
        "Được hỏi tại nhà, gia đình nói đó là hai hộ khác nhau.",
        "Asked at the door, the family said that they are two different households.",
    ),
    ("phone", "same"): (
        "Cùng số điện thoại {left} (có thể là số dùng nhờ).",
        "The same phone number {left} (which may be borrowed).",
    ),
}

# What decides by itself, whatever the model weighs.
_DIRECT = frozenset({"edit", "entity"})
# A fact that changes the odds by less than a tenth says nothing either way.
_NOTHING = 0.15
# What each fact is about, without a word of the two households.
TOPICS = {
    "edit": ("Bản sửa", "Edited version"),
    "entity": ("Hộ đã chọn trên điện thoại", "Household chosen on the phone"),
    "head_number": ("Số giấy tờ của chủ hộ", "Identity number of the head"),
    "head_name": ("Tên chủ hộ", "Name of the head"),
    "head_birth": ("Ngày sinh của chủ hộ", "Birth date of the head"),
    "head_sex": ("Giới tính của chủ hộ", "Sex of the head"),
    "shared_members": ("Thành viên chung", "Shared members"),
    "head_elsewhere": ("Chủ hộ ở hộ kia", "Head is in the other household"),
    "address": ("Địa chỉ", "Address"),
    "phone": ("Số điện thoại", "Phone number"),
    "field_answer": ("Trả lời tại hộ", "Answer at the door"),
}


class Speaks(StrEnum):
    """Whether a fact speaks for one household, against it, or neither."""

    FOR = "for"
    AGAINST = "against"
    NEITHER = "neither"


def speaks(fact: Fact) -> Speaks:
    """For which answer a fact counts."""
    if fact.code in _DIRECT:
        return Speaks.AGAINST if fact.level in _DIFFERING else Speaks.FOR
    if abs(fact.bits) < _NOTHING:
        return Speaks.NEITHER
    return Speaks.FOR if fact.bits > 0 else Speaks.AGAINST


def main_fact(found: Sequence[Fact]) -> Fact | None:
    """The one fact to show where there is room for one: the strongest that speaks for
    one household."""
    speaking = [each for each in found if speaks(each) is Speaks.FOR]
    return max(speaking, key=_strength, default=None)


def agreeing(found: Sequence[Fact]) -> tuple[str, ...]:
    """What the two agree in at least nearly: what pairs are looked for by."""
    return tuple(each.code for each in found if each.level not in _DIFFERING)


def topic(code: str, language: str = "vi") -> str:
    """What a fact is about. Raises KeyError for an unknown one."""
    return TOPICS[code][0 if language == "vi" else 1]


def sentence(fact: Fact, language: str = "vi") -> str:
    """A fact in words. Raises KeyError for one without a sentence."""
    said = SENTENCES[fact.code, fact.level]
    text = said[0] if language == "vi" else said[1]
    return text.format(**{"left": fact.left, "right": fact.right, **fact.values})


def _strength(fact: Fact) -> float:
    return float("inf") if fact.code in _DIRECT else fact.bits


_DIFFERING = frozenset({"different"})
