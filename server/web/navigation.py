"""The menu, in one place, and the message that leads back.

Who sees an entry is what the page itself declares with `@allow`.
"""

from dataclasses import dataclass

from flask import flash, request, url_for

from server.web.i18n import _
from server.web.security import may_open, visitor


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu. `icon` is a symbol of static/icons.svg."""

    label: str
    url: str
    icon: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading; the first group has none."""

    heading: str
    entries: tuple[Entry, ...]


def menu() -> tuple[Group, ...]:
    """What the visitor may open; nothing for those who are not signed in."""
    if visitor() is None:
        return ()
    groups = []
    for heading, pages in _everything():
        shown = [page for page in pages if may_open(page[0])]
        here = _current({endpoint for endpoint, *_rest in shown})
        entries = tuple(
            Entry(label, url_for(endpoint), icon, endpoint == here)
            for endpoint, label, icon in shown
        )
        if entries:
            groups.append(Group(heading, entries))
    return tuple(groups)


def flash_undo(text: str, url: str) -> None:
    """Tell that something was done, with a button that posts to `url` to undo it."""
    flash({"text": text, "url": url}, "undo")  # type: ignore[arg-type]


def _current(endpoints: set[str]) -> str | None:
    """The entry that leads here: this page, or the list its feature is known by."""
    if request.endpoint in endpoints:
        return request.endpoint
    owner = _PARENTS.get(request.endpoint or "")
    return owner if owner in endpoints else None


# Pages behind a list light up that list.
_PARENTS = {
    "inbox.submission": "inbox.submissions",
    "registry.household": "registry.households",
    "registry.found": "registry.households",
    "registry.correction": "registry.households",
    "rounds.family_sheet": "registry.households",
    "rounds.officer_sheet": "registry.households",
    "status.past": "registry.households",
    "review.proposal": "review.proposals",
    "review.judgements": "review.proposals",
    "review.blind_review": "review.proposals",
    "review.batches": "review.proposals",
    "review.checks": "review.proposals",
    "review.machine": "review.proposals",
    "review.batch": "review.proposals",
    "review.since": "review.proposals",
    "review.models": "review.thresholds",
    "review.change": "registry.households",
    "rounds.new_round": "rounds.rounds",
    "rounds.late_cases": "rounds.rounds",
    "rounds.board_page": "rounds.rounds",
    "rounds.cases": "rounds.rounds",
    "rounds.new_cases": "rounds.rounds",
    "rounds.work": "rounds.rounds",
    "rounds.act": "rounds.rounds",
    "rounds.case": "rounds.rounds",
    "status.recognition": "status.recognitions",
    "status.new_recognition": "status.recognitions",
    "status.preview_recognition": "status.recognitions",
    "reports.movement_households": "reports.movement",
    "placing.history": "placing.waiting",
    "standards.one": "standards.standards",
    "imports.one": "imports.imports",
    "imports.problems": "imports.imports",
    "imports.households": "imports.imports",
    "reports.official_table": "reports.official_tables",
    "reports.official_paper": "reports.official_tables",
    "reports.official_households": "reports.official_tables",
    "reports.frozen_reports": "reports.official_tables",
    "reports.frozen_report": "reports.official_tables",
    "reports.resident_totals": "reports.official_tables",
    "reports.resident_total": "reports.official_tables",
    "plans.plan": "plans.plans",
    "plans.near": "plans.plans",
    "plans.new_plan": "plans.plans",
    "plans.edit_plan": "plans.plans",
    "scenarios.scenario": "scenarios.scenarios",
    "scenarios.new_scenario": "scenarios.scenarios",
    "scenarios.edit_scenario": "scenarios.scenarios",
    "scenarios.households": "scenarios.scenarios",
    "scenarios.measure": "scenarios.scenarios",
    "scenarios.replays": "scenarios.scenarios",
    "scenarios.replay_round": "scenarios.scenarios",
    "scenarios.why": "scenarios.scenarios",
    "central.runs": "central.sync",
    "central.phones": "central.sync",
    "central.form": "central.sync",
    "central.race": "central.sync",
    "central.households": "central.sync",
    "central.household": "central.sync",
    "central.failures": "central.sync",
    "openrosa.phone_card": "openrosa.phones",
    "openrosa.paper_of": "registry.households",
    "openrosa.type_in_page": "registry.households",
    "openrosa.typed_in": "registry.households",
    "openrosa.papers_of_round": "rounds.rounds",
    "openrosa.blank_paper": "rounds.rounds",
    "accounts.user": "accounts.users",
    "accounts.add_user": "accounts.users",
    "areas.area": "areas.areas",
    "audit.seal": "audit.events",
}


def _everything() -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    return (
        (
            "",
            (
                ("reports.today", _("Hôm nay"), "today"),
                ("registry.households", _("Hộ gia đình"), "household"),
            ),
        ),
        (
            _("Chờ xử lý"),
            (
                ("inbox.quarantine", _("Phiếu có vấn đề"), "warning"),
                ("review.proposals", _("Đề nghị gộp"), "merge"),
                ("placing.waiting", _("Chờ xác định phường"), "area"),
                ("inbox.submissions", _("Phiếu đã gửi"), "inbox"),
            ),
        ),
        (
            _("Danh sách và báo cáo"),
            (
                ("rounds.rounds", _("Đợt rà soát"), "rounds"),
                ("status.ward_list", _("Danh sách hộ nghèo"), "list"),
                ("status.recognitions", _("Quyết định công nhận"), "decision"),
                ("reports.movement", _("Biến động trong năm"), "movement"),
                ("reports.official_tables", _("Biểu báo cáo"), "table"),
                ("plans.plans", _("Kế hoạch giảm nghèo"), "target"),
                ("scenarios.scenarios", _("Kịch bản chuẩn nghèo"), "scenario"),
            ),
        ),
        (
            _("Quản lý"),
            (
                ("openrosa.phones", _("Điện thoại khảo sát"), "phone"),
                ("accounts.users", _("Người dùng"), "people"),
                ("areas.areas", _("Địa bàn"), "area"),
                ("central.sync", _("Đồng bộ ODK Central"), "sync"),
                ("review.thresholds", _("Ngưỡng gộp"), "merge"),
                ("standards.standards", _("Các chuẩn nghèo"), "decision"),
                ("imports.imports", _("Nhập từ Excel"), "inbox"),
                ("jobs.jobs", _("Việc nền"), "jobs"),
                ("audit.events", _("Nhật ký"), "audit"),
            ),
        ),
    )
