"""The benchmark's world as somewhere else: other names, other streets, other mistakes.

`python -m tests.bench.elsewhere --generator vnhouse.py --out folder --preset field`
takes the generator's families and their true history and lets another province write
them down: southern and highland names, alley addresses of the south, other dates, other
habits of those who visit. Nothing of it is ever trained on. What a model reaches here is
nearer to what it will reach in a place nobody has seen than what it reaches at home.
"""

import argparse
import importlib.util
import sys
import unicodedata
from pathlib import Path
from types import ModuleType
from typing import Any

SURNAMES = {
    "Nguyễn": 30.0, "Trần": 11.5, "Lê": 9.0, "Phạm": 6.0, "Huỳnh": 6.5, "Võ": 5.0, "Phan": 4.0, "Trương": 3.0,
    "Bùi": 2.0, "Đặng": 2.5, "Đỗ": 1.5, "Ngô": 1.8, "Hồ": 2.5, "Dương": 1.8, "Lâm": 1.2, "Mai": 0.9, "Cao": 0.8,
    "Tạ": 0.5, "Thái": 0.7, "Châu": 0.6, "Tô": 0.5, "Lý": 0.9, "Đoàn": 0.8, "Lương": 0.6, "Tống": 0.3, "Trịnh": 0.4,
    "Quách": 0.3, "Giang": 0.2, "Văn": 0.3, "Từ": 0.2, "Kiều": 0.2, "Hứa": 0.3, "La": 0.2, "Phùng": 0.2, "Diệp": 0.3,
    "Nhan": 0.1, "Sử": 0.1, "Thi": 0.1, "Mạch": 0.1, "Ung": 0.1, "Tiết": 0.1, "Lữ": 0.2, "Hà": 0.7, "Vương": 0.2,
}  # fmt: skip
ETHNIC = {
    "Khmer": (0.05, ["Thạch", "Sơn", "Kim", "Danh", "Chau", "Kiên", "Lâm", "Tăng"], ["", "Sóc", "Văn"], ["Thị", "Sa", ""],
              ["Khone", "Phol", "Sang", "Rây", "Thone", "Hiệp", "Đa Ra", "Si Tha", "Na Rinh", "Phêl", "Sươl", "Mây"]),
    "Ê-đê": (0.03, ["H'", "Y"], [""], [""],
             ["Hen Niê", "Blô Mlô", "Nuên Ayŭn", "Djuan Kbuôr", "Krông Êban", "Phương Niê", "Wing Byă", "Lê Na Ênuôl"]),
    "Gia-rai": (0.02, ["Siu", "Ksor", "Rmah", "Nay", "Kpă", "Rơ Chăm"], ["", "Y"], ["H'", "H"],
                ["Lan", "Phen", "Thơm", "Bơi", "Khen", "Dlăng", "Hiếu", "Black", "Tinh"]),
    "Chăm": (0.015, ["Bá", "Đàng", "Quảng", "Thiên", "Lưu", "Hán", "Thành"], ["Văn", "Minh"], ["Thị", "Mỹ"], None),
    "Hoa": (0.03, ["Trần", "Lâm", "Huỳnh", "Lý", "Quách", "Mã", "Tăng"], ["Chấn", "Vĩ", "Quốc"], ["Mỹ", "Tú", "Muội"], None),
}  # fmt: skip
MIDDLE_MALE = [
    {"Văn": 60, "": 10, "Hữu": 6, "Tấn": 5, "Phước": 4, "Công": 4, "Ngọc": 4, "Út": 3, "Bá": 2},
    {"Văn": 45, "": 8, "Thanh": 8, "Hoàng": 6, "Minh": 6, "Tấn": 6, "Phước": 5, "Hữu": 5, "Ngọc": 5, "Quốc": 4},
    {"Văn": 22, "Hoàng": 12, "Thanh": 10, "Minh": 10, "Tấn": 6, "Quốc": 8, "Chí": 6, "Nhựt": 4, "Trọng": 5, "Phước": 4, "Hoài": 4},
    {"Hoàng": 14, "Gia": 12, "Minh": 11, "Nhật": 8, "Thiên": 7, "Quốc": 6, "Chí": 4, "Phúc": 6, "Tuấn": 5, "Hữu": 4, "Văn": 3},
]  # fmt: skip
MIDDLE_FEMALE = [
    {"Thị": 86, "": 6, "Kim": 4, "Thị Ngọc": 2, "Ngọc": 2},
    {"Thị": 58, "Thị Kim": 6, "Thị Ngọc": 6, "Thị Mỹ": 4, "Kim": 5, "Ngọc": 5, "Bích": 3, "Thị Bé": 4, "Hồng": 3, "": 3},
    {"Thị": 28, "Thị Mỹ": 8, "Thị Ngọc": 7, "Thị Cẩm": 6, "Ngọc": 8, "Kim": 6, "Thanh": 6, "Thúy": 5, "Huỳnh": 3, "Thị Thùy": 6},
    {"Ngọc": 14, "Bảo": 10, "Gia": 8, "Khánh": 7, "Thị Ngọc": 5, "Huỳnh": 5, "Như": 5, "Thiên": 4, "Tường": 4, "Kim": 4},
]  # fmt: skip
GIVEN_MALE = [
    "Sáu Bảy Tám Chín Mười Út Tư Năm Hai Ba Phước Lộc Thọ Nghĩa Trọng Giàu Sang Đức Tài Nhơn Hòa Thành Của Mẫn Lành Được Kế Nuôi Rô Cu Đực Chót Ngàn Triệu Bé Lớn Mướp Khuê Xê Thời Cảnh Ngân Biện Hưởng Thới Tánh Trạng",
    "Phước Hùng Dũng Tâm Thành Hòa Lợi Sơn Đức Minh Phúc Tài Nhân Nghĩa Trung Hải Hiền Thanh Bình Nhàn Đông Nam Tây Liêm Khởi Em Anh Sáng Tiền Bạc Giàu Lý Toản Hận Triều Thắng Bửu Phong Vũ Tuấn Cường Thuận Trực Chánh Hiếu",
    "Duy Khoa Khánh Huy Nhân Thịnh Phát Hậu Tín Trí Toàn Đạt Nguyên Vũ Phong Luân Thuận Triết Linh Kha Lĩnh Tùng Tiến Vinh Quang Sang Đang Nhựt Khải Duẩn Hào Thái Tân Bằng Lộc Phú Quí Hiển Vương Cảnh Lâm Trường",
    "Khang Khôi Phúc Thịnh Đăng Nguyên Hưng Huy Khoa Phát Thiện Bảo Tâm Trí Kiệt Minh Long Nhân Vinh Quân Ân Đạt Duy Hào Lộc Tín Kỳ Phú Quý Thông Tường Lâm Vỹ Điền Sơn Bách Dương Hiển Khải",
]  # fmt: skip
GIVEN_FEMALE = [
    "Hai Ba Tư Năm Sáu Bảy Tám Chín Mười Út Lài Lan Huệ Cúc Đào Mận Bông Nở Sương Gấm Vóc Đẹp Xinh Ngoan Hiền Thảo Lành Nhỏ Lớn Thắm Tươi Mai Liễu Đượm Nguyệt Bưởi Nhãn Xoàn Cẩm Khéo Dung Hạnh Nết Chánh Lang Hường Kiểng",
    "Hồng Phượng Tuyết Loan Nga Lệ Thu Cúc Lan Mai Đào Liên Thủy Sương Hoa Bích Vân Hạnh Dung Thảo Thơm Em Xuân Diễm Kiều Oanh Yến Nhung Gái Tiên Nguyệt Thoa Lựu Trinh Phấn Lý Vui Hằng Hương Thúy Điệp Ánh Rạng Mừng",
    "Trang Tuyền Thùy Diễm Trâm Ngân Nhung Tiên Duyên Linh Thảo My Phương Trinh Quyên Hương Mỵ Như Thi Kiều Oanh Vân Hân Ngọc Thy Loan Nhi Giang Thơ Nương Đào Xuyến Hiếu Huyền Phụng Tươi Lam Lụa Sang Thắm",
    "Ngân Nhi Hân Thy My Vy Như Anh Ngọc Quỳnh Trân Châu Nghi Uyên Tiên Thư Trâm Yến Khuê Mỹ Vân Linh An Thảo Diễm Tuyền Bình Khánh Hà Đan Phương Lam Trúc Xuân Ly Mai Tường Dung Nguyên",
]  # fmt: skip
STREETS = [
    "Lê Văn Sỹ", "Cách Mạng Tháng Tám", "Nguyễn Thị Minh Khai", "Phan Đăng Lưu", "Huỳnh Văn Bánh", "Lạc Long Quân",
    "Âu Cơ", "Tân Kỳ Tân Quý", "Nguyễn Văn Cừ", "Trần Xuân Soạn", "Phạm Thế Hiển", "Bến Bình Đông", "Hoàng Diệu",
    "Đoàn Văn Bơ", "Tôn Đản", "Xóm Chiếu", "Bùi Minh Trực", "Hưng Phú", "Liên Tỉnh 5", "Tạ Quang Bửu", "Dương Bá Trạc",
    "Ama Khê", "Y Jút", "Phan Chu Trinh", "Quốc lộ 1A", "Tỉnh lộ 10", "Đường số 7", "Đường số 12", "Kênh Tẻ", "30 Tháng 4",
]  # fmt: skip
ESTATES = [
    "Nguyễn Thiện Thuật",
    "Ngô Gia Tự",
    "Thanh Đa",
    "Vĩnh Hội",
    "Xóm Cải",
    "Phú Thọ",
]
BLOCKS = ["A", "B", "C", "D", "Lô E", "Lô G", "A1", "B2", "C3", "H", "K", "IV", "VIII"]
# Paper read by machine, and pens read by people.
LOOKALIKE = {
    "0": "O68",
    "1": "l7I",
    "8": "B3",
    "5": "S6",
    "2": "Z7",
    "3": "8",
    "6": "b0",
    "4": "9",
    "9": "4",
}
# How the south hears what the north writes, by the end and the beginning of a word.
ENDINGS = (("n", "ng"), ("ng", "n"), ("t", "c"), ("c", "t"), ("i", "y"))
MARKS = {"\u0309": "\u0303", "\u0303": "\u0309"}


def elsewhere(generator: Path) -> ModuleType:
    """The generator as a module of its own, with the names and habits of this one."""
    spec = importlib.util.spec_from_file_location("elsewhere_world", generator)
    if spec is None or spec.loader is None:
        raise ValueError(f"{generator} is no Python module")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    made.SURNAMES, made.ETHNIC = SURNAMES, ETHNIC
    made.MID_M, made.MID_F = MIDDLE_MALE, MIDDLE_FEMALE
    made.GIV_M, made.GIV_F = GIVEN_MALE, GIVEN_FEMALE
    made.STREETS, made.ESTATES, made.BLOCKS = STREETS, ESTATES, BLOCKS
    made.World = type("Elsewhere", (Habits, made.World), {"made": made})
    return made


class Habits:
    """The same families, written down by other people; laid over the generator's
    world."""

    made: Any
    rnd: Any
    p: Any
    preset: str

    def harm(self) -> float:
        return 2.6 if self.preset == "harsh" else 1.0

    def write_tok(self, word: str, by: Any, often: float) -> str:
        chance = self.rnd() / (self.harm() * often)
        if chance < 0.006:
            return str(self.made.telex(word, by.vni, self.rnd() < 0.3))
        if chance < 0.014:
            return _misheard(word, self.rnd)
        if chance < 0.017:
            return word.replace("nh", "hn") if "nh" in word else word + word[-1]
        return str(super().write_tok(word, by, often))

    def write_name(self, person: Any, by: Any, often: float, year: int) -> str:
        text = str(super().write_name(person, by, often, year))
        habit, words = int(by.eid[1:]) % 7, text.split()
        if text and person.eth in ("Ê-đê", "Gia-rai", "Khmer") and self.rnd() < 0.5:
            text = text.replace("H' ", "H'" if habit % 2 else "H’ ")
            return text.replace(" ", "-") if self.rnd() < 0.04 else text
        if habit == 3 and len(words) > 2 and self.rnd() < 0.04 * self.harm():
            words[1:-1] = [word[0] + "." for word in words[1:-1]]
        if habit == 5 and self.rnd() < 0.05 * self.harm():
            words.insert(0, "B." if person.sex == "F" else "Ô.")
        return " ".join(words)

    def write_dob(self, person: Any, by: Any, year: int, surveyed: int) -> Any:
        dob, born, age = super().write_dob(person, by, year, surveyed)
        habit = int(by.eid[1:]) % 5
        if dob and self.rnd() < 0.03 * self.harm():
            y, m, d = dob.split("-")
            return (f"{y}-{d}-{m}", None, None) if int(d) < 13 else (dob, None, None)
        if dob and habit == 2 and self.rnd() < 0.08 * self.harm():
            return dob[:4] + "-07-01", None, None
        if dob and habit == 4:
            return f"{dob[8:]}/{dob[5:7]}/{dob[:4]}", None, None
        if age is not None and habit == 1 and age > 40 and self.rnd() < 0.3:
            return None, None, 5 * round(age / 5)
        return dob, born, age

    def write_id(self, person: Any, by: Any, r: int, head: bool, mates: Any) -> Any:
        number = super().write_id(person, by, r, head, mates)
        if number and self.rnd() < 0.015 * self.harm():
            at = int(self.rnd() * len(number))
            likes = LOOKALIKE.get(number[at], number[at])
            number = (
                number[:at] + likes[int(self.rnd() * len(likes))] + number[at + 1 :]
            )
        if number and self.rnd() < 0.01 * self.harm():
            number = number[: len(number) - 1 - int(self.rnd() * 3)]
        return number

    def write_phone(self, phone: Any, by: Any, r: int) -> Any:
        text = super().write_phone(phone, by, r)
        if text and self.rnd() < 0.012 * self.harm():
            at = int(self.rnd() * len(text))
            text = text[:at] + text[at + 1 :]
        return text

    def write_addr(self, house: Any, by: Any, ward: str) -> str | None:
        if self.rnd() < self.p["e_addr_missing"] * by.miss:
            return None
        text = _address(house.addr, by.addr, self.rnd, self.p)
        if self.rnd() < self.p["e_addr_ward"]:
            text += f", P.{ward}, TP.HCM" if by.addr % 2 else f", phường {ward}"
        text = self.made.strip_dia(text) if by.dia == "none" else text
        return text.upper() if by.case == "upper" else text

    def submit(self, *given: Any) -> Any:
        sent, truth, persons = super().submit(*given)
        habit = int(sent["enumerator_id"][1:]) % 6
        if sent["hamlet"] and habit in (1, 2):
            sent["hamlet"] = ("Tổ " if habit == 1 else "TDP số 0") + sent["hamlet"]
        if habit == 3 and sent["lat"] is not None and self.rnd() < 0.05 * self.harm():
            sent["lat"], sent["lon"], sent["gps_accuracy"] = None, None, None
        if habit == 4 and self.rnd() < 0.3:
            for member in sent["members"]:
                member["sex"] = None if self.rnd() < 0.3 else member["sex"]
        return sent, truth, persons


def _misheard(word: str, rnd: Any) -> str:
    """Another ending or the other of two tones that sound alike in the south."""

    spread = unicodedata.normalize("NFD", word)
    for mark, other in MARKS.items():
        if mark in spread and rnd() < 0.5:
            return unicodedata.normalize("NFC", spread.replace(mark, other))
    for ending, other in ENDINGS:
        if word.endswith(ending):
            return word[: -len(ending)] + other
    return word


def _address(place: Any, style: int, rnd: Any, p: Any) -> str:
    wrong = 2 if rnd() < p["e_addr_num"] else 0
    is_partial = rnd() < p["e_addr_partial"]
    if place[0] == "B":
        _, block, estate, room, group = place
        forms = (
            "{0} lô {1} c/c {2}",
            "Căn {0}, {1}, chung cư {2}",
            "{1}.{0} CC {2}",
            "CC {2} {1}-{0}",
        )
        text = forms[style % 4].format(room + wrong, block, estate)
        return f"chung cư {estate}" if is_partial else text
    _, street, lane, alley, deeper, number, group = place
    nested = [str(each) for each in (lane, alley, deeper) if each]
    if wrong:
        number = str(int("".join(c for c in number if c.isdigit())) + wrong)
    if is_partial:
        return f"hẻm {nested[0]} {street}" if nested else f"đường {street}"
    if not nested:
        return (
            f"{number} {street}",
            f"Số {number} đường {street}",
            f"nhà {number}, {street}",
        )[style % 3]
    text = (
        f"{'/'.join(nested)}/{number} {street}",
        f"Số {number}, hẻm {'/'.join(nested)}, đường {street}",
        f"{number} hẻm {'/'.join(nested)} {street}",
        f"{'/'.join(nested)}/{number} đ. {street}, KP{1 + group % 5}",
    )[style % 4]
    return text + (f", tổ {group}" if rnd() < 0.25 else "")


def main() -> int:
    """Write one world of somewhere else."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--generator", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--households", type=int, default=52_000)
    parser.add_argument("--preset", choices=("field", "harsh"), default="field")
    parser.add_argument("--seed", type=int, default=931)
    chosen = parser.parse_args()
    made = elsewhere(chosen.generator)
    made.write(str(chosen.out), chosen.households, chosen.preset, chosen.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
