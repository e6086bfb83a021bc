"""The items of the signed tables as answers that staff can put right.

Whoever telephones a household for the one item that was missing types it here; the
survey stays as it was sent.
"""

from server.domain.households.corrections import SCORES
from server.domain.poverty.score_questions import choices_of
from server.domain.survey.score_answers import NONE, UNKNOWN, parse_item
from server.registry.fields import Field, further_fields
from server.standards.queries import asked_tables


def find_item(path: str) -> Field | None:
    """The item a correction names: "scores.vn_2022_item_7"."""
    block, _, name = path.partition(".")
    place = parse_item(name) if block == SCORES else None
    if place is None:
        return None
    standard, number = place[0], int(place[1])
    pack = next((each for each in asked_tables() if each.id == standard), None)
    table = pack.score_table if pack else None
    if table is None or not table.options_of(number):
        return None
    vi, en = table.name_of(number)
    not_offered = {UNKNOWN, NONE} if number in table.several else {UNKNOWN}
    return Field(
        path=path,
        kind="choices" if number in table.several else "choice",
        vi=f"B1, mục {number}: {vi}",
        en=f"B1, item {number}: {en}",
        choices={
            code: {"vi": words[0], "en": words[1]}
            for code, words in choices_of(table, number)
            if code not in not_offered  # "none of these" is offered by the page
        },
    )


further_fields.append(find_item)
