"""`python -m tests.architecture.layers`: the contracts of pyproject.toml, by import-linter,
which cannot be called as a module itself."""

import sys

from importlinter.cli import lint_imports_command

if __name__ == "__main__":
    sys.argv[1:] = ["--no-cache", "--no-logo"]
    lint_imports_command()
