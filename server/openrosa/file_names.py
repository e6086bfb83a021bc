"""Names of files as phones send them, made safe to keep and to offer for download.

A name never decides where bytes lie (the store goes by hash), so an odd name is no
reason to lose a photo: what could mislead a person or a computer becomes an underscore,
the rest stays. NFC, because iOS and some keyboards write Vietnamese decomposed and the
answer that mentions the file may be composed.
"""

import hashlib
import unicodedata

MAX_BYTES = 180
_RESERVED = frozenset('/\\<>:"|?*')
UNNAMED = "khong-ten"


def safe_name(name: str) -> str:
    """The name to keep a file under. The same odd name always becomes the same name."""
    composed = unicodedata.normalize("NFC", name)
    plain = "".join(
        # C: controls, direction marks, surrogates; Z but the space: line separators.
        "_"
        if char in _RESERVED
        or unicodedata.category(char)[0] == "C"
        or unicodedata.category(char) in ("Zl", "Zp")
        else char
        for char in composed
    )
    plain = plain.strip(" ").rstrip(".").lstrip(".") or UNNAMED
    return plain if len(plain.encode()) <= MAX_BYTES else _shortened(plain)


def _shortened(name: str) -> str:
    """The beginning, a hash of the whole and the ending: still unique, still a photo."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = name, "", ""
    room = MAX_BYTES - len(digest) - len((dot + ending).encode()) - 1
    kept = stem.encode()[:room].decode(errors="ignore")
    return f"{kept}-{digest}{dot}{ending}"
