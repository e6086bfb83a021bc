"""Everything that must hold before a form may reach a phone."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pyxform
from pyxform.errors import PyXFormError

from forms.compile import DIST, workbook
from forms.convert import to_xform
from forms.definition import FormError, Sheets, load
from forms.paths import table
from forms.rules import RULES, Finding

VALIDATOR = (
    Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin"
) / "ODK_Validate.jar"


def check(folder: Path) -> list[Finding]:
    """Checks one form folder: our rules, ODK's converter and validator, and `dist/`."""
    try:
        sheets = load(folder / "form.yaml")
    except FormError as unreadable:
        return [Finding("yaml", folder.name, str(unreadable))]
    return [*check_sheets(sheets, folder / "media"), *_stale(sheets, folder)]


def check_sheets(sheets: Sheets, media: Path) -> list[Finding]:
    """Checks rows that may not be on disk yet; `media` holds the CSV header lines."""
    findings = [finding for rule in RULES for finding in rule(sheets, media)]
    form_id = sheets["settings"][0]["form_id"]
    with tempfile.TemporaryDirectory() as temporary:
        compiled = Path(temporary) / f"{form_id}.xlsx"
        compiled.write_bytes(workbook(sheets))
        try:
            conversion = to_xform(compiled)
        except PyXFormError as broken:
            return [*findings, Finding("pyxform", form_id, str(broken))]
        xform = Path(temporary) / f"{form_id}.xml"
        xform.write_bytes(conversion.xform)
        findings += [Finding("pyxform", form_id, w) for w in conversion.warnings]
        findings += validate(xform)
    return findings


def validate(xform: Path) -> list[Finding]:
    """ODK Validate's opinion; none where there is no Java."""
    java = shutil.which("java")
    if java is None:
        return []
    result = subprocess.run(  # noqa: S603 - our own file, by its path
        [java, "-Dfile.encoding=UTF-8", "-jar", str(VALIDATOR), str(xform)],
        capture_output=True,
        timeout=120,
        check=False,
    )
    said = (result.stdout + result.stderr).decode(errors="replace").strip()
    return [Finding("validate", xform.stem, said)] if result.returncode else []


def _stale(sheets: Sheets, folder: Path) -> list[Finding]:
    compiled = DIST / f"{sheets['settings'][0]['form_id']}.xlsx"
    expected = {
        compiled: workbook(sheets),
        folder / "PATHS.md": table(sheets).encode(),
    }
    return [
        Finding("dist", path.name, "is not what form.yaml says: python -m forms build")
        for path, content in expected.items()
        if not path.is_file() or path.read_bytes() != content
    ]
