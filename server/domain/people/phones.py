"""Vietnamese phone numbers in one form: ten digits for mobiles, starting with 0.

Eleven-digit mobile prefixes became ten-digit ones between 15 September and 14 November
2018 (plan of the Ministry of Information and Communications, Circular
22/2014/TT-BTTTT); old lists still carry the old ones. The last seven digits never
changed.
"""

import re
import unicodedata

# Old -> new: Viettel, MobiFone, VinaPhone, Vietnamobile, Gmobile.
PREFIXES_2018 = {
    "0162": "032",
    "0163": "033",
    "0164": "034",
    "0165": "035",
    "0166": "036",
    "0167": "037",
    "0168": "038",
    "0169": "039",
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0126": "076",
    "0128": "078",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0127": "081",
    "0129": "082",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}
_MOBILE = re.compile(r"0(3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-9])\d{7}")
_LANDLINE = re.compile(r"02\d{8,9}")


def canonical_phone(text: str) -> str:
    """The digits of a number as dialled today within the country.

    +84, 84 and 0084 become 0, 2018 prefixes are translated, a mobile that lost its
    leading zero gets it back. What is no number comes back as its bare digits: ask
    `is_valid_phone`.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = "".join(char for char in plain if char.isdecimal() and char.isascii())
    if plain.startswith("+84") or (digits.startswith("84") and len(digits) >= 11):
        digits = "0" + digits.removeprefix("84").removeprefix("0")
    elif digits.startswith("0084"):
        digits = "0" + digits.removeprefix("0084").removeprefix("0")
    elif not digits.startswith("0") and len(digits) in (9, 10):
        restored = _today("0" + digits)
        digits = restored if _MOBILE.fullmatch(restored) else digits
    return _today(digits)


def is_mobile(phone: str) -> bool:
    """Whether a canonical number can be a mobile."""
    return _MOBILE.fullmatch(phone) is not None


def is_valid_phone(phone: str) -> bool:
    """Whether a canonical number can be a mobile or a landline."""
    return is_mobile(phone) or _LANDLINE.fullmatch(phone) is not None


def _today(digits: str) -> str:
    if len(digits) == 11 and digits[:4] in PREFIXES_2018:
        return PREFIXES_2018[digits[:4]] + digits[4:]
    return digits
