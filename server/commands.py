"""The commands that concern the whole product; features bring their own."""

import signal
import sys
import threading

import click
from flask import Flask, current_app, url_for
from flask.cli import ScriptInfo, with_appcontext

from server import fitness, logs, serving, startup
from server.accounts.actions import make_first_admin_link
from server.db import db
from server.demo import field_day, year
from server.demo.ward import find_ward
from server.domain.problems import Problem, Refused
from server.jobs.worker import Worker
from server.migrations import upgrade as migrations
from server.pipeline import HANDLERS
from server.web.i18n import _
from server.web.public_address import unsaid_address

BAR = 24


@click.command()
@click.option("--demo", is_flag=True, help="Play a field day in a made-up ward.")
@click.option("--host", help="In place of the setting HOST.")
@click.option("--port", type=int, help="In place of the setting PORT.")
@with_appcontext
def run(demo: bool, host: str | None, port: int | None) -> None:
    """Prepare the database and serve web pages and background work together."""
    app = _app()
    app.config["HOST"] = host or app.config["HOST"]
    app.config["PORT"] = app.config["PORT"] if port is None else port
    click.echo(_("Chuẩn bị cơ sở dữ liệu và biểu mẫu…"))
    for problem in startup.prepare():
        click.echo(f"- {_sentence(problem)}")
    if (unsaid := unsaid_address(app.config)) is not None:
        click.echo(f"- {_sentence(unsaid)}")
    if demo:
        try:
            startup.refuse_demo_among_real_people()
        except Refused as refused:
            raise click.ClickException(_sentence(*refused.problems)) from refused
        db.session.remove()
    worker = Worker(app, HANDLERS) if app.config["WORKER"] else None
    try:
        serving.serve(app, worker=worker, ready=lambda at: _welcome(app, at, demo))
    except serving.AddressTaken as taken:
        raise click.ClickException(
            _(
                "Không dùng được {host}:{port} ({reason}). Hãy tắt chương trình đang dùng "
                "cổng này, hoặc chọn cổng khác: --port 8001",
                host=app.config["HOST"],
                port=app.config["PORT"],
                reason=taken,
            )
        ) from taken
    click.echo(_("Đã dừng."))


def _welcome(app: Flask, address: str, demo: bool) -> None:
    click.echo(_("Rà Soát chạy tại {address} (Ctrl-C để dừng).", address=address))
    if demo:
        threading.Thread(
            target=_play, args=(app, address), name="field-day", daemon=True
        ).start()
        return
    with app.app_context():
        token = make_first_admin_link()
    if token:
        link = _link(app, address, token)
        click.echo(
            _("Tạo tài khoản quản trị đầu tiên (dùng một lần): {link}", link=link)
        )


def _play(app: Flask, address: str) -> None:
    # The bar has the screen to itself.
    logs.configure("WARNING")
    with app.app_context():
        if find_ward() is None:
            click.echo(_("Các điện thoại mẫu bắt đầu gửi phiếu (khoảng một phút)…"))
        # A read left open would keep SQLite from tidying its log for the whole day.
        db.session.remove()
        ward = field_day.play(app, address, _show_progress)
        if ward is None:
            _tell_of_former(app, address)
        else:
            click.echo()
            click.echo(_("Đăng nhập thử:"))
            for login, password in ward.passwords.items():
                click.echo(f"  {login}  {password}")
    logs.configure(app.config["LOG_LEVEL"])


def _tell_of_former(app: Flask, address: str) -> None:
    """How to get into a demo of before, and whether it came to its end."""
    if year.was_interrupted():
        click.echo(
            _(
                "Lần tạo dữ liệu mẫu trước bị ngắt giữa chừng nên dữ liệu chưa đủ. Muốn"
                " tạo lại từ đầu: tắt chương trình, xoá dữ liệu trong DATA_DIR"
                " (và DATABASE_URL nếu có) rồi chạy lại."
            )
        )
    click.echo(_("Dữ liệu mẫu đã có sẵn. Đặt lại mật khẩu:"))
    for login, token in startup.new_demo_tokens().items():
        click.echo(f"  {login}  {_link(app, address, token)}")


def _link(app: Flask, address: str, token: str) -> str:
    with app.test_request_context(base_url=app.config["PUBLIC_URL"] or address):
        return url_for("accounts.accept_invitation", token=token, _external=True)


def _show_progress(done: int, total: int, what: str) -> None:
    if not sys.stdout.isatty():
        return  # a file would keep every one of its states
    filled = BAR * done // max(total, 1)
    bar = "█" * filled + "░" * (BAR - filled)
    click.echo(f"\r\033[K{bar} {done}/{total} {what}", nl=False)


@click.command()
@with_appcontext
def worker() -> None:
    """Do background work only, beside web servers in other processes."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    running = Worker(_app(), HANDLERS)
    db.session.remove()
    running.start()
    click.echo(_("Đang xử lý việc nền (Ctrl-C để dừng)."))
    stop.wait()
    running.stop()
    click.echo(_("Đã dừng."))


@click.command()
@click.option("--to", default="head", help="Another step than the newest.")
@with_appcontext
def migrate(to: str) -> None:
    """Bring the database to the shape this version expects."""
    before, after = migrations.upgrade(to)
    click.echo(
        _("Cơ sở dữ liệu: bước {before} → {after}.", before=before or "0", after=after)
    )


@click.command("serve-check")
@with_appcontext
def serve_check() -> None:
    """Say what a server for real people still lacks; fails when something does."""
    findings = fitness.findings(current_app.config)
    for finding in findings:
        click.echo(f"- {_sentence(finding)}")
    if findings:
        raise click.ClickException(_("{count} việc cần làm.", count=len(findings)))
    click.echo(_("Sẵn sàng phục vụ."))


def _sentence(*problems: Problem) -> str:
    return " ".join(
        p.sentence(current_app.config["DEFAULT_LANGUAGE"]) for p in problems
    )


def _app() -> Flask:
    """The application itself, not the stand-in that follows the context."""
    return click.get_current_context().ensure_object(ScriptInfo).load_app()
