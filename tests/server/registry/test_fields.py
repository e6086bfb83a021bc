"""What staff read and put right is what surveys ask, in the words of the form."""

from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

import yaml

from server.domain.survey.record import Household, Member
from server.registry.fields import (
    Field,
    household_sections,
    identity_kinds,
    member_fields,
)
from tests.architecture.source import ROOT

# Shown in another way, or computed.
# `stated_members` is what a list of heads says, and no survey asks it.
NOT_TYPED = {
    "members", "phone_results", "overrides", "position", "photo", "stated_members",
    "scores",
}  # fmt: skip
VIETNAMESE, ENGLISH = "label::Tiếng Việt (vi)", "label::English (en)"
LISTS = {"information.devices": "device", "economy.assets": "asset"}


def paths_of(owner: Any, besides: set[str]) -> set[str]:
    found = set()
    hints = get_type_hints(owner)
    for field in fields(owner):
        hint = hints[field.name]
        if field.name in besides:
            continue
        if isinstance(hint, type) and is_dataclass(hint):
            found |= {f"{field.name}.{part.name}" for part in fields(hint)}
        else:
            found.add(field.name)
    return found


def household_fields() -> list[Field]:
    return [field for section in household_sections() for field in section.fields]


def words_of_the_form() -> dict[str, dict[str, tuple[str, str]]]:
    text = (ROOT / "forms" / "shared" / "choices.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for row in yaml.load(text, Loader=yaml.BaseLoader):
        labels = (row[VIETNAMESE], row[ENGLISH])
        found.setdefault(row["list_name"], {})[row["name"]] = labels
    return found


def test_every_answer_of_a_household_can_be_put_right() -> None:
    assert {field.path for field in household_fields()} == paths_of(
        Household, NOT_TYPED
    )


def test_every_answer_about_a_person_can_be_put_right() -> None:
    assert {field.path for field in member_fields()} == paths_of(Member, {"key"})


def test_choices_are_called_as_on_the_phone() -> None:
    form = words_of_the_form()
    listed = [*household_fields(), *member_fields()]
    shared = {
        field.path: (field, form[name])
        for field in listed
        if (name := LISTS.get(field.path, field.path.rpartition(".")[2])) in form
    }

    for field, labels in shared.values():
        mine = {code: (one["vi"], one["en"]) for code, one in field.choices.items()}
        not_answers = {"unknown", "none"} if field.kind == "choices" else {"unknown"}
        assert mine == {c: said for c, said in labels.items() if c not in not_answers}
    assert len(shared) == 17


def test_papers_are_called_as_on_the_phone() -> None:
    labels = words_of_the_form()["identity_kind"]

    mine = {code: (one["vi"], one["en"]) for code, one in identity_kinds().items()}

    assert mine == {code: said for code, said in labels.items() if code != "none"}


def test_every_choice_of_the_standards_has_both_languages() -> None:
    for field in [*household_fields(), *member_fields()]:
        for label in field.choices.values():
            assert label["vi"] and label["en"]
        assert field.vi and field.en
