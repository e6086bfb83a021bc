"""The commands that concern the whole product; features bring their own."""

import signal
import threading

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext

from server import fitness, logs, serving
from server.db import db
from server.migrations import upgrade as migrations


@click.command()
@click.option("--demo", is_flag=True, help="Play a field day in a made-up ward.")
@click.option("--host", help="In place of the setting HOST.")
@click.option("--port", type=int, help="In place of the setting PORT.")
@with_appcontext
def run(demo: bool, host: str | None, port: int | None) -> None:
    """Prepare the database and serve web pages and background work together."""
    from server import startup
    from server.jobs.worker import Worker
    from server.pipeline import HANDLERS

    app = _app()
    app.config["HOST"] = host or app.config["HOST"]
    app.config["PORT"] = app.config["PORT"] if port is None else port
    if demo:
        # The progress of the field day has the screen.
        logs.configure("WARNING")
    startup.prepare(click.echo)
    worker = Worker(app, HANDLERS) if app.config["WORKER"] else None

    def ready(address: str) -> None:
        startup.welcome(app, address, click.echo)
        if demo:
            startup.play_field_day(app, address, click.echo)

    try:
        serving.serve(app, worker=worker, ready=ready)
    except OSError as error:
        raise click.ClickException(
            f"{app.config['HOST']}:{app.config['PORT']} cannot be used "
            f"({error.strerror}). Stop the program that uses it, or choose another "
            "port: --port 8001"
        ) from error
    click.echo("Stopped.")


@click.command()
@with_appcontext
def worker() -> None:
    """Do background work only, beside web servers in other processes."""
    from server.jobs.worker import Worker
    from server.pipeline import HANDLERS

    app = _app()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    running = Worker(app, HANDLERS)
    db.session.remove()
    running.start()
    click.echo("Working. Ctrl-C stops after the job under way.")
    stop.wait()
    running.stop()


@click.command()
@click.option("--to", default="head", help="Another step than the newest.")
@with_appcontext
def migrate(to: str) -> None:
    """Bring the database to the shape this version expects."""
    before, after = migrations.upgrade(to)
    click.echo(f"Database: step {before or 'none'} → {after}.")


@click.command("serve-check")
@with_appcontext
def serve_check() -> None:
    """Say what a production server still lacks; fails when something is unsafe."""
    findings = fitness.findings(current_app.config)
    for finding in findings:
        click.echo(f"- {finding.sentence(current_app.config['DEFAULT_LANGUAGE'])}")
    if findings:
        raise click.ClickException(f"{len(findings)} things to put right.")
    click.echo("Fit to serve.")


def _app() -> Flask:
    """The application itself, not the stand-in that follows the context."""
    return click.get_current_context().ensure_object(ScriptInfo).load_app()


COMMANDS = [run, worker, migrate, serve_check]
