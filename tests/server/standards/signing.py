"""The invented table, brought by one person and signed by another."""

from server.domain.actor import Actor
from server.standards import actions
from server.standards.tables import TableCompletion
from tests.invented_table import GIVEN, TABLE

ONE, OTHER = Actor("user", 1, "Chị Chép"), Actor("user", 2, "Anh Ký")


def sign_invented(text: str = TABLE, standard: str = "vn-2022") -> TableCompletion:
    """The table of a standard as it stands from now on."""
    made = actions.propose(by=ONE, standard=standard, content=text.encode(), **GIVEN)  # type: ignore[arg-type]
    return actions.sign(by=OTHER, completion_id=made.id, checksum=made.sha256[:8])
