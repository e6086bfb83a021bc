"""A household of a list that people bring: the survey form's questions, as far as a list
answers them, and what only a list says.

A list that has one row for each household names nobody but the head. `stated_members` is
the number of people it says there are (0 when it does not say), so that the household is
never taken for one person. `names_everybody` is what the person who brought the list
said of it; without that word nobody is gone because a list does not name them.
"""

from dataclasses import replace

from server.domain.people.identity_numbers import CCCD12, CMND9
from server.domain.survey import household_review
from server.domain.survey.fields import integer, yes_no

FORM_ID = "household_register"
FORM_VERSION = "1"
_REVIEW = household_review.TABLES[0]
_ORIGIN = "list/file", "list/sheet", "list/rows", "list/household_code"
# What a list says that no form asks: shown with the list, read by nobody.
_SAID = tuple(f"list/said/{part}" for part in ("column", "heading", "text", "mark"))

TABLE = replace(
    _REVIEW,
    form_id=FORM_ID,
    record=(*_REVIEW.record, yes_no("list/names_everybody", "names_everybody")),
    household=(
        *_REVIEW.household,
        integer("list/stated_members", "stated_members", 0, 1000),
    ),
    not_read=(*_REVIEW.not_read, *_ORIGIN, *_SAID),
)
# What a list calls something -> where that stands among the answers; of people below
# `members`.
PATHS = {
    "ward": "place/ward",
    "group": "place/residential_group",
    "head_name": "household/contact/head_name",
    "address": "household/address/address_text",
    "house_number": "household/address/house_number",
    "street": "household/address/street",
    "lane": "household/address/lane",
    "phone": "household/contact/phone_1",
    "b1_score": "household/economy/b1_score",
    "income_per_capita": "household/economy/income_per_capita",
    "causes": "household/support/causes",
    "note": "closing/remarks",
    "review_date": _REVIEW.review_date,
    "reviewer": "visit/reviewer",
    "stated_members": "list/stated_members",
    "names_everybody": "list/names_everybody",
    "household_code": "list/household_code",
    "file": "list/file",
    "sheet": "list/sheet",
    "rows": "list/rows",
    "members": _REVIEW.members_path,
    "full_name": "person/full_name",
    "relation_to_head": "person/relation_to_head",
    "sex": "person/sex",
    "ethnicity": "papers/ethnicity",
    CCCD12: "papers/cccd12_number",
    CMND9: "papers/cmnd9_number",
}
