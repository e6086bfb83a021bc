"""The pages on which standards are looked at, and completed by two people."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.domain.poverty.changes import changes
from server.domain.poverty.load import all_packs
from server.domain.poverty.pack import Pack
from server.domain.poverty.score_sheet import example_of
from server.domain.problems import Problem, Refused
from server.standards import actions, items, queries  # noqa: F401 - offers the items
from server.standards.in_force import provinces, signed_tables
from server.standards.schemas import EndSchema, ProposalSchema, SignatureSchema
from server.standards.tables import TableCompletion
from server.web.forms import load
from server.web.i18n import _, day, language
from server.web.once import acts_once
from server.web.security import STAFF, actor, allow, visitor

blueprint = Blueprint("standards", __name__, url_prefix="/standards")
acts_once(blueprint)
LONGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A transcription with what it says against the shipped table; `problems` when it
    does not fit that any more."""

    row: Any
    added: int = 0
    changed: tuple[tuple[int, str], ...] = ()
    missing: tuple[tuple[int, str, str], ...] = ()
    problems: tuple[Problem, ...] = ()


@blueprint.get("/")
@allow(*STAFF)
def standards() -> str:
    """Every standard, and how well it is known."""
    packs = [queries.as_it_stands(pack) for pack in all_packs()]
    return render_template("standards/standards.html", packs=packs, name_of=_name)


@blueprint.get("/<standard_id>")
@allow(*STAFF)
def one(standard_id: str) -> str:
    """What is not verified, what it changes, and the transcriptions of its table."""
    shipped = queries.get_pack(standard_id)
    pack = queries.as_it_stands(shipped)
    before = next((each for each in all_packs() if each.id == request.args.get("against")), None)  # fmt: skip
    found = changes(before, pack) if before else ()
    return render_template(
        "standards/standard.html",
        pack=pack,
        packs=[each for each in all_packs() if each.id != pack.id],
        before=before,
        differences=[change.sentence(language()) for change in found],
        completions=[_shown(shipped, row) for row in queries.completions_of(pack.id)],
        in_force=[
            (row, _where(row)) for row in signed_tables() if row.standard == pack.id
        ],
        where_of=_where,
        provinces=provinces(),
        state_labels=_state_labels(),
        quality_labels=_quality_labels(),
        me=visitor(),
        name_of=_name,
        parent=queries.get_pack(shipped.inherits) if shipped.inherits else None,
        shipped=shipped,
    )


@blueprint.get("/<standard_id>/example.csv")
@allow(*STAFF)
def example(standard_id: str) -> Response:
    """A file to type the table into."""
    table = queries.as_it_stands(queries.get_pack(standard_id)).score_table
    name = f"{standard_id}-b1.csv"
    return _csv(example_of(table), name)


@blueprint.get("/table/<int:completion_id>")
@allow(*STAFF)
def table(completion_id: int) -> str:
    """One transcription line by line, to be held against the print."""
    row = queries.get_completion(completion_id)
    pack = queries.get_pack(row.standard)
    return render_template(
        "standards/table.html",
        row=row,
        pack=pack,
        table=queries.reading_of(pack, row).table,
        state_labels=_state_labels(),
        name_of=_name,
        me=visitor(),
    )


@blueprint.get("/table/<int:completion_id>.csv")
@allow(*STAFF)
def table_file(completion_id: int) -> Response:
    """The very bytes that were brought; their checksum is the one that was signed."""
    row = queries.get_completion(completion_id)
    return _csv(row.content.encode(), f"{row.standard}-b1-{row.sha256[:8]}.csv")


@blueprint.post("/<standard_id>/table")
@allow()
def propose(standard_id: str) -> Response:
    """Bring a transcription."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Refused(Problem("completion_without_file", "file"))
    content = file.read(LONGEST)
    sent = load(ProposalSchema)
    actions.propose(by=actor(), standard=standard_id, content=content, **sent)
    flash(_("Đã ghi bảng chép lại; cần một người khác đối chiếu và ký."), "success")
    return redirect(url_for("standards.one", standard_id=standard_id), 303)


@blueprint.post("/table/<int:completion_id>/sign")
@allow()
def sign(completion_id: int) -> Response:
    """Sign it, as another person."""
    done = actions.sign(
        by=actor(), completion_id=completion_id, **load(SignatureSchema)
    )
    flash(
        _(
            "Đã ký bảng điểm. Nếu bảng đủ mục, điện thoại sẽ nhận biểu mẫu hỏi các mục"
            " này; các hộ được chấm lại và kết quả cũ được giữ."
        ),
        "success",
    )
    return redirect(url_for("standards.one", standard_id=done.standard), 303)


@blueprint.post("/table/<int:completion_id>/reject")
@allow()
def reject(completion_id: int) -> Response:
    """Say that it is not as the print is."""
    done = actions.reject(by=actor(), completion_id=completion_id, **load(EndSchema))
    return redirect(url_for("standards.one", standard_id=done.standard), 303)


@blueprint.post("/table/<int:completion_id>/withdraw")
@allow()
def withdraw(completion_id: int) -> Response:
    """Take a signed one back."""
    done = actions.withdraw(by=actor(), completion_id=completion_id, **load(EndSchema))
    return redirect(url_for("standards.one", standard_id=done.standard), 303)


def _shown(pack: Pack, row: Any) -> Shown:
    try:
        found = queries.reading_of(pack, row)
    except Refused as refused:
        return Shown(row, problems=refused.problems)
    missing = set(found.table.missing_items)
    names = tuple(each for each in found.table.item_names if each[0] in missing)
    return Shown(row, len(found.added), found.changed, names)


def _where(row: TableCompletion) -> str:
    """Where a table applies, and for which reviews."""
    names = {each.code: each.name for each in provinces()}
    where = names.get(row.province_code, row.province_code)
    if not where:
        where = _("mọi nơi không có bảng riêng")
    if row.applies_from <= clock.EARLIEST:
        return where
    return _("{where}, cho phiếu từ ngày {day}", where=where, day=day(row.applies_from))


def _csv(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, content_type="text/csv; charset=utf-8")


def _name(pack: Pack) -> str:
    return pack.name_vi if language() == "vi" else pack.name_en


def _state_labels() -> dict[str, str]:
    return {
        "proposed": _("Chờ người khác ký"),
        "signed": _("Đã ký, đang có giá trị"),
        "rejected": _("Không đúng với bản in"),
        "withdrawn": _("Đã rút lại"),
        "replaced": _("Đã được thay"),
    }


def _quality_labels() -> dict[str, str]:
    """How well a source is known."""
    return {
        "OFFICIAL": _("bản gốc"),
        "SECONDARY": _("đọc ở nơi khác, không phải bản gốc"),
        "RECALLED": _("chỉ nhớ lại"),
        "UNKNOWN": _("chưa rõ"),
    }
