"""How the peoples of the uplands name their children and their hamlets."""

from dataclasses import dataclass

KINH_MALE = (
    "Hùng",
    "Dũng",
    "Tuấn",
    "Thắng",
    "Sơn",
    "Hải",
    "Minh",
    "Toàn",
    "Hiếu",
    "Quân",
    "Bình",
    "Hưng",
)
KINH_FEMALE = (
    "Hoa",
    "Lan",
    "Hương",
    "Thu",
    "Hạnh",
    "Nga",
    "Thảo",
    "Hà",
    "Mai",
    "Yến",
    "Ngọc",
    "Hiền",
)


@dataclass(frozen=True, slots=True)
class People:
    """How one people names its children."""

    share: float
    families: tuple[str, ...]
    male: tuple[str, ...]
    female: tuple[str, ...]
    sons: tuple[str, ...]
    daughters: tuple[str, ...]


PEOPLES = {
    "Mông": People(0.38, ("Giàng", "Vàng", "Sùng", "Thào", "Lầu", "Mùa", "Hạng", "Cứ", "Ly", "Má", "Chang"), ("A", "A", "Seo", "Chứ"), ("Thị", "Thị", ""),
        ("Páo", "Dơ", "Chứ", "Tủa", "Súa", "Lử", "Sình", "Pó", "Dính", "Vừ", "Của", "Sang", "Thái", "Chống", "Lềnh", "Phử", "Gà", "Nủ", "Hồ", "Khua"),
        ("Mỷ", "Dở", "Súa", "Mỵ", "Chu", "Sông", "Ly", "Dợ", "Pà", "Chía", "Xua", "Mai", "Dùa", "Say", "Ké", "Máy", "Blia", "Nhìa")),
    "Thái": People(0.30, ("Lò", "Cà", "Quàng", "Lường", "Tòng", "Vì", "Bạc", "Cầm", "Hoàng", "Điêu"), ("Văn", "Văn", "Văn", "Minh"), ("Thị",),
        ("Ín", "Pâng", "Hặc", "Ơn", "Inh", "Tỉnh", "Thương", "Pọm", "Yêu", "Chính", "Phong", "Hùng", "Sơn", "Dũng", "Đôi", "Bun"),
        ("Ương", "Piêng", "Phanh", "Thoa", "Xôm", "Ín", "Muôn", "Hoan", "Lả", "Pản", "Hương", "Thuận", "Chướng", "Xuân", "Bóng", "Yêu")),
    "Tày": People(0.08, ("Nông", "Hoàng", "Ma", "Lương", "Bế", "Hà", "Hứa"), ("Văn", "Đình", "Quang"), ("Thị",), KINH_MALE, KINH_FEMALE),
    "Dao": People(0.09, ("Tẩn", "Phàn", "Chảo", "Lý", "Triệu", "Bàn", "Lò"), ("A", "Láo", "Chỉn", "Phủ"), ("Tả", "Mùi", "Thị", "Lở"),
        ("Sính", "Phin", "Lụa", "Chòi", "Khé", "San", "Ú", "Tá", "Vần", "Chiêu"), ("Mẩy", "Nhậy", "Mụi", "Ghển", "Liều", "Phẩy", "Chiêm", "Pham")),
    "Khơ Mú": People(0.06, ("Moong", "Cụt", "Quàng", "Lò", "Xeo", "Lữ", "Chích"), ("Văn",), ("Thị",),
        ("Khăm", "Phái", "Hoa", "Thoong", "Ốt", "Mằn", "Phò", "Xăng"), ("Hòa", "Dung", "Pheng", "Nôn", "Lôn", "Phăn", "Mến")),
    "Mường": People(0.05, ("Bùi", "Đinh", "Quách", "Bạch", "Hà"), ("Văn", "Công"), ("Thị",), KINH_MALE, KINH_FEMALE),
    "Kinh": People(0.04, ("Nguyễn", "Trần", "Lê", "Phạm", "Vũ", "Đỗ"), ("Văn", "Đức", "Xuân"), ("Thị", "Thị Thu"), KINH_MALE, KINH_FEMALE),
}  # fmt: skip
PLACES = (
    "Nà Lốm", "Huổi Khon", "Pá Sáng", "Co Mỵ", "Nậm Chan", "Phiêng Bay", "Tà Phình", "Sín Chải", "Lao Chải", "Háng Lìa",
    "Púng Bửa", "Nà Phặc", "Bản Bung", "Huổi Lóng", "Ten Luông", "Pú Nhi", "Nong Ựng", "Xà Dề", "Che Căn", "Phiêng Lơi",
)  # fmt: skip
