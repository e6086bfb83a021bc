"""Excel to XForm with ODK's own converter, the same way every time."""

from dataclasses import dataclass
from pathlib import Path

from pyxform.xls2xform import convert


@dataclass(frozen=True, slots=True)
class Conversion:
    """An XForm and what the converter warned about."""

    xform: bytes
    warnings: tuple[str, ...]


def to_xform(compiled: Path) -> Conversion:
    """Converts a compiled workbook. Raises pyxform's `PyXFormError`."""
    result = convert(
        xlsform=compiled, validate=False, pretty_print=True, form_name="data"
    )
    return Conversion(result.xform.encode(), tuple(result.warnings))
