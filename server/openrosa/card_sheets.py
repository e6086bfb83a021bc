"""Settings cards on paper: one page of A6 for each phone, to print at once."""

from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from server.accounts.tables import Phone, User
from server.central.app_users import cards_of
from server.openrosa.card import Card, central_card_of


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """A card with what stands on it besides."""

    phone: Phone
    carrier: User
    card: Card


def cards_at(server: str, project: int) -> list[PrintedCard]:
    """The card of every phone that a project of ODK Central lets in, by carrier."""
    return [
        PrintedCard(
            phone,
            carrier,
            central_card_of(
                phone, carrier, server=server, project=project, token=token
            ),
        )
        for phone, carrier, token in cards_of(server, project)
    ]


def sheet(cards: list[PrintedCard]) -> str:
    """A page that needs nothing beside itself."""
    template = current_app.jinja_env.get_template("openrosa/card_sheet.html")
    style = Path(current_app.static_folder or "") / "phone-card.css"
    return template.render(cards=cards, style=style.read_text(encoding="utf-8"))
