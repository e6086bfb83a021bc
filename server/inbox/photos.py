"""Showing received pictures without what hides in them.

A photo is drawn anew before anybody sees it: position, phone and owner that cameras
write into files stay in the store, and a file that only pretends to be a picture never
reaches a browser as one.
"""

import io
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
SIZES = {"small": 320, "full": 2560}
# Nobody photographs houses with more; a small file may claim a huge picture.
MAX_PIXELS = 64_000_000
QUALITY = 85
# Pillow only warns, and at more than we take.
Image.MAX_IMAGE_PIXELS = None


def redrawn(file: BinaryIO, size: str) -> bytes | None:
    """The picture as a new JPEG within `SIZES[size]` pixels; None when it is none."""
    try:
        with Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None
            picture.draft("RGB", (SIZES[size], SIZES[size]))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((SIZES[size], SIZES[size]))
            clean = Image.new("RGB", upright.size)
            clean.paste(upright)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return None
    drawn = io.BytesIO()
    clean.save(drawn, "JPEG", quality=QUALITY)
    return drawn.getvalue()
