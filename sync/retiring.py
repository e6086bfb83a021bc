"""What is left at ODK Central from the time before it could filter lists.

Each ward had a list of its own, and a variant of each form. The variants go on taking
what phones filled in under them, but are offered to nobody any more. The lists hold
households that nobody needs there: they are emptied when somebody says so, because a
phone that was offline may still be at work on one of them.
"""

from collections.abc import Iterable

from server.dispatch import links
from server.web.i18n import _
from sync.central import part
from sync.lists import ListAt, filters_supported, ward_of_list
from sync.publish import publish
from sync.steps import Steps

# No ward has it: whatever is in the list belongs elsewhere.
NO_WARD = ""
Left = dict[str, int]


def lists_left(server: str, project: int) -> Left:
    """The lists of single wards that hold households still, and how many."""
    counts = links.count_live(server, project)
    return {name: n for name, n in sorted(counts.items()) if n and ward_of_list(name)}


def in_words(left: Left) -> str:
    """Their names with how many households each has."""
    return ", ".join(f"{name} ({count})" for name, count in left.items())


def tell_of_lists(steps: Steps, project: int) -> None:
    """Say that there are some, and how to be rid of them."""
    if left := lists_left(steps.central.url, project):
        steps.note(
            _(
                "Danh sách cũ của từng phường vẫn còn ở ODK Central: {names}. Khi điện "
                "thoại đã gửi hết phiếu của biểu mẫu cũ, hãy chạy "
                "`python -m sync deploy --retire-lists` để xoá hộ khỏi các danh sách này.",
                names=in_words(left),
            )
        )


def retire_lists(steps: Steps, project: int) -> None:
    """Take all our households out of the lists of single wards; Central keeps them in
    its trash for 30 days. Raises CentralError."""
    if not filters_supported(steps.central, project):
        steps.note(
            _("ODK Central chưa lọc được danh sách, nên danh sách từng phường còn cần.")
        )
        return
    for name, count in lists_left(steps.central.url, project).items():
        at = ListAt(steps.central, project, name)
        what = _("xoá {count} hộ khỏi danh sách cũ “{name}”", count=count, name=name)
        steps.take("retired", what, lambda at=at: publish(at, NO_WARD, steps.look))  # type: ignore[misc]


def close_variants(steps: Steps, project: int, form_ids: Iterable[str]) -> None:
    """Offer these forms to no phone any more, and go on taking what was filled in."""
    for form_id in form_ids:
        path = f"projects/{project}/forms/{part(form_id)}"
        steps.take(
            "forms",
            _("thôi phát biểu mẫu cũ {form}; phiếu đã làm vẫn gửi được", form=form_id),
            lambda path=path: steps.central.send("PATCH", path, {"state": "closing"}),  # type: ignore[misc]
        )
