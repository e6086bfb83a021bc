"""XLSForm workbooks, converted as Central has them converted."""

from io import BytesIO
from zipfile import BadZipFile

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert as converted

from tests.fakes.central.wire import CentralProblem
from tests.fakes.central.xforms import XForm, read_xform


def convert(workbook: bytes, *, ignore_warnings: bool) -> XForm:
    """Raises 400.15 for what is no form and 400.16 for warnings."""
    warnings: list[str] = []
    try:
        result = converted(BytesIO(workbook), warnings=warnings, validate=False)
    except (PyXFormError, ValueError, KeyError, BadZipFile) as wrong:
        raise CentralProblem(
            "400.15",
            "The given XLSForm file was not valid. Please see the error details for "
            "more information.",
            {"error": str(wrong), "warnings": None},
        ) from wrong
    if warnings and not ignore_warnings:
        raise CentralProblem(
            "400.16",
            "The Form is valid, but with warnings. Please check the warnings and if "
            "they are acceptable resubmit with ?ignoreWarnings=true",
            {"warnings": {"xlsFormWarnings": warnings}},
        )
    xform = read_xform(result.xform.encode())
    assert xform is not None
    return xform
