"""Drawn pictures, as JPEG files of the size a phone sends: houses, and a sheet of minutes
that says large and clear that it is a sample."""

import io
from random import Random

from PIL import Image, ImageDraw


def house(seed: int) -> bytes:
    """A house front of 1024 by 768 pixels, the same for the same seed."""
    random = Random(seed)
    image = Image.effect_noise((1024, 768), 18).convert("RGB")
    sky = Image.new("RGB", image.size, (205, 222, 236))
    image = Image.blend(sky, image, 0.12)
    draw = ImageDraw.Draw(image)
    wall = random.choice(((222, 202, 168), (196, 206, 190), (214, 190, 180)))
    left, right = random.randint(180, 300), random.randint(700, 860)
    top = random.randint(220, 360)
    draw.rectangle((left, top, right, 700), fill=wall, outline=(120, 110, 100), width=4)
    draw.polygon(
        ((left - 40, top), ((left + right) // 2, top - 140), (right + 40, top)),
        fill=(150, 70, 56),
    )
    draw.rectangle((left + 60, 480, left + 190, 700), fill=(96, 66, 48))
    for column in range(left + 250, right - 100, 150):
        box = (column, 440, column + 95, 550)
        draw.rectangle(box, fill=(150, 184, 205), outline=(90, 90, 90), width=3)
    draw.rectangle((0, 700, 1024, 768), fill=(150, 150, 146))
    return _jpeg(image)


# The strokes of MẪU in a box of 10 by 10; negative heights are above the letters.
_SAMPLE = (
    ((0, 10), (0, 0), (4, 6), (8, 0), (8, 10)),
    ((11, 10), (15, 0), (19, 10)),
    ((12.6, 6), (17.4, 6)),
    ((13, -1), (15, -3), (17, -1)),
    ((12.5, -4.2), (14, -5.2), (16, -4.2), (17.5, -5.2)),
    ((22, 0), (22, 7), (24, 10), (27, 10), (29, 7), (29, 0)),
)


def minutes() -> bytes:
    """A photographed page of minutes, written by nobody: lines, a signature, MẪU."""
    random = Random(24)
    image = Image.new("RGB", (1000, 1414), (246, 243, 234))
    draw = ImageDraw.Draw(image)
    for top in (90, 140):
        draw.line((340, top, 660, top), fill=(60, 60, 70), width=9)
    for top in range(230, 1080, 42):
        left = 110
        while left < 860:
            right = min(left + random.randint(30, 120), 890)
            _word(draw, random, left, right, top)
            left = right + 22
    _word(draw, random, 610, 850, 1190, tall=34)
    for stroke in _SAMPLE:
        points = [(180 + x * 22, 560 + y * 30) for x, y in stroke]
        draw.line(points, fill=(196, 40, 40), width=22, joint="curve")
    return _jpeg(image)


def _word(
    draw: ImageDraw.ImageDraw, random: Random, left: int, right: int, top: int,
    tall: int = 9,
) -> None:  # fmt: skip
    """A word in a hand that nobody can read."""
    points = [(x, top + random.randint(-tall, tall)) for x in range(left, right, 7)]
    draw.line(points, fill=(40, 52, 110), width=3, joint="curve")


def _jpeg(image: Image.Image) -> bytes:
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=82)
    return kept.getvalue()
