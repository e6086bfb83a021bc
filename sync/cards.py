"""Writing the settings cards of all phones into a folder, to print them."""

from pathlib import Path

from server.openrosa.card_sheets import cards_at, sheet

ALL = "tat-ca-the.html"


def write_cards(server: str, project: int, folder: Path) -> int:
    """One file for each phone, and one with all; returns how many phones there are.

    A card is a key, so only who wrote it may read it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    cards = cards_at(server, project)
    _write(folder / ALL, sheet(cards))
    for each in cards:
        _write(folder / f"{each.phone.username}.html", sheet([each]))
    return len(cards)


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")
