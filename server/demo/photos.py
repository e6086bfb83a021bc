"""Drawn pictures of houses, as JPEG files of the size a phone sends."""

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
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=82)
    return kept.getvalue()
