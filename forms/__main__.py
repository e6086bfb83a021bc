"""python -m forms build | check | unpack: survey definitions from text to XLSForm."""

import argparse
import shutil
import sys
from pathlib import Path

from forms.check import check
from forms.compile import build, form_folders
from forms.definition import FORMS
from forms.unpack import unpack


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 1 when a check found something."""
    parser = argparse.ArgumentParser(prog="python -m forms", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="compile every form into forms/dist")
    commands.add_parser("check", help="check every form, its translation and dist")
    unpacking = commands.add_parser("unpack", help="print an edited .xlsx as YAML")
    unpacking.add_argument("workbook", type=Path, help="the edited workbook")
    options = parser.parse_args(arguments)
    if options.command == "build":
        return _build()
    if options.command == "check":
        return _check()
    return _unpack(options.workbook)


def _build() -> int:
    for folder in form_folders():
        for path in build(folder):
            print(f"built {path.relative_to(FORMS.parent)}")
    return 0


def _check() -> int:
    findings = [finding for folder in form_folders() for finding in check(folder)]
    for finding in findings:
        print(finding, file=sys.stderr)
    if shutil.which("java") is None:
        print("ODK Validate did not run: there is no java", file=sys.stderr)
    return 1 if findings else 0


def _unpack(path: Path) -> int:
    original = FORMS / path.stem / "form.yaml"
    print(unpack(path, original if original.is_file() else None), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
